//! Copies a database into a file while a server may be using it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::copy::NewFile;
use super::header::Header;
use super::{BUSY_TIMEOUT, OpenError, log, migration, soundness};
use crate::storage::schema;

/// How many pages are copied at a time.
const STEP: i32 = 1000;

/// Why no backup was made. What was there before is there still.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database cannot be read, there is no room for its copy, or the copy is not sound.
    #[error("the database cannot be copied to {}: {}", .0.display(), .1)]
    Copy(PathBuf, OpenError),
    /// The file is there and is something else.
    #[error("{} is there and is no backup ({}); choose another name", .0.display(), .1)]
    Other(PathBuf, OpenError),
    /// The backup would replace what it is to be made of.
    #[error("{} is the database itself; choose another name", .0.display())]
    Itself(PathBuf),
    /// The file cannot be written.
    #[error("{} cannot be written: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
}

/// Copies a database into `file`, for its owner only. The copy is on the disk and was looked through when
/// it takes the name, and the place of an older backup. It blocks until then.
///
/// # Errors
///
/// The database cannot be read, the file cannot be written or is something else than a backup.
pub fn back_up(database: &Path, file: &Path) -> Result<(), BackupError> {
    let unwritable = |error| BackupError::File(file.to_owned(), error);
    let file = std::path::absolute(file).map_err(unwritable)?;
    if is_same(database, &file) {
        return Err(BackupError::Itself(file));
    }
    Header::read(&file).map_err(|error| BackupError::Other(file.clone(), error))?;
    let new = NewFile::beside(&file).map_err(unwritable)?;
    copy(database, &new).map_err(|error| BackupError::Copy(file.clone(), error))?;
    new.become_file(&file).map_err(unwritable)
}

fn copy(database: &Path, new: &NewFile) -> Result<(), OpenError> {
    let header = Header::read(database)?;
    log::check(database, header.as_ref())?;
    match copy_pages(database, new.path()) {
        // Nobody can use a database as such that cannot be written to, so that it can be copied as it is.
        Err(error) if is_unwritable(&error) => new.take_from(database)?,
        outcome => outcome?,
    }
    settle(new.path())
}

/// Whether two names are those of one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Copies all pages as they are at one moment. Those who write go on meanwhile; without a transaction
/// around all steps each of their commits would be a reason to begin again.
fn copy_pages(database: &Path, copy: &Path) -> rusqlite::Result<()> {
    let from = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    from.busy_timeout(BUSY_TIMEOUT)?;
    let moment = from.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let mut to = Connection::open(copy)?;
    // It is brought to the disk as a whole.
    to.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(&moment, &mut to)?;
    loop {
        match backup.step(STEP)? {
            StepResult::Done => return Ok(()),
            StepResult::More => (),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Whether a database could not be opened for want of a place for what SQLite needs beside it.
fn is_unwritable(error: &rusqlite::Error) -> bool {
    let codes = [
        ErrorCode::CannotOpen,
        ErrorCode::ReadOnly,
        ErrorCode::DiskFull,
        ErrorCode::SystemIoFailure,
    ];
    error
        .sqlite_error_code()
        .is_some_and(|code| codes.contains(&code))
}

/// Makes a copy complete in itself, and sees whether it is one of this program's databases, and sound. As
/// it says that it has no log, it is told from the database that a log was written for.
pub(super) fn settle(copy: &Path) -> Result<(), OpenError> {
    let connection = Connection::open(copy)?;
    let number = |sql| -> rusqlite::Result<i32> { connection.query_row(sql, [], |row| row.get(0)) };
    if number("PRAGMA application_id")? != migration::APPLICATION_ID {
        return Err(schema::Error::Foreign.into());
    }
    let version = usize::try_from(number("PRAGMA user_version")?).unwrap_or(usize::MAX);
    schema::migrations_from(version)?;
    soundness::check_all(&connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    Ok(())
}
