//! Manual pages and completions of this program.

use std::path::Path;

use clap::CommandFactory;
use verigator_documents::Program;

use super::Problem;
use crate::options::Options;

/// Writes them into a folder.
///
/// # Errors
///
/// The folder cannot be written.
pub(super) fn write(folder: &Path) -> Result<(), Problem> {
    let server = Program {
        name: "verigator-server",
        section: "8",
        options: Options::command(),
    };
    server.write_documents(folder)
}
