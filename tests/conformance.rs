//! Drives the conformance cases in Rust and in C. `tests/conformance/README.md` says what a case is.

#[path = "conformance/drive.rs"]
mod drive;
mod support;

use std::path::PathBuf;
use std::process::Command;

use drive::drive;
use support::{build_folder, built, library, run};

#[test]
fn rust_passes_every_case() {
    drive("rust", &built("conformance-rust"));
}

#[test]
fn c_passes_every_case() {
    drive("c", &compile_c_runner());
}

/// Compiles the C runner, as a program that uses the shared library would be.
fn compile_c_runner() -> PathBuf {
    let library_folder = library().parent().unwrap().display().to_string();
    let program = build_folder().join("conformance-c");
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]);
    compiler.args(["-Iinclude", "tests/conformance/c/conformance.c"]);
    compiler.args([
        "tests/conformance/c/call.c",
        "tests/conformance/c/describe.c",
    ]);
    compiler.arg("-o").arg(&program);
    compiler.args([
        format!("-L{library_folder}"),
        format!("-Wl,-rpath,{library_folder}"),
    ]);
    run(compiler.args(["-lverigator", "-lcjson"]));
    program
}
