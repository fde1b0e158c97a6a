//! What the program does: serve, look after accounts, keys and backups, or move a database.

mod account;
mod backup;
mod check_config;
mod documents;
mod healthcheck;
mod key;
mod move_database;
mod send_test;
mod serve;
mod upkeep;

use std::io::{self, Write};
use std::time::Duration;

use crate::log_writer::LogWriter;
use crate::options::{Command, DatabaseOptions, KeyOptions, Options};
use crate::page::enrolment::texts::ENGLISH;
use crate::secrets::KeyPlace;
use crate::storage::{Error, Location, Move, OpenError, Storage};

/// A problem, as one line for a person.
type Problem = String;

/// How many threads there may be for work that blocks: argon2.
const BLOCKING_THREADS: usize = 64;

/// Does what the options say. A server logs to `log`.
pub fn run(options: Options, log: &LogWriter) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| format!("the threads could not be started: {error}"))?;
    let outcome = runtime.block_on(async {
        match options.command {
            Some(Command::Account(command)) => account::run(command).await,
            Some(Command::Key(command)) => key::run(command).await,
            Some(Command::Move(options)) => move_database::run(&options).await,
            Some(Command::SendTest(options)) => send_test::run(&options).await,
            Some(Command::Healthcheck { listening }) => healthcheck::run(&listening).await,
            Some(Command::Backup { file, database }) => backup::back_up(&file, &database).await,
            Some(Command::Restore {
                file,
                database,
                keys,
            }) => backup::restore(&file, &database, &keys),
            Some(Command::Documents { folder }) => documents::write(&folder),
            Some(Command::PageTexts) => tell(ENGLISH.trim_end()),
            Some(Command::VoidPending { database, keys }) => {
                backup::void_pending(&database, &keys).await
            }
            None => serve::run(options.serve, log).await,
        }
    });
    // A storage operation that hangs must not keep the process from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// Writes a line to stdout. Whoever closed it, such as `head`, has read enough.
fn tell(line: &str) -> Result<(), Problem> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!(
            "stdout cannot be written: {error}; it was to say: {line}"
        )),
        _ => Ok(()),
    }
}

fn open(location: &Location, keys: KeyPlace) -> Result<Storage, Problem> {
    Storage::open(location, keys).map_err(|error| not_opened(location, &error))
}

fn not_opened(location: &Location, error: &OpenError) -> Problem {
    format!("the database {location} cannot be opened: {error}")
}

/// Opens a database that is kept when the process ends, for what is not encrypted in it.
async fn open_kept(database: &DatabaseOptions) -> Result<Storage, Problem> {
    match database.location()? {
        Location::Memory => {
            Err("an account in :memory: would be gone at once; name a file".to_owned())
        }
        location => {
            let storage =
                Storage::open_locked(&location).map_err(|error| not_opened(&location, &error))?;
            refuse_moved(&location, &storage).await?;
            Ok(storage)
        }
    }
}

/// The same of one that must be there.
async fn open_existing(database: &DatabaseOptions) -> Result<Storage, Problem> {
    let location = database.location()?;
    match location.may_exist() {
        true => open_kept(database).await,
        false => Err(format!("there is no database {location}; see --database")),
    }
}

/// Opens a database that must be there, with its keys, and gives also where these are.
async fn open_with_keys(
    database: &DatabaseOptions,
    keys: &KeyOptions,
) -> Result<(Storage, KeyPlace), Problem> {
    let location = database.location()?;
    if !location.may_exist() {
        return Err(format!("there is no database {location}; see --database"));
    }
    let keys = keys.place(&location)?;
    let storage = open(&location, keys.clone())?;
    refuse_moved(&location, &storage).await?;
    Ok((storage, keys))
}

/// Refuses a database that was moved elsewhere, or whose move was not finished.
async fn refuse_moved(location: &Location, storage: &Storage) -> Result<(), Problem> {
    match storage.moved().await.map_err(failed)? {
        None => Ok(()),
        Some(Move::To(target)) => Err(format!(
            "the database {location} was moved to {target}: use that one; to serve this one all the same, \
             start it once with --forget-move"
        )),
        Some(Move::From(source)) => Err(format!(
            "the move of {source} to the database {location} was not finished: move it again"
        )),
    }
}

fn failed(error: Error) -> Problem {
    error.to_string()
}
