//! The age of the oldest message that was not sent: looked up at most once a second, however often it is asked
//! for.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::clock::UnixMilliseconds;
use crate::deadline;
use crate::storage::Storage;

/// How long the database may take to answer before it is left out: less than who asks waits.
const LIMIT: Duration = Duration::from_secs(1);
/// How long an answer is believed.
const TRUST: Duration = Duration::from_secs(1);

/// What was found out last. Those who ask while it is being found out wait for the same answer.
#[derive(Default)]
pub struct Unsent(Mutex<Option<(Instant, Option<Duration>)>>);

impl Unsent {
    /// How long ago the oldest message was put into the outbox that no channel has taken yet; zero if there is
    /// none, `None` if the database does not say.
    pub async fn age(&self, storage: &Storage, now: UnixMilliseconds) -> Option<Duration> {
        let mut last = self.0.lock().await;
        if let Some((when, age)) = *last
            && when.elapsed() < TRUST
        {
            return age;
        }
        let oldest = deadline::within(LIMIT, storage.oldest_unsent()).await;
        let age = match oldest {
            Some(Ok(oldest)) => {
                let milliseconds = oldest.map_or(0, |oldest| (now - oldest).max(0));
                Some(Duration::from_millis(milliseconds.unsigned_abs()))
            }
            Some(Err(_)) | None => None,
        };
        *last = Some((Instant::now(), age));
        age
    }
}
