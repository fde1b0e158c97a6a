//! The log: lines on stderr, for people or for programs. What is secret is never handed to it.

use std::panic::{self, PanicHookInfo};

use clap::ValueEnum;
use tracing_subscriber::fmt;

use crate::log_writer::LogWriter;

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

/// Sends the log of this process to a writer, and what panics say, too: to write that to stderr could block.
pub fn start(level: Level, format: Format, writer: LogWriter) {
    let log = fmt()
        .with_max_level(level)
        .with_writer(move || writer.clone())
        // A line that cannot be written is lost. To say so on stderr would panic in the middle of a
        // request, whose code may be used up already.
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false);
    match format {
        Format::Text => log.init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(log_panic));
}

fn log_panic(panic: &PanicHookInfo) {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = panic.location().map(ToString::to_string);
    tracing::error!(text, place, "a thread panicked");
}
