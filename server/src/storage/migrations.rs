//! The tables, and how an older database becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

/// Each entry takes the schema one version further. Entries are only ever added.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// Marks a SQLite file as this program's ("VRGT"), so that no other one is written to by mistake.
pub(super) const APPLICATION_ID: i32 = 0x5652_4754;

/// Why a database cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is SQLite, but of another program.
    #[error("it belongs to another program; choose another file")]
    Foreign,
    /// The schema is newer than this program.
    #[error("its schema is version {0}, made by a newer verigator-server; use that one")]
    Newer(usize),
    /// SQLite failed.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// Brings the database up to date; two servers that start at once do it once.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: usize =
        transaction.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))? as usize;
    let application: i32 = transaction.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: u32 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(Error::Foreign);
    }
    if version > MIGRATIONS.len() {
        return Err(Error::Newer(version));
    }
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as u32)?;
    Ok(transaction.commit()?)
}
