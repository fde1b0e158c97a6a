//! Logins: what is known of a user, and what a start or an answer leaves behind.

use std::time::Duration;

use super::audit::{Event, record};
use super::messages::send;
use super::sealed::CHALLENGE_PIN;
use super::sends::{self, Counted};
use super::services::{owned_service_from, service_query};
use super::transaction::{Query, Row, Transaction, values};
use super::users::{failures_query, lock, user, user_in, user_query};
use super::{Error, Result, Storage, Target, enrolments, found, recovery_codes};
use crate::authentication::{Failure, Proof, Ruling, Standing, Start};
use crate::clock::UnixMilliseconds;
use crate::country::Country;
use crate::delivery::Posting;
use crate::limits::Limits;
use crate::model::{Challenge, Method, Service, User};
use crate::otp::Miss;
use crate::pin::Pin;
use crate::secrets::Secrets;

/// Who logs in to what, and all that decides how it goes on.
struct Login {
    service: Service,
    account: String,
    user: User,
    standing: Standing,
}

/// What came of an answer to a login.
pub struct Verified {
    /// How it was ruled.
    pub ruling: Ruling,
    /// Where the user's phone is.
    pub country: Country,
    /// How long ago the login was started that was answered rightly.
    pub since_start: Option<Duration>,
}

/// How long ago the login was started that a ruling accepts.
fn since_start(standing: &Standing, ruling: &Ruling, now: UnixMilliseconds) -> Option<Duration> {
    let Ruling::Accepted { method, .. } = ruling else {
        return None;
    };
    let mut challenges = standing.challenges.iter();
    let answered = challenges.find(|challenge| challenge.method == *method)?;
    let milliseconds = (now - answered.ctime).max(0).unsigned_abs();
    Some(Duration::from_millis(milliseconds))
}

/// Reads a login. Until the end of the transaction nobody else changes its standing.
fn login(tx: &mut dyn Transaction, target: &Target, user_id: &str) -> Result<Login> {
    let challenges = "SELECT id, method, pin, ctime, checks, spent FROM challenges
                      WHERE user_id = $1 ORDER BY sequence DESC";
    let queries = [
        service_query(target),
        user_query(target, user_id),
        // What comes after it sees what those left behind who had the lock before.
        failures_query(tx, user_id),
        Query::new(challenges, values![user_id]),
        enrolments::confirmed_query(user_id),
        recovery_codes::query(user_id),
    ];
    let found = tx.query_all(&queries)?;
    let mut found = found.into_iter();
    let mut next = || found.next().unwrap_or_default();
    let (service, account) = owned_service_from(next(), target)?;
    let user = user_in(tx.secrets(), next())?;
    let mut failures = next().into_iter().next().ok_or(Error::NotFound("user"))?;
    let standing = Standing {
        failures: failures.take()?,
        last_failure: failures.take()?,
        challenges: next()
            .into_iter()
            .map(|row| challenge_from(tx.secrets(), user_id, row))
            .collect::<Result<_>>()?,
        enrolment: enrolments::confirmed_in(tx.secrets(), user_id, next())?,
        recovery_codes: recovery_codes::codes_in(next())?,
    };
    Ok(Login {
        service,
        account,
        user,
        standing,
    })
}

fn challenge_from(secrets: &Secrets, user_id: &str, mut row: Row) -> Result<Challenge> {
    let id = row.take()?;
    let method: String = row.take()?;
    let pin: Option<Vec<u8>> = row.take()?;
    let pin = pin.map(|sealed| CHALLENGE_PIN.open_text(secrets, user_id, &sealed));
    Ok(Challenge {
        id,
        method: match method.as_str() {
            "totp" => Method::Totp,
            _ => Method::Sms,
        },
        pin: pin.transpose()?,
        ctime: row.take()?,
        checks: row.take()?,
        spent: row.take()?,
    })
}

