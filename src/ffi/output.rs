//! Outputs: the pointers by which an export gives its result, last among its parameters. Each is set to 0
//! or NULL before anything can fail, so that a caller who ignores the status finds no answer.

use std::ptr;

use super::handle::{self, Kind};
use crate::error::{Error, Result};

/// What an output says as long as there is no answer.
pub(super) trait Nothing {
    const NOTHING: Self;
}

impl Nothing for i32 {
    const NOTHING: Self = 0;
}

/// The number of a descriptor. 0 is one, so that no number of one says "nothing".
#[repr(transparent)]
pub(super) struct Descriptor(i32);

impl From<i64> for Descriptor {
    fn from(number: i64) -> Self {
        Self(i32::try_from(number).unwrap_or(-1))
    }
}

impl Nothing for Descriptor {
    const NOTHING: Self = Self(-1);
}

impl Nothing for i64 {
    const NOTHING: Self = 0;
}

impl Nothing for usize {
    const NOTHING: Self = 0;
}

impl<K> Nothing for *mut K {
    const NOTHING: Self = ptr::null_mut();
}

/// Where an answer goes, if the caller wants it.
pub(super) struct Output<T>(*mut T);

impl<T: Nothing> Output<T> {
    /// Says "nothing", before anything can fail.
    ///
    /// # Safety
    ///
    /// `out` is NULL, or valid for writing one `T` for as long as this lives.
    pub(super) unsafe fn new(out: *mut T) -> Self {
        let output = Self(out);
        output.put(T::NOTHING);
        output
    }

    /// Refuses a missing output before anything is done, where a call without it makes no sense.
    pub(super) fn require(self, name: &'static str) -> Result<Self> {
        if self.0.is_null() {
            return Err(Error::invalid_argument(format!(
                "{name} is NULL; pass where to write the result"
            )));
        }
        Ok(self)
    }

    pub(super) fn write(self, value: T) {
        self.put(value);
    }

    fn put(&self, value: T) {
        if !self.0.is_null() {
            // SAFETY: not NULL, and valid for writing, as was promised to `new`.
            unsafe { self.0.write(value) };
        }
    }
}

impl<K: Kind> Output<*mut K> {
    /// Writes a new handle for `value`, unless the caller does not want it.
    pub(super) fn write_handle(self, value: K::Value) -> Result<()> {
        if !self.0.is_null() {
            self.write(handle::new(value)?);
        }
        Ok(())
    }

    /// [`write_handle`](Self::write_handle) for what the service answered. Should there be no handle
    /// for it, the request was sent all the same.
    pub(super) fn write_answer(self, value: K::Value) -> Result<()> {
        self.write_handle(value)
            .map_err(|error| error.sent(true, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::ffi::kinds::numbered;
    use crate::table::Table;

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
        let mut out: *mut OpaquePebble = ptr::dangling_mut();
        // SAFETY: valid for writing.
        let output = |out: &mut *mut OpaquePebble| unsafe { Output::new(&raw mut *out) };
        let error = output(&mut out).write_answer(Pebble).unwrap_err();
        assert_eq!(error.status(), Status::SYSTEM);
        assert!(error.maybe_sent() && !error.retry_safe() && out.is_null());
        let error = output(&mut out).write_handle(Pebble).unwrap_err();
        assert!(!error.maybe_sent() && error.retry_safe());
    }
}
