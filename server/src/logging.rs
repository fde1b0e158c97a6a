//! The log: lines on stderr, for people or for programs. What is secret is never handed to it.

use std::io::stderr;

use clap::ValueEnum;
use tracing_subscriber::fmt;

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl From<Level> for tracing::level_filters::LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::OFF,
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Sends the log of this process to stderr.
pub fn start(level: Level, format: Format) {
    let log = fmt()
        .with_max_level(level)
        .with_writer(stderr)
        // A line that cannot be written is lost. To say so on stderr would panic in the middle of a
        // request, whose code may be used up already.
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false);
    match format {
        Format::Text => log.init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
}
