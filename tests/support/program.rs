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
            .args(sanitizer_flags())
            .arg(format!("-Wl,-rpath,{}", libraries.display()))
            .arg("-o")
            .arg(folder.path().join("program")));
        Self { folder }
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        run(Command::new(self.folder.path().join("program"))
            .args(arguments)
            .env("RUST_BACKTRACE", "0"))
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
