//! The storage in PostgreSQL: some threads, each with a connection of its own.
//!
//! An operation runs to its end on such a thread, whether or not anybody waits for it any more: no
//! request that is dropped leaves a transaction open.

mod address;
mod connection;
mod hosts;
mod migration;
mod outage;
mod tls;
mod transaction;

use std::sync::Arc;
use std::thread;

pub use address::{Address, CONNECTIONS, PASSWORD_VARIABLE};

use self::connection::Connection;
use super::counters::DatabaseCounters;
use super::operation::{Line, Sender};
use super::transaction::Transaction;
use super::unlock::{self, UnlockError};
use super::{Error, Result, plain, schema};
use crate::secrets::Secrets;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached.
    #[error("{0}")]
    Unavailable(#[from] super::Error),
    /// No thread can be had.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It would keep other texts than it is given.
    #[error("its encoding is {0}; make the database with ENCODING 'UTF8'")]
    Encoding(String),
    /// The tables cannot be brought up to date.
    #[error("{0}")]
    Schema(#[from] schema::Error),
    /// It does not get its keys.
    #[error("{0}")]
    Unlock(#[from] UnlockError),
}

/// The storage in a database of PostgreSQL.
pub(super) struct Postgres {
    sender: Sender,
    pub(super) counters: DatabaseCounters,
}

impl Postgres {
    /// Brings the tables up to date and starts the threads, which end when this is dropped.
    pub(super) fn open(
        address: &Address,
        secrets: &Arc<Secrets>,
    ) -> std::result::Result<Self, OpenError> {
        let (outage, counters) = (Arc::default(), DatabaseCounters::default());
        let connection = {
            let (address, counters, secrets) = (address.clone(), counters.clone(), secrets.clone());
            move || {
                let (address, outage) = (address.clone(), Arc::clone(&outage));
                Connection::to(address, outage, counters.clone(), secrets.clone())
            }
        };
        // A connection waits by a runtime of its own, which cannot be within another.
        let migration = {
            let (connection, secrets) = (connection.clone(), secrets.clone());
            thread::spawn(move || prepare(&mut connection()?, &secrets))
        };
        let panicked = |_| std::io::Error::other("the migration panicked");
        migration.join().map_err(panicked)??;
        let (sender, line) = Line::new();
        for _ in 0..address.connections() {
            let (connection, line) = (connection.clone(), line.clone());
            let serve = move || {
                let mut connection = connection();
                while let Some(mut operation) = line.next() {
                    let kept = match &mut connection {
                        Ok(connection) => connection.serve(&mut *operation),
                        Err(error) => Err(super::Error::Unavailable(error.to_string())),
                    };
                    operation.tell(kept);
                }
            };
            thread::Builder::new()
                .name("postgres".to_owned())
                .spawn(serve)?;
        }
        Ok(Self { sender, counters })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.sender.run(operation).await
    }
}

/// Brings the tables up to date, and gives the database its keys.
fn prepare(connection: &mut Connection, secrets: &Secrets) -> std::result::Result<(), OpenError> {
    migration::migrate(connection)?;
    let may_be_left = unlock::unlock(secrets, &mut |_, work| {
        connection.in_transaction::<Error>(|tx| work(tx))
    })?;
    if may_be_left {
        connection.in_transaction::<Error>(|tx| plain::swept(tx))?;
        tracing::warn!(
            "everything is encrypted now; what was not is in old pages of the database still, until they \
             are written anew: run VACUUM FULL, and think of backups and archived logs"
        );
    }
    Ok(())
}
