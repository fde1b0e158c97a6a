//! The outbox: messages that were, or are to be, sent to users.

use serde::Serialize;

use super::sealed::{Column, MESSAGE_PHONE_NUMBER, MESSAGE_PIN, MESSAGE_TEXT};
use super::sends::Counted;
use super::transaction::{Row, Transaction, values};
use super::{Result, Storage};
use crate::clock::{UnixMilliseconds, as_rfc3339};
use crate::delivery::Posting;
use crate::model::{Challenge, Service, User};
use crate::pin::{self, Pin};
use crate::secrets::Secrets;

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
    let secrets = tx.secrets();
    let sealed =
        |column: &Column, value: &str| column.seal(secrets, &challenge.id, value.as_bytes());
    let phone_number = sealed(&MESSAGE_PHONE_NUMBER, &user.phone_number)?;
    let text = sealed(&MESSAGE_TEXT, &posting.text(&service.name, pin))?;
    let sealed_pin = sealed(&MESSAGE_PIN, pin)?;
    tx.execute(
        "INSERT INTO outbox
             (id, service_id, user_id, phone_number, text, pin, ctime, state, expires, next_try,
              counted_phone, counted_range, counted_account, counted_country)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $10, $11, $12, $13)",
        values![
            &challenge.id,
            &service.id,
            &user.id,
            phone_number.as_slice(),
            text.as_slice(),
            sealed_pin.as_slice(),
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

fn message_from(secrets: &Secrets, mut row: Row) -> Result<Message> {
    let (id, service_id, user_id): (String, _, _) = (row.take()?, row.take()?, row.take()?);
    let mut opened = |column: &Column| column.take_text(secrets, &id, &mut row);
    Ok(Message {
        phone_number: opened(&MESSAGE_PHONE_NUMBER)?,
        text: opened(&MESSAGE_TEXT)?,
        pin: opened(&MESSAGE_PIN)?,
        id,
        service_id,
        user_id,
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
            let message = |row| message_from(tx.secrets(), row);
            rows.into_iter().rev().map(message).collect()
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
