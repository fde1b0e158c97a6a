//! The mark that a move leaves in both databases, so that no server serves either at the wrong time: a
//! code could be used in both.

use super::transaction::{Row, Transaction, values};
use super::{Result, Storage};

/// What a database knows of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Everything is being moved here from there; it is not finished.
    From(String),
    /// Everything was moved there.
    To(String),
}

/// Reads the mark.
pub(super) fn mark(tx: &mut dyn Transaction) -> Result<Option<Move>> {
    let row = tx.query_one("SELECT source, target FROM moves", &[])?;
    let Some(mut row) = row else { return Ok(None) };
    read(&mut row)
}

fn read(row: &mut Row) -> Result<Option<Move>> {
    let (source, target): (Option<String>, Option<String>) = (row.take()?, row.take()?);
    Ok(source.map(Move::From).or(target.map(Move::To)))
}

/// Leaves a mark in place of any other, or none.
pub(super) fn set_mark(tx: &mut dyn Transaction, mark: Option<&Move>) -> Result<()> {
    tx.execute("DELETE FROM moves", &[])?;
    let (source, target) = match mark {
        None => return Ok(()),
        Some(Move::From(source)) => (Some(source), None),
        Some(Move::To(target)) => (None, Some(target)),
    };
    let sql = "INSERT INTO moves (id, source, target) VALUES (1, $1, $2)";
    tx.execute(sql, values![source, target])?;
    Ok(())
}

impl Storage {
    /// What the database knows of a move.
    pub async fn moved(&self) -> Result<Option<Move>> {
        self.read(mark).await
    }

    /// Forgets a move: the database is served again.
    pub async fn forget_move(&self) -> Result<()> {
        self.write(|tx| set_mark(tx, None)).await
    }
}
