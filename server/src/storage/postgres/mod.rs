//! The storage in PostgreSQL: some threads, each with a connection of its own.
//!
//! An operation runs to its end on such a thread, whether or not anybody waits for it any more: no
//! request that is dropped leaves a transaction open.

mod address;
mod connection;
mod migration;
mod tls;
mod transaction;

use std::thread;

pub use address::{Address, PASSWORD_VARIABLE};

use self::connection::Connection;
use super::operation::{Line, Sender};
use super::transaction::Transaction;
use super::{Result, schema};

/// How many connections there are: as many transactions can be under way at once.
const CONNECTIONS: usize = 16;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached.
    #[error("{0}")]
    Unavailable(#[from] super::Error),
    /// No thread can be had.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The tables cannot be brought up to date.
    #[error("{0}")]
    Schema(#[from] schema::Error),
}

/// The storage in a database of PostgreSQL.
pub(super) struct Postgres(Sender);

impl Postgres {
    /// Brings the tables up to date and starts the threads, which end when this is dropped.
    pub(super) fn open(address: &Address) -> std::result::Result<Self, OpenError> {
        // A connection waits by a runtime of its own, which cannot be within another.
        let address = address.clone();
        let migration = {
            let address = address.clone();
            thread::spawn(move || migration::migrate(&mut Connection::to(address)?))
        };
        let panicked = |_| std::io::Error::other("the migration panicked");
        migration.join().map_err(panicked)??;
        let (sender, line) = Line::new();
        for _ in 0..CONNECTIONS {
            let (address, line) = (address.clone(), line.clone());
            let serve = move || {
                let mut connection = Connection::to(address);
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
        Ok(Self(sender))
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.run(operation).await
    }
}
