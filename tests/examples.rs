//! The examples in C, C++ and Rust, each against a server of its own; those in Python and Java are
//! tested with the bindings.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::program::Program;
use support::server::Server;
use support::{build_folder, cargo, login, run};
use verigator::Status;

const C: (&str, &str) = ("cc", "-std=c99");
const CPP: (&str, &str) = ("g++", "-std=c++17");

/// A program of this source and the helpers in C that it needs.
fn compile((compiler, standard): (&str, &str), source: &str, helpers: &[&str]) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = vec![PathBuf::from(source)];
    for helper in helpers {
        let object = folder.path().join(helper).with_extension("o");
        run(Command::new("cc")
            .args(["-c", &format!("examples/c/{helper}.c"), "-o"])
            .arg(&object));
        sources.push(object);
    }
    Program::compile(compiler, standard, &sources)
}

/// An example in Rust.
fn rust(name: &str) -> PathBuf {
    let mut build = cargo();
    build.args(["build", "--quiet", "--workspace", "--example", name]);
    if build_folder().ends_with("release") {
        build.arg("--release");
    }
    run(&mut build);
    build_folder().join("examples").join(name)
}

/// Prints the lines that all languages print.
fn tells_failures_apart(program: &Path) {
    let server = Server::start();
    prints_the_lines(&mut server.command(program));
}

fn prints_the_lines(program: &mut Command) {
    let expected = fs::read_to_string("examples/failures.txt").unwrap();
    let printed = run(program);
    for (printed, expected) in printed.lines().zip(expected.lines()) {
        assert_eq!(printed, expected);
    }
    assert_eq!(printed, expected);
}

/// Every status is told by its name, but for those that a program can do nothing about: a defect here or
/// at the service, and what the system lacks.
#[test]
fn every_status_is_told_from_the_others() {
    let unnamed = [Status::INVALID_HANDLE, Status::SYSTEM, Status::PANIC];
    let read = |language: &str| fs::read_to_string(format!("examples/{language}")).unwrap();
    let (c, cpp, rust) = (
        read("c/failures.c"),
        read("cpp/failures.cpp"),
        read("rust/failures.rs"),
    );
    for status in Status::ALL {
        if unnamed.contains(status) || status.http_status() >= Some(500) {
            continue;
        }
        let name = status.name().unwrap();
        assert!(c.contains(&format!("case VERIGATOR_{name}:")), "{name}");
        let in_cpp = name.to_lowercase();
        assert!(cpp.contains(&format!("case status::{in_cpp}:")), "{name}");
        assert!(rust.contains(&format!("Status::{name} ")), "{name}");
    }
}

#[test]
fn c_login() {
    login::comes_out(&compile(C, "examples/c/login.c", &[]).path());
}

#[test]
fn c_failures() {
    let program = compile(C, "examples/c/failures.c", &["http", "totp", "phone"]);
    tells_failures_apart(&program.path());
}

/// Each error is freed, and all else.
#[test]
fn c_failures_under_valgrind() {
    let program = compile(C, "examples/c/failures.c", &["http", "totp", "phone"]);
    let server = Server::start();
    let mut valgrind = server.command(Path::new("valgrind"));
    valgrind
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg("--errors-for-leak-kinds=definite,indirect")
        .arg(program.path());
    prints_the_lines(&mut valgrind);
}

#[test]
fn cpp_login() {
    login::comes_out(&compile(CPP, "examples/cpp/login.cpp", &[]).path());
}

#[test]
fn cpp_failures() {
    let program = compile(CPP, "examples/cpp/failures.cpp", &["http", "totp", "phone"]);
    tells_failures_apart(&program.path());
}

#[test]
fn rust_login() {
    login::comes_out(&rust("login"));
}

#[test]
fn rust_failures() {
    tells_failures_apart(&rust("failures"));
}
