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
    let may_be_left = unlock::unlock(secrets, &mut |access, work: Work| {
        run(connection, secrets, access, work)
    })?;
    if may_be_left {
        match sweep(connection) {
            Ok(true) => {
                let swept = run(connection, secrets, Access::Writes, &mut plain::swept);
                swept.map_err(unlock::UnlockError::from)?;
            }
            // Somebody reads it, or the disk is full.
            outcome => tracing::warn!(
                cause = outcome.err().map(tracing::field::display),
                "everything is encrypted now, but what was not may still be found in the file; the next start \
                 writes it anew"
            ),
        }
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

/// Writes the file anew, so that no page has anything left from before, and ends the log; `false` if somebody
/// who reads does not let it end.
fn sweep(connection: &Connection) -> rusqlite::Result<bool> {
    connection.execute_batch("VACUUM")?;
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(busy == 0)
}
