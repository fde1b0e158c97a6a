//! Where options come from: the command line, before the environment, before a file.
//!
//! There is one description of the options, [`Options`]: a key of the file is the long name of an option,
//! and a variable is `VERIGATOR_SERVER_` and the same in capitals. What an option takes is judged at one
//! place, whichever way it came.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, Error, FromArgMatches};
use toml::{Table, Value};

use crate::options::Options;

/// What the names of variables begin with.
const PREFIX: &str = "VERIGATOR_SERVER_";
/// The options that say where the others are, or are for people. They are in no file.
const NOT_IN_FILES: [&str; 4] = ["config", "check-config", "help", "version"];

/// Takes the options of a program that was started with some arguments, its name first.
///
/// # Errors
///
/// The file cannot be read, or an option is wrong, wherever it came from.
pub fn options(arguments: impl IntoIterator<Item = OsString>) -> Result<Options, Error> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = command();
    let file = file_named(&command, &arguments);
    if let Some(path) = &file {
        let table = read(path).map_err(|why| command.error(ErrorKind::Io, why))?;
        let added =
            added(&command, &arguments, &table).map_err(|why| refusal(&mut command, path, &why))?;
        let end = arguments.iter().position(|argument| argument == "--");
        let end = end.unwrap_or(arguments.len());
        arguments.splice(end..end, added);
    }
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Options::from_arg_matches(&matches));
    parsed.map_err(|error| match file {
        Some(path) if error.use_stderr() => with_hint(error, &path),
        _ => error,
    })
}

/// The command line, with a variable for each option.
fn command() -> Command {
    with_variables(Options::command())
}

fn with_variables(command: Command) -> Command {
    let command = command.mut_args(|option| match option.get_long() {
        Some(name) if !is_for_people(name) => {
            let variable = format!("{PREFIX}{}", name.replace('-', "_").to_uppercase());
            option.env(variable).hide_env(true)
        }
        _ => option,
    });
    command.mut_subcommands(with_variables)
}

fn is_for_people(name: &str) -> bool {
    ["help", "version"].contains(&name)
}

/// The file that the command line or the environment names.
fn file_named(command: &Command, arguments: &[OsString]) -> Option<PathBuf> {
    // What is wrong otherwise is told later.
    let matches = command.clone().ignore_errors(true);
    let matches = matches.try_get_matches_from(arguments).ok()?;
    let file: Option<&PathBuf> = matches.try_get_one("config").ok()?;
    file.cloned()
}

fn read(path: &Path) -> Result<Table, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the file {} cannot be read: {error}", path.display()))?;
    text.parse()
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The arguments that say what the file says, but for what was said before it.
fn added(
    command: &Command,
    arguments: &[OsString],
    table: &Table,
) -> Result<Vec<OsString>, String> {
    let lenient = command.clone().ignore_errors(true);
    let matches = lenient.try_get_matches_from(arguments).ok();
    let (chosen, matches) = innermost(command, matches.as_ref());
    let mut added = Vec::new();
    for (key, value) in table {
        match option(chosen, key) {
            Some(option) if !is_given(matches, option) => {
                added.extend(spelled(key, option, value)?);
            }
            Some(_) => (),
            // It is for another command.
            None if is_known(command, key) => (),
            None => added.push(format!("--{key}").into()),
        }
    }
    Ok(added)
}

/// The command that is run, which may be one within another.
fn innermost<'a>(
    command: &'a Command,
    matches: Option<&'a ArgMatches>,
) -> (&'a Command, Option<&'a ArgMatches>) {
    let inner = matches.and_then(ArgMatches::subcommand);
    match inner.and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches))) {
        Some((command, matches)) => innermost(command, Some(matches)),
        None => (command, matches),
    }
}

/// The option of a command that a key of a file is.
fn option<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    let mut options = command.get_arguments();
    options.find(|option| option.get_long() == Some(key) && !NOT_IN_FILES.contains(&key))
}

fn is_known(command: &Command, key: &str) -> bool {
    let mut inner = command.get_subcommands();
    option(command, key).is_some() || inner.any(|command| is_known(command, key))
}

