//! Recovery codes: hashes of those that were not used yet.

use super::audit::{Event, record};
use super::transaction::{Query, Row, Transaction, values};
use super::users::{lock, user};
use super::{Error, Result, Storage, Target, found};
use crate::clock::UnixMilliseconds;
use crate::recovery_code::RecoveryHash;

/// What asks for the codes of a user.
pub(super) fn query(user_id: &str) -> Query<'_> {
    let sql = "SELECT hash FROM recovery_codes WHERE user_id = $1";
    Query::new(sql, values![user_id])
}

/// What that gives.
pub(super) fn codes_in(rows: Vec<Row>) -> Result<Vec<RecoveryHash>> {
    let code = |mut row: Row| {
        let bytes: Vec<u8> = row.take()?;
        let malformed = |_| Error::Unavailable("a hash is not what the schema says".to_owned());
        let bytes: [u8; 32] = bytes.try_into().map_err(malformed)?;
        Ok(RecoveryHash::from(bytes))
    };
    rows.into_iter().map(code).collect()
}

/// Uses a code up, once.
pub(super) fn consume(tx: &mut dyn Transaction, user_id: &str, code: &RecoveryHash) -> Result<()> {
    let sql = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2";
    let used = tx.execute(sql, values![user_id, code.as_bytes()])?;
    found(used, "recovery codes")
}

/// Removes the codes of a user, and gives how many there were.
fn remove(tx: &mut dyn Transaction, user_id: &str) -> Result<u64> {
    let sql = "DELETE FROM recovery_codes WHERE user_id = $1";
    tx.execute(sql, values![user_id])
}

impl Storage {
    /// Keeps new codes for a user, in place of all before.
    pub async fn set_recovery_codes(
        &self,
        target: Target,
        user_id: String,
        codes: Vec<RecoveryHash>,
        now: UnixMilliseconds,
    ) -> Result<()> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            // Of two who make codes at once, the second sees those of the first.
            lock(tx, &user_id)?;
            let outcome = match remove(tx, &user_id)? {
                0 => "made",
                _ => "made again",
            };
            for code in &codes {
                tx.execute(
                    "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)",
                    values![&user_id, code.as_bytes()],
                )?;
            }
            let event = Event::of(&target, now).user(&user_id);
            record(tx, &event, "make-recovery-codes", outcome)
        })
        .await
    }

    /// How many codes of a user were not used yet.
    pub async fn recovery_codes(&self, target: Target, user_id: String) -> Result<usize> {
        self.read(move |tx| {
            user(tx, &target, &user_id)?;
            let Query { sql, values } = query(&user_id);
            Ok(tx.query(&sql, &values)?.len())
        })
        .await
    }

    /// Removes the codes of a user.
    pub async fn remove_recovery_codes(
        &self,
        target: Target,
        user_id: String,
        now: UnixMilliseconds,
    ) -> Result<()> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            lock(tx, &user_id)?;
            found(remove(tx, &user_id)?, "recovery codes")?;
            let event = Event::of(&target, now).user(&user_id);
            record(tx, &event, "remove-recovery-codes", "removed")
        })
        .await
    }
}
