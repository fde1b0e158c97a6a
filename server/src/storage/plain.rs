//! What an older version kept in the clear, and how it comes to be encrypted: a few rows at a time, before
//! anything is served. Whoever is interrupted goes on where it was.

use super::sealed::{COLUMNS, PHONE_NUMBER};
use super::transaction::{Row, Transaction, values};
use super::{Error, Result};

/// How many values are encrypted in one step.
const STEP: u32 = 200;
/// The row that stands for what was left behind in a file.
const FILE: &str = "file";
/// The place of what messages to a phone, or to some like it, are counted by.
const COUNTED: &str = "send_counts.name";

/// Whether anything waits.
pub(super) fn waits(tx: &mut dyn Transaction) -> Result<bool> {
    let sql = "SELECT 1 FROM plain_values LIMIT 1";
    Ok(tx.query_one(sql, &[])?.is_some())
}

/// Whether something may be left behind in a file.
pub(super) fn is_left(tx: &mut dyn Transaction) -> Result<bool> {
    let sql = "SELECT 1 FROM plain_values WHERE place = $1 LIMIT 1";
    Ok(tx.query_one(sql, values![FILE])?.is_some())
}

/// Encrypts some values; says whether there may be more.
pub(super) fn step(tx: &mut dyn Transaction) -> Result<bool> {
    let rows = tx.query(
        "SELECT sequence, place, row_id, text, bytes FROM plain_values
         WHERE place <> $1 ORDER BY sequence LIMIT $2",
        values![FILE, STEP],
    )?;
    let more = !rows.is_empty();
    for row in rows {
        seal(tx, row)?;
    }
    Ok(more)
}

/// Forgets what was left behind in a file, when it is not there any more.
pub(super) fn swept(tx: &mut dyn Transaction) -> Result<()> {
    let sql = "DELETE FROM plain_values WHERE place = $1";
    tx.execute(sql, values![FILE]).map(drop)
}

fn seal(tx: &mut dyn Transaction, mut row: Row) -> Result<()> {
    let sequence: i64 = row.take()?;
    let (place, id): (String, String) = (row.take()?, row.take()?);
    let (text, bytes): (Option<String>, Option<Vec<u8>>) = (row.take()?, row.take()?);
    let value = text.map(String::into_bytes).or(bytes).unwrap_or_default();
    let sql = "DELETE FROM plain_values WHERE sequence = $1";
    // Another server may be at it, too, and serve already.
    if tx.execute(sql, values![sequence])? == 0 {
        return Ok(());
    }
    if place == COUNTED {
        return hash_counted(tx, &String::from_utf8_lossy(&value));
    }
    let column = COLUMNS.iter().find(|column| column.title() == place);
    let unknown = || Error::Unreadable(format!("{place} waits to be encrypted, but is no column"));
    column.ok_or_else(unknown)?.put(tx, &id, &value)?;
    match place == PHONE_NUMBER.title() {
        true => hash_phone_number(tx, &id, &String::from_utf8_lossy(&value)),
        false => Ok(()),
    }
}

/// What messages are counted by, for the limits.
fn hash_counted(tx: &mut dyn Transaction, name: &str) -> Result<()> {
    let hash = tx.secrets().hash_phone(name)?;
    let sql = "UPDATE send_counts SET name = $1 WHERE name = $2 AND kind IN ('phone', 'range')";
    tx.execute(sql, values![&hash, name])?;
    Ok(())
}

fn hash_phone_number(tx: &mut dyn Transaction, user: &str, number: &str) -> Result<()> {
    let hash = tx.secrets().hash_phone(number)?;
    let sql = "UPDATE users SET phone_number_key = $1 WHERE id = $2";
    tx.execute(sql, values![&hash, user])?;
    Ok(())
}
