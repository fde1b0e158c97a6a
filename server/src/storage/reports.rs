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
    /// The gateway knows the message by another id than the report's.
    AnotherMessage,
    /// The message had come as far already.
    Nothing,
    /// It is new; the kind of the channel that the message was given to last, if that is known.
    Became(Option<String>),
}

/// The states that a report takes a message from: it only ever climbs, whatever the order of reports. Whether
/// it came is decided once, by the first that says so.
fn states_before(state: MessageState) -> &'static [MessageState] {
    use MessageState::{
        Delivered, Expired, Failed, HandedOver, Queued, Sending, Undelivered, Unknown,
    };
    match state {
        // One that waits to be tried again was sent after all.
        HandedOver => &[Queued, Sending, Unknown, Failed, Expired],
        Delivered => &[Queued, Sending, Unknown, Failed, Expired, HandedOver],
        // Of one that waits to be tried again, a try has failed, and not the message.
        Undelivered => &[Sending, Unknown, HandedOver],
        _ => &[],
    }
}

/// Whether a gateway knows a message by an id that a report names, as far as both tell one.
fn is_meant(gateway_id: Option<&String>, named: &[Option<String>; 2]) -> bool {
    let named: Vec<_> = named.iter().flatten().collect();
    gateway_id.is_none_or(|id| named.is_empty() || named.contains(&id))
}

impl Storage {
    /// Writes down that a message became what a gateway reports, which may name it by ids of its own.
    pub async fn record_report(
        &self,
        message: String,
        gateway_ids: [Option<String>; 2],
        became: MessageState,
        now: UnixMilliseconds,
    ) -> Result<Reported> {
        self.write(move |tx| {
            let sql = format!(
                "SELECT sequence, state, gateway_id, channel, service_id, user_id FROM outbox
                 WHERE id = $1 AND state <> 'shown' {}",
                tx.for_update()
            );
            let Some(mut row) = tx.query_one(&sql, values![&message])? else {
                return Ok(Reported::UnknownMessage);
            };
            let (sequence, state): (i64, String) = (row.take()?, row.take()?);
            let gateway_id: Option<String> = row.take()?;
            if !is_meant(gateway_id.as_ref(), &gateway_ids) {
                return Ok(Reported::AnotherMessage);
            }
            let before = states_before(became);
            if !before.iter().any(|before| before.as_str() == state) {
                return Ok(Reported::Nothing);
            }
            tx.execute(
                "UPDATE outbox SET state = $1 WHERE sequence = $2",
                values![became.as_str(), sequence],
            )?;
            let channel = row.take()?;
            let (service, user): (String, String) = (row.take()?, row.take()?);
            audit(tx, service, &user, became, now)?;
            Ok(Reported::Became(channel))
        })
        .await
    }
}
