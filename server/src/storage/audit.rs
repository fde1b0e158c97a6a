//! The audit trail: who did what to whom, and with which outcome. It never holds a code.
//!
//! It is in fact several trails, each with a length of its own, so that nobody pushes the rows of another
//! out: one for each account, one for the administrators, one for refused logins.

use serde::Serialize;

use super::transaction::{Row, Transaction, values};
use super::{Result, Storage, Target};
use crate::client_address::ClientAddress;
use crate::clock::{UnixMilliseconds, as_rfc3339};
use crate::refusals::{Count, Kind};

/// How many rows are shown.
const ROWS_SHOWN: u32 = 1000;
/// The trail of what administrators do.
const ADMINISTRATION: &str = "administration";
/// The trail of refused logins, which strangers fill.
const REFUSED_LOGINS: &str = "refused-logins";

/// One row of the audit trail.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRow {
    /// When; of several equal events, the last.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
    /// Who: an account, or `null` for an administrator or somebody unknown.
    pub account: Option<String>,
    /// What.
    pub operation: String,
    /// To which service, if any.
    pub service_id: Option<String>,
    /// To which user, if any.
    pub user_id: Option<String>,
    /// With which outcome.
    pub outcome: String,
    /// From which address, where that is known.
    pub address: Option<String>,
    /// For how many equal events it stands.
    pub count: i64,
}

/// Who did something, to whom, and when.
pub(super) struct Event<'a> {
    account: Option<&'a str>,
    address: Option<ClientAddress>,
    service: Option<&'a str>,
    user: Option<&'a str>,
    now: UnixMilliseconds,
}

impl<'a> Event<'a> {
    /// An event that concerns a service.
    pub(super) fn of(target: &'a Target, now: UnixMilliseconds) -> Self {
        Self {
            account: target.account.as_deref(),
            address: target.address,
            service: Some(&target.service),
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

    /// An event that concerns the database as a whole.
    pub(super) fn of_nobody(now: UnixMilliseconds) -> Self {
        Self {
            account: None,
            address: None,
            service: None,
            user: None,
            now,
        }
    }

    /// An event that concerns an account itself.
    pub(super) fn of_account(account: &'a str, now: UnixMilliseconds) -> Self {
        Self {
            account: Some(account),
            address: None,
            service: None,
            user: None,
            now,
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
    let trail = match event.account {
        Some(account) => trail_of(account),
        None => ADMINISTRATION.to_owned(),
    };
    let address = event.address.map(|address| address.to_string());
    tx.execute(
        "INSERT INTO audit (trail, ctime, account, operation, service_id, user_id, outcome, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            &trail,
            event.now,
            event.account,
            operation,
            event.service,
            event.user,
            outcome,
            address.as_ref()
        ],
    )?;
    Ok(())
}

/// The trail of an account.
fn trail_of(account: &str) -> String {
    format!("account/{account}")
}

fn row_from(mut row: Row) -> Result<AuditRow> {
    Ok(AuditRow {
        ctime: row.take()?,
        account: row.take()?,
        operation: row.take()?,
        service_id: row.take()?,
        user_id: row.take()?,
        outcome: row.take()?,
        address: row.take()?,
        count: row.take()?,
    })
}

impl Storage {
    /// The latest rows of all trails, or of the trail of one account; newest last.
    pub async fn audit(&self, account: Option<String>) -> Result<Vec<AuditRow>> {
        let trail = account.map(|account| trail_of(&account));
        self.read(move |tx| {
            let rows = tx.query(
                "SELECT ctime, account, operation, service_id, user_id, outcome, address, count
                 FROM audit WHERE CAST($1 AS TEXT) IS NULL OR trail = $1
                 ORDER BY sequence DESC LIMIT $2",
                values![trail.as_ref(), ROWS_SHOWN],
            )?;
            rows.into_iter().rev().map(row_from).collect()
        })
        .await
    }

    /// The latest rows about a user of the target's service, of all trails; newest first.
    pub async fn audit_of_user(
        &self,
        target: Target,
        user_id: String,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        self.read(move |tx| {
            let rows = tx.query(
                "SELECT ctime, account, operation, service_id, user_id, outcome, address, count
                 FROM audit WHERE user_id = $1 AND service_id = $2 ORDER BY sequence DESC LIMIT $3",
                values![&user_id, &target.service, limit],
            )?;
            rows.into_iter().map(row_from).collect()
        })
        .await
    }

    /// Writes down which logins were refused.
    pub async fn record_refusals(&self, refusals: Vec<(Kind, Count)>) -> Result<()> {
        self.write(move |tx| {
            for (kind, count) in &refusals {
                let address = kind.address.as_ref().map(ToString::to_string);
                tx.execute(
                    "INSERT INTO audit (trail, ctime, account, operation, outcome, address, count)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    values![
                        REFUSED_LOGINS,
                        count.last,
                        kind.account.as_ref(),
                        "log-in",
                        "refused",
                        address.as_ref(),
                        count.refusals as i64
                    ],
                )?;
            }
            Ok(())
        })
        .await
    }
}
