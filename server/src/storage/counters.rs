//! Counters of a database on a server of its own: its connections and transactions.

use crate::metrics::Counter;

use super::Error;

/// Counters of connections and transactions. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct DatabaseCounters {
    /// Connections that were to be made.
    pub opened: Counter,
    /// Those of them that have ended, or never came to be.
    pub ended: Counter,
    /// Transactions that were tried again.
    pub tried_again: Counter,
    /// Transactions that failed for good; nothing was changed.
    pub unavailable: Counter,
    /// Transactions of which it is not known whether they were kept.
    pub uncertain: Counter,
}

impl DatabaseCounters {
    /// Counts a transaction that failed.
    pub(super) fn failed(&self, error: &Error) {
        match error {
            Error::Uncertain(_) => self.uncertain.add(1),
            _ => self.unavailable.add(1),
        }
    }
}
