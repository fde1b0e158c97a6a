//! Moves everything from a SQLite file to an empty database of PostgreSQL.
//!
//! Tables and columns are read from the schema, so that none can be forgotten. The file belongs to the
//! move until its end; the target bears a mark meanwhile, by which a move that was interrupted is known
//! and begun again.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::moves::{Move, mark, set_mark};
use super::sqlite::Alone;
use super::transaction::{Cell, Row, Transaction, Value, values};
use super::{Error, Location, OpenError, Result, Storage};
use crate::secrets::KeyPlace;

/// How many rows are in memory, and in one statement.
const BATCH: u32 = 500;

/// Why a move did not happen, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// A move goes from a SQLite file to PostgreSQL.
    #[error("a move goes from a SQLite file to a PostgreSQL database; these are {0} and {1}")]
    Direction(Location, Location),
    /// There is no such file.
    #[error("there is no database {0}")]
    Missing(Location),
    /// One of them cannot be opened.
    #[error("the database {0} cannot be opened: {1}")]
    Open(Location, OpenError),
    /// Somebody else has the file open.
    #[error("the database {0} cannot be had alone ({1}); stop the servers that use it")]
    InUse(Location, Error),
    /// The file was moved before.
    #[error("everything was moved to {0} already")]
    Moved(String),
    /// The target has something in it.
    #[error("the target is not empty: there are rows in its table {0}; choose an empty database")]
    NotEmpty(String),
    /// What arrived is not what was sent.
    #[error("the table {0} did not arrive as it was; move again")]
    Different(String),
    /// A database failed.
    #[error("{0}; move again")]
    Failed(#[from] Error),
}

/// How far a move has come.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// An interrupted move of the same source was found, and is begun again.
    StartingOver,
    /// So many rows of a table are there.
    Copied(&'a str, u64),
    /// All rows of a table were read back and are the same.
    Checked(&'a str, u64),
}

/// A table, as the schema has it.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

/// How many rows a table has, and a sum of their hashes, which does not depend on their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hashes: u128,
}

/// Moves everything from a SQLite file to a database of PostgreSQL, and marks the file as moved. Its keys are those
/// of the target from then on.
///
/// # Errors
///
/// [`TransferError`] says what to do. After a failure the source is as it was.
pub async fn transfer(
    from: &Location,
    keys: KeyPlace,
    to: &Location,
    progress: impl Fn(Progress),
) -> std::result::Result<(), TransferError> {
    let (Location::File(path), Location::Postgres(_)) = (from, to) else {
        return Err(TransferError::Direction(from.clone(), to.clone()));
    };
    if !path.exists() {
        return Err(TransferError::Missing(from.clone()));
    }
    // Opened once, it is up to date, and everything in it is encrypted. It goes as it is.
    let problem = |location: &Location| {
        let location = location.clone();
        move |error| TransferError::Open(location, error)
    };
    Storage::open(from, keys).map_err(problem(from))?;
    let target = Storage::open_locked(to).map_err(problem(to))?;
    let alone = Alone::with(path).map_err(|error| TransferError::InUse(from.clone(), error))?;
    let mut source = alone.transaction();
    let tables = Arc::new(tables(&mut source)?);
    prepare(&mut source, &target, &tables, &shown(path), &progress).await?;
    for index in 0..tables.len() {
        copy(&mut source, &target, &tables, index, &progress).await?;
    }
    set_mark(&mut source, Some(&Move::To(to.to_string())))?;
    drop(source);
    alone.commit()?;
    target.forget_move().await?;
    Ok(())
}

/// The file, by a name that is the same wherever the program was started.
fn shown(path: &Path) -> String {
    let path = std::path::absolute(path);
    path.map_or_else(|error| error.to_string(), |path| path.display().to_string())
}

/// All tables but that of the marks, and that of values that wait to be encrypted, which is empty. Each comes
/// after those that it refers to, since that is the order in which they were made.
fn tables(source: &mut dyn Transaction) -> Result<Vec<Table>> {
    let names = source.query(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('moves', 'plain_values') ORDER BY rowid",
        &[],
    )?;
    let text = |mut row: Row| row.take::<String>();
    let mut tables = Vec::new();
    for row in names {
        let name = text(row)?;
        let mut columns = |sql: &str| -> Result<Vec<String>> {
            let rows = source.query(sql, values![&name])?;
            rows.into_iter().map(text).collect()
        };
        tables.push(Table {
            columns: columns("SELECT name FROM pragma_table_info($1) ORDER BY cid")?,
            key: columns("SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk")?,
            name,
        });
    }
    Ok(tables)
}

/// Marks the target, which must be empty or that of an interrupted move of the same source.
async fn prepare(
    source: &mut dyn Transaction,
    target: &Storage,
    tables: &Arc<Vec<Table>>,
    from: &str,
    progress: &impl Fn(Progress),
) -> std::result::Result<(), TransferError> {
    let is_again = target.moved().await? == Some(Move::From(from.to_owned()));
    if is_again {
        progress(Progress::StartingOver);
    } else if let Some(Move::To(place)) = mark(source)? {
        return Err(TransferError::Moved(place));
    }
    let (tables, from) = (tables.clone(), from.to_owned());
    let filled = target
        .write(move |tx| begin(tx, &tables, is_again, &from))
        .await?;
    match filled {
        Some(table) => Err(TransferError::NotEmpty(table)),
        None => Ok(()),
    }
}

