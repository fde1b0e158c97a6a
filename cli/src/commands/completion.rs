//! `verigator completion`: the completion of a shell, for who has not installed it.

use crate::commands::documents;
use crate::options::{CommonOptions, CompletedShell};
use crate::output::{Form, Output};
use crate::problem::Result;
use verigator_documents::Shell;

/// Prints it.
///
/// # Errors
///
/// Stdout cannot be written.
pub fn run(options: &CommonOptions, shell: CompletedShell) -> Result<()> {
    let shell = match shell {
        CompletedShell::Bash => Shell::Bash,
        CompletedShell::Zsh => Shell::Zsh,
        CompletedShell::Fish => Shell::Fish,
    };
    let output = Output::new(Form::of(options));
    output.write(&documents::program().completion(shell))?;
    output.flush()
}
