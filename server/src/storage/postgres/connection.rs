//! One connection to PostgreSQL, which is made when it is needed, and again when it was lost.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::Client;

use super::address::Address;
use super::tls;
use super::transaction::{Meaning, PostgresTransaction};
use crate::storage::operation::Waiting;
use crate::storage::transaction::Transaction;
use crate::storage::{Error, Result};

/// How long an operation may take that has no deadline of its own.
const LONGEST: Duration = Duration::from_secs(30);
/// How old a connection grows: its server may have a successor by then.
const LIFETIME: Duration = Duration::from_secs(1800);
/// How long a server is believed to be one that writes.
const TRUST: Duration = Duration::from_secs(1);
/// How often an operation is tried that others are in the way of.
const TRIES: u32 = 10;
/// How long the first pause between two tries is.
const PAUSE: Duration = Duration::from_millis(2);

/// What a transaction begins with, whatever the defaults of the server are: what is answered is on the
/// disk, and no lock is held for somebody who has gone away.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
     SET LOCAL statement_timeout = '30s'; \
     SET LOCAL idle_in_transaction_session_timeout = '60s'; \
     SELECT set_config('synchronous_commit', 'on', true) \
         WHERE current_setting('synchronous_commit') = 'off'";

/// A connection, or the way to one. It belongs to one thread.
pub(super) struct Connection {
    address: Address,
    runtime: Runtime,
    open: Option<Open>,
}

struct Open {
    client: Client,
    since: Instant,
    /// When its server was last seen to be one that writes.
    writes: Option<Instant>,
}

impl Open {
    fn is_old(&self) -> bool {
        self.client.is_closed() || self.since.elapsed() > LIFETIME
    }
}

/// What became of one try.
enum Outcome {
    Kept,
    /// Nothing was done, and trying again may help.
    TryAgain(Error),
    Failed(Error),
}

impl Connection {
    /// The way to a database.
    pub(super) fn to(address: Address) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            address,
            runtime,
            open: None,
        })
    }

    /// Runs an operation in a transaction of its own, and keeps what it did.
    pub(super) fn serve(&mut self, operation: &mut dyn Waiting) -> Result<()> {
        let latest = Instant::now() + LONGEST;
        let deadline = operation.deadline().map_or(latest, |end| end.min(latest));
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(operation, deadline) {
                Outcome::Kept => return Ok(()),
                Outcome::TryAgain(_) if tries < TRIES && Instant::now() < deadline => {
                    std::thread::sleep(PAUSE * tries);
                }
                Outcome::TryAgain(error) | Outcome::Failed(error) => return Err(error),
            }
        }
    }

    /// Runs what is to be done once, such as a migration.
    pub(super) fn in_transaction<E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut PostgresTransaction) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let deadline = Instant::now() + LONGEST;
        self.connect(deadline)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let mut tx = PostgresTransaction::new(&self.runtime, &open.client, deadline);
        begin(&mut tx, &mut open.writes)?;
        work(&mut tx)?;
        Ok(tx.run("COMMIT")?)
    }

    fn attempt(&mut self, operation: &mut dyn Waiting, deadline: Instant) -> Outcome {
        // Of a connection that was kept it shows only now whether it is still good.
        let is_kept = self.open.as_ref().is_some_and(|open| !open.is_old());
        if !is_kept && let Err(error) = self.connect(deadline) {
            return Outcome::Failed(error);
        }
        let Some(mut open) = self.open.take() else {
            return Outcome::Failed(Error::Unavailable("there is no connection".to_owned()));
        };
        let mut tx = PostgresTransaction::new(&self.runtime, &open.client, deadline);
        let outcome = match begin(&mut tx, &mut open.writes) {
            Ok(()) => run(&mut tx, operation),
            Err(error) if is_kept => Outcome::TryAgain(error),
            Err(error) => Outcome::Failed(error),
        };
        if tx.is_usable() {
            self.open = Some(open);
        }
        outcome
    }

    fn connect(&mut self, deadline: Instant) -> Result<()> {
        self.open = None;
        let connect =
            async { tokio::time::timeout_at(deadline.into(), tls::connect(&self.address)).await };
        let client = match self.runtime.block_on(connect) {
            Ok(client) => client?,
            Err(_) => {
                return Err(Error::Unavailable(
                    "it cannot be reached in time".to_owned(),
                ));
            }
        };
        self.open = Some(Open {
            client,
            since: Instant::now(),
            writes: None,
        });
        Ok(())
    }
}

/// Begins a transaction, on a server that writes.
fn begin(tx: &mut PostgresTransaction, writes: &mut Option<Instant>) -> Result<()> {
    tx.run(BEGIN)?;
    if writes.is_some_and(|seen| seen.elapsed() < TRUST) {
        return Ok(());
    }
    // After a change of servers the old one may answer on, and would for ever say what was true once.
    let setting = tx.query_one("SELECT current_setting('transaction_read_only')", &[])?;
    let setting: Option<String> = setting.map(|mut row| row.take()).transpose()?;
    if setting.as_deref() != Some("off") {
        tx.give_up();
        return Err(Error::Unavailable("its server only reads".to_owned()));
    }
    *writes = Some(Instant::now());
    Ok(())
}

fn run(tx: &mut PostgresTransaction, operation: &mut dyn Waiting) -> Outcome {
    let keep = operation.run(tx);
    let failure = || {
        let why = operation.failure().map(Error::to_string);
        Error::Unavailable(why.unwrap_or_else(|| "a statement failed".to_owned()))
    };
    match tx.failure() {
        None if keep => commit(tx),
        // What the operation says of it is what is told.
        None | Some(Meaning::Refused) => match (tx.run("ROLLBACK"), keep) {
            (_, true) => Outcome::Failed(failure()),
            (_, false) => Outcome::Kept,
        },
        Some(Meaning::TryAgain) => {
            let _ = tx.run("ROLLBACK");
            Outcome::TryAgain(failure())
        }
        Some(Meaning::Lost) => Outcome::Failed(failure()),
    }
}

fn commit(tx: &mut PostgresTransaction) -> Outcome {
    match (tx.run("COMMIT"), tx.failure()) {
        (Ok(()), _) => Outcome::Kept,
        (Err(error), Some(Meaning::TryAgain)) => Outcome::TryAgain(error),
        (Err(error), Some(Meaning::Refused)) => Outcome::Failed(error),
        // Whether the server has it is not known.
        (Err(error), _) => Outcome::Failed(Error::Uncertain(error.to_string())),
    }
}