/// Makes a challenge the user's newest, and the only one of its method.
fn put_challenge(tx: &mut dyn Transaction, user_id: &str, challenge: &Challenge) -> Result<()> {
    let seal = |pin: &Pin| CHALLENGE_PIN.seal(tx.secrets(), user_id, pin.as_bytes());
    let pin = challenge.pin.as_ref().map(seal).transpose()?;
    tx.execute(
        "INSERT INTO challenges (user_id, id, method, pin, ctime, sequence)
         VALUES ($1, $2, $3, $4, $5, (SELECT coalesce(max(sequence), 0) + 1
                                      FROM challenges WHERE user_id = $1))
         ON CONFLICT (user_id, method) DO UPDATE SET id = excluded.id, pin = excluded.pin,
             ctime = excluded.ctime, sequence = excluded.sequence, checks = 0, spent = 0",
        values![
            user_id,
            &challenge.id,
            challenge.method.as_str(),
            pin.as_deref(),
            challenge.ctime
        ],
    )?;
    Ok(())
}

/// Uses a code up. Each statement says itself that the code was not used before, so a code can be
/// consumed once even if the standing it was judged by were out of date.
fn consume(tx: &mut dyn Transaction, user_id: &str, method: Method, proof: &Proof) -> Result<()> {
    let spend = "UPDATE challenges SET spent = 1, pin = NULL
                 WHERE user_id = $1 AND method = $2 AND spent = 0";
    let spent = tx.execute(spend, values![user_id, method.as_str()])?;
    found(spent, "pending verification")?;
    match proof {
        Proof::Pin => {
            let used = "UPDATE outbox SET used = 1 WHERE id =
                            (SELECT id FROM challenges WHERE user_id = $1 AND method = $2)";
            tx.execute(used, values![user_id, method.as_str()])?;
            Ok(())
        }
        Proof::Code(step) => enrolments::advance(tx, user_id, *step),
        Proof::RecoveryCode(code) => recovery_codes::consume(tx, user_id, code),
    }
}

/// Counts a failed check of the user, and of the challenges that it was held against.
fn count_failure(
    tx: &mut dyn Transaction,
    user_id: &str,
    failure: &Failure,
    now: UnixMilliseconds,
) -> Result<()> {
    for method in &failure.challenges {
        tx.execute(
            "UPDATE challenges SET checks = checks + 1 WHERE user_id = $1 AND method = $2",
            values![user_id, method.as_str()],
        )?;
    }
    if failure.locks {
        tx.execute(
            "UPDATE challenges SET spent = 1, pin = NULL WHERE user_id = $1",
            values![user_id],
        )?;
    }
    tx.execute(
        "UPDATE users SET failures = failures + 1, last_failure = $1 WHERE id = $2",
        values![now, user_id],
    )?;
    Ok(())
}

fn forget_failures(tx: &mut dyn Transaction, user_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET failures = 0, last_failure = 0 WHERE id = $1",
        values![user_id],
    )?;
    Ok(())
}

/// Keeps what follows from a ruling; gives what the audit trail is told, if anything.
fn follow(
    tx: &mut dyn Transaction,
    user_id: &str,
    standing: &Standing,
    ruling: &Ruling,
    now: UnixMilliseconds,
) -> Result<Option<String>> {
    Ok(match ruling {
        Ruling::NothingPending => None,
        Ruling::Accepted { method, proof } => {
            consume(tx, user_id, *method, proof)?;
            // Most people have failed at nothing: their row is not written.
            if standing.failures > 0 {
                forget_failures(tx, user_id)?;
            }
            let told = match proof {
                Proof::RecoveryCode(_) => "verified by recovery code",
                Proof::Pin | Proof::Code(_) => "verified",
            };
            Some(told.to_owned())
        }
        Ruling::Denied {
            denial,
            failure,
            miss,
            ..
        } => {
            if let Some(failure) = failure {
                count_failure(tx, user_id, failure, now)?;
            }
            Some(Miss::told(denial.as_str(), *miss))
        }
    })
}

