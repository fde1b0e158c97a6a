//! Messages on their way out: which is next, that a worker has taken it, and what became of it.

use super::audit::{Event, record};
use super::sealed::{MESSAGE_PHONE_NUMBER, MESSAGE_TEXT};
use super::sends::{Counted, give_back};
use super::transaction::{Row, Transaction, values};
use super::{Error, Result, Storage, Target};
use crate::clock::UnixMilliseconds;
use crate::delivery::MessageState;
use crate::delivery::channel::Outgoing;
use crate::delivery::schedule::{Next, Progress};
use crate::secrets::Secrets;

/// How many messages are settled at once.
const SETTLED_AT_ONCE: u32 = 100;

/// Whether the PIN in a message is one that its user can still use: neither answered nor replaced, and
/// the user neither locked nor deleted.
const IS_WANTED: &str = "EXISTS (SELECT 1 FROM challenges
    WHERE challenges.user_id = outbox.user_id AND challenges.method = 'sms'
    AND challenges.id = outbox.id AND challenges.pin IS NOT NULL)";

/// A message that this process, and no other, is to give to a channel.
#[derive(Clone)]
pub struct Claim {
    /// The message.
    pub message: Outgoing,
    /// How often it was claimed, with this time.
    pub tries: u32,
    /// How far its tries have come.
    pub progress: Progress,
    /// Until when the outcome has to be written down.
    pub lease: UnixMilliseconds,
    sequence: i64,
}

/// Whom a message was given to.
#[derive(Debug, Clone)]
pub struct GivenTo {
    /// The channel's kind.
    pub channel: &'static str,
    /// The gateway's own id of the message, if it told one.
    pub gateway_id: Option<String>,
    /// Why it did not take the message, or may not have.
    pub problem: Option<String>,
}

/// A message that nobody sends any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its id.
    pub id: String,
    /// What became of it.
    pub state: MessageState,
    /// The kind of the channel that it was given to last, if it was to any.
    pub channel: Option<String>,
}

/// What a message that was settled was counted by, and when.
type Settlement = (Counted, UnixMilliseconds);

/// Takes a message to its last state, if it is in the state and the try that it was seen in. Whoever
/// calls this gives it [back](give_back) if it was not sent.
fn settle(
    tx: &mut dyn Transaction,
    (sequence, tries): (i64, u32),
    from: MessageState,
    to: MessageState,
    now: UnixMilliseconds,
) -> Result<Option<Settlement>> {
    let changed = tx.query_one(
        "UPDATE outbox SET state = $1 WHERE sequence = $2 AND tries = $3 AND state = $4
         RETURNING service_id, user_id, ctime,
             counted_phone, counted_range, counted_account, counted_country",
        values![to.as_str(), sequence, tries, from.as_str()],
    )?;
    let Some(mut row) = changed else {
        return Ok(None);
    };
    let (service, user): (String, String) = (row.take()?, row.take()?);
    let ctime = row.take()?;
    let counted = Counted {
        service: service.clone(),
        phone: row.take()?,
        range: row.take()?,
        account: row.take()?,
        country: row.take()?,
    };
    audit(tx, service, &user, to, now)?;
    Ok(Some((counted, ctime)))
}

/// Writes down what became of a message.
pub(super) fn audit(
    tx: &mut dyn Transaction,
    service: String,
    user: &str,
    state: MessageState,
    now: UnixMilliseconds,
) -> Result<()> {
    let owner = "SELECT account FROM services WHERE id = $1";
    let Some(mut row) = tx.query_one(owner, values![&service])? else {
        return Ok(());
    };
    let target = Target {
        account: Some(row.take()?),
        address: None,
        service,
    };
    let event = Event::of(&target, now).user(user);
    record(tx, &event, "send-message", state.as_str())
}

fn claim_from(
    secrets: &Secrets,
    (sequence, tries): (i64, u32),
    mut row: Row,
    now: UnixMilliseconds,
    lease: UnixMilliseconds,
) -> Result<Claim> {
    let id: String = row.take()?;
    let to = MESSAGE_PHONE_NUMBER.take_text(secrets, &id, &mut row)?;
    let text = MESSAGE_TEXT.take_text(secrets, &id, &mut row)?;
    let expires: UnixMilliseconds = row.take()?;
    Ok(Claim {
        sequence,
        message: Outgoing {
            id,
            to,
            text,
            expires,
            validity: (expires - now).unsigned_abs().div_ceil(1000),
        },
        tries,
        progress: Progress {
            place: row.take()?,
            refused: row.take()?,
            resume: row.take()?,
        },
        lease,
    })
}

impl Storage {
    /// When the next message is due: to be sent, or to be settled since its lease has run out.
    pub async fn next_delivery(&self) -> Result<Option<UnixMilliseconds>> {
        self.read(|tx| {
            let row = tx.query_one(
                "SELECT min(due) FROM
                     (SELECT min(next_try) AS due FROM outbox WHERE state = 'queued'
                      UNION ALL SELECT min(lease) FROM outbox WHERE state = 'sending') AS waiting",
                &[],
            )?;
            row.map_or(Ok(None), |mut row| row.take())
        })
        .await
    }

