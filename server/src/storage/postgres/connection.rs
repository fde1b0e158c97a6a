//! One connection to PostgreSQL, which is made when it is needed, and again when it was lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::address::Address;
use super::outage::Outage;
use super::tls::{self, Link};
use super::transaction::{Meaning, PostgresTransaction};
use crate::secrets::Secrets;
use crate::storage::counters::DatabaseCounters;
use crate::storage::operation::Waiting;
use crate::storage::{Error, Result};

/// How long an operation may take that has no deadline of its own.
const LONGEST: Duration = Duration::from_secs(30);
/// How long all of making a connection may take, to whatever host of an address.
const CONNECT: Duration = Duration::from_secs(8);
/// How old a connection grows: its server may have a successor by then.
const LIFETIME: Duration = Duration::from_secs(1800);
/// How often an operation is tried that others are in the way of.
const TRIES: u32 = 10;
/// How long the first pause between two tries is.
const PAUSE: Duration = Duration::from_millis(2);

/// A connection, or the way to one. It belongs to one thread.
pub(super) struct Connection {
    address: Address,
    runtime: Runtime,
    outage: Arc<Outage>,
    counters: DatabaseCounters,
    secrets: Arc<Secrets>,
    open: Option<Open>,
}

struct Open {
    link: Link,
    since: Instant,
    /// When its server was last seen to be one that writes.
    writes: Option<Instant>,
    counters: DatabaseCounters,
}

impl Open {
    fn is_old(&self) -> bool {
        self.link.client.is_closed() || self.since.elapsed() > LIFETIME
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.counters.ended.add(1);
    }
}

/// What became of one try.
enum Outcome {
    Kept,
    /// Nothing was kept, and trying again may help.
    TryAgain(Error),
    Failed(Error),
}

impl Connection {
    /// The way to a database.
    pub(super) fn to(
        address: Address,
        outage: Arc<Outage>,
        counters: DatabaseCounters,
        secrets: Arc<Secrets>,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            address,
            runtime,
            outage,
            counters,
            secrets,
            open: None,
        })
    }

    /// Runs an operation in a transaction of its own, and keeps what it did.
    pub(super) fn serve(&mut self, operation: &mut dyn Waiting) -> Result<()> {
        let deadline = deadline(operation);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(operation, deadline) {
                Outcome::Kept => {
                    self.outage.note(None);
                    return Ok(());
                }
                Outcome::TryAgain(_) if tries < TRIES && Instant::now() < deadline => {
                    self.counters.tried_again.add(1);
                    std::thread::sleep(PAUSE * tries);
                }
                Outcome::TryAgain(error) | Outcome::Failed(error) => {
                    self.counters.failed(&error);
                    return Err(error);
                }
            }
        }
    }

    /// Runs what is to be done once and takes as long as it takes, such as a migration.
    pub(super) fn in_transaction<E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut PostgresTransaction) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        self.connect(Instant::now() + LONGEST)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let client = &open.link.client;
        let mut tx =
            PostgresTransaction::new(&self.runtime, client, None, &mut open.writes, &self.secrets);
        tx.run("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")?;
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
        let client = &open.link.client;
        let mut tx = PostgresTransaction::new(
            &self.runtime,
            client,
            Some(deadline),
            &mut open.writes,
            &self.secrets,
        );
        let outcome = run(&mut tx, operation, is_kept);
        match tx.is_usable() {
            true => self.open = Some(open),
            false => self.close(open),
        }
        outcome
    }

    /// Gives a connection up, at once: its server may hold locks for it, and this thread may be idle from
    /// now on.
    fn close(&mut self, open: Open) {
        drop(open);
        self.runtime.block_on(tokio::task::yield_now());
    }

    fn connect(&mut self, deadline: Instant) -> Result<()> {
        self.open = None;
        self.outage.check()?;
        let end = deadline.min(Instant::now() + CONNECT);
        let connect =
            async { tokio::time::timeout_at(end.into(), tls::connect(&self.address)).await };
        let link = self.runtime.block_on(connect).unwrap_or_else(|_| {
            Err(Error::Unavailable(
                "it cannot be reached in time".to_owned(),
            ))
        });
        self.outage.note(link.as_ref().err());
        self.counters.opened.add(1);
        self.open = Some(Open {
            link: link.inspect_err(|_| self.counters.ended.add(1))?,
            since: Instant::now(),
            writes: None,
            counters: self.counters.clone(),
        });
        Ok(())
    }
}

/// Until when an operation is worked on. A tenth of its time is left for the answer to its request, which
/// else could not say whether anything was changed.
fn deadline(operation: &dyn Waiting) -> Instant {
    let now = Instant::now();
    let end = operation.deadline().unwrap_or(now + LONGEST);
    now + end.saturating_duration_since(now).min(LONGEST) * 9 / 10
}

fn run(tx: &mut PostgresTransaction, operation: &mut dyn Waiting, is_kept: bool) -> Outcome {
    let keep = operation.run(tx);
    let failure = || {
        let why = operation.failure().map(Error::to_string);
        Error::Unavailable(why.unwrap_or_else(|| "a statement failed".to_owned()))
    };
    match tx.failure() {
        None if keep => commit(tx),
        // What the operation says of it is what is told.
        None | Some(Meaning::Refused) => {
            tx.roll_back();
            match keep {
                true => Outcome::Failed(failure()),
                false => Outcome::Kept,
            }
        }
        Some(Meaning::TryAgain) => {
            tx.roll_back();
            Outcome::TryAgain(failure())
        }
        // Without COMMIT nothing is kept.
        Some(Meaning::Lost) if is_kept => Outcome::TryAgain(failure()),
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
