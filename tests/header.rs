//! The committed header is the one that `src/ffi` makes, and it compiles wherever C or C++ does.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{functions, library};

const FRESH: &str = include_str!(concat!(env!("OUT_DIR"), "/verigator.h"));

/// `make header` runs this with UPDATE_HEADER set, and so replaces the committed header.
#[test]
fn the_committed_header_is_fresh() {
    let committed = Path::new("include/verigator.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        fs::write(committed, FRESH).unwrap();
    }
    let committed = fs::read_to_string(committed).unwrap_or_default();
    assert!(
        committed == FRESH,
        "include/verigator.h differs from src/ffi; run `make header`"
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
    assert_eq!(imported(&["-D_WIN32"]), functions(FRESH).len());
    assert_eq!(imported(&["-D_WIN32", "-DVERIGATOR_STATIC"]), 0);
    assert_eq!(imported(&[]), 0);
}

#[test]
fn the_header_and_the_library_have_the_same_functions() {
    let listing = support::run(
        Command::new("nm")
            .args(["-D", "--defined-only"])
            .arg(library()),
    );
    let mut exported: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    exported.sort_unstable();
    assert_eq!(exported, functions(FRESH));
}
