//! Manual pages, a page in Markdown and the completions of shells, made from the description of a program's options:
//! nothing of it is written a second time.

mod markdown;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::{generate, generate_to};
use clap_mangen::Man;

pub use clap_complete::Shell;

/// The shells that most people have.
const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

/// A program, and the part of the manual that it belongs to.
pub struct Program {
    /// How it is called.
    pub name: &'static str,
    /// 1 for what people run, 8 for what administrators run.
    pub section: &'static str,
    /// What its options are.
    pub options: Command,
}

impl Program {
    /// Writes manual pages, a page in Markdown and completions into a folder: `man`, `markdown`, `bash`, `zsh` and
    /// `fish` in it.
    ///
    /// # Errors
    ///
    /// The folder cannot be written; the text names it.
    pub fn write_documents(self, folder: &Path) -> Result<(), String> {
        self.write(folder)
            .map_err(|error| format!("{} cannot be written: {error}", folder.display()))
    }

    /// The completion of one shell.
    pub fn completion(self, shell: Shell) -> String {
        let Self { name, options, .. } = self;
        let (mut command, mut script) = (described(options), Vec::new());
        generate(shell, &mut command, name, &mut script);
        mended(name, &String::from_utf8_lossy(&script))
    }

    fn write(self, folder: &Path) -> io::Result<()> {
        let Self {
            name,
            section,
            options,
        } = self;
        let mut command = described(options);
        for shell in SHELLS {
            let folder = folder.join(shell.to_string());
            fs::create_dir_all(&folder)?;
            let script = generate_to(shell, &mut command, name, folder)?;
            let text = fs::read_to_string(&script)?;
            fs::write(script, mended(name, &text))?;
        }
        command.build();
        let markdown = folder.join("markdown");
        fs::create_dir_all(&markdown)?;
        fs::write(
            markdown.join(format!("{name}.md")),
            markdown::page(&command),
        )?;
        let folder = folder.join("man");
        fs::create_dir_all(&folder)?;
        let pages = Pages {
            program: name,
            section,
        };
        pages.write(&command, &folder)
    }
}

fn described(options: Command) -> Command {
    options.disable_help_subcommand(true)
}

/// Where a program has a hyphen in its name, clap_complete's script for bash calls it by one name and looks for
/// another (<https://github.com/clap-rs/clap/issues/6386>).
fn mended(name: &str, script: &str) -> String {
    match name.contains('-') {
        true => script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__")),
        false => script.to_owned(),
    }
}

/// The pages of a program.
struct Pages {
    program: &'static str,
    section: &'static str,
}

impl Pages {
    /// Writes the page of a command, and those of the commands within it that people are told of.
    fn write(&self, command: &Command, folder: &Path) -> io::Result<()> {
        let name = command.get_display_name().unwrap_or(command.get_name());
        let page = self.page(command, name)?;
        fs::write(folder.join(format!("{name}.{}", self.section)), page)?;
        let mut inner = command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set());
        inner.try_for_each(|command| self.write(command, folder))
    }

    fn page(&self, command: &Command, name: &str) -> io::Result<Vec<u8>> {
        let mut page = Vec::new();
        let version = command.get_version().unwrap_or(env!("CARGO_PKG_VERSION"));
        let man = Man::new(command.clone())
            .title(name)
            .section(self.section)
            .source(format!("{} {version}", self.program));
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
