//! The write-ahead log beside a database: how long it is, and whether it belongs there.
//!
//! SQLite does not ask the latter. A copy of the file that is put beside the log of another time is
//! taken back to that time without a word, or becomes malformed. So each log begins with a step of the
//! schema cookie, which SQLite keeps in the header of the file and counts only upwards, and another step
//! is the last that is done before the log ends. A file fits its log if its cookie is the one before the
//! log's first, or one of the log's: a checkpoint may have been interrupted anywhere. A copy that was
//! made while an earlier log was there has an older one. One that was made during this log is what
//! the log leads to anyway.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::OpenError;
use super::header::{self, Header};

/// How long the headers of a log and of a frame in it are ("Database File Format", section 4.1).
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A file beside a database, as SQLite calls it.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(suffix);
    name.into()
}

/// Where the log of a database is.
pub(super) fn path(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// How many bytes the log of a database has; 0 if there is none.
pub(super) fn bytes(database: &Path) -> u64 {
    std::fs::metadata(path(database)).map_or(0, |log| log.len())
}

/// Takes the schema cookie a step further, in the transaction that is open.
pub(super) fn step(connection: &Connection) -> rusqlite::Result<()> {
    let cookie: i32 = connection.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    connection.pragma_update(None, "schema_version", cookie.wrapping_add(1))
}

/// Refuses a file beside a log that is not its own.
pub(super) fn check(database: &Path, header: Option<&Header>) -> Result<(), OpenError> {
    if belongs(database, header)? {
        return Ok(());
    }
    // Whoever uses it may have begun another log since the header was read; the file was changed then.
    let now = Header::read(database)?;
    match now == header.cloned() {
        true => Err(OpenError::ForeignLog(path(database))),
        false => check(database, now.as_ref()),
    }
}

fn belongs(database: &Path, header: Option<&Header>) -> Result<bool, OpenError> {
    let log = Content::read(&path(database))?;
    Ok(log.is_none_or(|log| {
        header.is_some_and(|header| header.has_log() && log.follows(header.cookie()))
    }))
}

/// What is in a log: the cookies of its first and its last version of the first page, if it has any.
struct Content(Option<(u32, u32)>);

impl Content {
    /// Reads a log; `None` if nothing in it counts.
    fn read(path: &Path) -> std::io::Result<Option<Self>> {
        let mut log = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            log => log?,
        };
        let mut header = [0; HEADER];
        if !filled(&mut log, &mut header)? {
            return Ok(None);
        }
        let page_size = u64::from(number(&header, 8));
        let (mut committed, mut cookies) = (false, None);
        let mut place = HEADER as u64;
        // The frame and, of the first page, its beginning.
        let mut frame = [0; FRAME_HEADER + header::LENGTH as usize];
        while filled_at(&mut log, place, &mut frame)? && frame[8..16] == header[16..24] {
            // What follows the last commit does not count, but does no harm here.
            committed |= number(&frame, 4) != 0;
            if number(&frame, 0) == 1 {
                let cookie = header::cookie(&frame[FRAME_HEADER..]);
                let (first, _) = cookies.unwrap_or((cookie, cookie));
                cookies = Some((first, cookie));
            }
            place += FRAME_HEADER as u64 + page_size;
        }
        Ok(committed.then_some(Self(cookies)))
    }

    /// Whether a file with this cookie may have become what the log says.
    fn follows(&self, cookie: u32) -> bool {
        let Some((first, last)) = self.0 else {
            return true;
        };
        // Earlier versions of this program began their first log with several steps.
        cookie == 0 || cookie == first.wrapping_sub(1) || (first..=last).contains(&cookie)
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn filled_at(file: &mut File, place: u64, bytes: &mut [u8]) -> std::io::Result<bool> {
    file.seek(SeekFrom::Start(place))?;
    filled(file, bytes)
}

/// Reads as many bytes as fit; `false` if there are not so many.
fn filled(file: &mut File, bytes: &mut [u8]) -> std::io::Result<bool> {
    match file.read_exact(bytes) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::sqlite::migration::APPLICATION_ID;

    /// What a server does to a database from the end of one log to that of the next.
    fn end_a_log(busy: &Connection) {
        for _ in 0..2 {
            busy.execute_batch("BEGIN IMMEDIATE").unwrap();
            step(busy).unwrap();
            busy.execute_batch("COMMIT").unwrap();
        }
        let checkpoint = "PRAGMA wal_checkpoint(RESTART)";
        busy.query_row(checkpoint, [], |_| Ok(())).unwrap();
    }

    #[test]
    fn a_file_that_is_looked_at_while_other_logs_begin_fits_them() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("busy.db");
        let busy = Connection::open(&database).unwrap();
        busy.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;
             PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (n);"
        ))
        .unwrap();
        for logs in 0..3 {
            end_a_log(&busy);
            let header = Header::read(&database).unwrap();
            (0..logs).for_each(|_| end_a_log(&busy));
            check(&database, header.as_ref()).unwrap();
        }
    }
}
