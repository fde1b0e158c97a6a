//! Whether a file makes sense as a whole.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::OpenError;

/// How long a start is held up by it at most.
const LIMIT: Duration = Duration::from_secs(2);

/// Refuses a malformed file, as far as it can be looked through in a while.
pub(super) fn check_for_a_while(connection: &Connection) -> Result<(), OpenError> {
    let handle = connection.get_interrupt_handle();
    let (end, ended) = channel::<()>();
    let timer = thread::Builder::new()
        .name("sqlite-check".to_owned())
        .spawn(move || {
            if ended.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                handle.interrupt();
            }
        })?;
    let outcome = check(connection, "quick_check");
    drop(end);
    // An interrupt that is late would end what comes next.
    let _ = timer.join();
    match outcome {
        Err(OpenError::Sqlite(error))
            if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
        {
            Ok(())
        }
        outcome => outcome,
    }
}

/// Refuses a malformed file, looking through all of it, indexes too.
pub(super) fn check_all(connection: &Connection) -> Result<(), OpenError> {
    check(connection, "integrity_check")
}

fn check(connection: &Connection, pragma: &str) -> Result<(), OpenError> {
    let sql = format!("PRAGMA {pragma}(1)");
    let finding: String = connection.query_row(&sql, [], |row| row.get(0))?;
    match finding.as_str() {
        "ok" => Ok(()),
        // It may have several lines, of which the first names the table or the page.
        finding => Err(OpenError::Malformed(finding.replace('\n', " "))),
    }
}
