//! The C++ binding: programs over `include/verigator.hpp`, compiled by two compilers as two
//! standards with strict warnings, against the real library and the real server.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::server::Server;
use support::{library, run};

const COMPILERS: [&str; 2] = ["g++", "clang++"];
const STANDARDS: [&str; 2] = ["-std=c++17", "-std=c++20"];

const STRICT: [&str; 8] = [
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wsign-conversion",
    "-g",
];

const WITHOUT_EXCEPTIONS: [&str; 2] = ["-fno-exceptions", "-fno-rtti"];

/// The example's helpers in C: the user's phone and what it needs.
const PHONE: [&str; 3] = [
    "examples/c/http.c",
    "examples/c/totp.c",
    "examples/c/phone.c",
];

/// How a program is compiled.
#[derive(Clone, Copy)]
struct Build {
    compiler: &'static str,
    standard: &'static str,
    flags: &'static [&'static str],
}

impl Build {
    /// Each compiler with each standard.
    fn each(flags: &'static [&'static str]) -> impl Iterator<Item = Self> {
        COMPILERS.into_iter().flat_map(move |compiler| {
            STANDARDS.map(|standard| Self {
                compiler,
                standard,
                flags,
            })
        })
    }

    fn compiler(&self) -> Command {
        let mut command = Command::new(self.compiler);
        command
            .arg(self.standard)
            .args(STRICT)
            .args(self.flags)
            .args(["-pthread", "-Iinclude", "-Iexamples/c", "-Itests/cpp"]);
        command
    }

    /// Compiles one unit of C++.
    fn object(&self, source: &str, folder: &Path) -> PathBuf {
        let object = folder.join(Path::new(source).with_extension("o").file_name().unwrap());
        run(self.compiler().args(["-c", source, "-o"]).arg(&object));
        object
    }

    /// Links a program from these objects and the helpers in C.
    fn link(&self, objects: &[PathBuf], folder: &Path) -> PathBuf {
        let program = folder.join("program");
        let libraries = library().parent().unwrap().display().to_string();
        run(self
            .compiler()
            .args(objects)
            .args(helpers(folder))
            .args([format!("-L{libraries}"), format!("-Wl,-rpath,{libraries}")])
            .args(["-lverigator", "-o"])
            .arg(&program));
        program
    }

    /// Compiles a program of one unit and runs it against a server of its own.
    fn run(&self, source: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let object = self.object(source, folder.path());
        run_against_a_server(&self.link(&[object], folder.path()))
    }
}

/// The helpers are C, and no part of what is tested here.
fn helpers(folder: &Path) -> Vec<PathBuf> {
    let compile = |source: &&str| {
        let object = folder.join(Path::new(source).with_extension("c.o").file_name().unwrap());
        run(Command::new("cc").args(["-c", source, "-o"]).arg(&object));
        object
    };
    PHONE.iter().map(compile).collect()
}

fn run_against_a_server(program: &Path) -> String {
    let server = Server::start();
    run(Command::new(program)
        .arg(server.base_url())
        .env("RUST_BACKTRACE", "0"))
}

/// A test program's closing line counts its checks.
fn passes(source: &str, output: &str) {
    print!("{source}: {output}");
    assert!(
        output.ends_with(", 0 failed\n") && !output.starts_with("0 "),
        "{output}"
    );
}

fn test(source: &str, flags: &'static [&'static str]) {
    for build in Build::each(flags) {
        passes(source, &build.run(source));
    }
}

#[test]
fn login() {
    test("tests/cpp/login.cpp", &[]);
}

#[test]
fn errors() {
    test("tests/cpp/errors.cpp", &[]);
}

#[test]
fn ownership() {
    test("tests/cpp/ownership.cpp", &[]);
}

#[test]
fn ranges() {
    test("tests/cpp/ranges.cpp", &[]);
}

#[test]
fn log() {
    test("tests/cpp/log.cpp", &[]);
}

#[test]
fn threads() {
    test("tests/cpp/threads.cpp", &[]);
}

#[test]
fn without_exceptions() {
    test("tests/cpp/no_exceptions.cpp", &WITHOUT_EXCEPTIONS);
}

/// Nothing is read after its end, nothing leaks, and nothing is undefined.
#[test]
fn under_the_sanitizers() {
    let build = Build {
        compiler: "g++",
        standard: "-std=c++17",
        flags: &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    };
    for name in ["login", "errors", "ownership", "ranges", "log", "threads"] {
        let source = format!("tests/cpp/{name}.cpp");
        passes(&source, &build.run(&source));
    }
}

/// Two units of one program, compiled alike, or one of them without exceptions.
#[test]
fn two_units_of_one_program() {
    for other_flags in [&[][..], &WITHOUT_EXCEPTIONS] {
        for build in Build::each(&[]) {
            let folder = tempfile::tempdir().unwrap();
            let other = Build {
                flags: other_flags,
                ..build
            };
            let mut objects = vec![
                build.object("tests/cpp/two_units_main.cpp", folder.path()),
                other.object("tests/cpp/two_units_other.cpp", folder.path()),
            ];
            for _ in 0..2 {
                let program = build.link(&objects, folder.path());
                passes("two units", &run_against_a_server(&program));
                objects.reverse();
            }
        }
    }
}

/// Each program compiles as it is, and does not with the line that must be refused.
#[test]
fn what_must_not_compile_does_not() {
    let refused = [
        ("dropped_result", "nodiscard"),
        ("dropped_verification", "nodiscard"),
        ("dropped_answer", "nodiscard"),
        ("verification_as_bool", "convert"),
        ("result_as_bool", "not yet a yes"),
        ("verified_of_another", "verified"),
        ("dangling_view", "deleted"),
        ("copied_owner", "deleted"),
        ("duration_without_unit", "int"),
    ];
    for build in Build::each(&[]) {
        for (name, reason) in refused {
            let source = format!("tests/cpp/refused/{name}.cpp");
            let check = |flags: &[&str]| -> Output {
                build
                    .compiler()
                    .args(flags)
                    .args(["-fsyntax-only", &source])
                    .output()
                    .unwrap()
            };
            let accepted = check(&[]);
            assert!(
                accepted.status.success(),
                "{}",
                String::from_utf8_lossy(&accepted.stderr)
            );
            let output = check(&["-DREFUSED"]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{name} compiles");
            assert!(said.contains(reason), "{name}: {said}");
        }
    }
}

/// The comments are what Doxygen reads.
#[test]
fn the_documentation_is_well_formed() {
    run(Command::new("clang++")
        .args(["-std=c++17", "-Wdocumentation", "-Wdocumentation-pedantic"])
        .args(["-Werror", "-Iinclude", "-fsyntax-only", "-x", "c++"])
        .arg("include/verigator.hpp"));
}
