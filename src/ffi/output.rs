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
pub(super) unsafe fn write_handle<K: Kind>(out: *mut *mut K, value: K::Value) -> Result<()> {
    if !out.is_null() {
        let handle = handle::new(value)?;
        // SAFETY: as the caller promises.
        unsafe { write(out, handle) };
    }
    Ok(())
}

/// [`write_handle`] for what the service answered. Should there be no handle for it, the request was
/// sent all the same.
///
/// # Safety
///
/// As for [`write`].
pub(super) unsafe fn write_answer<K: Kind>(out: *mut *mut K, value: K::Value) -> Result<()> {
    // SAFETY: as the caller promises.
    unsafe { write_handle(out, value) }.map_err(|error| error.sent(true, false))
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

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::error::Status;
    use crate::ffi::kinds::numbered;
    use crate::ffi::table::Table;

    struct Pebble;
    enum OpaquePebble {}

    numbered! {
        OpaquePebble = 3,
    }

    static PEBBLES: Table<Pebble> = Table::full();

    impl Kind for OpaquePebble {
        type Value = Pebble;

        fn table() -> &'static Table<Pebble> {
            &PEBBLES
        }
    }

    #[test]
    fn an_answer_without_a_handle_was_sent_for_all_the_same() {
        let mut out: *mut OpaquePebble = ptr::null_mut();
        // SAFETY: valid for writing.
        let error = unsafe { write_answer(&raw mut out, Pebble) }.unwrap_err();
        assert_eq!(error.status(), Status::SYSTEM);
        assert!(error.maybe_sent() && !error.retry_safe() && out.is_null());
        // SAFETY: valid for writing.
        let error = unsafe { write_handle(&raw mut out, Pebble) }.unwrap_err();
        assert!(!error.maybe_sent() && error.retry_safe());
    }
}