    /// When the oldest message was put into the outbox of those that no channel has taken yet.
    pub async fn oldest_unsent(&self) -> Result<Option<UnixMilliseconds>> {
        self.read(|tx| {
            let row = tx.query_one(
                "SELECT min(oldest) FROM
                     (SELECT min(ctime) AS oldest FROM outbox WHERE state = 'queued'
                      UNION ALL SELECT min(ctime) FROM outbox WHERE state = 'sending') AS waiting",
                &[],
            )?;
            row.map_or(Ok(None), |mut row| row.take())
        })
        .await
    }

    /// Settles what nobody can or may send any more: what is queued and of no use is expired; what was
    /// being sent, and has not been heard of, is unknown.
    pub async fn settle_overdue(&self, now: UnixMilliseconds) -> Result<Vec<Settled>> {
        self.write(move |tx| {
            let sql = format!(
                "SELECT sequence, tries, id, channel, state FROM outbox
                 WHERE state = 'queued' AND (expires <= $1 OR NOT {IS_WANTED})
                    OR state = 'sending' AND lease <= $1 LIMIT $2"
            );
            let mut settled = Vec::new();
            let mut unsent = Vec::new();
            for mut row in tx.query(&sql, values![now, SETTLED_AT_ONCE])? {
                let a_try = (row.take()?, row.take()?);
                let (id, channel) = (row.take()?, row.take()?);
                let state: String = row.take()?;
                let (from, to) = match state.as_str() {
                    "sending" => (MessageState::Sending, MessageState::Unknown),
                    _ => (MessageState::Queued, MessageState::Expired),
                };
                if let Some(settlement) = settle(tx, a_try, from, to, now)? {
                    unsent.extend(to.is_unsent().then_some(settlement));
                    settled.push(Settled {
                        id,
                        state: to,
                        channel,
                    });
                }
            }
            give_back(tx, &unsent)?;
            Ok(settled)
        })
        .await
    }

    /// Takes the message that is due first, for nobody else to take. It counts as being sent from here
    /// on, and for `lease` milliseconds. One that was damaged has failed, and is not given.
    pub async fn claim_message(
        &self,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
        lease: i64,
    ) -> Result<Option<Claim>> {
        self.write(move |tx| {
            let now = now();
            let lease = now + lease;
            // The state is looked at twice: whoever waited for another to claim this row sees it anew.
            let sql = format!(
                "UPDATE outbox SET state = 'sending', tries = tries + 1, lease = $1
                 WHERE state = 'queued' AND sequence =
                     (SELECT sequence FROM outbox
                      WHERE state = 'queued' AND next_try <= $2 AND expires > $2 AND {IS_WANTED}
                      ORDER BY next_try LIMIT 1)
                 RETURNING sequence, tries, id, phone_number, text, expires, place, refused, resume"
            );
            let Some(mut row) = tx.query_one(&sql, values![lease, now])? else {
                return Ok(None);
            };
            let a_try = (row.take()?, row.take()?);
            match claim_from(tx.secrets(), a_try, row, now, lease) {
                // It would be the first that is due until its PIN ends, and hold up all others.
                Err(Error::Damaged(cause)) => {
                    tracing::error!(%cause, "a message is lost");
                    let lost = settle(tx, a_try, MessageState::Sending, MessageState::Failed, now)?;
                    give_back(tx, lost.as_slice())?;
                    Ok(None)
                }
                claim => claim.map(Some),
            }
        })
        .await
    }

    /// Writes down what follows from a try with a channel. It has no effect if the lease has run
    /// out, unless the message was handed over.
    pub async fn finish_try(
        &self,
        claim: &Claim,
        given_to: &GivenTo,
        next: Next,
        now: UnixMilliseconds,
    ) -> Result<()> {
        let (claim, given_to) = (claim.clone(), given_to.clone());
        self.write(move |tx| {
            let a_try = (claim.sequence, claim.tries);
            tx.execute(
                "UPDATE outbox SET channel = $1, gateway_id = $2, problem = $3
                 WHERE sequence = $4 AND tries = $5",
                values![
                    given_to.channel,
                    given_to.gateway_id.as_ref(),
                    given_to.problem.as_ref(),
                    claim.sequence,
                    claim.tries
                ],
            )?;
            match next {
                Next::Settled(state) => {
                    let done = settle(tx, a_try, MessageState::Sending, state, now)?;
                    if done.is_none() && state == MessageState::HandedOver {
                        settle(tx, a_try, MessageState::Unknown, state, now)?;
                    }
                    let unsent = done.filter(|_| state.is_unsent());
                    give_back(tx, unsent.as_slice())?;
                }
                Next::Again(progress, then) => {
                    tx.execute(
                        "UPDATE outbox SET state = 'queued', next_try = $1, place = $2,
                             refused = $3, resume = $4
                         WHERE sequence = $5 AND tries = $6 AND state = 'sending'",
                        values![
                            then.min(claim.message.expires),
                            progress.place,
                            progress.refused,
                            progress.resume,
                            claim.sequence,
                            claim.tries
                        ],
                    )?;
                }
            }
            Ok(())
        })
        .await
    }
}
