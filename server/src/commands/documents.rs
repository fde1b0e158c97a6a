//! Manual pages and the completions of shells, made from the description of the options: nothing of it is
//! written a second time.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::{Generator, Shell};
use clap_mangen::Man;

use super::Problem;
use crate::options::Options;

/// The part of the manual for what administrators run.
const SECTION: &str = "8";

/// Writes them into a folder.
///
/// # Errors
///
/// The folder cannot be written.
pub(super) fn write(folder: &Path) -> Result<(), Problem> {
    written(folder).map_err(|error| format!("{} cannot be written: {error}", folder.display()))
}

fn written(folder: &Path) -> io::Result<()> {
    let mut command = Options::command().disable_help_subcommand(true);
    command.build();
    let pages = folder.join("man");
    fs::create_dir_all(&pages)?;
    write_pages(&command, &pages)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let completions = folder.join(shell.to_string());
        fs::create_dir_all(&completions)?;
        let mut text = Vec::new();
        shell.try_generate(&command, &mut text)?;
        fs::write(completions.join(file_name(shell)), text)?;
    }
    Ok(())
}

/// How a shell wants to find the completion of this program.
fn file_name(shell: Shell) -> &'static str {
    match shell {
        Shell::Zsh => "_verigator-server",
        Shell::Fish => "verigator-server.fish",
        _ => "verigator-server",
    }
}

/// Writes the page of a command, and those of the commands within it.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    let man = Man::new(command.clone()).section(SECTION);
    man.render(&mut page)?;
    fs::write(folder.join(format!("{name}.{SECTION}")), page)?;
    let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    for command in inner {
        write_pages(command, folder)?;
    }
    Ok(())
}
