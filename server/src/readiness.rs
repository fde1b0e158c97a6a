//! Whether logins can be answered: found out by a write, which is believed for a second, so that those
//! who ask often cost nothing.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::clock::UnixMilliseconds;
use crate::deadline;
use crate::storage::Storage;

/// How long the database may take to answer before it is said not to: less than who asks waits.
const LIMIT: Duration = Duration::from_secs(1);
/// How long an answer is believed.
const TRUST: Duration = Duration::from_secs(1);

/// Why logins cannot be answered, with what a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// The database answers that it cannot be written to.
    #[error("the database cannot be written to; the log says why")]
    Refused,
    /// The database, or what asks it, stands still.
    #[error("the database does not answer")]
    Silent,
}

/// What was found out last. Those who ask while it is being found out wait for the same answer.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), Unready>)>>);

impl Readiness {
    /// Fails if nothing can be kept.
    pub async fn of(&self, storage: &Storage, now: UnixMilliseconds) -> Result<(), Unready> {
        let mut last = self.0.lock().await;
        if let Some((when, outcome)) = *last
            && when.elapsed() < TRUST
        {
            return outcome;
        }
        let outcome = match deadline::within(LIMIT, storage.check(now)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(cause)) => {
                // Who asks may be anybody, and is told no more than this.
                tracing::error!(%cause, "the database cannot be written to");
                Err(Unready::Refused)
            }
            None => Err(Unready::Silent),
        };
        *last = Some((Instant::now(), outcome));
        outcome
    }
}
