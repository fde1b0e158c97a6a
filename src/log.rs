//! Log lines, handed to the caller and to nobody else: the library has no logger of its own.

use std::ffi::{CString, c_char};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// How much a log line matters; a logger gets the lines of its level and of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// A call failed.
    Error,
    /// Something went wrong that was made good, such as a repeated attempt.
    Warn,
    /// One line for each call that was answered.
    Info,
    /// What happens within a call.
    Debug,
}

type Callback = dyn Fn(LogLevel, &str) + Send + Sync;

/// What becomes of log lines, and the level that was asked for.
#[derive(Clone, Default)]
pub(crate) enum Logger {
    #[default]
    Off,
    /// The caller's callback gets them.
    Callback(LogLevel, Arc<Callback>),
    /// Each call keeps its own.
    Kept(LogLevel),
}

/// The lines of one call. There are few: a call makes a dozen attempts at most.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Vec<(LogLevel, CString)>>);

impl Logger {
    /// Hands on one line; `line` runs only when the caller wants lines of this level.
    pub(crate) fn log(
        &self,
        lines: Option<&Lines>,
        level: LogLevel,
        line: impl FnOnce() -> String,
    ) {
        match self {
            Self::Callback(most, callback) if level <= *most => callback(level, &line()),
            Self::Kept(most) if level <= *most => {
                if let Some(lines) = lines {
                    lines.keep(level, line());
                }
            }
            _ => {}
        }
    }
}

impl Lines {
    fn keep(&self, level: LogLevel, line: String) {
        // A message is one line of text without control characters.
        let line = CString::new(line).unwrap_or_default();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((level, line));
    }

    /// One of them, and where its text stays as long as these do. None in a child of `fork()` whose
    /// parent was at it.
    pub(crate) fn get(&self, index: usize) -> Option<(LogLevel, *const c_char)> {
        let lines = match self.0.try_lock() {
            Ok(lines) => lines,
            Err(TryLockError::Poisoned(lines)) => lines.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        lines
            .get(index)
            .map(|(level, line)| (*level, line.as_ptr()))
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self {
            Self::Off => None,
            Self::Callback(level, _) | Self::Kept(level) => Some(level),
        };
        f.debug_tuple("Logger").field(&level).finish()
    }
}
