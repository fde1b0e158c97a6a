//! All options of a program on one page in Markdown, in the words of `--help`: a table for each command, with those
//! that no command before it has.

use std::collections::HashSet;

use clap::{Arg, Command};

/// The page of a program whose commands are built.
pub fn page(program: &Command) -> String {
    let name = program.get_name();
    let mut page = Page {
        text: format!("<!-- Written by `{name} documents`; do not edit it. -->\n"),
        told: HashSet::new(),
    };
    page.write(program, "#");
    page.text
}

struct Page {
    text: String,
    /// The rows that are there.
    told: HashSet<String>,
}

impl Page {
    /// Writes a command, and those within it that people are told of.
    fn write(&mut self, command: &Command, heading: &str) {
        let name = command.get_bin_name().unwrap_or(command.get_name());
        let about = command.get_long_about().or(command.get_about());
        let about = prose(&about.map(ToString::to_string).unwrap_or_default());
        self.text += &format!("{heading} {name}\n\n{about}\n");
        self.write_arguments(command);
        for inner in command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set())
        {
            self.text += "\n";
            self.write(inner, &format!("{heading}#"));
        }
    }

    fn write_arguments(&mut self, command: &Command) {
        let (mut rows, mut before) = (String::new(), Vec::new());
        for argument in command.get_arguments().filter(is_told) {
            let row = row(argument);
            if self.told.contains(&row) {
                before.extend(argument.get_long().map(|name| format!("`--{name}`")));
            } else {
                rows += &row;
                self.told.insert(row);
            }
        }
        if !rows.is_empty() {
            self.text += &format!("\n| option | what | default |\n|---|---|---|\n{rows}");
        }
        if !before.is_empty() {
            self.text += &format!("\nAs above: {}.\n", before.join(", "));
        }
    }
}

/// Whether it is one of this program's own: all programs have the others.
fn is_told(argument: &&Arg) -> bool {
    !argument.is_hide_set() && !["help", "version"].contains(&argument.get_id().as_str())
}

fn row(argument: &Arg) -> String {
    let help = argument.get_long_help().or(argument.get_help());
    let help = cell(&help.map(ToString::to_string).unwrap_or_default());
    let spelled = spelled(argument).replace('|', "\\|");
    let (choices, default) = match argument.get_action().takes_values() {
        true => (choices(argument), default(argument)),
        false => (String::new(), String::new()),
    };
    format!("| `{spelled}` | {help}{choices} | {default} |\n")
}

/// How it stands on the command line.
fn spelled(argument: &Arg) -> String {
    let name = argument.get_long().map(|name| format!("--{name}"));
    let values = argument.get_value_names().unwrap_or_default();
    let values = values.iter().map(|value| format!("<{value}>"));
    let takes_values = argument.get_action().takes_values();
    let parts = name.into_iter().chain(values.filter(|_| takes_values));
    parts.collect::<Vec<_>>().join(" ")
}

/// The values that it may have, where they are few.
fn choices(argument: &Arg) -> String {
    let values = argument.get_possible_values();
    let names = values.iter().map(|value| format!("`{}`", value.get_name()));
    let names = names.collect::<Vec<_>>().join(", ");
    match names.is_empty() {
        true => names,
        false => format!(": {names}"),
    }
}

fn default(argument: &Arg) -> String {
    let values = argument.get_default_values().iter();
    let values = values.map(|value| format!("`{}`", value.to_string_lossy()));
    values.collect::<Vec<_>>().join(", ")
}

/// Text in which nothing is Markdown's: no tag, no link, and no emphasis, which an underscore within a word is none of.
fn prose(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.contains("://") {
        true => literal(word),
        false => word
            .replace('<', "\\<")
            .replace('*', "\\*")
            .replace("/_", "/\\_"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A word as it is, but for what ends a part of a sentence.
fn literal(word: &str) -> String {
    let whole = word.trim_matches('`');
    let end = whole.trim_end_matches(['`', '.', ',', ';', ':']);
    format!("`{end}`{}", whole[end.len()..].trim_matches('`'))
}

/// The same in one line, between two bars.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|").replace('\n', " ")
}
