//! Ends what an older state of the database, such as a restored backup, would let happen once more.

use super::audit::{Event, record};
use super::transaction::{Transaction, values};
use super::{Result, Storage};
use crate::clock::UnixMilliseconds;
use crate::otp;

/// Ends what is under way: logins and their PINs, messages, enrolments that were not confirmed and links to
/// them, recovery codes, and the codes that apps show now. Writes to the audit trail why.
pub(super) fn void(tx: &mut dyn Transaction, why: &str, now: UnixMilliseconds) -> Result<()> {
    tx.execute("UPDATE challenges SET spent = 1, pin = NULL", &[])?;
    tx.execute("DELETE FROM outbox", &[])?;
    tx.execute("DELETE FROM enrolments WHERE secret IS NULL", &[])?;
    tx.execute("UPDATE enrolments SET candidate = NULL", &[])?;
    // Which of them were used since, nobody knows.
    tx.execute("DELETE FROM recovery_codes", &[])?;
    tx.execute("DELETE FROM enrolment_links", &[])?;
    // No code that was used since is accepted again, nor one that could have been.
    tx.execute(
        "UPDATE enrolments SET last_step = $1 WHERE last_step < $1",
        values![otp::last_step_at(now)],
    )?;
    record(
        tx,
        &Event::of_nobody(now),
        why,
        "what was under way is void",
    )
}

impl Storage {
    /// Ends what is under way, as after a restore: no code that was sent or shown before counts any more.
    pub async fn void_pending(&self, now: UnixMilliseconds) -> Result<()> {
        self.write(move |tx| void(tx, "void-pending", now)).await
    }

    /// Writes to the audit trail that a backup was made.
    pub async fn record_backup(&self, now: UnixMilliseconds) -> Result<()> {
        self.write(move |tx| record(tx, &Event::of_nobody(now), "backup", "made"))
            .await
    }
}
