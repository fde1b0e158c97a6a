//! Statements in a transaction of SQLite.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode};

use crate::secrets::Secrets;
use crate::storage::transaction::{Cell, Query, Row, Transaction, Value};
use crate::storage::{Error, Result};

/// The transaction that a connection is in.
pub(super) struct SqliteTransaction<'a>(pub(super) &'a Connection, pub(super) &'a Secrets);

impl SqliteTransaction<'_> {
    fn prepared(&self, sql: &str, values: &[Value]) -> rusqlite::Result<CachedStatement<'_>> {
        let mut statement = self.0.prepare_cached(sql)?;
        for (value, index) in values.iter().zip(1..) {
            // SQLite numbers parameters by their first appearance, whatever they are called.
            debug_assert_eq!(
                statement.parameter_name(index),
                Some(format!("${index}").as_str()),
                "in {sql}"
            );
            match *value {
                Value::Null => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
                Value::Integer(number) => statement.raw_bind_parameter(index, number)?,
                Value::Text(text) => statement.raw_bind_parameter(index, text)?,
                Value::Bytes(bytes) => statement.raw_bind_parameter(index, bytes)?,
            }
        }
        Ok(statement)
    }
}

impl Transaction for SqliteTransaction<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let mut statement = self.prepared(sql, values).map_err(failure)?;
        let changed = statement.raw_execute().map_err(failure)?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let mut statement = self.prepared(sql, values).map_err(failure)?;
        let columns = statement.column_count();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failure)? {
            let cells = (0..columns).map(|column| Ok(cell(row.get_ref(column)?)));
            let cells = cells.collect::<rusqlite::Result<_>>().map_err(failure)?;
            found.push(Row::new(cells));
        }
        Ok(found)
    }

    fn for_update(&self) -> &'static str {
        ""
    }

    fn secrets(&self) -> &Secrets {
        self.1
    }

    fn locks(&self, _: Vec<i64>) -> Option<Query<'static>> {
        None
    }
}

fn cell(value: ValueRef) -> Cell {
    match value {
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        // No column of the schema is a number with a fraction.
        ValueRef::Null | ValueRef::Real(_) => Cell::Null,
    }
}

fn is_malformed(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// What SQLite says, in neutral terms.
pub(super) fn failure(error: rusqlite::Error) -> Error {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => {
            Error::Duplicate(error.to_string())
        }
        _ if is_malformed(&error) => Error::Malformed(error.to_string()),
        _ => Error::Unavailable(error.to_string()),
    }
}
