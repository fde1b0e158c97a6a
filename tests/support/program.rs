//! A C or C++ program, compiled with strict warnings, against the shared library.

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
        let library = library();
        let libraries = library.parent().unwrap();
        run(Command::new(compiler)
            .arg(standard)
            .args(STRICT)
            .args(["-pthread", "-Iinclude", "-Iexamples/c", "-Itests/c"])
            .args(sources)
            .arg("-L")
            .arg(libraries)
            .arg("-lverigator")
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
