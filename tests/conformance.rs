//! Runs the conformance cases in Rust and in C. `tests/conformance/README.md` says what a case is.

#[path = "conformance/rust/mod.rs"]
mod runner;
mod support;

use runner::Peer;

#[test]
fn rust_passes_every_case() {
    let failures = runner::run_all(&Peer::start());
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}
