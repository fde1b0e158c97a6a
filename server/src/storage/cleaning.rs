//! Removes what is no longer needed: a little at a time, so that nobody else has to wait for it.

use super::transaction::{Row, Transaction, Value, values};
use super::{Result, Storage};
use crate::clock::UnixMilliseconds;
use crate::enrolment_link;
use crate::limits::Kind;
use crate::pin;

/// How long answered and expired challenges are kept, to deny replays as wrong codes: a day.
const CHALLENGE_RETENTION: i64 = 86_400_000;
/// How long messages are kept in the outbox: a day.
const OUTBOX_RETENTION: i64 = 86_400_000;
/// How many rows of each audit trail are kept.
const AUDIT_ROWS_KEPT: u32 = 10_000;
/// How many rows one step removes at most.
const STEP: u32 = 500;

impl Storage {
    /// Removes what is no longer needed.
    pub async fn clean(&self, now: UnixMilliseconds) -> Result<()> {
        // A PIN that nobody can use any more is no longer kept: neither an old one, nor one from
        // before the clock was set back.
        self.in_steps(
            "UPDATE challenges SET pin = NULL WHERE (user_id, method) IN
                 (SELECT user_id, method FROM challenges
                  WHERE pin IS NOT NULL AND (ctime <= $1 OR ctime >= $2) LIMIT $3)",
            [
                now - pin::LIFETIME_MILLISECONDS,
                now + pin::LIFETIME_MILLISECONDS,
            ],
        )
        .await?;
        self.in_steps(
            "DELETE FROM challenges WHERE (user_id, method) IN
                 (SELECT user_id, method FROM challenges WHERE ctime <= $1 LIMIT $2)",
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
            "DELETE FROM enrolment_links WHERE user_id IN
                 (SELECT user_id FROM enrolment_links WHERE expires <= $1 LIMIT $2)",
            [now - enrolment_link::RETENTION],
        )
        .await?;
        for kind in Kind::ALL {
            self.forget_sends(kind, now).await?;
        }
        self.shorten_audit().await?;
        self.purge().await
    }

    /// Removes what was counted of messages and counts for no limit any more: what is old, and what is
    /// from before the clock was set back.
    async fn forget_sends(&self, kind: Kind, now: UnixMilliseconds) -> Result<()> {
        self.repeat(move |tx| {
            let (oldest, newest) = (now - kind.retention(), now + kind.retention());
            tx.execute(
                "DELETE FROM send_counts WHERE (kind, name, slot) IN
                     (SELECT kind, name, slot FROM send_counts
                      WHERE kind = $1 AND (slot <= $2 OR slot >= $3) LIMIT $4)",
                values![kind.as_str(), oldest, newest, STEP],
            )
        })
        .await
    }

    /// Removes what belongs to services that were deleted.
    pub async fn purge(&self) -> Result<()> {
        self.in_steps(
            "DELETE FROM users WHERE id IN
                 (SELECT users.id FROM services
                  JOIN users ON users.service_id = services.id
                  WHERE services.deleted = 1 LIMIT $1)",
            [],
        )
        .await?;
        self.in_steps(
            "DELETE FROM services WHERE id IN
                 (SELECT id FROM services WHERE deleted = 1 AND NOT EXISTS
                     (SELECT 1 FROM users WHERE users.service_id = services.id) LIMIT $1)",
            [],
        )
        .await
    }

    /// Removes the oldest rows of those audit trails that are long.
    async fn shorten_audit(&self) -> Result<()> {
        let long: Vec<(String, i64)> = self
            .read(|tx| {
                let rows = tx.query(
                    "SELECT trail, (SELECT sequence FROM audit WHERE audit.trail = long.trail
                                    ORDER BY sequence DESC LIMIT 1 OFFSET $1)
                     FROM (SELECT trail FROM audit GROUP BY trail HAVING count(*) > $1) AS long",
                    values![AUDIT_ROWS_KEPT],
                )?;
                let pair = |mut row: Row| Ok((row.take()?, row.take()?));
                rows.into_iter().map(pair).collect()
            })
            .await?;
        for (trail, newest_removed) in long {
            self.repeat(move |tx| {
                tx.execute(
                    "DELETE FROM audit WHERE sequence IN
                         (SELECT sequence FROM audit
                          WHERE trail = $1 AND sequence <= $2 LIMIT $3)",
                    values![&trail, newest_removed, STEP],
                )
            })
            .await?;
        }
        Ok(())
    }

    /// Runs a statement, whose last parameter is how many rows it may change, until it changes none.
    async fn in_steps<const N: usize>(&self, sql: &'static str, numbers: [i64; N]) -> Result<()> {
        self.repeat(move |tx| {
            let mut values: Vec<Value> = numbers.map(Value::from).into();
            values.extend(values![STEP]);
            tx.execute(sql, &values)
        })
        .await
    }

    /// Runs an operation that changes [`STEP`] rows at most until it changes fewer.
    async fn repeat(
        &self,
        step: impl Fn(&mut dyn Transaction) -> Result<u64> + Clone + Send + 'static,
    ) -> Result<()> {
        while self.write(step.clone()).await? >= STEP.into() {}
        Ok(())
    }
}
