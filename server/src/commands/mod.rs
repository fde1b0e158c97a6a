//! What the program does: serve, look after accounts and backups, or move a database.

mod account;
mod backup;
mod check_config;
mod documents;
mod move_database;
mod send_test;
mod serve;
mod upkeep;

use std::io::{self, Write};
use std::time::Duration;

use crate::log_writer::LogWriter;
use crate::options::{Command, DatabaseOptions, Options};
use crate::storage::{Error, Location, Move, Storage};

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
            Some(Command::Move(options)) => move_database::run(&options).await,
            Some(Command::SendTest(options)) => send_test::run(&options).await,
            Some(Command::Backup { file, database }) => backup::back_up(&file, &database).await,
            Some(Command::Restore { file, database }) => backup::restore(&file, &database),
            Some(Command::Documents { folder }) => documents::write(&folder),
            Some(Command::VoidPending { database }) => backup::void_pending(&database).await,
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

fn open(location: &Location) -> Result<Storage, Problem> {
    Storage::open(location)
        .map_err(|error| format!("the database {location} cannot be opened: {error}"))
}

/// Opens a database that is kept when the process ends.
async fn open_kept(database: &DatabaseOptions) -> Result<Storage, Problem> {
    match database.location()? {
        Location::Memory => {
            Err("an account in :memory: would be gone at once; name a file".to_owned())
        }
        location => {
            let storage = open(&location)?;
            refuse_moved(&location, &storage).await?;
            Ok(storage)
        }
    }
}

/// Opens a database that must be there.
async fn open_existing(database: &DatabaseOptions) -> Result<Storage, Problem> {
    let location = database.location()?;
    match location.may_exist() {
        true => open_kept(database).await,
        false => Err(format!("there is no database {location}; see --database")),
    }
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
