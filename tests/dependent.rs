//! The crate as a program in Rust depends on it: the client alone, without the C API, its allocator
//! and its build dependencies.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::peer::{Peer, reply};
use support::{cargo, run};

/// The program, built in a workspace of its own: in ours the other members ask for the C API.
fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dependent");
    fs::create_dir_all(folder.join("src")).unwrap();
    let library = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"dependent\"\nedition = \"2024\"\n\n\
         [dependencies]\nverigator = {{ path = '{library}' }}\n\n[profile.dev]\ndebug = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy("Cargo.lock", folder.join("Cargo.lock")).unwrap();
    fs::copy("tests/consumers/dependent.rs", folder.join("src/main.rs")).unwrap();
    let output = cargo()
        .args(["build", "--offline", "--target-dir", "target"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // Of the crate too, where nothing may be for the C API alone.
    assert!(
        output.status.success() && !said.contains("warning"),
        "{said}"
    );
    folder
}

#[test]
fn a_rust_program_gets_the_client_alone() {
    let folder = build();
    let program = folder.join("target/debug/dependent");
    let peer = Peer::always(reply(200, r#"{"id":"s","name":"Example","ctime":"t"}"#));
    let output = run(Command::new(&program).arg(peer.base_url()));
    assert_eq!(output, "Example\n");

    let symbols = run(Command::new("nm")
        .args(["--defined-only", "--format=just-symbols"])
        .arg(&program));
    assert!(symbols.lines().any(|symbol| symbol == "main"));
    let exported = symbols.lines().find(|name| name.starts_with("verigator_"));
    assert_eq!(exported, None);

    // What cargo left in it is what it has built.
    let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap();
    assert!(lock.contains("\"rustls\"") && !lock.contains("\"cbindgen\""));
}
