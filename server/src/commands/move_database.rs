//! Moves a database to another one.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::{Problem, tell};
use crate::options::MoveOptions;
use crate::storage::{Progress, transfer};

/// How often progress is shown on a terminal.
const OFTEN: Duration = Duration::from_millis(200);
/// The same where it is kept, as in a log.
const SELDOM: Duration = Duration::from_secs(5);

/// Moves a database, and shows how far it has come on stderr.
pub(super) async fn run(options: &MoveOptions) -> Result<(), Problem> {
    let (from, to) = (options.source()?, options.target()?);
    let keys = options.keys.place(&from)?;
    let shown = Cell::new(Instant::now());
    let outcome = transfer(&from, keys.clone(), &to, |progress| show(progress, &shown)).await;
    outcome.map_err(|error| error.to_string())?;
    tell(&format!(
        "moved {from} to {to}; serve with --database {to} now, and {keys}; keep the old file in a safe place \
         or remove it: it has everything in it"
    ))
}

/// Shows progress, but not more often than it can be read.
fn show(progress: Progress, shown: &Cell<Instant>) {
    let is_terminal = io::stderr().is_terminal();
    let pause = if is_terminal { OFTEN } else { SELDOM };
    let line = match progress {
        Progress::StartingOver => "a move was interrupted; it starts over".to_owned(),
        Progress::Checked(table, rows) => format!("{table}: {rows} rows moved and checked"),
        Progress::Copied(table, rows) => {
            if shown.get().elapsed() < pause {
                return;
            }
            shown.set(Instant::now());
            format!("{table}: {rows} rows")
        }
    };
    let end = match progress {
        Progress::Copied(..) if is_terminal => '\r',
        _ => '\n',
    };
    // Whoever closed stderr does not want to see it.
    let _ = write!(io::stderr(), "{line}{end}");
}
