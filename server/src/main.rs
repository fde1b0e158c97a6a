//! The program `verigator-server`: reads its options and does what they say.

use std::io::{Write, stderr};
use std::process::ExitCode;

use clap::Parser;
use verigator_server::{commands, options::Options};

fn main() -> ExitCode {
    match commands::run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // With nobody to tell it to, the exit code says it.
            let _ = writeln!(stderr(), "verigator-server: {problem}");
            ExitCode::FAILURE
        }
    }
}
