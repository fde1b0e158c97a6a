//! Errors: all that is known of one failure, of the thread's last one or of a call's.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::handle::{self, Kind};
use super::output::Output;
use super::status::{kind, verigator_kind, verigator_status};
use super::text;
use super::truth;
use crate::error::Error;
use crate::table::Table;

/// Everything known about one failure.
///
/// verigator_last_error and verigator_call_error make it, the verigator_error_* functions read it,
/// verigator_error_free ends it. It does not change, and any thread may read it.
pub struct verigator_error {
    _opaque: [u8; 0],
}

/// An error with its strings as C reads them.
pub(super) struct Failure {
    error: Error,
    message: CString,
    service_message: Option<CString>,
    request_id: Option<CString>,
}

static FAILURES: Table<Failure> = Table::new();

impl Kind for verigator_error {
    type Value = Failure;

    fn table() -> &'static Table<Failure> {
        &FAILURES
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            message: text::output(error.message()),
            service_message: error.service_message().map(text::output),
            request_id: error.request_id().map(text::output),
            error,
        }
    }
}

fn read<T>(error: *const verigator_error, otherwise: T, read: impl FnOnce(&Failure) -> T) -> T {
    boundary::read(otherwise, || Ok(read(&*handle::get(error)?)))
}

/// Returns the calling thread's last failure, or NULL if none of its calls has failed since
/// verigator_clear_error.
///
/// It is a new handle each time, for verigator_error_free; the failure it shows does not change
/// when later calls fail. A success does not clear the last failure, so ask only after a call
/// returned something else than VERIGATOR_OK. NULL also while the thread is ending, and when there is
/// no room for another handle; the functions that read an error take it. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_last_error() -> *mut verigator_error {
    boundary::read(ptr::null_mut(), || match boundary::last_error() {
        Some(error) => handle::new(Failure::from(error)),
        None => Ok(ptr::null_mut()),
    })
}

/// Forgets the calling thread's last failure, and wipes what the service said in it.
///
/// It is forgotten anyway when the thread ends. For a thread that lives long and has read what it
/// wanted; handles that show the failure go on. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_clear_error() {
    boundary::forget();
}

/// Frees an error and its strings. NULL does nothing.
///
/// Returns VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_free(error: *mut verigator_error) -> verigator_status {
    boundary::call(|| handle::free(error))
}

/// Returns the status that the failed call returned, or 0 if `error` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_error_status(error: *const verigator_error) -> verigator_status {
    read(error, 0, |failure| failure.error.status().value())
}

/// Returns the kind of failure, one of VERIGATOR_KIND_*, or 0 if `error` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_kind(error: *const verigator_error) -> verigator_kind {
    read(error, 0, |failure| kind(failure.error.kind()))
}

/// Returns the HTTP status that made the call fail, or 0 if it failed otherwise.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_http_status(error: *const verigator_error) -> i32 {
    read(error, 0, |failure| {
        failure.error.http_status().map_or(0, i32::from)
    })
}

/// Returns one line for a person: what was wrong, with which value, and what to do.
///
/// It is safe to print: control and bidirectional characters from the network are replaced, and it
/// holds no password and no token. Never NULL, but empty if `error` is not a live handle. The
/// string is the error's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_message(error: *const verigator_error) -> *const c_char {
    read(error, c"".as_ptr(), |failure| failure.message.as_ptr())
}

/// Returns the `message` of the service's reply exactly as it came, or NULL if there is none.
///
/// Of a longer one the first 65536 bytes are kept, whole characters. Do not print it unescaped: it is
/// the network's, and may repeat what was sent. It ends at its first U+0000. The string is the
/// error's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_service_message(error: *const verigator_error) -> *const c_char {
    read(error, ptr::null(), |failure| {
        text::address(failure.service_message.as_ref())
    })
}

