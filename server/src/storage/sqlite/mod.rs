//! The storage in SQLite: one file, or memory for tests.

mod backup;
mod copy;
mod file_system;
mod header;
mod log;
mod migration;
mod moved;
mod ownership;
mod readers;
mod restore;
mod soundness;
mod transaction;
mod unlocking;
mod writer;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

pub use self::backup::{BackupError, back_up};
pub(super) use self::moved::Alone;
pub use self::restore::{RestoreError, restore};

use self::header::Header;
use self::writer::Writer;
use super::operation::Sender;
use super::transaction::Transaction;
use super::unlock::UnlockError;
use super::{Error, Result, schema};
use crate::secrets::Secrets;

/// How long an operation waits for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many statements a connection keeps prepared: more than there are, so that none is prepared twice.
const STATEMENTS: usize = 128;
/// How much of the file a connection keeps in memory, in KiB.
const CACHE_KIB: i64 = 4 * 1024;
/// How long to wait where SQLite does not do it itself.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read and written, or no thread can be had.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file is something else.
    #[error("it is no SQLite database; choose another file")]
    NoDatabase,
    /// The file is on another machine.
    #[error(
        "it is on a file system of kind {0}, where the locks of SQLite do not hold; choose a file on a \
         disk of this machine, or PostgreSQL"
    )]
    Network(&'static str),
    /// The file was replaced, or removed, while its log stayed.
    #[error(
        "the write-ahead log {} was not written for this file: the file was replaced or removed, but not \
         its log. If the file is a backup, restore it with verigator-server restore, or move the log away. \
         If it is not, put the file back that the log was written for; together they are whole",
        .0.display()
    )]
    ForeignLog(PathBuf),
    /// The file is damaged.
    #[error(
        "it is malformed: {0}. Keep a copy of it and of what lies beside it, and restore a backup with \
         verigator-server restore"
    )]
    Malformed(String),
    /// SQLite refuses the file.
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    /// The tables cannot be brought up to date.
    #[error("{0}")]
    Schema(#[from] schema::Error),
    /// It does not get its keys.
    #[error("{0}")]
    Unlock(#[from] UnlockError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Malformed(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// The storage in a SQLite database.
pub(super) struct Sqlite {
    /// What is in memory has one connection only. They end before the writer, who closes the file.
    readers: Option<Sender>,
    writer: Writer,
    place: Place,
    /// Whether anybody came upon a page that makes no sense. It does not heal.
    malformed: AtomicBool,
}

impl Sqlite {
    /// Opens a database file, which is made (for its owner only) if it is missing.
    pub(super) fn open(
        path: &Path,
        secrets: &Arc<Secrets>,
    ) -> std::result::Result<Self, OpenError> {
        // SQLite takes a name that begins with "file:" for a URI; an absolute one begins otherwise.
        let path = std::path::absolute(path)?;
        let header = Header::read(&path)?;
        log::check(&path, header.as_ref())?;
        file_system::check(&path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // Kept open: to close it would end the locks that SQLite has on it.
        let file = options
            .open(&path)
            .map_err(|cause| ownership::refusal(&path, cause))?;
        let place = Place::File(path);
        let connection = prepared(place.connect()?, &place, secrets)?;
        let writer = Writer::start(connection, place.clone(), Some(file), secrets.clone())?;
        let readers = Some(readers::start(&place, secrets)?);
        Ok(Self {
            writer,
            readers,
            place,
            malformed: AtomicBool::new(false),
        })
    }

    /// A database in memory, gone when it is dropped.
    pub(super) fn in_memory(secrets: &Arc<Secrets>) -> std::result::Result<Self, OpenError> {
        let place = Place::Memory;
        let connection = prepared(place.connect()?, &place, secrets)?;
        Ok(Self {
            writer: Writer::start(connection, place.clone(), None, secrets.clone())?,
            readers: None,
            place,
            malformed: AtomicBool::new(false),
        })
    }

    /// How many bytes the write-ahead log has; `None` if there can be none.
    pub(super) fn log_bytes(&self) -> Option<u64> {
        match &self.place {
            Place::File(path) => Some(log::bytes(path)),
            Place::Memory => None,
        }
    }

    /// Fails if the file was found to be malformed at any time.
    pub(super) fn check_soundness(&self) -> Result<()> {
        match self.malformed.load(Ordering::Relaxed) {
            true => Err(Error::Malformed("it was found to be so before".to_owned())),
            false => Ok(()),
        }
    }

    /// Remembers an outcome that tells of a malformed file.
    fn watched<T>(&self, outcome: Result<T>) -> Result<T> {
        if let Err(Error::Malformed(_)) = outcome {
            self.malformed.store(true, Ordering::Relaxed);
        }
        outcome
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.watched(self.writer.run(operation).await)
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.watched(match &self.readers {
            Some(readers) => readers.run(operation).await,
            None => self.writer.run(operation).await,
        })
    }
}

/// Where a database is.
#[derive(Clone)]
enum Place {
    File(PathBuf),
    Memory,
}

impl Place {
    fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Which file it is, whatever its name; `None` if there is none, or no way to tell.
    fn identity(&self) -> Option<(u64, u64)> {
        #[cfg(unix)]
        if let Self::File(path) = self {
            use std::os::unix::fs::MetadataExt;
            let metadata = std::fs::metadata(path).ok()?;
            return Some((metadata.dev(), metadata.ino()));
        }
        None
    }

    /// Another connection, set up like all.
    fn connect(&self) -> std::result::Result<Connection, OpenError> {
        set_up(match self {
            Self::File(path) => Connection::open(path)?,
            Self::Memory => Connection::open_in_memory()?,
        })
    }

    /// The same in place of one that was given up.
    fn connect_again(&self) -> Result<Connection> {
        self.connect()
            .map_err(|error| Error::Unavailable(format!("it cannot be opened: {error}")))
    }

    /// The same, for reading only.
    fn connect_to_read(&self) -> Result<Connection> {
        let connection = self.connect_again()?;
        let set = connection.pragma_update(None, "query_only", "ON");
        set.map_err(transaction::failure)?;
        Ok(connection)
    }
}

/// What SQLite's own defaults, which depend on who built it, might be otherwise.
fn set_up(connection: Connection) -> std::result::Result<Connection, OpenError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // Another program's file, should it turn out to be one only now, stays as it is.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    use_write_ahead_log(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // What is deleted is gone from the file, too.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    // The writer does it, where it knows what else to do. What another program leaves is cut off.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    connection.pragma_update_and_check(
        None,
        "journal_size_limit",
        writer::LOG_LIMIT as i64,
        |_| Ok(()),
    )?;
    Ok(connection)
}

/// Looks whether the file is whole, brings the tables up to date, and gives it its keys.
fn prepared(
    mut connection: Connection,
    place: &Place,
    secrets: &Secrets,
) -> std::result::Result<Connection, OpenError> {
    if place.is_file() {
        soundness::check_for_a_while(&connection)?;
    }
    migration::migrate(&mut connection)?;
    unlocking::unlock(&mut connection, secrets)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Turns the write-ahead log on. SQLite does not wait for others here, whatever the busy timeout is.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        let outcome = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match outcome {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && began.elapsed() < BUSY_TIMEOUT =>
            {
                thread::sleep(BUSY_PAUSE);
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Every file of a directory, with its bytes.
    fn contents(directory: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn another_programs_file_is_refused_and_not_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("foreign.db");
        let foreign = Connection::open(&path).unwrap();
        foreign.execute_batch("CREATE TABLE x (y)").unwrap();
        drop(foreign);
        let before = contents(directory.path());
        let refusal = Sqlite::open(&path, &Arc::default())
            .err()
            .unwrap()
            .to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        assert!(contents(directory.path()) == before);
    }

    #[test]
    fn what_is_no_database_is_refused_and_not_changed() {
        for text in [
            "x",
            "this is not a database, but it is long enough to look at",
        ] {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("text");
            std::fs::write(&path, text).unwrap();
            assert!(Sqlite::open(&path, &Arc::default()).is_err());
            assert_eq!(contents(directory.path()), [(path, text.into())]);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_no_file_is_refused() {
        for path in ["/dev/null", "/dev/zero"] {
            let refusal = Sqlite::open(Path::new(path), &Arc::default())
                .err()
                .unwrap();
            assert!(
                matches!(refusal, OpenError::NoDatabase),
                "{path}: {refusal}"
            );
        }
    }

    #[test]
    fn another_programs_file_is_told_though_its_tables_are_still_in_the_log() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("foreign.db");
        let foreign = Connection::open(&path).unwrap();
        foreign
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE x (y)")
            .unwrap();
        let copy = tempfile::tempdir().unwrap();
        for (file, bytes) in contents(directory.path()) {
            let name = file.file_name().unwrap();
            if !name.to_str().unwrap().ends_with("-shm") {
                std::fs::write(copy.path().join(name), bytes).unwrap();
            }
        }
        let path = copy.path().join("foreign.db");
        let before = contents(copy.path());
        let refusal = Sqlite::open(&path, &Arc::default())
            .err()
            .unwrap()
            .to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        let after = contents(copy.path());
        assert!(before.iter().all(|file| after.contains(file)));
    }

    #[test]
    fn a_new_file_that_another_server_is_writing_to_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("verigator.db");
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (opened, outcome) = mpsc::channel();
        thread::spawn(move || opened.send(Sqlite::open(&path, &Arc::default()).map(drop)));
        let early = outcome.recv_timeout(Duration::from_millis(200));
        assert!(early.is_err(), "{early:?}");
        other.execute_batch("COMMIT").unwrap();
        outcome.recv().unwrap().unwrap();
    }

    /// What a pragma is set to on a connection.
    fn pragma(connection: &Connection, name: &str) -> i64 {
        let value = connection.pragma_query_value(None, name, |row| row.get(0));
        value.unwrap()
    }

    #[test]
    fn every_connection_keeps_references_whole_and_waits_for_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let file = Place::File(directory.path().join("verigator.db"));
        // As SQLite's own defaults, which depend on who built it, might be.
        let careless = Connection::open_in_memory().unwrap();
        careless
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")
            .unwrap();
        for connection in [
            set_up(careless).unwrap(),
            Place::Memory.connect().unwrap(),
            file.connect().unwrap(),
            file.connect_to_read().unwrap(),
        ] {
            assert_eq!(pragma(&connection, "foreign_keys"), 1);
            assert_eq!(pragma(&connection, "synchronous"), 2, "FULL");
        }
    }
}
