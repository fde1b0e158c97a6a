//! Whether there is anything new for a page to show: a cheap question, since each page asks several times a
//! second.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::transaction::Row;
use super::{Result, Storage};

/// How many of the latest rows are compared. One that was begun earlier may be kept later than another.
const LATEST: u32 = 100;

impl Storage {
    /// A number that is another one once something was done that the audit trail tells of, or has become of a
    /// message.
    pub async fn latest_changes(&self) -> Result<u64> {
        let latest = format!("SELECT sequence FROM audit ORDER BY sequence DESC LIMIT {LATEST}");
        self.read(move |tx| {
            let mut hasher = DefaultHasher::new();
            let queries = [
                &latest,
                "SELECT coalesce(max(sequence), 0) FROM outbox",
                "SELECT coalesce(max(lease), 0) FROM outbox WHERE state = 'sending'",
                "SELECT coalesce(min(next_try), 0) FROM outbox WHERE state = 'queued'",
            ];
            for query in queries {
                let rows = tx.query(query, &[])?.into_iter();
                let numbers: Vec<i64> =
                    rows.map(|mut row: Row| row.take()).collect::<Result<_>>()?;
                numbers.hash(&mut hasher);
            }
            Ok(hasher.finish())
        })
        .await
    }
}
