//! What stopped a command: what was wrong, what became of the request, and what to do.

use std::fmt;
use std::io;

use serde::Serialize;
use verigator::{Error, ErrorKind};

/// A `Result` of this program.
pub type Result<T> = std::result::Result<T, Problem>;

/// What stopped a command. Its exit code is 2: whatever was asked, this is neither a yes nor a no.
#[derive(Debug)]
pub enum Problem {
    /// A call came to nothing.
    Call {
        /// What the library says.
        error: Box<Error>,
        /// Whether it was to change what the service keeps.
        changes: bool,
        /// What a person does about it, beyond that; may be empty.
        advice: String,
    },
    /// Anything else, said in full.
    Said(String),
    /// Nobody reads stdout any more.
    NobodyReads,
}

impl Problem {
    /// Something that is wrong on this side.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Said(text.into())
    }

    /// What became of stdout.
    pub fn of_stdout(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Said(format!(
                "stdout cannot be written: {error}. What was asked of the service until now was done"
            )),
        }
    }

    /// The same, with what to do about it if nothing better is known.
    pub fn or_advise(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Call {
                error,
                changes,
                advice: old,
            } if old.is_empty() => Self::Call {
                error,
                changes,
                advice: advice.into(),
            },
            other => other,
        }
    }

    /// A call that was to change what the service keeps came to nothing.
    pub fn of_change(error: Error) -> Self {
        Self::Call {
            error: Box::new(error),
            changes: true,
            advice: String::new(),
        }
    }

    /// As `--json` prints it.
    pub fn json(&self) -> Failure<'_> {
        let error = match self {
            Self::Call { error, .. } => Some(&**error),
            _ => None,
        };
        Failure {
            error: Details {
                message: self.to_string(),
                status: error.and_then(|error| error.status().name()),
                http_status: error.and_then(Error::http_status),
                maybe_sent: error.is_some_and(Error::maybe_sent),
                retry_safe: error.is_none_or(Error::retry_safe),
                retry_after_seconds: error
                    .and_then(Error::retry_after)
                    .map(|wait| wait.as_secs_f64()),
                request_id: error.and_then(Error::request_id),
            },
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Call {
            error: Box::new(error),
            changes: false,
            advice: String::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call {
                error,
                changes,
                advice,
            } => {
                let became = what_became_of_it(error, *changes);
                let parts = [error.message(), became, advice];
                let parts = parts.iter().filter(|part| !part.is_empty());
                let parts: Vec<&str> = parts.map(|part| part.trim_end_matches('.')).collect();
                f.write_str(&parts.join(". "))
            }
            Self::Said(text) => f.write_str(text),
            Self::NobodyReads => f.write_str("nobody reads stdout any more"),
        }
    }
}

/// Whether a request that failed may have been carried out all the same. What the service answered itself says so.
fn what_became_of_it(error: &Error, changes: bool) -> &'static str {
    match (error.maybe_sent(), error.retry_safe(), error.kind()) {
        (_, _, ErrorKind::Usage) => "",
        (false, ..) => "Nothing was sent, so nothing was done",
        (true, true, ErrorKind::Service) => "",
        _ if !changes => "It was to be read only, so nothing was changed",
        (true, true, _) => "It may have been carried out, but doing it again does no harm",
        (true, false, _) => "It may have been carried out all the same",
    }
}

/// A failure as JSON.
#[derive(Serialize)]
pub struct Failure<'a> {
    error: Details<'a>,
}

#[derive(Serialize)]
struct Details<'a> {
    message: String,
    status: Option<&'static str>,
    http_status: Option<u16>,
    maybe_sent: bool,
    retry_safe: bool,
    retry_after_seconds: Option<f64>,
    request_id: Option<&'a str>,
}