/// What comes of a start that would send a message, if a limit stands in its way: then nothing changes, and
/// a PIN that was sent before counts still.
fn within_limits(
    tx: &mut dyn Transaction,
    start: Start,
    phone_number: &str,
    counted: &Counted,
    limits: &Limits,
    now: UnixMilliseconds,
) -> Result<Start> {
    if !start.sends() {
        return Ok(start);
    }
    if !limits.destinations.include(phone_number) {
        return Ok(Start::NoSmsThere);
    }
    let refusal = sends::refusal(tx, counted, limits, now)?;
    Ok(refusal.map_or(start, Start::TooManySends))
}

impl Storage {
    /// Starts a login: reads the user's standing, lets `decide` choose, and keeps what it chose.
    /// A challenge with a PIN puts a message into the outbox, as `posting` says, if its limits allow that. The
    /// time is read when nobody else can change the standing any more. Tells also where the user's phone is.
    pub async fn start_authentication(
        &self,
        target: Target,
        user_id: String,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
        posting: Posting,
        decide: impl Fn(&Standing, UnixMilliseconds) -> Start + Send + 'static,
    ) -> Result<(Start, Country)> {
        self.write(move |tx| {
            let Login {
                service,
                account,
                user,
                standing,
            } = login(tx, &target, &user_id)?;
            let now = now();
            let start = decide(&standing, now);
            let (number, limits) = (&user.phone_number, &*posting.limits);
            let counted = Counted::of(tx.secrets(), number, &service.id, &account)?;
            let start = within_limits(tx, start, number, &counted, limits, now)?;
            let outcome = match &start {
                Start::Begun(challenge) => {
                    put_challenge(tx, &user_id, challenge)?;
                    if let Some(pin) = &challenge.pin {
                        sends::count(tx, &counted, limits, challenge.ctime)?;
                        send(tx, &service, &user, challenge, pin, &posting, &counted)?;
                    }
                    challenge.method.as_str()
                }
                Start::TooManySends(refusal) => &format!("limit {}", refusal.limit.as_str()),
                Start::Locked => "locked",
                Start::NoSms => "no sms",
                Start::NoSmsThere => "no sms there",
            };
            let event = Event::of(&target, now).user(&user_id);
            record(tx, &event, "start-authentication", outcome)?;
            Ok((start, Country::of(number)))
        })
        .await
    }

    /// Verifies a login: reads the user's standing, lets `judge` rule, and keeps what follows. An
    /// acceptance is returned only after the code's consumption is on disk. The time is read as when
    /// it starts.
    pub async fn verify(
        &self,
        target: Target,
        user_id: String,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
        judge: impl Fn(&Standing, UnixMilliseconds) -> Ruling + Send + 'static,
    ) -> Result<Verified> {
        self.write(move |tx| {
            let Login { standing, user, .. } = login(tx, &target, &user_id)?;
            let country = Country::of(&user.phone_number);
            let now = now();
            let ruling = judge(&standing, now);
            let since_start = since_start(&standing, &ruling, now);
            if let Some(outcome) = follow(tx, &user_id, &standing, &ruling, now)? {
                let event = Event::of(&target, now).user(&user_id);
                record(tx, &event, "verify-pin", &outcome)?;
            }
            Ok(Verified {
                ruling,
                country,
                since_start,
            })
        })
        .await
    }

    /// Unlocks a user: forgets the failed checks, and lets the app's codes count from now on if one was used
    /// while the clock was ahead. The time is read as for a login, so that nothing counts again that was used
    /// while this waited for its turn.
    pub async fn unlock(
        &self,
        target: Target,
        user_id: String,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
    ) -> Result<()> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            lock(tx, &user_id)?;
            let now = now();
            forget_failures(tx, &user_id)?;
            let outcome = match enrolments::end_block(tx, &user_id, now)? {
                true => {
                    "unlocked, and the app, whose codes were used up to a time ahead of the clock"
                }
                false => "unlocked",
            };
            let event = Event::of(&target, now).user(&user_id);
            record(tx, &event, "unlock", outcome)
        })
        .await
    }
}
