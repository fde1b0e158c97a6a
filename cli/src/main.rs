//! The program `verigator`: two-factor logins, services and users from a command line, over the library of that name.
//!
//! | module | what |
//! |---|---|
//! | `options` | what may stand on the command line; help, manual pages and completions are made from it |
//! | `configuration` | settings: where each comes from, and which goes before which |
//! | `session` | what a command works with: the client, and who is told what |
//! | `commands` | a file for each command |
//! | `target`, `pages` | which service and user are meant; lists, by the page |
//! | `output`, `notes`, `terminal`, `plain`, `qr` | stdout; stderr; the person; text that does nothing else; QR codes |
//! | `problem` | what stopped a command |

mod commands;
mod configuration;
mod notes;
mod options;
mod output;
mod pages;
mod plain;
mod problem;
mod qr;
mod session;
mod target;
mod terminal;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::commands::Answer;
use crate::options::Options;
use crate::problem::Problem;

/// The exit code of what is neither a yes nor a no.
const COULD_NOT: i32 = 2;
/// The exit code of a no.
const NO: u8 = 1;

fn main() -> ExitCode {
    terminal::give_back_when_interrupted();
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(shown) => return tell(&shown),
    };
    let json = options.common.json;
    match commands::run(options) {
        Ok(Answer::Yes) | Err(Problem::NobodyReads) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(NO),
        Err(problem) => {
            notes::write(&match json {
                true => format!("{}\n", plain::json(&problem.json())),
                false => format!("verigator: {}\n", plain::line(&problem.to_string())),
            });
            could_not()
        }
    }
}

/// Shows help, or what is wrong with the command line, also where nobody reads it.
fn tell(shown: &clap::Error) -> ExitCode {
    let text = shown.render().to_string();
    if shown.use_stderr() {
        // What is wrong may be before it.
        let json = std::env::args_os().any(|argument| argument == "--json");
        let problem = Problem::said(text.trim_end().trim_start_matches("error: "));
        notes::write(&match json {
            true => format!("{}\n", plain::json(&problem.json())),
            false => text,
        });
        return could_not();
    }
    let _ = write!(io::stdout(), "{text}");
    match shown.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => could_not(),
    }
}

fn could_not() -> ExitCode {
    ExitCode::from(COULD_NOT as u8)
}
