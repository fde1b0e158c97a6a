//! A SQLite file that is read as a whole, while nobody else may use it.

use std::path::Path;

use rusqlite::Connection;

use super::transaction::{SqliteTransaction, failure};
use crate::secrets::Secrets;
use crate::storage::{Error, Result};

/// A connection in a transaction that keeps everybody else out until it is dropped.
pub(in crate::storage) struct Alone(Connection, Secrets);

impl Alone {
    /// Takes hold of a file that is one of this program's already.
    ///
    /// # Errors
    ///
    /// Somebody else has the file open, as a running server does.
    pub(in crate::storage) fn with(path: &Path) -> Result<Self> {
        let path =
            std::path::absolute(path).map_err(|error| Error::Unavailable(error.to_string()))?;
        let connection = Connection::open(path).map_err(failure)?;
        // SQLite gives a write-ahead log up only where nobody else has the file open.
        connection
            .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
            .and_then(|()| connection.execute_batch("BEGIN EXCLUSIVE"))
            .map_err(failure)?;
        // Everything goes as it is.
        Ok(Self(connection, Secrets::none()))
    }

    /// What is in the file.
    pub(in crate::storage) fn transaction(&self) -> impl crate::storage::transaction::Transaction {
        SqliteTransaction(&self.0, &self.1)
    }

    /// Keeps what was changed, and lets others in.
    pub(in crate::storage) fn commit(self) -> Result<()> {
        self.0.execute_batch("COMMIT").map_err(failure)
    }
}
