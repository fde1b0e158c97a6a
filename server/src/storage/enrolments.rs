//! The secrets that authenticator apps share with the server.

use serde::Serialize;
use zeroize::Zeroizing;

use super::audit::{Event, record};
use super::sealed::{CANDIDATE, SECRET};
use super::services::service;
use super::transaction::{Query, Row, Transaction, values};
use super::users::user;
use super::{Error, Result, Storage, Target, enrolment_links, found};
use crate::clock::{UnixMilliseconds, as_optional_rfc3339};
use crate::model::{Enrolment, Service, User};
use crate::otp::{self, Miss};
use crate::secrets::Secrets;

/// How far the enrolment of a user's authenticator app has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct EnrolmentState {
    /// Whether an enrolment was begun or confirmed.
    pub enrolled: bool,
    /// Whether one was confirmed, so that logins can use it.
    pub confirmed: bool,
    /// Whether one was begun that was not confirmed yet; one confirmed before works on meanwhile.
    pub pending: bool,
    /// Until when no code is accepted, because one was used while the clock was ahead: an unlock ends that.
    #[serde(
        serialize_with = "as_optional_rfc3339",
        skip_serializing_if = "Option::is_none"
    )]
    pub blocked_until: Option<UnixMilliseconds>,
}

/// What asks for the confirmed enrolment of a user.
pub(super) fn confirmed_query(user_id: &str) -> Query<'_> {
    let sql = "SELECT secret, last_step FROM enrolments
               WHERE user_id = $1 AND secret IS NOT NULL";
    Query::new(sql, values![user_id])
}

/// What that gives, if there is one.
pub(super) fn confirmed_in(
    secrets: &Secrets,
    user_id: &str,
    rows: Vec<Row>,
) -> Result<Option<Enrolment>> {
    let row = rows.into_iter().next();
    row.map(|mut row| {
        let secret: Vec<u8> = row.take()?;
        Ok(Enrolment {
            secret: SECRET.open(secrets, user_id, &secret)?,
            last_step: row.take()?,
        })
    })
    .transpose()
}

/// Uses the code of a time step up, once, and all before it.
pub(super) fn advance(tx: &mut dyn Transaction, user_id: &str, step: i64) -> Result<()> {
    let sql = "UPDATE enrolments SET last_step = $1 WHERE user_id = $2 AND last_step < $1";
    let advanced = tx.execute(sql, values![step, user_id])?;
    found(advanced, "pending verification")
}

/// Ends the wait for codes after one that was used while the clock was ahead; says whether there was one. What
/// could be shown now stays used.
pub(super) fn end_block(
    tx: &mut dyn Transaction,
    user_id: &str,
    now: UnixMilliseconds,
) -> Result<bool> {
    let sql = "UPDATE enrolments SET last_step = $1 WHERE user_id = $2 AND last_step > $1";
    let changed = tx.execute(sql, values![otp::last_step_at(now), user_id])?;
    Ok(changed > 0)
}

/// Begins an enrolment of a user, in place of one not confirmed, and writes it down as an operation of some name.
/// Says whether one was replaced.
pub(super) fn begin(
    tx: &mut dyn Transaction,
    event: &Event,
    operation: &str,
    user_id: &str,
    secret: &[u8],
) -> Result<bool> {
    let sql = "SELECT 1 FROM enrolments WHERE user_id = $1 AND candidate IS NOT NULL";
    let replaced = tx.query_one(sql, values![user_id])?.is_some();
    let secret = CANDIDATE.seal(tx.secrets(), user_id, secret)?;
    tx.execute(
        "INSERT INTO enrolments (user_id, candidate) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET candidate = excluded.candidate",
        values![user_id, secret.as_slice()],
    )?;
    let outcome = if replaced { "begun again" } else { "begun" };
    record(tx, event, operation, outcome)?;
    Ok(replaced)
}

/// Ends an enrolment that was begun and not confirmed; says whether there was one.
pub(super) fn end_begun(tx: &mut dyn Transaction, user_id: &str) -> Result<bool> {
    let sql = "DELETE FROM enrolments WHERE user_id = $1 AND secret IS NULL";
    let removed = tx.execute(sql, values![user_id])?;
    let sql = "UPDATE enrolments SET candidate = NULL WHERE user_id = $1 AND candidate IS NOT NULL";
    let ended = tx.execute(sql, values![user_id])?;
    Ok(removed + ended > 0)
}

