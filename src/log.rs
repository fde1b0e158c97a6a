//! Log lines, handed to the caller and to nobody else: the library has no logger of its own.

use std::fmt;
use std::sync::Arc;

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

/// The caller's callback and the level it asked for.
#[derive(Clone, Default)]
pub(crate) struct Logger(Option<(LogLevel, Arc<Callback>)>);

impl Logger {
    pub(crate) fn new(level: LogLevel, callback: Arc<Callback>) -> Self {
        Self(Some((level, callback)))
    }

    /// Hands on one line; `line` runs only when the caller wants lines of this level.
    pub(crate) fn log(&self, level: LogLevel, line: impl FnOnce() -> String) {
        if let Some((most, callback)) = &self.0
            && level <= *most
        {
            callback(level, &line());
        }
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Logger")
            .field(&self.0.as_ref().map(|(level, _)| level))
            .finish()
    }
}
