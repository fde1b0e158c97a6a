//! `verigator documents`: manual pages and completions, for who packs this program.

use std::path::Path;

use clap::CommandFactory;
use verigator_documents::Program;

use crate::options::Options;
use crate::problem::{Problem, Result};

/// This program, as its documents describe it.
pub fn program() -> Program {
    Program {
        name: "verigator",
        section: "1",
        options: Options::command(),
    }
}

/// Writes them into a folder.
///
/// # Errors
///
/// The folder cannot be written.
pub fn run(folder: &Path) -> Result<()> {
    program().write_documents(folder).map_err(Problem::said)
}
