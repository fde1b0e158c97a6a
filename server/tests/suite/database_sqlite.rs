//! The database of these tests: SQLite.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use verigator_server::storage::{Location, Storage};

/// Storage for a server in this process, which is gone with it.
pub fn in_memory() -> Storage {
    Storage::in_memory().unwrap()
}

/// A database that outlives the processes which use it.
pub struct Database(PathBuf);

impl Database {
    /// A new one, in a directory.
    pub fn new(directory: &Path) -> Self {
        Self(directory.join("verigator.db"))
    }

    /// Where it is.
    pub fn location(&self) -> Location {
        Location::File(self.0.clone())
    }

    /// The same as an argument of the program.
    pub fn argument(&self) -> OsString {
        self.0.clone().into()
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }

    /// A file that is written to when something is kept.
    pub fn log(&self) -> Option<PathBuf> {
        Some(self.0.with_extension("db-wal"))
    }

    /// Makes it one of the first release, with these rows.
    pub fn first_release(&self, rows: &str) {
        let old = rusqlite::Connection::open(&self.0).unwrap();
        old.execute_batch(include_str!("../../src/storage/schema/1.sql"))
            .unwrap();
        let marks = format!(
            "PRAGMA application_id = {}; PRAGMA user_version = 1;",
            0x5652_4754
        );
        old.execute_batch(&format!("{marks} {rows}")).unwrap();
    }

    /// Bytes, as they are written in a statement.
    pub fn literal(bytes: &[u8]) -> String {
        format!("x'{}'", data_encoding::HEXLOWER.encode(bytes))
    }

    /// Waits until nothing is under way any more for processes that were killed.
    pub fn settle(&self) {}

    /// What is an expression of bytes, as a text.
    pub fn hex(expression: &str) -> String {
        // Of nothing, it gives a text that is empty.
        format!("nullif(lower(hex({expression})), '')")
    }

    /// The columns with bytes, each as TABLE.COLUMN.
    pub fn columns_of_bytes(&self) -> Vec<String> {
        let columns = "SELECT tables.name || '.' || columns.name FROM sqlite_schema AS tables
                       JOIN pragma_table_info(tables.name) AS columns
                       WHERE tables.type = 'table' AND columns.type = 'BLOB'";
        self.column(columns).into_iter().flatten().collect()
    }

    /// Everything that is on the disk.
    pub fn bytes(&self) -> Vec<u8> {
        let suffixes = ["", "-wal", "-shm", "-journal"];
        let file = |suffix| std::fs::read(format!("{}{suffix}", self.0.display()));
        suffixes
            .into_iter()
            .filter_map(|suffix| file(suffix).ok())
            .flatten()
            .collect()
    }

    /// What a query finds in its only column.
    pub fn column(&self, query: &str) -> Vec<Option<String>> {
        let database = rusqlite::Connection::open(&self.0).unwrap();
        let mut statement = database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}
