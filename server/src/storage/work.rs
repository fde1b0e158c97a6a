//! How long operations take and how they fail, for the metrics: as whoever asks for them sees it, waiting
//! included.

use std::time::Instant;

use super::{Error, Result};
use crate::histogram::Histogram;
use crate::metrics::Counter;

/// The bounds of how long an operation takes: from a read in memory to a disk that stands still.
const SECONDS: [f64; 8] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Operations that read, and those that change something. Clones share what is counted.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Those that read.
    pub reads: Operations,
    /// Those that change something.
    pub writes: Operations,
}

/// What is counted of operations of one kind.
#[derive(Debug, Clone)]
pub struct Operations {
    /// How long they took.
    pub durations: Histogram,
    /// Those whose time was over before they began.
    pub late: Counter,
    /// Those that the database failed; nothing was changed.
    pub unavailable: Counter,
    /// Those that a file failed which makes no sense.
    pub malformed: Counter,
    /// Those that came upon what cannot be decrypted.
    pub unreadable: Counter,
    /// Those of which it is not known whether they were kept.
    pub uncertain: Counter,
}

impl Default for Operations {
    fn default() -> Self {
        Self {
            durations: Histogram::with(&SECONDS),
            late: Counter::default(),
            unavailable: Counter::default(),
            malformed: Counter::default(),
            unreadable: Counter::default(),
            uncertain: Counter::default(),
        }
    }
}

impl Operations {
    /// Waits for an operation, and counts it.
    pub(super) async fn count<T>(&self, operation: impl Future<Output = Result<T>>) -> Result<T> {
        let begun = Instant::now();
        let outcome = operation.await;
        self.durations.add(begun.elapsed());
        match &outcome {
            Err(Error::TooLate) => self.late.add(1),
            Err(Error::Unavailable(_)) => self.unavailable.add(1),
            Err(Error::Malformed(_)) => self.malformed.add(1),
            Err(Error::Unreadable(_) | Error::Damaged(_)) => self.unreadable.add(1),
            Err(Error::Uncertain(_)) => self.uncertain.add(1),
            // What is not there, or there already, is an answer.
            Err(_) | Ok(_) => (),
        }
        outcome
    }

    /// What failed, by its name.
    pub fn failures(&self) -> [(&'static str, u64); 5] {
        [
            ("late", self.late.get()),
            ("unavailable", self.unavailable.get()),
            ("malformed", self.malformed.get()),
            ("unreadable", self.unreadable.get()),
            ("uncertain", self.uncertain.get()),
        ]
    }
}
