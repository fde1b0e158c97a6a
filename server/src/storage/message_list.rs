//! The outbox as a list to look at: rows without texts, a few at a time, newest first.

use super::sealed::{MESSAGE_PHONE_NUMBER, MESSAGE_PIN};
use super::search::Search;
use super::services::count_in;
use super::transaction::{Row, Value, values};
use super::{Result, Storage};
use crate::clock::UnixMilliseconds;
use crate::secrets::Secrets;
use crate::throttle::CHECKS_PER_CHALLENGE;

/// How many messages can be looked at: who looks for an older one searches.
pub const MOST_LISTED: u32 = 10_000;

/// Which rows of the list are wanted.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// What is looked for, if anything.
    pub search: Option<Search>,
    /// The newest message that the list begins with, by its sequence, so that newer ones do not move the rest.
    pub top: Option<i64>,
    /// How many rows are left out at its beginning.
    pub offset: u32,
    /// How many rows are wanted.
    pub limit: u32,
    /// Whether PINs are wanted. If not, none is read.
    pub with_pins: bool,
}

/// A part of the list.
#[derive(Debug)]
pub struct Listed {
    /// Its rows.
    pub rows: Vec<MessageRow>,
    /// How many there are in all, up to [`MOST_LISTED`].
    pub total: u32,
    /// The newest message that the list begins with, by its sequence.
    pub top: i64,
    /// How many messages are newer than that.
    pub newer: u32,
}

/// A message in the list.
#[derive(Debug)]
pub struct MessageRow {
    /// The message's id.
    pub id: String,
    /// Its place among all messages.
    pub sequence: i64,
    /// The service it is sent for.
    pub service_id: String,
    /// That service's name, unless it was deleted.
    pub service: Option<String>,
    /// The user it is sent to.
    pub user_id: String,
    /// What the service calls that user, unless it was deleted.
    pub user: Option<String>,
    /// The phone it is sent to.
    pub phone_number: String,
    /// The PIN in it, if that was wanted.
    pub pin: Option<String>,
    /// What has become of it.
    pub state: String,
    /// How often it was given to a channel.
    pub tries: u32,
    /// The kind of the channel that it was given to last.
    pub channel: Option<String>,
    /// Why that did not take it, or may not have.
    pub problem: Option<String>,
    /// When it was put into the outbox.
    pub ctime: UnixMilliseconds,
    /// When its PIN ends.
    pub expires: UnixMilliseconds,
    /// What has become of its PIN.
    pub pin_state: PinState,
}

/// What has become of a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinState {
    /// It lets its user in.
    Valid,
    /// It did.
    Used,
    /// There is a newer one.
    Replaced,
    /// Its time is over.
    Expired,
    /// A lock, or that its user was deleted, or too many wrong answers, ended it.
    Ended,
}

const SOURCE: &str = "FROM outbox
    LEFT JOIN services ON services.id = outbox.service_id AND services.deleted = 0
    LEFT JOIN users ON users.id = outbox.user_id";

const MATCHES: &str = r"(lower(services.name) LIKE $1 ESCAPE '\' OR lower(services.fqdn) LIKE $1 ESCAPE '\'
    OR lower(users.id_in_service) LIKE $1 ESCAPE '\' OR outbox.state LIKE $1 ESCAPE '\'
    OR outbox.id LIKE $1 ESCAPE '\' OR users.phone_number_key = $2)";

/// What has become of the PIN, apart from time.
const PIN_STATE: &str = "CASE WHEN outbox.used = 1 THEN 'used'
    WHEN EXISTS (SELECT 1 FROM outbox AS newer WHERE newer.user_id = outbox.user_id
                 AND newer.sequence > outbox.sequence) THEN 'replaced'
    WHEN EXISTS (SELECT 1 FROM challenges WHERE challenges.user_id = outbox.user_id
                 AND challenges.method = 'sms' AND challenges.id = outbox.id
                 AND challenges.pin IS NOT NULL AND challenges.checks < {CHECKS}) THEN 'valid'
    ELSE 'ended' END";

