//! Turns at what costs a lot, such as a password's hash: one at a time for each of those who ask, and a few in
//! all.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How many lines there are.
const LINES: usize = 64;
/// How long anybody stands in line until they are told to come back.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The line was too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// Lines that those who ask stand in, so that nobody fills the room for all.
#[derive(Debug)]
pub struct Lines {
    lines: Vec<Arc<Semaphore>>,
    key: RandomState,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            lines: (0..LINES).map(|_| Arc::new(Semaphore::new(1))).collect(),
            key: RandomState::new(),
        }
    }
}

impl Lines {
    /// The line of one of them.
    pub fn of(&self, whose: impl Hash) -> &Arc<Semaphore> {
        &self.lines[self.key.hash_one(whose) as usize % self.lines.len()]
    }
}

/// Waits for a turn, but not for ever.
pub async fn turn(turns: Arc<Semaphore>, deadline: Instant) -> Result<OwnedSemaphorePermit, Busy> {
    match tokio::time::timeout_at(deadline, turns.acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Busy),
    }
}
