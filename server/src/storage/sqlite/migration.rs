//! Brings the tables of a SQLite file up to date.

use rusqlite::{Connection, TransactionBehavior};

use super::{OpenError, log};
use crate::storage::schema;

/// Marks a SQLite file as this program's ("VRGT"), so that no other one is written to by mistake.
pub(super) const APPLICATION_ID: i32 = 0x5652_4754;

/// Brings the database up to date; two servers that start at once do it once.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    begin_log(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number =
        |sql| -> rusqlite::Result<i32> { transaction.query_row(sql, [], |row| row.get(0)) };
    let has_tables = number("SELECT EXISTS (SELECT 1 FROM sqlite_schema)")? != 0;
    if has_tables && number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(schema::Error::Foreign.into());
    }
    let version = usize::try_from(number("PRAGMA user_version")?).unwrap_or(usize::MAX);
    let migrations = schema::migrations_from(version)?;
    if migrations.is_empty() {
        return Ok(());
    }
    for migration in migrations {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", schema::VERSION as u32)?;
    Ok(transaction.commit()?)
}

/// A log begins with a single step of the cookie, and a migration takes many.
fn begin_log(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number =
        |sql| -> rusqlite::Result<i32> { transaction.query_row(sql, [], |row| row.get(0)) };
    let version = usize::try_from(number("PRAGMA user_version")?).unwrap_or(usize::MAX);
    let is_ours = number("PRAGMA application_id")? == APPLICATION_ID;
    if is_ours && !schema::migrations_from(version)?.is_empty() {
        log::step(&transaction)?;
    }
    Ok(transaction.commit()?)
}
