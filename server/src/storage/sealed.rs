//! Which columns are encrypted. A column of bytes that is not in the list fails a test.

use zeroize::Zeroizing;

use super::transaction::{Row, Transaction, values};
use super::{Error, Result};
use crate::secrets::key::SecretBytes;
use crate::secrets::ring::Unreadable;
use crate::secrets::{KeyId, Place, Secrets};

/// A column whose values are encrypted.
pub(super) struct Column {
    table: &'static str,
    name: &'static str,
    /// What a row is known by.
    row: &'static str,
}

pub(super) const PHONE_NUMBER: Column = Column::of("users", "phone_number", "id");
pub(super) const SECRET: Column = Column::of("enrolments", "secret", "user_id");
pub(super) const CANDIDATE: Column = Column::of("enrolments", "candidate", "user_id");
pub(super) const CHALLENGE_PIN: Column = Column::of("challenges", "pin", "user_id");
pub(super) const MESSAGE_PHONE_NUMBER: Column = Column::of("outbox", "phone_number", "id");
pub(super) const MESSAGE_TEXT: Column = Column::of("outbox", "text", "id");
pub(super) const MESSAGE_PIN: Column = Column::of("outbox", "pin", "id");
pub(super) const HASH_KEY: Column = Column::of("hash_keys", "secret", "id");

/// All columns whose values are encrypted: what a new key has to go over.
pub(super) const COLUMNS: &[Column] = &[
    HASH_KEY,
    PHONE_NUMBER,
    SECRET,
    CANDIDATE,
    CHALLENGE_PIN,
    MESSAGE_PHONE_NUMBER,
    MESSAGE_TEXT,
    MESSAGE_PIN,
];

/// How many rows one step of a new key goes over.
const STEP: u32 = 200;

impl Column {
    const fn of(table: &'static str, name: &'static str, row: &'static str) -> Self {
        Self { table, name, row }
    }

    /// As it is told, and as rows that wait to be encrypted name it.
    pub(super) fn title(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    fn place<'a>(&self, row: &'a str) -> Place<'a> {
        Place {
            table: self.table,
            column: self.name,
            row,
        }
    }

    /// Encrypts a value for a row.
    pub(super) fn seal(&self, secrets: &Secrets, row: &str, value: &[u8]) -> Result<Vec<u8>> {
        Ok(secrets.seal(self.place(row), value)?)
    }

    /// Decrypts the value of a row.
    pub(super) fn open(&self, secrets: &Secrets, row: &str, sealed: &[u8]) -> Result<SecretBytes> {
        Ok(secrets.open(self.place(row), sealed)?)
    }

    /// The same of a text.
    pub(super) fn open_text(
        &self,
        secrets: &Secrets,
        row: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>> {
        let value = self.open(secrets, row, sealed)?;
        Ok(Zeroizing::new(String::from_utf8_lossy(&value).into_owned()))
    }

    /// The same of a text that is the next column of what was found.
    pub(super) fn take_text(
        &self,
        secrets: &Secrets,
        row: &str,
        found: &mut Row,
    ) -> Result<String> {
        let sealed: Vec<u8> = found.take()?;
        let text = self.open_text(secrets, row, &sealed)?;
        Ok(text.as_str().to_owned())
    }

    /// Puts a value into a row, if that is there.
    pub(super) fn put(&self, tx: &mut dyn Transaction, row: &str, value: &[u8]) -> Result<()> {
        let sealed = self.seal(tx.secrets(), row, value)?;
        let Self {
            table,
            name,
            row: key,
        } = self;
        let sql = format!("UPDATE {table} SET {name} = $1 WHERE {key} = $2");
        tx.execute(&sql, values![sealed.as_slice(), row])?;
        Ok(())
    }

    /// Encrypts some values under the newest key that are not, in rows after one of them. Gives the last row
    /// that was gone over, or nothing if there is no further one.
    pub(super) fn reseal(
        &self,
        tx: &mut dyn Transaction,
        newest: KeyId,
        after: Option<&str>,
    ) -> Result<Option<String>> {
        let Self { table, name, row } = self;
        // The id of the key is behind the first byte.
        let sql = format!(
            "SELECT {row}, {name} FROM {table} WHERE substr({name}, 2, 8) <> $1 AND {row} > $2
             ORDER BY {row} LIMIT {STEP}"
        );
        let mut last = None;
        let values = values![newest.as_bytes(), after.unwrap_or_default()];
        for mut found in tx.query(&sql, values)? {
            let (row, old): (String, Vec<u8>) = (found.take()?, found.take()?);
            self.reseal_row(tx, &row, &old)?;
            last = Some(row);
        }
        Ok(last)
    }

    fn reseal_row(&self, tx: &mut dyn Transaction, row: &str, old: &[u8]) -> Result<()> {
        let value = match tx.secrets().open(self.place(row), old) {
            Err(damaged @ Unreadable::Damaged(_)) => {
                tracing::error!(%damaged, "a value is lost");
                return Ok(());
            }
            value => value?,
        };
        let new = self.seal(tx.secrets(), row, &value)?;
        let Self {
            table,
            name,
            row: key,
        } = self;
        // Whatever was put there meanwhile stays.
        let sql = format!("UPDATE {table} SET {name} = $1 WHERE {key} = $2 AND {name} = $3");
        tx.execute(&sql, values![new.as_slice(), row, old])?;
        Ok(())
    }
}

/// A column in which something is encrypted, if there is one though no key is known.
pub(super) fn anything_without_key(tx: &mut dyn Transaction) -> Result<Option<String>> {
    for column in COLUMNS {
        let Column { table, name, .. } = column;
        let sql = format!(
            "SELECT 1 FROM {table} WHERE {name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM keys) LIMIT 1"
        );
        if tx.query_one(&sql, &[])?.is_some() {
            return Ok(Some(column.title()));
        }
    }
    Ok(None)
}

impl From<Unreadable> for Error {
    fn from(problem: Unreadable) -> Self {
        let text = problem.to_string();
        match problem {
            Unreadable::Damaged(_) => Self::Damaged(text),
            Unreadable::Missing { .. } | Unreadable::Locked(_) => Self::Unreadable(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Storage;

    /// Columns of bytes that are not encrypted: what waits to be, and hashes.
    const OTHERS: [&str; 3] = [
        "enrolment_links.hash",
        "plain_values.bytes",
        "recovery_codes.hash",
    ];

    #[tokio::test]
    async fn every_column_of_bytes_is_encrypted_or_has_a_reason_not_to_be() {
        let storage = Storage::in_memory().unwrap();
        let columns = storage.read(|tx| {
            let rows = tx.query(
                "SELECT tables.name || '.' || columns.name FROM sqlite_schema AS tables
                 JOIN pragma_table_info(tables.name) AS columns
                 WHERE tables.type = 'table' AND columns.type = 'BLOB'",
                &[],
            )?;
            let title = |mut row: Row| row.take::<String>();
            rows.into_iter().map(title).collect::<Result<Vec<_>>>()
        });
        let mut columns = columns.await.unwrap();
        columns.sort();
        let mut known: Vec<_> = COLUMNS.iter().map(Column::title).collect();
        known.extend(OTHERS.map(str::to_owned));
        known.sort();
        assert_eq!(columns, known);
    }
}
