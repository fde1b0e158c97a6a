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

/// A C `bool` fills a part of a register only; see `tests/consumers/registers.c`.
#[test]
fn truth_is_a_number() {
    let code: Vec<&str> = FRESH
        .lines()
        .filter(|line| !line.starts_with(" *"))
        .collect();
    assert!(!code.join("\n").contains("bool"));
}

/// A status that nobody looks at is a warning in every language and with every compiler that has one:
/// of each function that returns one, but those that free.
#[test]
fn a_status_asks_to_be_looked_at() {
    let code = FRESH.replace('\n', " ");
    let declarations = code
        .split(';')
        .filter(|code| code.contains("VERIGATOR_API"));
    let mut looked_at = 0;
    for declaration in declarations {
        let (before, arguments) = declaration.rsplit_once("VERIGATOR_CALL ").unwrap();
        let name = arguments.split('(').next().unwrap();
        if before.contains("verigator_status ") && !name.ends_with("_free") {
            assert!(before.contains("VERIGATOR_MUST_USE"), "{name}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 40, "{looked_at}");
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
    let callbacks = FRESH.matches("typedef void (VERIGATOR_CALL *").count();
    assert_eq!(callbacks, FRESH.matches("typedef void (").count());
    assert_eq!(
        support::run(&mut compiler).matches("__cdecl").count(),
        functions(FRESH).len() + callbacks
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
