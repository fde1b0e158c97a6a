//! What gateways report of messages.

use super::delivery::audit;
use super::transaction::values;
use super::{Result, Storage};
use crate::clock::UnixMilliseconds;
use crate::delivery::MessageState;

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// There is no such message, or not yet, or not any more.
    UnknownMessage,
    /// The message had come as far already.
    Nothing,
    /// It is new; the kind of the channel that the message was given to last, if that is known.
    Became(Option<String>),
}

/// The states that a report takes a message from: it only ever climbs, whatever the order of reports. Whether
/// it came is decided once, by the first that says so.
fn states_before(state: MessageState) -> &'static str {
    match state {
        // One that waits to be tried again was sent after all.
        MessageState::HandedOver => "'queued', 'sending', 'unknown', 'failed', 'expired'",
        MessageState::Delivered => {
            "'queued', 'sending', 'unknown', 'failed', 'expired', 'handed-over'"
        }
        // Of one that waits to be tried again, a try has failed, and not the message.
        MessageState::Undelivered => "'sending', 'unknown', 'handed-over'",
        _ => "''",
    }
}

impl Storage {
    /// Writes down that a message became what a gateway reports.
    pub async fn record_report(
        &self,
        message: String,
        state: MessageState,
        now: UnixMilliseconds,
    ) -> Result<Reported> {
        self.write(move |tx| {
            let sql = format!(
                "UPDATE outbox SET state = $1 WHERE id = $2 AND state IN ({})
                 RETURNING service_id, user_id, channel",
                states_before(state)
            );
            if let Some(mut row) = tx.query_one(&sql, values![state.as_str(), &message])? {
                let (service, user): (String, String) = (row.take()?, row.take()?);
                audit(tx, service, &user, state, now)?;
                return Ok(Reported::Became(row.take()?));
            }
            let sql = "SELECT 1 FROM outbox WHERE id = $1 AND state <> 'shown'";
            Ok(match tx.query_one(sql, values![&message])? {
                Some(_) => Reported::Nothing,
                None => Reported::UnknownMessage,
            })
        })
        .await
    }
}
