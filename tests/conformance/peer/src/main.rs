//! Drives the runners of the conformance cases: tells them what to call, plays the service that
//! they call, and judges what came of it at both ends. The folder's README.md says what a case is,
//! and what a runner is told and answers.

mod case;
mod connection;
mod drive;
mod language;
mod message;
mod operation;
mod outcome;
mod reply;
mod requests;
mod results;
mod runner;
mod service;
mod summary;
mod text;

use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use drive::Drive;
use language::{LANGUAGES, Language};
use results::Results;
use runner::Runner;
use service::Service;

/// Drives the conformance cases, from the root of the repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The folder of the case files.
    #[arg(long, global = true, default_value = "tests/conformance/cases")]
    cases: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Drives a runner through the cases, and judges what comes of them.
    Run(Run),
    /// Prints which language passed which cases; fails where one is missing.
    Summary {
        /// By default all.
        #[arg(value_parser = Language::named)]
        languages: Vec<&'static Language>,
    },
    /// Plays the service alone, until the standard input ends.
    Serve,
}

#[derive(Args)]
struct Run {
    #[arg(value_parser = Language::named)]
    language: &'static Language,
    /// Drives only the case of this name, and writes no results; may be repeated.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The file for the results, by default target/conformance/LANGUAGE.json.
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// How long the runner may take for one call.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    limit: u64,
    /// The runner and its arguments.
    #[arg(last = true, required = true)]
    runner: Vec<OsString>,
}

fn main() -> ExitCode {
    match obey(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance-peer: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is as the cases have it.
fn obey(arguments: Arguments) -> Result<bool, Box<dyn Error>> {
    let cases = case::read_folder(&arguments.cases)?;
    match arguments.command {
        Command::Run(run) => run.drive(&*Service::start(cases)?),
        Command::Summary { languages } if languages.is_empty() => {
            Ok(summary::print(&cases, &LANGUAGES.iter().collect::<Vec<_>>())? == 0)
        }
        Command::Summary { languages } => Ok(summary::print(&cases, &languages)? == 0),
        Command::Serve => {
            println!(
                "conformance-peer listening on {}",
                Service::start(cases)?.url()
            );
            io::copy(&mut io::stdin(), &mut io::sink())?;
            Ok(true)
        }
    }
}

impl Run {
    /// Whether all is as the cases have it.
    fn drive(self, service: &Service) -> Result<bool, Box<dyn Error>> {
        let cases = service.cases();
        if let Some(name) = self.only.iter().find(|name| !cases.contains_key(*name)) {
            return Err(format!("there is no case {name}").into());
        }
        let mut drive = Drive {
            service,
            language: self.language,
            runner: Runner::start(self.runner, Duration::from_secs(self.limit))?,
            calls: 0,
            failed: 0,
        };
        let is_meant = |name: &String| self.only.is_empty() || self.only.contains(name);
        let results: Results = cases
            .iter()
            .filter(|(name, _)| is_meant(name))
            .map(|(name, case)| (name.clone(), drive.case(name, case)))
            .collect();
        let (calls, mut failed) = (drive.calls, drive.failed);
        if let Err(why) = drive.runner.end() {
            eprintln!("{}: {why}", self.language.name);
            failed += 1;
        }
        if self.only.is_empty() {
            let file = self.results.unwrap_or(results::file(self.language));
            results::write(&file, &results)?;
        }
        println!("{} cases, {calls} calls, {failed} failed", results.len());
        Ok(failed == 0 && calls > 0)
    }
}
