//! Runs the conformance cases in Rust and in C. `tests/conformance/README.md` says what a case is.

#[path = "conformance/rust/mod.rs"]
mod runner;
mod support;

use std::path::PathBuf;
use std::process::Command;

use runner::Peer;
use support::{build_folder, library, run};

#[test]
fn rust_passes_every_case() {
    let failures = runner::run_all(&Peer::start());
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} failures\n{}",
        failures.join("\n")
    );
}

#[test]
fn c_passes_every_case() {
    let peer = Peer::start();
    let mut program = Command::new(compile_c_runner());
    program
        .arg(&peer.url)
        .arg(runner::cases_folder())
        .arg(runner::results_file("c"));
    run(&mut program);
}

/// Compiles the C runner, as a program that uses the shared library would be.
fn compile_c_runner() -> PathBuf {
    let root = runner::root();
    let sources = root.join("tests/conformance/c");
    let library_folder = library().parent().unwrap().display().to_string();
    let program = build_folder().join("conformance-c");
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]);
    compiler.arg("-I").arg(root.join("include"));
    compiler.arg("-I").arg(root.join("examples/c"));
    for source in [
        "conformance.c",
        "call.c",
        "describe.c",
        "compare.c",
        "verdict.c",
    ] {
        compiler.arg(sources.join(source));
    }
    compiler.arg("-o").arg(&program);
    compiler.args([
        format!("-L{library_folder}"),
        format!("-Wl,-rpath,{library_folder}"),
    ]);
    run(compiler.args(["-lverigator", "-lcjson"]));
    program
}
