//! The rows behind an operation: each function reads or writes within a transaction that the
//! caller began.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{AuditRow, Error, Message, Pin, Result, Target};
use crate::authentication::{Failure, Standing};
use crate::clock::UnixMilliseconds;
use crate::model::{Challenge, Enrolment, Method, Service, User};
use crate::pin;

/// Turns a broken UNIQUE constraint into a conflict.
pub(super) fn conflict(error: rusqlite::Error, message: &'static str) -> Error {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => Error::Conflict(message),
        _ => Error::Database(error),
    }
}

/// Fails if a statement changed nothing.
pub(super) fn found(changed: usize, what: &'static str) -> Result<()> {
    if changed == 0 {
        Err(Error::NotFound(what))
    } else {
        Ok(())
    }
}

/// Reads the service of a target, if whoever asks may touch it.
pub(super) fn service(tx: &Transaction, target: &Target) -> Result<Service> {
    let mut statement = tx.prepare_cached("SELECT * FROM services WHERE id = ?")?;
    let row = statement
        .query_row([&target.service], |row| {
            let owner: String = row.get("account")?;
            let service = Service {
                id: row.get("id")?,
                fqdn: row.get("fqdn")?,
                name: row.get("name")?,
                ctime: row.get("ctime")?,
            };
            Ok((owner, service))
        })
        .optional()?;
    match row {
        None => Err(Error::NotFound("service")),
        Some((owner, service)) if target.account.as_ref().is_none_or(|asks| *asks == owner) => {
            Ok(service)
        }
        Some(_) => Err(Error::Forbidden),
    }
}

/// Reads a user of the target's service.
pub(super) fn user(tx: &Transaction, target: &Target, id: &str) -> Result<User> {
    service(tx, target)?;
    tx.prepare_cached("SELECT * FROM users WHERE id = ? AND service_id = ?")?
        .query_row([id, &target.service], user_from)
        .optional()?
        .ok_or(Error::NotFound("user"))
}

/// Reads a user from its row.
pub(super) fn user_from(row: &Row) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get("id")?,
        phone_number: row.get("phone_number")?,
        id_in_service: row.get("id_in_service")?,
        ctime: row.get("ctime")?,
    })
}

/// Reads a message from its row.
pub(super) fn message_from(row: &Row) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get("id")?,
        service_id: row.get("service_id")?,
        user_id: row.get("user_id")?,
        phone_number: row.get("phone_number")?,
        text: row.get("text")?,
        pin: row.get("pin")?,
        ctime: row.get("ctime")?,
    })
}

/// Reads a row of the audit trail.
pub(super) fn audit_row_from(row: &Row) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        ctime: row.get("ctime")?,
        account: row.get("account")?,
        operation: row.get("operation")?,
        service_id: row.get("service_id")?,
        user_id: row.get("user_id")?,
        outcome: row.get("outcome")?,
    })
}