fn row_from(
    secrets: &Secrets,
    mut row: Row,
    with_pins: bool,
    now: UnixMilliseconds,
) -> Result<MessageRow> {
    let (id, sequence): (String, i64) = (row.take()?, row.take()?);
    let phone_number = MESSAGE_PHONE_NUMBER.take_text(secrets, &id, &mut row)?;
    let sealed_pin: Option<Vec<u8>> = row.take()?;
    let pin = sealed_pin.filter(|_| with_pins);
    let pin = pin.map(|sealed| MESSAGE_PIN.open_text(secrets, &id, &sealed));
    let (ctime, expires) = (row.take()?, row.take()?);
    let state: String = row.take()?;
    Ok(MessageRow {
        phone_number,
        pin: pin.transpose()?.map(|pin| pin.as_str().to_owned()),
        ctime,
        expires,
        tries: row.take()?,
        channel: row.take()?,
        problem: row.take()?,
        service_id: row.take()?,
        service: row.take()?,
        user_id: row.take()?,
        user: row.take()?,
        pin_state: match row.take::<String>()?.as_str() {
            "used" => PinState::Used,
            "replaced" => PinState::Replaced,
            _ if expires <= now => PinState::Expired,
            "valid" => PinState::Valid,
            _ => PinState::Ended,
        },
        id,
        sequence,
        state,
    })
}

impl Storage {
    /// A part of the outbox.
    pub async fn message_list(&self, wanted: Listing, now: UnixMilliseconds) -> Result<Listed> {
        self.read(move |tx| {
            let newest = tx.query_one("SELECT coalesce(max(sequence), 0) FROM outbox", &[])?;
            let newest: i64 = newest.map_or(Ok(0), |mut row| row.take())?;
            let top = wanted.top.map_or(newest, |top| top.min(newest));
            let newer = "SELECT count(*) FROM outbox WHERE sequence > $1";
            let newer = count_in(tx.query_one(newer, values![top])?)?;
            let found = match &wanted.search {
                Some(search) => Some((search.pattern(), search.phone_key(tx.secrets())?)),
                None => None,
            };
            let mut values: Vec<Value> = Vec::new();
            let mut condition = String::new();
            if let Some((pattern, phone_key)) = &found {
                values.extend(values![pattern, phone_key]);
                condition = format!("{MATCHES} AND ");
            }
            let next = values.len() + 1;
            values.extend(values![top, MOST_LISTED]);
            // What is not looked at is not joined.
            let source = if found.is_some() { SOURCE } else { "FROM outbox" };
            let total = format!(
                "SELECT count(*) FROM (SELECT 1 AS one {source}
                     WHERE {condition}outbox.sequence <= ${next} LIMIT ${}) AS counted",
                next + 1
            );
            let total = count_in(tx.query_one(&total, &values)?)?;
            values.truncate(next);
            let offset = wanted.offset.min(MOST_LISTED);
            values.extend(values![wanted.limit.min(MOST_LISTED - offset), offset]);
            let pin = match wanted.with_pins {
                true => "outbox.pin",
                // Of the column's kind in both databases.
                false => "NULLIF(outbox.pin, outbox.pin)",
            };
            let pin_state = PIN_STATE.replace("{CHECKS}", &CHECKS_PER_CHALLENGE.to_string());
            let rows = format!(
                "SELECT outbox.id, outbox.sequence, outbox.phone_number, {pin}, outbox.ctime,
                     outbox.expires, outbox.state, outbox.tries, outbox.channel, outbox.problem,
                     outbox.service_id, services.name, outbox.user_id, users.id_in_service, {pin_state}
                 {SOURCE} WHERE {condition}outbox.sequence <= ${next}
                 ORDER BY outbox.sequence DESC LIMIT ${} OFFSET ${}",
                next + 1,
                next + 2
            );
            let rows = tx.query(&rows, &values)?;
            let row = |row| row_from(tx.secrets(), row, wanted.with_pins, now);
            Ok(Listed {
                rows: rows.into_iter().map(row).collect::<Result<_>>()?,
                total: total as u32,
                top,
                newer: newer as u32,
            })
        })
        .await
    }
}
