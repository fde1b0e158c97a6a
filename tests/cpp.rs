//! The C++ binding: programs over `include/verigator.hpp`, compiled with strict warnings, against
//! the real library and the real server.

#[path = "conformance/drive.rs"]
mod drive;
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use drive::drive;
use support::server::Server;
use support::{library, run};

const STRICT: [&str; 7] = [
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wsign-conversion",
];

const WITHOUT_EXCEPTIONS: &[&str] = &["-fno-exceptions", "-fno-rtti"];

const SANITIZED: &[&str] = &[
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
];

/// How a program is compiled.
#[derive(Clone, Copy)]
struct Build {
    compiler: &'static str,
    standard: &'static str,
    flags: &'static [&'static str],
}

/// The older standard with one compiler, the newer one with the other.
const BUILDS: [Build; 2] = [
    Build {
        compiler: "g++",
        standard: "-std=c++17",
        flags: &[],
    },
    Build {
        compiler: "clang++",
        standard: "-std=c++20",
        flags: &[],
    },
];

/// The other way round.
const CROSSWISE: [Build; 2] = [
    Build {
        standard: "-std=c++20",
        ..BUILDS[0]
    },
    Build {
        standard: "-std=c++17",
        ..BUILDS[1]
    },
];

impl Build {
    fn with(self, flags: &'static [&'static str]) -> Self {
        Self { flags, ..self }
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
        let object = in_folder(folder, source, "o");
        run(self.compiler().args(["-c", source, "-o"]).arg(&object));
        object
    }

    fn link(&self, objects: &[PathBuf], folder: &Path) -> PathBuf {
        let program = folder.join("program");
        let libraries = library().parent().unwrap().display().to_string();
        run(self
            .compiler()
            .args(objects)
            .args([format!("-L{libraries}"), format!("-Wl,-rpath,{libraries}")])
            .args(["-lverigator", "-o"])
            .arg(&program));
        program
    }

    /// Compiles a program of these units and the helpers in C, and runs it against a server.
    fn output(&self, sources: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut objects = helpers(folder.path());
        objects.extend(
            sources
                .iter()
                .map(|source| self.object(source, folder.path())),
        );
        run_against_a_server(&self.link(&objects, folder.path()))
    }

    /// Whether a unit compiles, and what the compiler says.
    fn accepts(&self, source: &str, flags: &[&str]) -> (bool, String) {
        let output = self
            .compiler()
            .args(flags)
            .args(["-fsyntax-only", source])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    }
}

fn in_folder(folder: &Path, source: &str, extension: &str) -> PathBuf {
    let path = folder.join(Path::new(source).file_name().unwrap());
    path.with_extension(extension)
}

