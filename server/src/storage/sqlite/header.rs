//! The first bytes of a file, which tell whose it is. SQLite is not asked: it changes some files that
//! it opens.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{OpenError, migration};
use crate::storage::schema;

/// How long the header of a SQLite file is; what is where in it is laid down in "Database File
/// Format", section 1.3.
pub(super) const LENGTH: u64 = 100;
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

/// The header of a file of this program's.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Header(Vec<u8>);

impl Header {
    /// Reads it; `None` if there is no file yet, or an empty one. A file that is neither new nor one of
    /// this program's is refused.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, OpenError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        // Another kind of file may never come to its end, or to its beginning.
        if !file.metadata()?.is_file() {
            return Err(OpenError::NoDatabase);
        }
        let mut bytes = Vec::new();
        file.take(LENGTH).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() < LENGTH as usize || !bytes.starts_with(MAGIC) {
            return Err(OpenError::NoDatabase);
        }
        let application_id = &bytes[68..72];
        if cookie(&bytes) != 0 && application_id != migration::APPLICATION_ID.to_be_bytes() {
            return Err(schema::Error::Foreign.into());
        }
        Ok(Some(Self(bytes)))
    }

    /// Whether changes go to a write-ahead log. SQLite says so here before there is one.
    pub(super) fn has_log(&self) -> bool {
        self.0[18] == 2
    }

    /// The schema cookie; 0 if there are no tables.
    pub(super) fn cookie(&self) -> u32 {
        cookie(&self.0)
    }
}

/// The schema cookie in the bytes of a header. It counts changes to the schema.
pub(super) fn cookie(header: &[u8]) -> u32 {
    u32::from_be_bytes([header[40], header[41], header[42], header[43]])
}
