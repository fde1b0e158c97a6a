//! The outbox: messages that were, or are to be, sent to users.

use serde::Serialize;

use super::sealed::{Column, MESSAGE_PHONE_NUMBER, MESSAGE_PIN, MESSAGE_TEXT};
use super::transaction::{Query, Row, Transaction, values};
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
    /// What it says, until it was sent or nobody sends it any more.
    pub text: Option<String>,
    /// The PIN in it, as long.
    pub pin: Option<String>,
    /// What has become of it.
    pub state: String,
    /// How often it was given to a channel.
    pub tries: u32,
    /// The kind of the channel that it was given to last.
    pub channel: Option<String>,
    /// When it was put into the outbox.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
}

/// Puts the message with a PIN into the outbox and counts it.
pub(super) fn send(
    tx: &mut dyn Transaction,
    service: &Service,
    user: &User,
    challenge: &Challenge,
    pin: &Pin,
    posting: &Posting,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sends (user_id, ctime) VALUES ($1, $2)",
        values![&user.id, challenge.ctime],
    )?;
    let secrets = tx.secrets();
    let sealed =
        |column: &Column, value: &str| column.seal(secrets, &challenge.id, value.as_bytes());
    let phone_number = sealed(&MESSAGE_PHONE_NUMBER, &user.phone_number)?;
    let text = sealed(&MESSAGE_TEXT, &posting.text(&service.name, pin))?;
    let pin = sealed(&MESSAGE_PIN, pin)?;
    tx.execute(
        "INSERT INTO outbox
             (id, service_id, user_id, phone_number, text, pin, ctime, state, expires, next_try)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7)",
        values![
            &challenge.id,
            &service.id,
            &user.id,
            phone_number.as_slice(),
            text.as_slice(),
            pin.as_slice(),
            challenge.ctime,
            posting.state.as_str(),
            challenge.ctime + pin::LIFETIME_MILLISECONDS
        ],
    )?;
    Ok(())
}

/// What asks when messages were sent to a user lately.
pub(super) fn sends_query(user_id: &str) -> Query<'_> {
    let sql = "SELECT ctime FROM sends WHERE user_id = $1";
    Query::new(sql, values![user_id])
}

/// What that gives.
pub(super) fn sends_in(rows: Vec<Row>) -> Result<Vec<UnixMilliseconds>> {
    rows.into_iter().map(|mut row| row.take()).collect()
}

fn message_from(secrets: &Secrets, mut row: Row) -> Result<Message> {
    let id: String = row.take()?;
    let (service_id, user_id) = (row.take()?, row.take()?);
    let phone_number: Vec<u8> = row.take()?;
    let mut opened = |column: &Column| {
        let sealed: Option<Vec<u8>> = row.take()?;
        let text = sealed.map(|sealed| column.open_text(secrets, &id, &sealed));
        text.transpose()
    };
    Ok(Message {
        phone_number: MESSAGE_PHONE_NUMBER.open_text(secrets, &id, &phone_number)?,
        text: opened(&MESSAGE_TEXT)?,
        pin: opened(&MESSAGE_PIN)?,
        id,
        service_id,
        user_id,
        state: row.take()?,
        tries: row.take()?,
        channel: row.take()?,
        ctime: row.take()?,
    })
}

impl Storage {
    /// The messages in the outbox, newest last; of one user if given.
    pub async fn outbox(&self, user: Option<String>) -> Result<Vec<Message>> {
        self.read(move |tx| {
            let rows = tx.query(
                "SELECT id, service_id, user_id, phone_number, text, pin, state, tries, channel, ctime
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
