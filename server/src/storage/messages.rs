//! The outbox: messages that were, or are to be, sent to users.

use serde::Serialize;

use super::sends::Counted;
use super::transaction::{Row, Transaction, values};
use super::{Result, Storage};
use crate::clock::{UnixMilliseconds, as_rfc3339};
use crate::delivery::Posting;
use crate::model::{Challenge, Service, User};
use crate::pin::{self, Pin};

/// How many messages are shown.
const MESSAGES_SHOWN: u32 = 1000;

/// A message that was, or is to be, sent to a user.
#[derive(Clone, Serialize)]
pub struct Message {
    /// UUID v4; the same as the challenge's.
    pub id: String,
    /// The service it is sent for.
    pub service_id: String,
    /// The user it is sent to.
    pub user_id: String,
    /// The phone it is sent to.
    pub phone_number: String,
    /// What it says.
    pub text: String,
    /// The PIN in it.
    pub pin: String,
    /// What has become of it.
    pub state: String,
    /// How often it was given to a channel.
    pub tries: u32,
    /// The kind of the channel that it was given to last.
    pub channel: Option<String>,
    /// The gateway's own id of it, if it told one.
    pub gateway_id: Option<String>,
    /// When it was put into the outbox.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
}

/// Puts the message with a PIN into the outbox, with what it was counted by.
pub(super) fn send(
    tx: &mut dyn Transaction,
    service: &Service,
    user: &User,
    challenge: &Challenge,
    pin: &Pin,
    posting: &Posting,
    counted: &Counted,
) -> Result<()> {
    tx.execute(
        "INSERT INTO outbox
             (id, service_id, user_id, phone_number, text, pin, ctime, state, expires, next_try,
              counted_phone, counted_range, counted_account, counted_country)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $10, $11, $12, $13)",
        values![
            &challenge.id,
            &service.id,
            &user.id,
            &user.phone_number,
            &posting.text(&service.name, pin),
            pin.as_str(),
            challenge.ctime,
            posting.state.as_str(),
            challenge.ctime + pin::LIFETIME_MILLISECONDS,
            &counted.phone,
            &counted.range,
            &counted.account,
            &counted.country
        ],
    )?;
    Ok(())
}

fn message_from(mut row: Row) -> Result<Message> {
    Ok(Message {
        id: row.take()?,
        service_id: row.take()?,
        user_id: row.take()?,
        phone_number: row.take()?,
        text: row.take()?,
        pin: row.take()?,
        state: row.take()?,
        tries: row.take()?,
        channel: row.take()?,
        gateway_id: row.take()?,
        ctime: row.take()?,
    })
}

impl Storage {
    /// The messages in the outbox, newest last; of one user if given.
    pub async fn outbox(&self, user: Option<String>) -> Result<Vec<Message>> {
        self.read(move |tx| {
            let rows = tx.query(
                "SELECT id, service_id, user_id, phone_number, text, pin, state, tries, channel,
                     gateway_id, ctime
                 FROM outbox WHERE CAST($1 AS TEXT) IS NULL OR user_id = $1
                 ORDER BY sequence DESC LIMIT $2",
                values![user.as_ref(), MESSAGES_SHOWN],
            )?;
            rows.into_iter().rev().map(message_from).collect()
        })
        .await
    }

    /// Empties the outbox.
    pub async fn clear_outbox(&self) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM outbox", &[])?;
            Ok(())
        })
        .await
    }
}
