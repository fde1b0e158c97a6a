//! What is kept: the operations that the contract and its administration need, each of them atomic.
//!
//! Nothing that matters to a login is kept anywhere else, so several servers on one database
//! behave as one, and a restart forgets nothing.
//!
//! | module | what it does |
//! |---|---|
//! | `accounts`, `services`, `users`, `logins`, `enrolments`, `enrolment_links`, `recovery_codes`, `messages`, `delivery`, `audit`, `cleaning`, `replays` | the operations, each written once, as one transaction |
//! | `message_list`, `standing`, `search`, `changes` | what people look at, and whether there is anything new |
//! | `sends` | how many messages were sent lately, for the limits |
//! | `moves`, `transfer` | a database that is moved to another one |
//! | `sealed` | which columns are encrypted |
//! | `unlock`, `plain`, `rotation` | how a database gets its keys, what was not encrypted before, and how a new key takes over |
//! | `phones` | phone numbers that were stored in an old spelling |
//! | `transaction` | what they are written over |
//! | `schema` | the tables, and how an older database becomes a newer one |
//! | `operation` | an operation on its way to the thread that runs it, and back |
//! | `sqlite` | a file: one writer that gathers what waits into one commit, and readers beside it |
//! | `postgres` | a database of PostgreSQL, for more than one server process |
//! | `counters` | what is counted of it |
//! | `work` | how long operations take, and how they fail |
//! | `location` | which of them, as an operator writes it |

mod accounts;
mod audit;
mod changes;
mod cleaning;
mod counters;
mod delivery;
mod enrolment_links;
mod enrolments;
mod location;
mod logins;
mod message_list;
mod messages;
mod moves;
mod operation;
mod phones;
mod plain;
mod postgres;
mod recovery_codes;
mod replays;
mod reports;
mod rotation;
mod schema;
mod sealed;
mod search;
mod sends;
mod services;
mod sqlite;
mod standing;
mod transaction;
mod transfer;
mod unlock;
mod users;
mod work;

use std::sync::Arc;

pub use accounts::Account;
pub use audit::AuditRow;
pub use counters::DatabaseCounters;
pub use delivery::{Claim, GivenTo, Settled};
pub use enrolment_links::{ClosedLink, OpenLink, WhyClosed};
pub use enrolments::EnrolmentState;
pub use location::Location;
pub use logins::Verified;
pub use message_list::{Listed, Listing, MOST_LISTED, MessageRow, PinState};
pub use messages::Message;
pub use moves::Move;
pub use postgres::{CONNECTIONS, PASSWORD_VARIABLE};
pub use reports::Reported;
pub use rotation::{Rotation, RotationError};
pub use search::Search;
pub use sqlite::{BackupError, RestoreError, back_up, restore};
pub use standing::{LoginUnderWay, UserStanding};
pub use transfer::{Progress, TransferError, transfer};
pub use unlock::KnownKey;
pub use users::ListPlace;
pub use work::{Operations, Work};

use postgres::Postgres;
use sqlite::Sqlite;
use transaction::{Transaction, values};

use crate::client_address::ClientAddress;
use crate::clock::UnixMilliseconds;
use crate::secrets::{KeyPlace, Secrets};

/// Whom an operation is about, and who asks.
#[derive(Debug, Clone)]
pub struct Target {
    /// The account that asks; `None` for an administrator, who may touch every service.
    pub account: Option<String>,
    /// The address that is asked from, to be written down; `None` where no request asks.
    pub address: Option<ClientAddress>,
    /// The service.
    pub service: String,
}

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing; the text says which thing.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The service belongs to another account.
    #[error("this service belongs to another account")]
    Forbidden,
    /// There is such a thing already; the text says which.
    #[error("{0}")]
    Conflict(&'static str),
    /// A row like it is there already; the text names the constraint. Operations tell it as a
    /// conflict.
    #[error("the database has such a row already: {0}")]
    Duplicate(String),
    /// The time for it was over before it could begin.
    #[error("the time for it was over before it could begin")]
    TooLate,
    /// The database failed; nothing was changed.
    #[error("the database failed: {0}")]
    Unavailable(String),
    /// The file of the database makes no sense; nothing was changed.
    #[error("the database file is malformed: {0}")]
    Malformed(String),
    /// What is kept is encrypted, and cannot be read; nothing was changed.
    #[error("{0}")]
    Unreadable(String),
    /// What is kept was damaged, or changed by hand; nothing was changed.
    #[error("{0}")]
    Damaged(String),
    /// The database failed when it was to keep the change: it may have done it or not.
    #[error("the database failed when it was to keep a change: {0}")]
    Uncertain(String),
}

