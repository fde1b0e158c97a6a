//! The audit trail: who did what to whom, and with which outcome. It never holds a code.

use serde::Serialize;

use super::transaction::{Row, Transaction, values};
use super::{Result, Storage, Target};
use crate::clock::{UnixMilliseconds, as_rfc3339};

/// How many rows are shown.
const ROWS_SHOWN: u32 = 1000;

/// One row of the audit trail.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRow {
    /// When.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
    /// Who: an account, or `null` for an administrator.
    pub account: Option<String>,
    /// What.
    pub operation: String,
    /// To which service.
    pub service_id: String,
    /// To which user, if any.
    pub user_id: Option<String>,
    /// With which outcome.
    pub outcome: String,
}

/// Who did something, to whom, and when.
pub(super) struct Event<'a> {
    target: &'a Target,
    user: Option<&'a str>,
    now: UnixMilliseconds,
}

impl<'a> Event<'a> {
    /// An event that concerns a service.
    pub(super) fn of(target: &'a Target, now: UnixMilliseconds) -> Self {
        Self {
            target,
            user: None,
            now,
        }
    }

    /// The same, of one of its users.
    pub(super) fn user(self, user: &'a str) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }
}

/// Writes a row, in the same transaction as what it tells of.
pub(super) fn record(
    tx: &mut dyn Transaction,
    event: &Event,
    operation: &str,
    outcome: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO audit (ctime, account, operation, service_id, user_id, outcome)
         VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            event.now,
            event.target.account.as_ref(),
            operation,
            &event.target.service,
            event.user,
            outcome
        ],
    )?;
    Ok(())
}

fn row_from(mut row: Row) -> Result<AuditRow> {
    Ok(AuditRow {
        ctime: row.take()?,
        account: row.take()?,
        operation: row.take()?,
        service_id: row.take()?,
        user_id: row.take()?,
        outcome: row.take()?,
    })
}

impl Storage {
    /// The latest rows of the audit trail, newest last.
    pub async fn audit(&self) -> Result<Vec<AuditRow>> {
        self.read(|tx| {
            let rows = tx.query(
                "SELECT ctime, account, operation, service_id, user_id, outcome
                 FROM audit ORDER BY sequence DESC LIMIT $1",
                values![ROWS_SHOWN],
            )?;
            rows.into_iter().rev().map(row_from).collect()
        })
        .await
    }
}
