//! The crate as a program in Rust depends on it: the client alone, without the C API, its allocator
//! and its build dependencies.

mod support;

use std::fs;
use std::path::Path;

use support::{build_folder, cargo};

/// The program, and the examples, checked in a workspace of its own: in ours the other members ask for the C API. Two
/// global allocators, or the C API's names without it, would not pass the compiler. It shares the
/// folder that is built into, where most of what it needs has been compiled.
#[test]
fn a_rust_program_gets_the_client_alone() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dependent");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::create_dir_all(folder.join("examples")).unwrap();
    let library = std::env::current_dir().unwrap();
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"dependent\"\nedition = \"2024\"\n\n\
         [dependencies]\nverigator = {{ path = '{}' }}\n",
        library.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy("Cargo.lock", folder.join("Cargo.lock")).unwrap();
    fs::copy("tests/consumers/dependent.rs", folder.join("src/main.rs")).unwrap();
    for example in ["login.rs", "failures.rs"] {
        let source = Path::new("examples/rust").join(example);
        fs::copy(source, folder.join("examples").join(example)).unwrap();
    }
    let output = cargo()
        .args(["check", "--bins", "--examples", "--offline", "--target-dir"])
        .arg(build_folder().parent().unwrap())
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // Of the crate too, where nothing may be for the C API alone.
    assert!(
        output.status.success() && !said.contains("warning"),
        "{said}"
    );
    // What cargo left in it is what it has compiled.
    let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap();
    assert!(lock.contains("\"rustls\"") && !lock.contains("\"cbindgen\""));
}