/// What an operation gives.
pub type Result<T> = std::result::Result<T, Error>;

/// What is kept. A copy is the same storage.
///
/// Each operation happens whole or not at all; one that had to wait beyond the
/// [deadline](crate::deadline) of its request does not happen. A future that is dropped leaves its
/// operation to end by itself.
#[derive(Clone)]
pub struct Storage {
    database: Arc<Database>,
    work: Work,
    secrets: Arc<Secrets>,
}

enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct OpenError(Box<dyn std::error::Error + Send + Sync>);

impl Storage {
    /// Opens a database, brings its tables up to date, and reads its keys. A SQLite file is made (for its owner
    /// only) if it is missing, the tables of PostgreSQL are, and so is the file with the keys, but only for a
    /// database that has none.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says why; where a key is missing, which one, and what to do.
    pub fn open(location: &Location, keys: KeyPlace) -> std::result::Result<Self, OpenError> {
        Self::open_with(location, Secrets::at(keys))
    }

    /// The same without its keys: nothing that is encrypted can be read or written.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says why.
    pub fn open_locked(location: &Location) -> std::result::Result<Self, OpenError> {
        Self::open_with(location, Secrets::none())
    }

    /// A database in memory, gone when it is dropped, and so is its key.
    pub fn in_memory() -> std::result::Result<Self, OpenError> {
        Self::open(&Location::Memory, KeyPlace::Memory)
    }

    fn open_with(location: &Location, secrets: Secrets) -> std::result::Result<Self, OpenError> {
        let secrets = Arc::new(secrets);
        let database = match location {
            Location::File(path) => Sqlite::open(path, &secrets)
                .map(Database::Sqlite)
                .map_err(Box::from),
            Location::Memory => Sqlite::in_memory(&secrets)
                .map(Database::Sqlite)
                .map_err(Box::from),
            Location::Postgres(address) => Postgres::open(address, &secrets)
                .map(Database::Postgres)
                .map_err(Box::from),
        };
        let database = Arc::new(database.map_err(OpenError)?);
        Ok(Self {
            database,
            secrets,
            work: Work::default(),
        })
    }

    /// How many bytes the write-ahead log of a SQLite file has; `None` of other databases.
    pub fn log_bytes(&self) -> Option<u64> {
        match &*self.database {
            Database::Sqlite(sqlite) => sqlite.log_bytes(),
            Database::Postgres(_) => None,
        }
    }

    /// What is counted of the database, if it is elsewhere.
    pub fn counters(&self) -> Option<DatabaseCounters> {
        match &*self.database {
            Database::Sqlite(_) => None,
            Database::Postgres(postgres) => Some(postgres.counters.clone()),
        }
    }

    /// What is counted of operations.
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// Fails if nothing can be kept at the moment: it keeps something.
    pub async fn check(&self, now: UnixMilliseconds) -> Result<()> {
        if let Database::Sqlite(sqlite) = &*self.database {
            sqlite.check_soundness()?;
        }
        self.write(move |tx| {
            tx.execute(
                "INSERT INTO readiness (id, ctime) VALUES (1, $1)
                 ON CONFLICT (id) DO UPDATE SET ctime = excluded.ctime",
                values![now],
            )?;
            Ok(())
        })
        .await
    }

    /// Runs an operation that changes something. It may be run again if the database asks for it, and
    /// what it gives is given only once it is kept.
    async fn write<T: Send + 'static>(
        &self,
        operation: impl Fn(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &*self.database {
            Database::Sqlite(sqlite) => self.work.writes.count(sqlite.write(operation)).await,
            Database::Postgres(postgres) => self.work.writes.count(postgres.run(operation)).await,
        }
    }

    /// Runs an operation that only reads, on one state of the database.
    async fn read<T: Send + 'static>(
        &self,
        operation: impl Fn(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &*self.database {
            Database::Sqlite(sqlite) => self.work.reads.count(sqlite.read(operation)).await,
            Database::Postgres(postgres) => self.work.reads.count(postgres.run(operation)).await,
        }
    }
}

/// Fails if a statement changed nothing.
fn found(changed: u64, what: &'static str) -> Result<()> {
    match changed {
        0 => Err(Error::NotFound(what)),
        _ => Ok(()),
    }
}

/// Tells a row that is there already as a conflict.
fn conflict(error: Error, message: &'static str) -> Error {
    match error {
        Error::Duplicate(_) => Error::Conflict(message),
        other => other,
    }
}
