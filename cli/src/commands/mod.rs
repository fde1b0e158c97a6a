//! A file for each command.

mod completion;
mod config;
mod documents;
mod login;
mod ping;
mod service;
mod start;
mod user;
mod verify;

use serde::Serialize;

use crate::options::{Command, Options};
use crate::output::Outcome;
use crate::problem::Result;
use crate::session::Session;

/// What a command came to, as its exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Verified, or done.
    Yes,
    /// Denied, or not all was done.
    No,
}

impl From<bool> for Answer {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}

/// Does what the command line says.
///
/// # Errors
///
/// It could not be done.
pub fn run(options: Options) -> Result<Answer> {
    let common = &options.common;
    let session = || Session::new(common);
    match options.command {
        Command::Login(login) => return login::run(&session()?, &login),
        Command::Verify(verify) => return verify::run(&session()?, &verify),
        Command::Start(start) => start::run(&session()?, &start)?,
        Command::Service(command) => service::run(&session()?, command)?,
        Command::User(command) => return user::run(&session()?, command),
        Command::Ping => ping::run(&session()?)?,
        Command::Config(command) => config::run(common, &command)?,
        Command::Completion { shell } => completion::run(common, shell)?,
        Command::Documents { folder } => documents::run(&folder)?,
    }
    Ok(Answer::Yes)
}

/// What was done to something, of which nothing else is to be said.
#[derive(Serialize)]
struct Done {
    id: String,
    done: Deed,
}

/// What was done.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Deleted,
    Unlocked,
    Enrolled,
    Unenrolled,
    RecoveryCodesDeleted,
}

impl Deed {
    /// The end of a sentence about what it was done to.
    fn words(self) -> &'static str {
        match self {
            Self::Deleted => "is deleted",
            Self::Unlocked => "is unlocked",
            Self::Enrolled => "is enrolled",
            Self::Unenrolled => "has no app any more",
            Self::RecoveryCodesDeleted => "has no recovery codes any more",
        }
    }
}

impl Outcome for Done {
    fn lines(&self) -> Vec<String> {
        vec![format!("{} {}.", self.id, self.done.words())]
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}