/// Reads all that decides how a login of this user goes on.
pub(super) fn standing(tx: &Transaction, user_id: &str) -> Result<Standing> {
    let (failures, last_failure) = tx
        .prepare_cached("SELECT failures, last_failure FROM users WHERE id = ?")?
        .query_row([user_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let challenges = tx
        .prepare_cached("SELECT * FROM challenges WHERE user_id = ? ORDER BY sequence DESC")?
        .query_map([user_id], challenge_from)?
        .collect::<rusqlite::Result<_>>()?;
    let enrolment = tx
        .prepare_cached(
            "SELECT secret, last_step FROM enrolments WHERE user_id = ? AND secret IS NOT NULL",
        )?
        .query_row([user_id], |row| {
            Ok(Enrolment {
                secret: row.get::<_, Vec<u8>>(0)?.into(),
                last_step: row.get(1)?,
            })
        })
        .optional()?;
    let sends = tx
        .prepare_cached("SELECT ctime FROM sends WHERE user_id = ?")?
        .query_map([user_id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Standing {
        failures,
        last_failure,
        challenges,
        enrolment,
        sends,
    })
}

/// Reads a challenge from its row.
fn challenge_from(row: &Row) -> rusqlite::Result<Challenge> {
    let method: String = row.get("method")?;
    let pin: Option<String> = row.get("pin")?;
    Ok(Challenge {
        id: row.get("id")?,
        method: if method == "totp" {
            Method::Totp
        } else {
            Method::Sms
        },
        pin: pin.map(Pin::new),
        ctime: row.get("ctime")?,
        checks: row.get("checks")?,
        spent: row.get("spent")?,
    })
}

/// Makes a challenge the user's newest, and the only one of its method.
pub(super) fn put_challenge(tx: &Transaction, user_id: &str, challenge: &Challenge) -> Result<()> {
    tx.execute(
        "INSERT INTO challenges (user_id, id, method, pin, ctime, sequence)
         VALUES (?1, ?2, ?3, ?4, ?5,
                 (SELECT coalesce(max(sequence), 0) + 1 FROM challenges WHERE user_id = ?1))
         ON CONFLICT (user_id, method) DO UPDATE
         SET id = excluded.id, pin = excluded.pin, ctime = excluded.ctime, checks = 0, spent = 0,
             sequence = excluded.sequence",
        params![
            user_id,
            challenge.id,
            challenge.method.as_str(),
            challenge.pin.as_ref().map(|pin| pin.as_str()),
            challenge.ctime
        ],
    )?;
    Ok(())
}

/// Puts the message with a PIN into the outbox and counts it.
pub(super) fn send(
    tx: &Transaction,
    service: &Service,
    user: &User,
    challenge: &Challenge,
    pin: &Pin,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sends (user_id, ctime) VALUES (?, ?)",
        params![user.id, challenge.ctime],
    )?;
    tx.execute(
        "INSERT INTO outbox (id, service_id, user_id, phone_number, text, pin, ctime)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            challenge.id,
            service.id,
            user.id,
            user.phone_number,
            pin::message(&service.name, pin),
            pin.as_str(),
            challenge.ctime
        ],
    )?;
    Ok(())
}

/// Uses a code up. Each statement says itself that the code was not used before, so a code can be
/// consumed once even if the standing it was judged by were out of date.
pub(super) fn consume(
    tx: &Transaction,
    user_id: &str,
    method: Method,
    step: Option<i64>,
) -> Result<()> {
    let spend = "UPDATE challenges SET spent = 1, pin = NULL
                 WHERE user_id = ? AND method = ? AND spent = 0";
    let spent = tx.execute(spend, [user_id, method.as_str()])?;
    found(spent, "pending verification")?;
    if let Some(step) = step {
        let advance = "UPDATE enrolments SET last_step = ?1 WHERE user_id = ?2 AND last_step < ?1";
        found(
            tx.execute(advance, params![step, user_id])?,
            "pending verification",
        )?;
    }
    tx.execute(
        "UPDATE users SET failures = 0, last_failure = 0 WHERE id = ?",
        [user_id],
    )?;
    Ok(())
}

/// Counts a failed check, of the challenges and of the user. One that locks the user ends all
/// challenges.
pub(super) fn count_failure(
    tx: &Transaction,
    user_id: &str,
    failure: &Failure,
    now: UnixMilliseconds,
) -> Result<()> {
    for method in &failure.challenges {
        tx.execute(
            "UPDATE challenges SET checks = checks + 1 WHERE user_id = ? AND method = ?",
            [user_id, method.as_str()],
        )?;
    }
    if failure.locks {
        let end = "UPDATE challenges SET spent = 1, pin = NULL WHERE user_id = ?";
        tx.execute(end, [user_id])?;
    }
    tx.execute(
        "UPDATE users SET failures = failures + 1, last_failure = ? WHERE id = ?",
        params![now, user_id],
    )?;
    Ok(())
}

/// Writes a row of the audit trail, in the same transaction as what it tells of.
pub(super) fn audit(
    tx: &Transaction,
    target: &Target,
    user_id: Option<&str>,
    now: UnixMilliseconds,
    operation: &str,
    outcome: &str,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO audit (ctime, account, operation, service_id, user_id, outcome)
         VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        now,
        target.account,
        operation,
        target.service,
        user_id,
        outcome
    ])?;
    Ok(())
}