/// Marks the target, and empties it if that is allowed; gives a table that is not empty, if it is not.
fn begin(
    tx: &mut dyn Transaction,
    tables: &[Table],
    may_empty: bool,
    from: &str,
) -> Result<Option<String>> {
    for table in tables.iter().rev() {
        let name = &table.name;
        // Under keys alone nothing is encrypted.
        if may_empty || ["keys", "hash_keys"].contains(&name.as_str()) {
            tx.execute(&format!("TRUNCATE {name} CASCADE"), &[])?;
        } else if tx
            .query_one(&format!("SELECT 1 FROM {name} LIMIT 1"), &[])?
            .is_some()
        {
            return Ok(Some(name.clone()));
        }
    }
    set_mark(tx, Some(&Move::From(from.to_owned())))?;
    Ok(None)
}

/// Copies a table, and reads it back.
async fn copy(
    source: &mut dyn Transaction,
    target: &Storage,
    tables: &Arc<Vec<Table>>,
    index: usize,
    progress: &impl Fn(Progress),
) -> std::result::Result<(), TransferError> {
    let table = &tables[index];
    let mut sent = Sum::default();
    let mut last = None;
    loop {
        let rows = table.page(source, last.as_deref())?;
        let Some(newest) = rows.last() else { break };
        last = Some(table.key_of(newest));
        sent.add(&rows);
        let all = tables.clone();
        target.write(move |tx| all[index].insert(tx, &rows)).await?;
        progress(Progress::Copied(&table.name, sent.rows));
    }
    let all = tables.clone();
    target.write(move |tx| all[index].count_on(tx)).await?;
    let arrived = read_back(target, tables, index).await?;
    if arrived != sent {
        return Err(TransferError::Different(table.name.clone()));
    }
    progress(Progress::Checked(&table.name, sent.rows));
    Ok(())
}

async fn read_back(target: &Storage, tables: &Arc<Vec<Table>>, index: usize) -> Result<Sum> {
    let mut sum = Sum::default();
    let mut last: Option<Arc<Vec<Cell>>> = None;
    loop {
        let (all, after) = (tables.clone(), last.clone());
        let page = move |tx: &mut dyn Transaction| {
            all[index].page(tx, after.as_ref().map(|key| key.as_slice()))
        };
        let rows = target.read(page).await?;
        let Some(newest) = rows.last() else {
            return Ok(sum);
        };
        last = Some(Arc::new(tables[index].key_of(newest)));
        sum.add(&rows);
    }
}

impl Table {
    /// Some rows, by their key, after one of them.
    fn page(&self, tx: &mut dyn Transaction, after: Option<&[Cell]>) -> Result<Vec<Vec<Cell>>> {
        let (columns, key) = (self.columns.join(", "), self.key.join(", "));
        let after = after.unwrap_or_default();
        let place = match after.len() {
            0 => String::new(),
            length => format!("WHERE ({key}) > ({})", parameters(1, length)),
        };
        let sql = format!(
            "SELECT {columns} FROM {} {place} ORDER BY {key} LIMIT {BATCH}",
            self.name
        );
        let after: Vec<Value> = after.iter().map(Value::from).collect();
        let rows = tx.query(&sql, &after)?;
        Ok(rows.into_iter().map(Row::into_cells).collect())
    }

    fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        let place = |name| self.columns.iter().position(|column| column == name);
        let cells = self
            .key
            .iter()
            .filter_map(place)
            .map(|place| row[place].clone());
        cells.collect()
    }

    fn insert(&self, tx: &mut dyn Transaction, rows: &[Vec<Cell>]) -> Result<()> {
        let width = self.columns.len();
        let row = |index| format!("({})", parameters(index * width + 1, width));
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name,
            self.columns.join(", "),
            (0..rows.len()).map(row).collect::<Vec<_>>().join(", ")
        );
        let values: Vec<Value> = rows.iter().flatten().map(Value::from).collect();
        tx.execute(&sql, &values).map(drop)
    }

    /// Has PostgreSQL give numbers beyond those that are there, where it gives them.
    fn count_on(&self, tx: &mut dyn Transaction) -> Result<()> {
        let (name, key) = (&self.name, &self.key[0]);
        let sequence = "SELECT pg_get_serial_sequence($1, $2)";
        let row = tx.query_one(sequence, values![name, key])?;
        let sequence: Option<String> = row.map_or(Ok(None), |mut row| row.take())?;
        let Some(sequence) = sequence else {
            return Ok(());
        };
        let sql = format!(
            "SELECT setval(CAST($1 AS regclass),
                 (SELECT coalesce(max({key}), 0) + 1 FROM {name}), false)"
        );
        tx.query(&sql, values![&sequence]).map(drop)
    }
}

/// `$first, ...`, so many.
fn parameters(first: usize, count: usize) -> String {
    let parameters = (first..first + count).map(|number| format!("${number}"));
    parameters.collect::<Vec<_>>().join(", ")
}

impl Sum {
    fn add(&mut self, rows: &[Vec<Cell>]) {
        for row in rows {
            self.rows += 1;
            self.hashes = self.hashes.wrapping_add(hash(row));
        }
    }
}

/// A hash of a row, in which no two rows that differ have the same bytes.
fn hash(row: &[Cell]) -> u128 {
    let mut hasher = Sha256::new();
    for cell in row {
        let (kind, bytes): (u8, &[u8]) = match cell {
            Cell::Null => (0, &[]),
            Cell::Integer(number) => (1, &number.to_be_bytes()),
            Cell::Text(text) => (2, text.as_bytes()),
            Cell::Bytes(bytes) => (3, bytes),
        };
        hasher.update([kind]);
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}
