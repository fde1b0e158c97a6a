//! What is kept: one trait with the operations that the contract needs, each of them atomic.
//!
//! Nothing that matters to a login is kept anywhere else, so several servers on one database
//! behave as one, and a restart forgets nothing.

mod header;
mod migrations;
mod rows;
mod sqlite;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::authentication::{Ruling, Standing, Start};
use crate::clock::{Clock, UnixMilliseconds};
use crate::model::{Service, User};

pub use sqlite::{OpenError, SqliteStorage};

/// Whom an operation is about, and who asks.
#[derive(Debug, Clone)]
pub struct Target {
    /// The account that asks; `None` for an administrator, who may touch every service.
    pub account: Option<String>,
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
    /// The time for it was over before it could begin.
    #[error("the time for it was over before it could begin")]
    TooLate,
    /// The database failed; nothing was changed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
}

/// What an operation gives.
pub type Result<T> = std::result::Result<T, Error>;

/// An API account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its username.
    pub name: String,
    /// When it was added.
    pub ctime: UnixMilliseconds,
    /// How many services it has.
    pub services: u32,
}

/// A message that was, or is to be, sent to a user.
#[derive(Clone, Serialize)]
pub struct Message {
    /// UUID v4; the same as the challenge's.
    pub id: String,
    /// The service it is sent for.
    pub service_id: String,
    /// The user it is sent to.
    pub user_id: String,
    /// The phone it is sent to.
    pub phone_number: String,
    /// What it says.
    pub text: String,
    /// The PIN in it.
    pub pin: String,
    /// When it was put into the outbox.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
}

/// One row of the audit trail. It never holds a code.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRow {
    /// When.
    #[serde(serialize_with = "as_rfc3339")]
    pub ctime: UnixMilliseconds,
    /// Who: an account, or `null` for an administrator.
    pub account: Option<String>,
    /// What.
    pub operation: String,
    /// To which service.
    pub service_id: String,
    /// To which user, if any.
    pub user_id: Option<String>,
    /// With which outcome.
    pub outcome: String,
}

fn as_rfc3339<S: serde::Serializer>(
    time: &UnixMilliseconds,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::clock::rfc3339(*time))
}

/// How far the enrolment of a user's authenticator app has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EnrolmentState {
    /// Whether an enrolment was begun or confirmed.
    pub enrolled: bool,
    /// Whether one was confirmed, so that logins can use it.
    pub confirmed: bool,
}

/// The operations on what is kept. Each happens whole or not at all; one that had to wait beyond the
/// [deadline](crate::deadline) of its request does not happen.
pub trait Storage: Send + Sync {
    /// Adds an account; its name must differ from every other in more than case.
    fn add_account(&self, name: &str, password_hash: &str, now: UnixMilliseconds) -> Result<()>;
    /// All accounts, by name.
    fn accounts(&self) -> Result<Vec<Account>>;
    /// The password hash of an account, if there is such an account.
    fn password_hash(&self, name: &str) -> Result<Option<String>>;
    /// Replaces the password hash of an account.
    fn set_password_hash(&self, name: &str, password_hash: &str) -> Result<()>;
    /// Removes an account. One that has services is removed only along with them.
    fn remove_account(&self, name: &str, with_services: bool) -> Result<()>;

    /// Creates a service that belongs to an account.
    fn create_service(&self, account: &str, service: &Service) -> Result<()>;
    /// Reads a service.
    fn service(&self, target: &Target) -> Result<Service>;
    /// Deletes a service and its users.
    fn delete_service(&self, target: &Target, now: UnixMilliseconds) -> Result<()>;

    /// Registers a user with a service.
    fn register_user(&self, target: &Target, user: &User) -> Result<()>;
    /// The users of a service, oldest first.
    fn users(&self, target: &Target) -> Result<Vec<User>>;
    /// Reads a user.
    fn user(&self, target: &Target, user: &str) -> Result<User>;
    /// Deletes a user.
    fn delete_user(&self, target: &Target, user: &str, now: UnixMilliseconds) -> Result<()>;

    /// Starts a login: reads the user's standing, lets `decide` choose, and keeps what it chose.
    /// A challenge with a PIN puts a message into the outbox. The time is read when nobody else can
    /// change the standing any more.
    fn start_authentication(
        &self,
        target: &Target,
        user: &str,
        clock: &dyn Clock,
        decide: &dyn Fn(&Standing, UnixMilliseconds) -> Start,
    ) -> Result<Start>;
    /// Verifies a login: reads the user's standing, lets `judge` rule, and keeps what follows. An
    /// acceptance is returned only after the code's consumption is on disk. The time is read as when
    /// it starts.
    fn verify(
        &self,
        target: &Target,
        user: &str,
        clock: &dyn Clock,
        judge: &dyn Fn(&Standing, UnixMilliseconds) -> Ruling,
    ) -> Result<Ruling>;
    /// Unlocks a user: forgets the failed checks.
    fn unlock(&self, target: &Target, user: &str, now: UnixMilliseconds) -> Result<()>;

    /// Begins an enrolment, in place of one not confirmed; says whether there was one. One that is
    /// confirmed works on.
    fn begin_enrolment(
        &self,
        target: &Target,
        user: &str,
        secret: &[u8],
        now: UnixMilliseconds,
    ) -> Result<bool>;
    /// Confirms the enrolment that was begun, if `matching_step` finds the step of the code for
    /// its secret; says whether it did. The time is read as for a login.
    fn confirm_enrolment(
        &self,
        target: &Target,
        user: &str,
        clock: &dyn Clock,
        matching_step: &dyn Fn(&[u8], UnixMilliseconds) -> Option<i64>,
    ) -> Result<bool>;
    /// How far the enrolment has come.
    fn enrolment(&self, target: &Target, user: &str) -> Result<EnrolmentState>;
    /// Removes the enrolment, confirmed or not.
    fn remove_enrolment(&self, target: &Target, user: &str, now: UnixMilliseconds) -> Result<()>;

    /// The messages in the outbox, newest last; of one user if given.
    fn outbox(&self, user: Option<&str>) -> Result<Vec<Message>>;
    /// Empties the outbox.
    fn clear_outbox(&self) -> Result<()>;
    /// The latest rows of the audit trail, newest last.
    fn audit(&self) -> Result<Vec<AuditRow>>;

    /// Removes what is no longer needed.
    fn clean(&self, now: UnixMilliseconds) -> Result<()>;
    /// Fails if the database does not answer.
    fn check(&self) -> Result<()>;
}

/// A PIN as it is read from and kept by storage.
pub(crate) type Pin = Zeroizing<String>;
