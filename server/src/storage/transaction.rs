//! The small interface that all operations are written over: statements of SQL that every database
//! understands, in one transaction, with neutral values and errors.
//!
//! Parameters are `$1`, `$2` and so on, and appear for the first time in that order. Numbers are
//! 64 bits wide and signed; truth values are the numbers 0 and 1.

use std::borrow::Cow;

use super::{Error, Result};
use crate::secrets::Secrets;

/// A transaction that somebody else began and will commit, if the operation in it succeeds.
pub(super) trait Transaction {
    /// Runs a statement, and gives how many rows it changed.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64>;

    /// Runs a query, and gives all of its rows.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>>;

    /// Runs queries in this order, and gives the rows of each. They are asked at once where an answer is
    /// a journey away.
    fn query_all(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>> {
        let run = |query: &Query| self.query(&query.sql, &query.values);
        queries.iter().map(run).collect()
    }

    /// What a query for one row ends in, so that nobody else changes that row before the end of this
    /// transaction. It says nothing where there is one writer at a time.
    fn for_update(&self) -> &'static str;

    /// What encrypts and decrypts.
    fn secrets(&self) -> &Secrets;

    /// What locks names of the program's own, each by a number, until the end of this transaction; in one
    /// order whatever order they are given in, so that nobody waits in a circle. `None` where there is one
    /// writer at a time, or nothing to lock.
    fn locks(&self, numbers: Vec<i64>) -> Option<Query<'static>>;

    /// Runs a query that gives one row at most.
    fn query_one(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, values)?.into_iter().next())
    }
}

/// A query with its values.
pub(super) struct Query<'a> {
    pub(super) sql: Cow<'static, str>,
    pub(super) values: Vec<Value<'a>>,
}

impl<'a> Query<'a> {
    pub(super) fn new(sql: impl Into<Cow<'static, str>>, values: &[Value<'a>]) -> Self {
        Self {
            sql: sql.into(),
            values: values.to_vec(),
        }
    }
}

/// What a parameter is bound to.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Cell> for Value<'a> {
    fn from(cell: &'a Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Integer(number) => Self::Integer(*number),
            Cell::Text(text) => Self::Text(text),
            Cell::Bytes(bytes) => Self::Bytes(bytes),
        }
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement, each made from what it stands for.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::storage::transaction::Value::from($value)),*]
    };
}
pub(super) use values;

/// What stands in one column of a row.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, whose columns are taken one after the other.
#[derive(Debug)]
pub(super) struct Row(std::vec::IntoIter<Cell>);

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    /// All columns.
    pub(super) fn into_cells(self) -> Vec<Cell> {
        self.0.collect()
    }

    /// Takes the next column.
    pub(super) fn take<T: FromCell>(&mut self) -> Result<T> {
        self.0
            .next()
            .and_then(T::from_cell)
            .ok_or_else(|| Error::Unavailable("a column is not what the schema says".to_owned()))
    }
}

/// What a column can be read as.
pub(super) trait FromCell: Sized {
    /// `None` if the cell holds something else.
    fn from_cell(cell: Cell) -> Option<Self>;
}

impl FromCell for i64 {
    fn from_cell(cell: Cell) -> Option<Self> {
        match cell {
            Cell::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl FromCell for u32 {
    fn from_cell(cell: Cell) -> Option<Self> {
        i64::from_cell(cell)?.try_into().ok()
    }
}

impl FromCell for bool {
    fn from_cell(cell: Cell) -> Option<Self> {
        Some(i64::from_cell(cell)? != 0)
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}