/// Confirms the enrolment of a user that was begun, if `matching_step` finds the step of the code for its secret,
/// and writes it down as an operation of some name. A link to it is used up then. Says whether it did, or what is
/// known of the code.
pub(super) fn confirm(
    tx: &mut dyn Transaction,
    target: &Target,
    operation: &str,
    user_id: &str,
    now: &impl Fn() -> UnixMilliseconds,
    matching_step: &impl Fn(&[u8], UnixMilliseconds) -> std::result::Result<i64, Option<Miss>>,
) -> Result<std::result::Result<(), Option<Miss>>> {
    let sql = format!(
        "SELECT candidate FROM enrolments WHERE user_id = $1{}",
        tx.for_update()
    );
    let row = tx.query_one(&sql, values![user_id])?;
    let candidate: Option<Vec<u8>> = row.ok_or(Error::NotFound("enrolment"))?.take()?;
    let already = Error::Conflict("the enrolment was confirmed already");
    let candidate = candidate.ok_or(already)?;
    let candidate = CANDIDATE.open(tx.secrets(), user_id, &candidate)?;
    let now = now();
    let outcome = matching_step(&candidate, now);
    if let Ok(step) = outcome {
        let secret = SECRET.seal(tx.secrets(), user_id, &candidate)?;
        tx.execute(
            "UPDATE enrolments SET secret = $1, candidate = NULL, last_step = $2
             WHERE user_id = $3",
            values![secret.as_slice(), step, user_id],
        )?;
        enrolment_links::spend(tx, user_id)?;
    }
    let told = match outcome {
        Ok(_) => "confirmed".to_owned(),
        Err(miss) => Miss::told("wrong code", miss),
    };
    let event = Event::of(target, now).user(user_id);
    record(tx, &event, operation, &told)?;
    Ok(outcome.map(drop))
}

impl Storage {
    /// Begins an enrolment, in place of one not confirmed and of a link to one; one that is confirmed works on.
    /// Gives whose it is, and whether one not confirmed was replaced.
    pub async fn begin_enrolment(
        &self,
        target: Target,
        user_id: String,
        secret: Zeroizing<Vec<u8>>,
        now: UnixMilliseconds,
    ) -> Result<(Service, User, bool)> {
        self.write(move |tx| {
            let service = service(tx, &target)?;
            let user = user(tx, &target, &user_id)?;
            enrolment_links::remove(tx, &user_id)?;
            let event = Event::of(&target, now).user(&user_id);
            let replaced = begin(tx, &event, "begin-enrolment", &user_id, &secret)?;
            Ok((service, user, replaced))
        })
        .await
    }

    /// Confirms the enrolment that was begun, if `matching_step` finds the step of the code for
    /// its secret; says whether it did, or what is known of the code. The time is read as for a login.
    pub async fn confirm_enrolment(
        &self,
        target: Target,
        user_id: String,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
        matching_step: impl Fn(&[u8], UnixMilliseconds) -> std::result::Result<i64, Option<Miss>>
        + Send
        + 'static,
    ) -> Result<std::result::Result<(), Option<Miss>>> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            confirm(
                tx,
                &target,
                "confirm-enrolment",
                &user_id,
                &now,
                &matching_step,
            )
        })
        .await
    }

    /// How far the enrolment has come.
    pub async fn enrolment(
        &self,
        target: Target,
        user_id: String,
        now: UnixMilliseconds,
    ) -> Result<EnrolmentState> {
        self.read(move |tx| {
            user(tx, &target, &user_id)?;
            let sql = "SELECT CASE WHEN secret IS NULL THEN 0 ELSE 1 END,
                           CASE WHEN candidate IS NULL THEN 0 ELSE 1 END, last_step
                       FROM enrolments WHERE user_id = $1";
            let Some(mut row) = tx.query_one(sql, values![&user_id])? else {
                return Ok(EnrolmentState::default());
            };
            Ok(EnrolmentState {
                enrolled: true,
                confirmed: row.take()?,
                pending: row.take()?,
                blocked_until: otp::blocked_until(row.take()?, now),
            })
        })
        .await
    }

    /// Removes the enrolment, confirmed or not, and a link to one.
    pub async fn remove_enrolment(
        &self,
        target: Target,
        user_id: String,
        now: UnixMilliseconds,
    ) -> Result<()> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            let links = enrolment_links::remove(tx, &user_id)?;
            let sql = "DELETE FROM enrolments WHERE user_id = $1";
            found(tx.execute(sql, values![&user_id])? + links, "enrolment")?;
            let event = Event::of(&target, now).user(&user_id);
            record(tx, &event, "remove-enrolment", "removed")
        })
        .await
    }
}
