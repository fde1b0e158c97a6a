//! A C or C++ program, compiled with strict warnings, against the shared library.
//!
//! `scripts/sanitize` sets `SANITIZED_LIBRARY` (the folder of a shared library built with a
//! sanitizer) and `SANITIZER_FLAGS` (what the compiler needs for programs to go with it).

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{library, run};

const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"];

/// A program that is compiled into a folder of its own.
pub struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    pub fn compile(compiler: &str, standard: &str, sources: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = shared_library();
        let libraries = library.parent().unwrap();
        run(Command::new(sanitizing_compiler().unwrap_or(compiler))
            .arg(standard)
            .args(STRICT)
            .args(["-pthread", "-Iinclude", "-Iexamples/c", "-Itests/c"])
            .args(sources)
            .arg("-L")
            .arg(libraries)
            // Not for a program that loads the library itself.
            .args(["-Wl,--as-needed", "-lverigator"])
            // Otherwise a function's first call leaves on the stack what the registers hold.
            .arg("-Wl,-z,now")
            .args(sanitizer_flags())
            // Before LD_LIBRARY_PATH, which cargo sets for tests.
            .arg(format!(
                "-Wl,--disable-new-dtags,-rpath,{}",
                libraries.display()
            ))
            .arg("-o")
            .arg(folder.path().join("program")));
        let program = Self { folder };
        program.assert_loads(&library);
        program
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path());
        command.args(arguments).env("RUST_BACKTRACE", "0");
        command
    }

    /// Another build of the library in its place would be tested in vain.
    fn assert_loads(&self, library: &Path) {
        let loaded = run(Command::new("ldd").arg(self.folder.path().join("program")));
        let line = loaded.lines().find(|line| line.contains("libverigator"));
        let is_expected = |line: &str| line.contains(library.to_str().unwrap());
        assert!(line.is_none_or(is_expected), "{loaded}");
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    /// Where it is, and where it may leave what it needs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The shared library that programs are linked with.
pub fn shared_library() -> PathBuf {
    match std::env::var_os("SANITIZED_LIBRARY") {
        Some(folder) => Path::new(&folder).join("libverigator.so"),
        None => library(),
    }
}

/// The only compiler whose sanitizers go with Rust's.
fn sanitizing_compiler() -> Option<&'static str> {
    (!sanitizer_flags().is_empty()).then_some("clang")
}

fn sanitizer_flags() -> Vec<String> {
    let flags = std::env::var("SANITIZER_FLAGS").unwrap_or_default();
    flags.split_whitespace().map(str::to_owned).collect()
}
