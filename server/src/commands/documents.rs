//! Manual pages and the completions of shells, made from the description of the options: nothing of it is
//! written a second time.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate_to};
use clap_mangen::Man;

use super::Problem;
use crate::options::Options;

/// The part of the manual for what administrators run.
const SECTION: &str = "8";
/// The shells that most people have.
const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

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
    for shell in SHELLS {
        let folder = folder.join(shell.to_string());
        fs::create_dir_all(&folder)?;
        let script = generate_to(shell, &mut command, "verigator-server", folder)?;
        if shell == Shell::Bash {
            mend(&script)?;
        }
    }
    let folder = folder.join("man");
    fs::create_dir_all(&folder)?;
    command.build();
    write_pages(&command, &folder)
}

/// Where a program has a hyphen in its name, clap_complete calls it by one name and looks for another
/// (<https://github.com/clap-rs/clap/issues/6386>).
fn mend(script: &Path) -> io::Result<()> {
    let text = fs::read_to_string(script)?;
    fs::write(
        script,
        text.replace("verigator__subcmd__server", "verigator__server"),
    )
}

/// Writes the page of a command, and those of the commands within it.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let page = page(command, name)?;
    fs::write(folder.join(format!("{name}.{SECTION}")), page)?;
    let mut inner = command.get_subcommands();
    inner.try_for_each(|command| write_pages(command, folder))
}

fn page(command: &Command, name: &str) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let version = command.get_version().unwrap_or(env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone())
        .title(name)
        .section(SECTION)
        .source(format!("verigator-server {version}"));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(examples) = command.get_after_help() {
        write_examples(&examples.to_string(), &mut page)?;
    }
    Ok(page)
}

/// Writes examples line by line, as they are: whoever copies one is to get no other.
fn write_examples(examples: &str, page: &mut impl Write) -> io::Result<()> {
    let examples = examples.trim_start_matches("Examples:\n");
    let escaped = examples
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\(aq");
    write!(page, ".SH EXAMPLES\n.nf\n{escaped}\n.fi\n")
}
