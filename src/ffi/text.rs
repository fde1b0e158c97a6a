//! Strings between C and Rust: read, copied and handed out. What text may be is [`crate::text`]'s to say.

#[cfg(unix)]
use std::ffi::OsStr;
use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr;
use std::slice;

use crate::error::{Error, Result, Status};
use crate::text;

/// Reads a string argument of a call; `name` is what a message calls it.
///
/// # Safety
///
/// `text` is NULL or points to a NUL-terminated string that does not change before `'a` ends.
pub(super) unsafe fn input<'a>(name: &'static str, text: *const c_char) -> Result<&'a str> {
    // SAFETY: as the caller promises.
    unsafe { optional_input(name, text) }?.ok_or_else(|| null(name))
}

/// Like [`input`], for an argument that may be NULL.
///
/// # Safety
///
/// As for [`input`].
pub(super) unsafe fn optional_input<'a>(
    name: &'static str,
    text: *const c_char,
) -> Result<Option<&'a str>> {
    // SAFETY: as the caller promises.
    unsafe { read(Status::INVALID_ARGUMENT, name, text) }
}

/// Like [`input`], for an option.
///
/// # Safety
///
/// As for [`input`].
pub(super) unsafe fn option<'a>(name: &'static str, text: *const c_char) -> Result<&'a str> {
    // SAFETY: as the caller promises.
    unsafe { optional_option(name, text) }?.ok_or_else(|| null(name))
}

/// Like [`option`], for an option that may be NULL.
///
/// # Safety
///
/// As for [`input`].
pub(super) unsafe fn optional_option<'a>(
    name: &'static str,
    text: *const c_char,
) -> Result<Option<&'a str>> {
    // SAFETY: as the caller promises.
    unsafe { read(Status::INVALID_CONFIG, name, text) }
}

/// # Safety
///
/// As for [`input`].
unsafe fn read<'a>(
    refusal: Status,
    name: &'static str,
    text: *const c_char,
) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so NUL-terminated, as the caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    text::from_c(refusal, name, text.to_bytes()).map(Some)
}

/// Nothing was passed. That is a mistake in the program, be it an option's or a call's.
fn null(name: &str) -> Error {
    Error::invalid_argument([name, " is NULL; pass a string"].concat())
}

/// Reads an option that is a path: in the system's own bytes or, where those are none of C's, in UTF-8.
///
/// # Safety
///
/// As for [`input`].
pub(super) unsafe fn path<'a>(name: &'static str, text: *const c_char) -> Result<&'a Path> {
    #[cfg(unix)]
    if !text.is_null() {
        use std::os::unix::ffi::OsStrExt;
        // SAFETY: not NULL, so NUL-terminated, as the caller promises.
        let text = unsafe { CStr::from_ptr(text) };
        return Ok(Path::new(OsStr::from_bytes(text.to_bytes())));
    }
    // SAFETY: as the caller promises.
    unsafe { option(name, text) }.map(Path::new)
}

/// Reads an option that is a buffer.
///
/// # Safety
///
/// `bytes` is NULL or points to `length` bytes that do not change before `'a` ends.
pub(super) unsafe fn bytes<'a>(
    name: &'static str,
    bytes: *const c_char,
    length: usize,
) -> Result<&'a [u8]> {
    if bytes.is_null() {
        return Err(Error::invalid_argument(format!(
            "{name} is NULL; pass a buffer"
        )));
    }
    if length > isize::MAX as usize {
        return Err(Error::invalid_config(format!(
            "{name} is {length} bytes long, which no buffer is; pass its length"
        )));
    }
    // SAFETY: not NULL, and `length` bytes long, as the caller promises; within isize::MAX.
    Ok(unsafe { slice::from_raw_parts(bytes.cast(), length) })
}

/// A string that C may read as long as its handle lives. Text ends at its first NUL: the model lets
/// none in, and an error's raw text has its own accessor for bytes.
pub(super) fn output(text: impl Into<Vec<u8>>) -> CString {
    CString::new(text).unwrap_or_else(|error| {
        let end = error.nul_position();
        let mut text = error.into_vec();
        text.truncate(end);
        CString::new(text).unwrap_or_default()
    })
}

/// The string's address, or NULL for none.
pub(super) fn address(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_text_that_is_not_utf8_are_refused_by_name() {
        // SAFETY: NULL is allowed; the others are literals.
        let read = |text: *const c_char| unsafe { input("user_id", text) };
        assert_eq!(read(c"ü".as_ptr()).unwrap(), "ü");
        assert!(
            read(ptr::null())
                .unwrap_err()
                .message()
                .starts_with("user_id is NULL")
        );
        assert!(
            read(c"\xff".as_ptr())
                .unwrap_err()
                .message()
                .starts_with("user_id is not UTF-8")
        );
    }

    /// No slice may be that long, so that a negative number made a length by mistake is not followed.
    #[test]
    fn a_buffer_is_not_followed_further_than_one_can_be() {
        let of_length = |pem: *const c_char, length| {
            // SAFETY: what is longer than can be is refused before it is read.
            unsafe { bytes("pem", pem, length) }
        };
        let text = c"ab".as_ptr();
        assert_eq!(of_length(text, 2).unwrap(), b"ab");
        for length in [isize::MAX as usize + 1, usize::MAX] {
            let error = of_length(text, length).unwrap_err();
            let expected = format!("pem is {length} bytes long");
            assert!(error.message().starts_with(&expected), "{error}");
            assert_eq!(error.status(), Status::INVALID_CONFIG);
        }
        let error = of_length(ptr::null(), 0).unwrap_err();
        assert!(error.message().starts_with("pem is NULL"), "{error}");
    }

    #[test]
    fn text_ends_at_its_first_nul() {
        assert_eq!(output("ab").as_c_str(), c"ab");
        assert_eq!(output("a\0b").as_c_str(), c"a");
    }
}
