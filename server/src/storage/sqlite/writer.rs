//! The thread that writes. It gathers the operations that wait into one transaction: what a commit costs is
//! its way to the disk, which is the same for one and for a hundred.

use std::fs::File;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};
use rusqlite::{Connection, TransactionBehavior};

use super::transaction::{SqliteTransaction, failure};
use super::{BUSY_TIMEOUT, Place, header, log};
use crate::secrets::Secrets;
use crate::storage::operation::{Line, Sender, Waiting};
use crate::storage::transaction;
use crate::storage::{Error, Result};

/// How many operations are kept by one commit at most: what is waited for should be the disk.
const GROUP: usize = 256;

/// How long the log may become before it is worked into the file: SQLite's own choice, 1000 pages. A
/// commit waits for this work at times, and a start after a crash reads all of the log.
pub(super) const LOG_LIMIT: u64 = 4 << 20;
/// From which length on the log is worth a warning.
const LONG_LOG: u64 = 4 * LOG_LIMIT;
/// How long those who read may take to leave the log, and how often that is tried: nobody's commit waits
/// much for it.
const LEAVE_TIMEOUT: Duration = Duration::from_millis(100);
const LEAVE_INTERVAL: Duration = Duration::from_secs(2);

/// Sends operations to the thread, which ends when this is dropped.
pub(super) struct Writer(Sender);

impl Writer {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(
        connection: Connection,
        place: Place,
        file: Option<File>,
        secrets: Arc<Secrets>,
    ) -> std::io::Result<Self> {
        let (sender, line) = Line::new();
        let writer = Loop {
            connection: Some(connection),
            identity: place.identity(),
            file,
            place,
            secrets,
            in_doubt: false,
            tried: None,
            warned: false,
        };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || writer.run(&line))?;
        Ok(Self(sender))
    }

    /// Runs an operation when it is its turn, and gives its outcome when it is kept.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn transaction::Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.run(operation).await
    }
}

struct Loop {
    /// `None` after a failure that leaves it in doubt what the disk has.
    connection: Option<Connection>,
    /// Which file was opened.
    identity: Option<(u64, u64)>,
    /// The same file; `None` if there is none.
    file: Option<File>,
    place: Place,
    secrets: Arc<Secrets>,
    /// Whether a commit failed, so that nobody knows what the disk has of the log.
    in_doubt: bool,
    /// When the log was last tried to be ended because of its length.
    tried: Option<Instant>,
    /// Whether it was said that the log is long.
    warned: bool,
}

impl Loop {
    fn run(mut self, line: &Line) {
        while let Some(first) = line.next() {
            let mut group = vec![first];
            match self.keep(&mut group, line) {
                Ok(()) => tell(group, || Ok(())),
                Err(error) => tell(group, || Err(again(&error))),
            }
            self.bound_log();
        }
        // What remains would be worked into the file by whoever opens it next.
        if self.is_in_place()
            && let Some(connection) = &self.connection
            && self.log_bytes() > 0
        {
            let _ = end_log(connection);
        }
    }

    fn log_bytes(&self) -> u64 {
        match &self.place {
            Place::File(path) => log::bytes(path),
            Place::Memory => 0,
        }
    }

    /// Works the log into the file if it is long.
    fn bound_log(&mut self) {
        let bytes = self.log_bytes();
        let is_news = bytes > LONG_LOG && !self.warned;
        let is_soon = self
            .tried
            .is_some_and(|when| when.elapsed() < LEAVE_INTERVAL);
        let Some(connection) = &self.connection else {
            return;
        };
        if bytes <= LOG_LIMIT || (is_soon && !is_news) || !self.is_in_place() {
            return;
        }
        match end_log(connection) {
            Ok(true) if self.warned => {
                tracing::info!("the write-ahead log is short again");
                self.warned = false;
            }
            Ok(true) => (),
            Ok(false) if is_news => {
                tracing::warn!(
                    bytes,
                    "the write-ahead log grows: somebody reads the database in a transaction that does \
                     not end, most likely another program, such as sqlite3; end it"
                );
                self.warned = true;
            }
            Ok(false) => (),
            Err(cause) => {
                tracing::error!(%cause, "the write-ahead log could not be worked into the file");
                self.connection = None;
                self.in_doubt = true;
            }
        }
        self.tried = Some(Instant::now());
    }

    /// Whether the file that was opened is where it was, and still a database.
    fn is_in_place(&self) -> bool {
        self.place.identity() == self.identity && self.file.as_ref().is_none_or(begins_as_database)
    }

