//! The first bytes of a file, which tell whose it is. SQLite is not asked: it changes some files that
//! it opens.

use std::fs::File;
use std::io::Read;

use super::{OpenError, migration};
use crate::storage::schema;

/// How long the header of a SQLite file is; what is where in it is laid down in "Database File
/// Format", section 1.3.
const LENGTH: u64 = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Refuses a file that is neither new nor one of this program's.
pub(super) fn check(file: File) -> Result<(), OpenError> {
    // Another kind of file may never come to its end, or to its beginning.
    if !file.metadata()?.is_file() {
        return Err(OpenError::NoDatabase);
    }
    let mut header = Vec::new();
    file.take(LENGTH).read_to_end(&mut header)?;
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < LENGTH as usize || !header.starts_with(MAGIC) {
        return Err(OpenError::NoDatabase);
    }
    // The schema cookie counts changes to the schema.
    let has_tables = header[40..44] != [0; 4];
    let application_id = &header[68..72];
    if has_tables && application_id != migration::APPLICATION_ID.to_be_bytes() {
        return Err(schema::Error::Foreign.into());
    }
    Ok(())
}
