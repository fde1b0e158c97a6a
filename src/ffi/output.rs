//! Outputs: the last parameters, written only on success.

use super::handle::{self, Kind};
use crate::error::{Error, Result};

/// Writes `value` to `out`, unless the caller does not want it.
///
/// # Safety
///
/// `out` is NULL or valid for writing one `T`.
pub(super) unsafe fn write<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not NULL, and valid for writing, as the caller promises.
        unsafe { out.write(value) };
    }
}

/// Writes a new handle for `value` to `out`, unless the caller does not want it.
///
/// # Safety
///
/// As for [`write`].
pub(super) unsafe fn write_handle<T: Kind>(out: *mut *mut T::Opaque, value: T) -> Result<()> {
    if !out.is_null() {
        let handle = handle::new(value)?;
        // SAFETY: as the caller promises.
        unsafe { write(out, handle) };
    }
    Ok(())
}

/// Refuses a missing output before anything is done, where a call without it makes no sense.
pub(super) fn require<T>(name: &'static str, out: *mut T) -> Result<()> {
    if out.is_null() {
        return Err(Error::invalid_argument(format!(
            "{name} is NULL; pass where to write the result"
        )));
    }
    Ok(())
}