/// The user's phone and what it needs. They are C, and no part of what is tested here.
fn helpers(folder: &Path) -> Vec<PathBuf> {
    let sources = [
        "examples/c/http.c",
        "examples/c/totp.c",
        "examples/c/phone.c",
    ];
    let compile = |source| {
        let object = in_folder(folder, source, "c.o");
        run(Command::new("cc").args(["-c", source, "-o"]).arg(&object));
        object
    };
    sources.map(compile).to_vec()
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

/// Compiles a test and runs it in both builds; for the crosswise ones it is enough
/// that it compiles.
fn test(source: &str, flags: &'static [&'static str]) {
    for build in BUILDS {
        passes(source, &build.with(flags).output(&[source]));
    }
    for build in CROSSWISE {
        let (accepted, said) = build.accepts(source, flags);
        assert!(accepted, "{said}");
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
fn queue() {
    test("tests/cpp/queue.cpp", &[]);
}

/// With the one of these compilers that has them.
#[test]
fn coroutines() {
    let source = "tests/cpp/coroutines.cpp";
    for flags in [&[], SANITIZED] {
        passes(source, &CROSSWISE[0].with(flags).output(&[source]));
    }
}

#[test]
fn without_exceptions() {
    test("tests/cpp/no_exceptions.cpp", WITHOUT_EXCEPTIONS);
}

/// Nothing is read after its end, nothing leaks, and nothing is undefined.
#[test]
fn under_the_sanitizers() {
    let build = BUILDS[0].with(SANITIZED);
    for name in ["errors", "ownership", "ranges", "log", "queue"] {
        let source = format!("tests/cpp/{name}.cpp");
        passes(&source, &build.output(&[&source]));
    }
}

/// The header in two units of one program, compiled alike.
#[test]
fn two_units_of_one_program() {
    let sources = [
        "tests/cpp/two_units_main.cpp",
        "tests/cpp/two_units_other.cpp",
    ];
    for build in BUILDS {
        passes("two units", &build.output(&sources));
    }
}

/// The same, with one unit without exceptions: whichever the linker sees first, each stays as it
/// was compiled.
#[test]
fn two_units_of_both_sorts() {
    for build in BUILDS {
        let folder = tempfile::tempdir().unwrap();
        let other = build.with(WITHOUT_EXCEPTIONS);
        let mut objects = helpers(folder.path());
        objects.push(build.object("tests/cpp/two_units_main.cpp", folder.path()));
        objects.push(other.object("tests/cpp/two_units_other.cpp", folder.path()));
        for _ in 0..2 {
            let program = build.link(&objects, folder.path());
            passes("two units", &run_against_a_server(&program));
            objects.reverse();
        }
    }
}

/// The program compiles as it is, and not one of its wrong lines does.
#[test]
fn what_must_not_compile_does_not() {
    let source = "tests/cpp/refused.cpp";
    let text = std::fs::read_to_string(source).unwrap();
    let wrong: Vec<(usize, &str)> = (1..)
        .zip(text.lines())
        .filter_map(|(number, line)| Some((number, line.split_once("; // ")?.1)))
        .collect();
    assert_eq!(wrong.len(), text.matches("#ifdef REFUSED").count());
    for build in BUILDS {
        let (accepted, said) = build.accepts(source, &[]);
        assert!(accepted, "{said}");
        let (accepted, said) = build.accepts(source, &["-DREFUSED"]);
        assert!(!accepted);
        // Without the lines that it quotes.
        let said: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with(source) || line.contains(": error: "))
            .collect();
        for (number, reason) in &wrong {
            let place = format!("{source}:{number}:");
            assert!(
                says_of(&said, &place, reason),
                "{place} {reason}, of:\n{said:#?}"
            );
        }
    }
}

/// Whether a compiler complains of this place for this reason: at once, or in the line beside it if
/// the fault is in a template, which was asked for here.
fn says_of(said: &[&str], place: &str, reason: &str) -> bool {
    (0..said.len())
        .filter(|&at| said[at].starts_with(place))
        .any(|at| match said[at].contains(": error: ") {
            true => said[at].contains(reason),
            false => said[at.saturating_sub(1)..]
                .iter()
                .take(3)
                .any(|line| line.contains(reason)),
        })
}

/// The comments are what Doxygen reads.
#[test]
fn the_documentation_is_well_formed() {
    run(Command::new("clang++")
        .args(["-std=c++17", "-Wdocumentation", "-Wdocumentation-pedantic"])
        .args(["-Werror", "-fsyntax-only", "-x", "c++"])
        .arg("include/verigator.hpp"));
}

/// With the strictest warnings, whatever the compiler and the standard.
#[test]
fn the_examples_compile() {
    for build in BUILDS.into_iter().chain(CROSSWISE) {
        for source in ["examples/cpp/login.cpp", "examples/cpp/failures.cpp"] {
            let (accepted, said) = build.accepts(source, &[]);
            assert!(accepted, "{said}");
        }
    }
}

#[test]
fn cpp_passes_every_case() {
    let folder = tempfile::tempdir().unwrap();
    let objects = ["conformance", "describe"].map(|name| {
        let source = format!("tests/conformance/cpp/{name}.cpp");
        BUILDS[0].object(&source, folder.path())
    });
    drive("cpp", &BUILDS[0].link(&objects, folder.path()));
}
