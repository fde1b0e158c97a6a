//! The header compiles wherever C or C++ does, and warns where it should.

mod support;

use std::fs;
use std::process::Command;

use support::{functions, names};

const HEADER: &str = include_str!("../include/verigator.h");

/// A C `bool` fills a part of a register only; see `tests/consumers/registers.c`.
#[test]
fn truth_is_a_number() {
    let code: Vec<&str> = HEADER
        .lines()
        .filter(|line| !line.starts_with(" *"))
        .collect();
    assert!(!code.join("\n").contains("bool"));
}

fn is_warned_of(compiler: &str, name: &str, standard: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(name);
    let program = "#include \"verigator.h\"\n\
        void f(verigator_config *config) { verigator_config_set_timeout_ms(config, 1); }\n";
    fs::write(&source, program).unwrap();
    let mut command = Command::new(compiler);
    // GCC looks for it only where it makes code.
    command.args([standard, "-Werror", "-Iinclude", "-o", "/dev/null", "-c"]);
    !command.arg(&source).output().unwrap().status.success()
}

#[test]
fn a_status_that_nobody_looks_at_is_a_warning() {
    for (compiler, name, standard) in [
        ("gcc", "program.c", "-std=c99"),
        ("clang", "program.c", "-std=c11"),
        ("g++", "program.cpp", "-std=c++11"),
        ("clang++", "program.cpp", "-std=c++17"),
    ] {
        assert!(is_warned_of(compiler, name, standard), "{compiler}");
    }
}

/// Whatever a program's compiler assumes, functions and callbacks are called in one way.
#[test]
fn windows_is_told_the_calling_convention() {
    let mut compiler = Command::new("gcc");
    compiler.args(["-D_WIN32", "-E", "include/verigator.h"]);
    assert_eq!(
        support::run(&mut compiler).matches("__cdecl").count(),
        functions().len() + names("callbacks").len()
    );
}

/// Included twice, as a program's own headers might, and nothing else before it.
const PROGRAM: &str = "#include \"verigator.h\"\n#include \"verigator.h\"\n\
    int main(void) { return verigator_version() == NULL; }\n";

fn compiles(compiler: &str, name: &str, flags: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(name);
    fs::write(&source, PROGRAM).unwrap();
    let mut command = Command::new(compiler);
    command.args(flags).args([
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        "-fsyntax-only",
        "-Iinclude",
    ]);
    support::run(command.arg(&source));
}

#[test]
fn the_header_compiles_as_c99_and_later() {
    for standard in ["-std=c99", "-std=c11", "-std=c17"] {
        compiles("gcc", "program.c", &[standard]);
        compiles("clang", "program.c", &[standard]);
    }
}

#[test]
fn the_header_compiles_as_cpp() {
    for standard in ["-std=c++11", "-std=c++17", "-std=c++20"] {
        compiles("g++", "program.cpp", &[standard]);
        compiles("clang++", "program.cpp", &[standard]);
    }
}

/// How many functions the header imports from a DLL for a program compiled with these flags.
fn imported(flags: &[&str]) -> usize {
    let mut compiler = Command::new("gcc");
    compiler.args(flags).args(["-E", "include/verigator.h"]);
    support::run(&mut compiler)
        .matches("__declspec(dllimport)")
        .count()
}

#[test]
fn windows_imports_each_function_unless_the_library_is_static() {
    assert_eq!(imported(&["-D_WIN32"]), functions().len());
    assert_eq!(imported(&["-D_WIN32", "-DVERIGATOR_STATIC"]), 0);
    assert_eq!(imported(&[]), 0);
}
