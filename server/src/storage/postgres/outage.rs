//! That the database cannot be reached, as one thread found out: the others fail at once for a moment, and do
//! not each wait for the same.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::storage::{Error, Result};

/// How long nobody tries what has just failed.
const PAUSE: Duration = Duration::from_millis(200);

/// When a connection could last not be made, and why.
#[derive(Default)]
pub(super) struct Outage(Mutex<Option<(Instant, String)>>);

impl Outage {
    /// Fails as the last try did, if that was just now.
    pub(super) fn check(&self) -> Result<()> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some((when, why)) if when.elapsed() < PAUSE => Err(Error::Unavailable(why.clone())),
            _ => Ok(()),
        }
    }

    /// Takes down how a try ended.
    pub(super) fn note(&self, failure: Option<&Error>) {
        let failure = failure.map(|error| match error {
            Error::Unavailable(why) => (Instant::now(), why.clone()),
            other => (Instant::now(), other.to_string()),
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}
