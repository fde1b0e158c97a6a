//! The threads that read, beside the one that writes: each has a connection that sees what was committed
//! last.

use std::sync::Arc;
use std::thread;

use rusqlite::Connection;

use super::Place;
use super::transaction::{SqliteTransaction, failure};
use crate::secrets::Secrets;
use crate::storage::operation::{Line, Sender, Waiting};
use crate::storage::{Error, Result};

/// How many read at once at most: more would only wait for each other's processor.
const MOST: usize = 8;

/// Starts the threads, one for each processor, and two at least: a long operation is passed by others.
/// They end when the sender is dropped.
pub(super) fn start(place: &Place, secrets: &Arc<Secrets>) -> std::io::Result<Sender> {
    let (sender, line) = Line::new();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    for _ in 0..processors.clamp(2, MOST) {
        let line = line.clone();
        let reader = Reader {
            connection: None,
            place: place.clone(),
            secrets: secrets.clone(),
        };
        thread::Builder::new()
            .name("sqlite-reader".to_owned())
            .spawn(move || reader.run(&line))?;
    }
    Ok(sender)
}

struct Reader {
    /// `None` before the first use and after a failure: the file may be another one by now.
    connection: Option<Connection>,
    place: Place,
    secrets: Arc<Secrets>,
}

impl Reader {
    fn run(mut self, line: &Line) {
        while let Some(mut operation) = line.next() {
            let read = self.read(&mut *operation);
            if read.is_err() || matches!(operation.failure(), Some(Error::Unavailable(_))) {
                self.connection = None;
            }
            operation.tell(read);
        }
    }

    fn read(&mut self, operation: &mut dyn Waiting) -> Result<()> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.place.connect_to_read()?,
        };
        let connection = self.connection.insert(connection);
        let transaction = connection.transaction().map_err(failure)?;
        operation.run(&mut SqliteTransaction(&transaction, &self.secrets));
        transaction.commit().map_err(failure)
    }
}
