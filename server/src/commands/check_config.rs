//! Tells what a server would do, which has judged its options, and does nothing of it.

use super::{Problem, tell};
use crate::delivery::{Delivery, Route};
use crate::endpoint::Endpoint;
use crate::secrets::{KeyFileError, KeyPlace};
use crate::storage::Location;

/// Tells where a server would listen, what it would serve and how messages would go out.
pub(super) fn run(
    listen: &[Endpoint],
    location: &Location,
    keys: &KeyPlace,
    delivery: &Delivery,
) -> Result<(), Problem> {
    for endpoint in listen {
        tell(&format!("listen:   {endpoint}"))?;
    }
    tell(&format!("database: {location}"))?;
    tell(&format!("keys:     {}", judged(keys)?))?;
    for messages in messages(&delivery.route) {
        tell(&format!("sms:      {messages}"))?;
    }
    tell("the options are good; the database and the ports were not tried")
}

/// What is in the place of the keys. That there is nothing is right for a new database only.
fn judged(keys: &KeyPlace) -> Result<String, Problem> {
    match keys.read() {
        Ok(read) => Ok(match read.first() {
            Some(key) => format!("{keys}; {} encrypts", key.id()),
            None => keys.to_string(),
        }),
        Err(KeyFileError::Missing(_)) if keys.can_be_made() => Ok(format!(
            "{keys}, which is not there: it is made if the database has no key yet"
        )),
        Err(error) => Err(error.to_string()),
    }
}

fn messages(route: &Route) -> Vec<String> {
    match route {
        Route::Shown => vec!["shown at /_/, and not sent".to_owned()],
        Route::Refused => vec!["none".to_owned()],
        Route::Sent(channels) => channels
            .iter()
            .map(|channel| format!("{} {}", channel.kind(), channel.shown()))
            .collect(),
    }
}
