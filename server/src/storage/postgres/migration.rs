//! Brings the tables of a PostgreSQL database up to date.

use super::OpenError;
use super::connection::Connection;
use super::transaction::PostgresTransaction;
use crate::storage::schema;
use crate::storage::transaction::{Transaction, values};

/// What servers that start at once take turns by ("VRGT"). The turn ends with the transaction, and so
/// it does if a server is killed.
const LOCK: i64 = 0x5652_4754;

/// Brings the database up to date, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    connection.in_transaction(|tx| {
        check_encoding(tx)?;
        tx.execute("SELECT pg_advisory_xact_lock($1)", values![LOCK])?;
        let version = version(tx)?;
        let migrations = schema::migrations_from(version)?;
        for migration in migrations {
            tx.run(&schema::for_postgres(migration))?;
        }
        if !migrations.is_empty() {
            let set = "UPDATE verigator_schema SET version = $1";
            tx.execute(set, values![schema::VERSION as i64])?;
        }
        Ok(())
    })
}

/// A database in another encoding takes names that it cannot give back, or no names but in few letters.
fn check_encoding(tx: &mut PostgresTransaction) -> Result<(), OpenError> {
    let row = tx.query_one("SHOW server_encoding", &[])?;
    let encoding: String = row.map_or(Ok(String::new()), |mut row| row.take())?;
    match encoding == "UTF8" {
        true => Ok(()),
        false => Err(OpenError::Encoding(encoding)),
    }
}

/// The version of the schema, 0 if there is none yet.
fn version(tx: &mut PostgresTransaction) -> Result<usize, OpenError> {
    let exists = "SELECT CASE WHEN to_regclass($1) IS NULL THEN 0 ELSE 1 END";
    let mut is_there = |table: &str| match tx.query_one(exists, values![table])? {
        Some(mut row) => row.take(),
        None => Ok(false),
    };
    if is_there("verigator_schema")? {
        let row = tx.query_one("SELECT version FROM verigator_schema", &[])?;
        let version: i64 = row.map_or(Ok(0), |mut row| row.take())?;
        return Ok(usize::try_from(version).unwrap_or(usize::MAX));
    }
    if is_there("accounts")? {
        return Err(schema::Error::Foreign.into());
    }
    tx.run("CREATE TABLE verigator_schema (version BIGINT NOT NULL)")?;
    tx.run("INSERT INTO verigator_schema VALUES (0)")?;
    Ok(0)
}
