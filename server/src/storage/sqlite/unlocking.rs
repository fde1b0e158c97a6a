//! Gives a SQLite file its keys, and leaves nothing behind in it that was not encrypted.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::transaction::{SqliteTransaction, failure};
use super::{OpenError, log};
use crate::secrets::Secrets;
use crate::storage::unlock::{self, Access, Work};
use crate::storage::{Result, plain};

/// Gives a database its keys and encrypts what is not encrypted yet.
pub(super) fn unlock(
    connection: &mut Connection,
    secrets: &Secrets,
) -> std::result::Result<(), OpenError> {
    let mut run = |access, work: Work| run(connection, secrets, access, work);
    let may_be_left = unlock::unlock(secrets, &mut run)?;
    if may_be_left {
        sweep(connection)?;
        let swept = run(connection, secrets, Access::Writes, &mut plain::swept);
        swept.map_err(unlock::UnlockError::from)?;
    }
    Ok(())
}

fn run(connection: &mut Connection, secrets: &Secrets, access: Access, work: Work) -> Result<()> {
    let behavior = match access {
        Access::Reads => TransactionBehavior::Deferred,
        Access::Writes => TransactionBehavior::Immediate,
    };
    let is_new = access == Access::Writes && begins_log(connection);
    let transaction = connection
        .transaction_with_behavior(behavior)
        .map_err(failure)?;
    if is_new {
        log::step(&transaction).map_err(failure)?;
    }
    work(&mut SqliteTransaction(&transaction, secrets))?;
    transaction.commit().map_err(failure)
}

/// Whether what is written next is the first in a log.
fn begins_log(connection: &Connection) -> bool {
    let path = connection.path().filter(|path| !path.is_empty());
    path.is_some_and(|path| log::bytes(Path::new(path)) == 0)
}

/// Writes the file anew, so that no page has anything left from before, and ends the log. If somebody
/// reads meanwhile the log may stay as it is: it ends with the last who uses the file.
fn sweep(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("VACUUM")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