/// Whether an option stands on the command line or in the environment.
fn is_given(matches: Option<&ArgMatches>, option: &Arg) -> bool {
    let id = option.get_id().as_str();
    let is_there = |matches: &&ArgMatches| matches.try_contains_id(id).unwrap_or(false);
    let source = matches.filter(is_there).and_then(|m| m.value_source(id));
    matches!(
        source,
        Some(ValueSource::CommandLine | ValueSource::EnvVariable)
    )
}

/// An option as it stands on the command line, once for each value.
fn spelled(key: &str, option: &Arg, value: &Value) -> Result<Vec<OsString>, String> {
    let one = |value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(true) if !option.get_action().takes_values() => {
                return Ok(Some(format!("--{key}").into()));
            }
            Value::Boolean(false) if !option.get_action().takes_values() => return Ok(None),
            other => return Err(unfit(key, other)),
        };
        match option.get_action().takes_values() {
            true => Ok(Some(format!("--{key}={text}").into())),
            false => Err(format!("{key} is true or false, without quotes")),
        }
    };
    let values = match value {
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(value).map(|one| vec![one]),
    };
    Ok(values?.into_iter().flatten().collect())
}

fn unfit(key: &str, value: &Value) -> String {
    let kind = value.type_str();
    format!("{key} takes a text or a number, or a list of them, and not a {kind}")
}

fn refusal(command: &mut Command, path: &Path, why: &str) -> Error {
    command.error(
        ErrorKind::InvalidValue,
        format!("{}: {why}", path.display()),
    )
}

/// Says of an error that what is wrong may be in the file.
fn with_hint(error: Error, path: &Path) -> Error {
    let kind = error.kind();
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let hint = format!(
        "{text}\n\nThis is of the command line, the environment ({PREFIX}...) and the file {} together.\n",
        path.display()
    );
    Error::raw(kind, hint)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn taken(file: &str, arguments: &[&str]) -> Result<Options, String> {
        let mut config = tempfile::NamedTempFile::new().unwrap();
        config.write_all(file.as_bytes()).unwrap();
        let mut all: Vec<OsString> = vec!["verigator-server".into()];
        let is_option = |argument: &&str| argument.starts_with('-');
        let end = arguments.iter().position(is_option);
        let (commands, others) = arguments.split_at(end.unwrap_or(arguments.len()));
        all.extend(commands.iter().map(OsString::from));
        all.extend(["--config".into(), config.path().into()]);
        all.extend(others.iter().map(OsString::from));
        options(all).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_goes_before_the_file() {
        let file =
            "max-connections = 7\nno-sms = true\nallowed-host = [\"a.example\", \"b.example\"]\n";
        let serve = taken(file, &[]).unwrap().serve;
        assert_eq!(serve.max_connections, Some(7));
        assert_eq!(serve.allowed_host.len(), 2);
        assert!(serve.no_sms);
        let serve = taken(file, &["--max-connections", "8"]).unwrap().serve;
        assert_eq!(serve.max_connections, Some(8));
        let serve = taken(file, &["--allowed-host=c.example"]).unwrap().serve;
        assert_eq!(serve.allowed_host.len(), 1);
        assert!(!taken("\u{feff}no-sms = false", &[]).unwrap().serve.no_sms);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_its_name() {
        for (file, told) in [
            ("lisen = \"127.0.0.1:0\"", "a similar argument exists"),
            ("listen = \"127.0.0.1\"", "ADDRESS:PORT"),
            ("listen = 1.5", "not a float"),
            ("no-sms = \"yes\"", "true or false"),
            ("[serve]\nno-sms = true", "--serve"),
            ("no-sms", "TOML parse error"),
            ("config = \"other.toml\"", "--config"),
            ("max-connections = true", "not a boolean"),
        ] {
            let refusal = taken(file, &[]).unwrap_err();
            assert!(refusal.contains(told), "{file}: {refusal}");
            assert!(refusal.contains("/tmp"), "{refusal}");
        }
    }

    #[test]
    fn a_file_serves_all_commands() {
        let file = "database = \"file.db\"\nno-sms = true\n";
        for arguments in [
            &["account", "list"][..],
            &["backup", "copy.db"],
            &["void-pending"],
            &["account", "add", "--", "-name"],
        ] {
            let taken = taken(file, arguments);
            assert!(taken.is_ok(), "{arguments:?}: {taken:?}");
        }
    }
}
