//! The program `verigator-server`: reads its options and does what they say.

use std::process::ExitCode;

use clap::Parser;
use verigator_server::{commands, options::Options};

fn main() -> ExitCode {
    match commands::run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("verigator-server: {problem}");
            ExitCode::FAILURE
        }
    }
}