    /// Runs operations in one transaction, those that come meanwhile too, and keeps what they did.
    fn keep(&mut self, group: &mut Vec<Box<dyn Waiting>>, line: &Line) -> Result<()> {
        // What is written to a file without a name is gone when the program ends.
        if !self.is_in_place() {
            let what = "its file was removed, replaced or overwritten while the server runs; put it in \
                        order and start the server again";
            return Err(Error::Unavailable(what.to_owned()));
        }
        let connection = self.connection()?;
        execute(&connection, "BEGIN IMMEDIATE").map_err(failure)?;
        let filled = self.fill(&connection, group, line);
        let is_filled = filled.is_ok();
        let kept = filled.and_then(|()| execute(&connection, "COMMIT").map_err(not_kept));
        if kept.is_err() {
            let _ = execute(&connection, "ROLLBACK");
        }
        // After a failed commit it may remember something else of the file than what is in it.
        if kept.is_ok() || !is_filled || !self.place.is_file() {
            self.connection = Some(connection);
        }
        self.in_doubt |= matches!(kept, Err(Error::Uncertain(_)));
        kept
    }

    /// Runs operations in the transaction that is open, and those that come meanwhile.
    fn fill(
        &self,
        connection: &Connection,
        group: &mut Vec<Box<dyn Waiting>>,
        line: &Line,
    ) -> Result<()> {
        if self.place.is_file() && self.log_bytes() == 0 {
            log::step(connection).map_err(failure)?;
        }
        let mut next = 0;
        while next < group.len() {
            self.run_one(connection, &mut *group[next])?;
            next += 1;
            if next == group.len() && next < GROUP {
                group.extend(line.next_now());
            }
        }
        Ok(())
    }

    /// Runs one operation of a group. Only if it fails in a way that takes the whole transaction with it,
    /// this fails too.
    fn run_one(&self, connection: &Connection, operation: &mut dyn Waiting) -> Result<()> {
        execute(connection, "SAVEPOINT operation").map_err(failure)?;
        let keep = operation.run(&mut SqliteTransaction(connection, &self.secrets));
        if connection.is_autocommit() {
            // SQLite undoes everything by itself when the disk is full, for one.
            let why = operation.failure().map(again);
            return Err(why.unwrap_or_else(|| Error::Unavailable(String::new())));
        }
        if !keep {
            execute(connection, "ROLLBACK TO operation").map_err(failure)?;
        }
        execute(connection, "RELEASE operation").map_err(failure)
    }

    /// Takes the connection, or another one in its place.
    fn connection(&mut self) -> Result<Connection> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let connection = self.place.connect_again()?;
        if self.in_doubt {
            // Whatever the log has is brought to the disk another way, and the next log cannot be taken
            // for this one.
            end_log(&connection).map_err(failure)?;
            self.in_doubt = false;
        }
        Ok(connection)
    }
}

/// Works the log into the file and empties it; `false` if somebody still reads it.
fn end_log(connection: &Connection) -> rusqlite::Result<bool> {
    let step = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    log::step(&step)?;
    step.commit()?;
    connection.busy_timeout(LEAVE_TIMEOUT)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}

/// Whether a file still begins as a database does.
fn begins_as_database(file: &File) -> bool {
    #[cfg(unix)]
    {
        let mut magic = [0; header::MAGIC.len()];
        let read = std::os::unix::fs::FileExt::read_exact_at(file, &mut magic, 0);
        read.is_ok() && magic == header::MAGIC
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        true
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(drop)
}

/// Why a commit failed. Where the log could not be written to its end, what is in it does not count;
/// where it could not be brought to the disk, nobody knows what is there.
fn not_kept(error: rusqlite::Error) -> Error {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(SQLITE_FULL | SQLITE_IOERR_WRITE) => failure(error),
        _ => Error::Uncertain(error.to_string()),
    }
}

fn tell(group: Vec<Box<dyn Waiting>>, kept: impl Fn() -> Result<()>) {
    for operation in group {
        operation.tell(kept());
    }
}

/// A failure that concerns everybody in a group, once more.
fn again(error: &Error) -> Error {
    match error {
        Error::Uncertain(why) => Error::Uncertain(why.clone()),
        Error::Unavailable(why) => Error::Unavailable(why.clone()),
        Error::Malformed(why) => Error::Malformed(why.clone()),
        other => Error::Unavailable(other.to_string()),
    }
}
