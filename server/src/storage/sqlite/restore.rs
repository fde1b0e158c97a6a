//! Puts a backup in the place of a database.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::TransactionBehavior::Immediate;

use super::backup::{is_same, settle};
use super::copy::{NewFile, sync_directory};
use super::header::Header;
use super::transaction::SqliteTransaction;
use super::{OpenError, log, migration, unlocking};
use crate::clock::UnixMilliseconds;
use crate::secrets::{KeyPlace, Secrets};
use crate::storage::replays;

/// What is put behind the name of the replaced file until its successor is in place.
const REPLACED: &str = "-replaced";

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup cannot be used. The database is as it was.
    #[error("{} cannot be restored: {}", .0.display(), .1)]
    Backup(PathBuf, OpenError),
    /// There is no such backup.
    #[error("there is no backup {}", .0.display())]
    Missing(PathBuf),
    /// The backup is what it is to replace.
    #[error("{} is the database itself; name a backup of it", .0.display())]
    Itself(PathBuf),
    /// Somebody has the database open. It is as it was.
    #[error(
        "{} is in use by a server or another program; stop it first", .0.display()
    )]
    InUse(PathBuf),
    /// The database cannot be replaced.
    #[error("{} cannot be replaced: {}", .0.display(), .1)]
    Database(PathBuf, std::io::Error),
}

/// Puts a backup in the place of a database that nobody uses, and voids what could be replayed: logins
/// under way, PINs, and the codes that apps show now. It blocks until that is on the disk.
///
/// # Errors
///
/// The backup is no sound database of this program, its keys are missing, somebody uses the database, or it
/// cannot be replaced.
pub fn restore(
    backup: &Path,
    database: &Path,
    keys: KeyPlace,
    now: UnixMilliseconds,
) -> Result<(), RestoreError> {
    let irreplaceable = |error| RestoreError::Database(database.to_owned(), error);
    let unusable = |error| RestoreError::Backup(backup.to_owned(), error);
    if is_same(backup, database) {
        return Err(RestoreError::Itself(backup.to_owned()));
    }
    let header = Header::read(backup).map_err(unusable)?;
    if header.is_none() {
        return Err(RestoreError::Missing(backup.to_owned()));
    }
    log::check(backup, header.as_ref()).map_err(unusable)?;
    let database = std::path::absolute(database).map_err(irreplaceable)?;
    let _in_use = exclude_others(&database)?;
    let new = NewFile::beside(&database).map_err(irreplaceable)?;
    new.take_from(backup)
        .map_err(|error| unusable(error.into()))?;
    settle(new.path()).map_err(unusable)?;
    prepare(new.path(), &Secrets::at(keys), now).map_err(unusable)?;
    keep_owner(&database, new.path()).map_err(irreplaceable)?;
    replace(&new, &database).map_err(irreplaceable)
}

/// Brings the tables up to date, sees whether the keys are there, and voids what could be replayed.
fn prepare(copy: &Path, secrets: &Secrets, now: UnixMilliseconds) -> Result<(), OpenError> {
    let mut connection = Connection::open(copy)?;
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    migration::migrate(&mut connection)?;
    unlocking::unlock(&mut connection, secrets)?;
    let transaction = connection.transaction_with_behavior(Immediate)?;
    let voided = replays::void(
        &mut SqliteTransaction(&transaction, secrets),
        "restore",
        now,
    );
    voided.map_err(|error| OpenError::Io(std::io::Error::other(error)))?;
    Ok(transaction.commit()?)
}

/// Makes sure that nobody uses a database, as long as the outcome is kept. Each connection of SQLite has
/// a lock on some bytes of the file; this is one on all of them, so that a malformed file has it too.
fn exclude_others(database: &Path) -> Result<Option<File>, RestoreError> {
    let irreplaceable = |error| RestoreError::Database(database.to_owned(), error);
    let file = match OpenOptions::new().read(true).write(true).open(database) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(irreplaceable)?,
    };
    #[cfg(unix)]
    let locked = {
        use rustix::fs::{FlockOperation, fcntl_lock};
        fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive)
    };
    #[cfg(not(unix))]
    let locked = file.try_lock();
    match locked {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(RestoreError::InUse(database.to_owned())),
    }
}

/// The new file belongs to whom the old one did: a server is often somebody else than who restores.
fn keep_owner(database: &Path, new: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Ok(old) = std::fs::metadata(database) {
        use std::os::unix::fs::{MetadataExt, chown};
        chown(new, Some(old.uid()), Some(old.gid()))?;
    }
    Ok(())
}

/// Puts the new file in place. Whenever this is interrupted there is a whole database: at first the old
/// one with its log, then the new one beside that log, which a server refuses by name, then the new one.
fn replace(new: &NewFile, database: &Path) -> std::io::Result<()> {
    let replaced = log::beside(database, REPLACED);
    if database.exists() && !replaced.exists() {
        std::fs::hard_link(database, &replaced)?;
    }
    new.become_file(database)?;
    for (suffix, is_kept) in [("-wal", true), ("-shm", false), ("-journal", false)] {
        let path = log::beside(database, suffix);
        if path.exists() {
            match is_kept {
                true => std::fs::rename(path, log::beside(&replaced, suffix))?,
                false => std::fs::remove_file(path)?,
            }
        }
    }
    sync_directory(database)?;
    for path in [log::path(&replaced), replaced] {
        if path.exists() {
            std::fs::remove_file(path)?;
        }
    }
    sync_directory(database)
}
