//! Tells what a server would do, which has judged its options, and does nothing of it.

use super::{Problem, tell};
use crate::delivery::{Delivery, Route};
use crate::endpoint::Endpoint;
use crate::storage::Location;

/// Tells where a server would listen, what it would serve and how messages would go out.
pub(super) fn run(
    listen: &[Endpoint],
    location: &Location,
    delivery: &Delivery,
) -> Result<(), Problem> {
    for endpoint in listen {
        tell(&format!("listen:   {endpoint}"))?;
    }
    tell(&format!("database: {location}"))?;
    for messages in messages(&delivery.route) {
        tell(&format!("sms:      {messages}"))?;
    }
    tell("the options are good; the database and the ports were not tried")
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
