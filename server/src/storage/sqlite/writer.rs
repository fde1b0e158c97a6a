//! The one that writes: a thread that gathers the operations which wait into one transaction, since
//! what a commit costs is its way to the disk, and that is the same for one and for a hundred.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};

use super::Place;
use super::transaction::{SqliteTransaction, failure};
use crate::storage::operation::{Line, Sender, Waiting};
use crate::storage::transaction::Transaction;
use crate::storage::{Error, Result};

/// How many operations are kept by one commit at most: what is waited for should be the disk.
const GROUP: usize = 256;

/// How long the end of the thread is waited for: a disk that hangs must not hang the program.
const END_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends operations to the thread, which ends when this is dropped.
pub(super) struct Writer {
    /// `Some` until it is dropped.
    sender: Option<Sender>,
    ended: Mutex<Receiver<()>>,
}

impl Writer {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(connection: Connection, place: Place) -> std::io::Result<Self> {
        let (sender, line) = Line::new();
        // Nothing is ever sent: its other half ends with the thread.
        let (end, ended) = channel();
        let writer = Loop {
            connection: Some(connection),
            identity: place.identity(),
            place,
        };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let _ended_after_all_else = end;
                writer.run(&line);
            })?;
        Ok(Self {
            sender: Some(sender),
            ended: Mutex::new(ended),
        })
    }

    /// Runs an operation when it is its turn, and gives its outcome when it is kept.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.sender {
            Some(sender) => sender.run(operation).await,
            None => Err(Error::Unavailable("it is being closed".to_owned())),
        }
    }
}

impl Drop for Writer {
    /// Waits until the connection is closed, which leaves no write-ahead log behind.
    fn drop(&mut self) {
        self.sender = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(END_TIMEOUT);
    }
}

struct Loop {
    /// `None` after a failure that leaves it unknown what the disk has.
    connection: Option<Connection>,
    /// Which file was opened.
    identity: Option<(u64, u64)>,
    place: Place,
}

impl Loop {
    fn run(mut self, line: &Line) {
        while let Some(first) = line.next() {
            let mut group = vec![first];
            match self.keep(&mut group, line) {
                Ok(()) => tell(group, || Ok(())),
                Err(error) => tell(group, || Err(again(&error))),
            }
        }
    }

    /// Runs operations in one transaction, those that come meanwhile too, and keeps what they did.
    fn keep(&mut self, group: &mut Vec<Box<dyn Waiting>>, line: &Line) -> Result<()> {
        // What is written to a file without a name is gone when the program ends.
        if self.place.identity() != self.identity {
            let what = "its file was removed or replaced while the server runs; start it again";
            return Err(Error::Unavailable(what.to_owned()));
        }
        let connection = self.connection()?;
        execute(connection, "BEGIN IMMEDIATE").map_err(failure)?;
        let mut next = 0;
        while next < group.len() {
            if let Err(lost) = run(connection, &mut *group[next]) {
                let _ = execute(connection, "ROLLBACK");
                return Err(lost);
            }
            next += 1;
            if next == group.len() && next < GROUP {
                group.extend(line.next_now());
            }
        }
        match execute(connection, "COMMIT") {
            Ok(()) => Ok(()),
            Err(error) => {
                // What this connection remembers of the file may be something else than what is in it.
                let _ = execute(connection, "ROLLBACK");
                if self.place.is_file() {
                    self.connection = None;
                }
                Err(not_kept(error))
            }
        }
    }

    fn connection(&mut self) -> Result<&Connection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.place.connect_again()?,
        };
        Ok(self.connection.insert(connection))
    }
}

/// Runs one operation of a group. Only if it fails in a way that takes the whole transaction with it,
/// this fails too.
fn run(connection: &Connection, operation: &mut dyn Waiting) -> Result<()> {
    execute(connection, "SAVEPOINT operation").map_err(failure)?;
    let keep = operation.run(&mut SqliteTransaction(connection));
    if connection.is_autocommit() {
        // SQLite undoes everything by itself when the disk is full, for one.
        let why = operation.failure().map(Error::to_string);
        return Err(Error::Unavailable(why.unwrap_or_default()));
    }
    if !keep {
        execute(connection, "ROLLBACK TO operation").map_err(failure)?;
    }
    execute(connection, "RELEASE operation").map_err(failure)
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
        other => Error::Unavailable(other.to_string()),
    }
}
