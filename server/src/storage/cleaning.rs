//! Removes what is no longer needed: a little at a time, so that nobody else has to wait for it.

use super::transaction::{Value, values};
use super::{Result, Storage};
use crate::clock::UnixMilliseconds;
use crate::{pin, throttle};

/// How long answered and expired challenges are kept, to deny replays as wrong codes: a day.
const CHALLENGE_RETENTION: i64 = 86_400_000;
/// How long messages are kept in the outbox: a day.
const OUTBOX_RETENTION: i64 = 86_400_000;
/// How many rows of the audit trail are kept.
const AUDIT_ROWS_KEPT: u32 = 100_000;
/// How many rows one step removes at most.
const STEP: u32 = 500;

impl Storage {
    /// Removes what is no longer needed.
    pub async fn clean(&self, now: UnixMilliseconds) -> Result<()> {
        // A PIN that nobody can use any more is no longer kept: neither an old one, nor one from
        // before the clock was set back.
        self.in_steps(
            "UPDATE challenges SET pin = NULL WHERE user_id IN
                 (SELECT user_id FROM challenges
                  WHERE pin IS NOT NULL AND (ctime <= $1 OR ctime >= $2) LIMIT $3)",
            [
                now - pin::LIFETIME_MILLISECONDS,
                now + pin::LIFETIME_MILLISECONDS,
            ],
        )
        .await?;
        self.in_steps(
            "DELETE FROM challenges WHERE user_id IN
                 (SELECT user_id FROM challenges WHERE ctime <= $1 LIMIT $2)",
            [now - CHALLENGE_RETENTION],
        )
        .await?;
        self.in_steps(
            "DELETE FROM outbox WHERE sequence IN
                 (SELECT sequence FROM outbox WHERE ctime <= $1 LIMIT $2)",
            [now - OUTBOX_RETENTION],
        )
        .await?;
        self.in_steps(
            "DELETE FROM sends WHERE sequence IN
                 (SELECT sequence FROM sends WHERE ctime <= $1 LIMIT $2)",
            [now - throttle::SEND_WINDOW_MILLISECONDS],
        )
        .await?;
        self.in_steps(
            "DELETE FROM audit WHERE sequence IN
                 (SELECT sequence FROM audit
                  WHERE sequence <= (SELECT max(sequence) FROM audit) - $1 LIMIT $2)",
            [AUDIT_ROWS_KEPT.into()],
        )
        .await
    }

    /// Runs a statement, whose last parameter is how many rows it may change, until it changes none.
    async fn in_steps<const N: usize>(&self, sql: &'static str, numbers: [i64; N]) -> Result<()> {
        loop {
            let changed = self.write(move |tx| {
                let mut values: Vec<Value> = numbers.map(Value::from).into();
                values.extend(values![STEP]);
                tx.execute(sql, &values)
            });
            if changed.await? < STEP.into() {
                return Ok(());
            }
        }
    }
}