/// Returns the body of the reply exactly as it came, or NULL if none was read.
///
/// Of a longer one the first 65536 bytes are kept. Writes the length in bytes to `out_length` (may be
/// NULL), 0 if there is none; the body is not NUL-terminated. It may repeat what was sent, a password
/// or a token: treat it as a secret. The bytes are the error's. Since 1.0.
///
/// # Safety
///
/// `out_length` is NULL or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verigator_error_body(
    error: *const verigator_error,
    out_length: *mut usize,
) -> *const c_char {
    // SAFETY: as the caller promises.
    let length = unsafe { Output::new(out_length) };
    read(error, ptr::null(), |failure| match failure.error.body() {
        None => ptr::null(),
        Some(body) => {
            length.write(body.len());
            body.as_ptr().cast()
        }
    })
}

/// Returns the reply's X-Request-Id, for the operator of the service, or NULL if there is none.
///
/// The string is the error's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_request_id(error: *const verigator_error) -> *const c_char {
    read(error, ptr::null(), |failure| {
        text::address(failure.request_id.as_ref())
    })
}

/// Returns how many milliseconds the service asked to wait (Retry-After), or -1 if it did not.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_retry_after_ms(error: *const verigator_error) -> i64 {
    read(error, -1, |failure| {
        failure.error.retry_after().map_or(-1, |wait| {
            i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
        })
    })
}

/// Returns whether bytes of the request may have reached the service: 1 or 0.
///
/// 1 also if `error` is not a live handle: nothing is known then. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_maybe_sent(error: *const verigator_error) -> i32 {
    read(error, 1, |failure| {
        truth::output(failure.error.maybe_sent())
    })
}

/// Returns whether making the same call again can do no harm, such as a second message: 1 or 0.
///
/// It says nothing of whether the call would succeed. 0 also if `error` is not a live handle.
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_error_retry_safe(error: *const verigator_error) -> i32 {
    read(error, 0, |failure| {
        truth::output(failure.error.retry_safe())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::error::Status;
    use std::ffi::CStr;
    use std::time::Duration;

    /// All that the functions tell of an error.
    fn told(error: *const verigator_error) -> String {
        let text = |text: *const c_char| {
            // SAFETY: NULL, or a string of the error's.
            (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
        };
        let mut length = 0;
        // SAFETY: valid for writing.
        let body = unsafe { verigator_error_body(error, &raw mut length) };
        // SAFETY: so many bytes of the error's, or none.
        let body = (!body.is_null())
            .then(|| unsafe { std::slice::from_raw_parts(body.cast::<u8>(), length) });
        let numbers = (
            verigator_error_status(error),
            verigator_error_kind(error),
            verigator_error_http_status(error),
            verigator_error_retry_after_ms(error),
            verigator_error_maybe_sent(error),
            verigator_error_retry_safe(error),
        );
        let texts = [
            verigator_error_message,
            verigator_error_service_message,
            verigator_error_request_id,
        ]
        .map(|read| text(read(error)));
        format!("{numbers:?} {texts:?} {body:?}")
    }

    #[test]
    fn the_last_error_may_be_asked_for_again_until_it_is_cleared() {
        verigator_clear_error();
        assert!(verigator_last_error().is_null());
        let failure = Error::new(Status::NOT_FOUND, "the message")
            .sent(true, true)
            .with_reply(
                b"the body".into(),
                Some("the id".into()),
                Some(Duration::MAX),
            )
            .with_service_message(Some("the refusal".into()));
        boundary::call(|| Err(failure));
        let errors = [verigator_last_error(), verigator_last_error()];
        assert_eq!(BTreeSet::from(errors).len(), 2, "{errors:?}");
        let first = told(errors[0]);
        for part in ["404", "the message", "the refusal", "the id"] {
            assert!(first.contains(part), "{part} in {first}");
        }
        assert_eq!(told(errors[1]), first);

        verigator_clear_error();
        assert!(verigator_last_error().is_null());
        assert_eq!(verigator_error_free(errors[0]), 0);
        assert_eq!(told(errors[1]), first, "each handle has its own");
        assert_eq!(verigator_error_free(errors[1]), 0);
    }
}
