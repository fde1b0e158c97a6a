//! Strings: UTF-16 in Java, UTF-8 in C.
//!
//! JNI's own conversion gives "modified UTF-8", which is not UTF-8 for U+0000 and for everything
//! beyond U+FFFF, so strings come in as UTF-16. They are copied: nothing holds the collector up.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use jni::errors::Result;
use jni::objects::{JByteArray, JString};
use jni::sys::jlong;
use jni::{Env, EnvUnowned};

use crate::{boundary, handle};

/// How the C API is told of a U+0000, which would end its string early.
const NUL: &[u8] = b"\xc0\x80";

/// A string argument as C reads it; Java's `null` is NULL.
pub(crate) struct Text(Option<CString>);

impl Text {
    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |text| text.as_ptr())
    }
}

/// Reads a string argument.
pub(crate) fn input(env: &Env, text: &JString) -> Text {
    if text.is_null() {
        return Text(None);
    }
    // No NUL is left in it.
    Text(CString::new(utf8(&utf16(env, text))).ok())
}

fn utf16(env: &Env, text: &JString) -> Vec<u16> {
    let env = env.get_raw();
    // SAFETY: `env` is this thread's environment, and `text` a string that is not null and lives
    // until the native method returns. A string never changes, so the region is within it and
    // fills the buffer.
    unsafe {
        let functions = (**env).v1_2;
        let length = (functions.GetStringLength)(env, text.as_raw());
        let mut units = vec![0; usize::try_from(length).unwrap_or_default()];
        (functions.GetStringRegion)(env, text.as_raw(), 0, length, units.as_mut_ptr());
        units
    }
}

/// UTF-8, for the C API to judge: half of a surrogate pair, which is no character, keeps the bytes that
/// it would have if it were one.
fn utf8(units: &[u16]) -> Vec<u8> {
    let mut text = Vec::with_capacity(units.len() + 1);
    for character in char::decode_utf16(units.iter().copied()) {
        match character {
            Ok('\0') => text.extend_from_slice(NUL),
            Ok(character) => {
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Err(half) => text.extend_from_slice(&three_bytes(half.unpaired_surrogate())),
        }
    }
    text
}

/// The form that UTF-8 has for U+0800 to U+FFFF.
fn three_bytes(unit: u16) -> [u8; 3] {
    let six_bits = |shift: u32| 0x80 | (unit >> shift & 0x3f) as u8;
    [0xe0 | (unit >> 12) as u8, six_bits(6), six_bits(0)]
}

/// Reads a path argument: the system's own bytes, among which is no NUL.
pub(crate) fn path(env: &Env, path: &JByteArray) -> Result<Text> {
    let path = bytes(env, path)?;
    Ok(Text(path.and_then(|path| CString::new(path).ok())))
}

/// Reads a bytes argument; Java's `null` is `None`.
pub(crate) fn bytes(env: &Env, bytes: &JByteArray) -> Result<Option<Vec<u8>>> {
    if bytes.is_null() {
        return Ok(None);
    }
    env.convert_byte_array(bytes).map(Some)
}

/// A string of the C API as Java reads it; NULL is `null`.
///
/// # Safety
///
/// `text` is NULL or points to a NUL-terminated string that lives until this returns.
pub(crate) unsafe fn output<'local>(
    env: &mut Env<'local>,
    text: *const c_char,
) -> Result<JString<'local>> {
    if text.is_null() {
        return Ok(JString::null());
    }
    // SAFETY: not NULL, and as the caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    JString::new(env, text.to_string_lossy())
}

/// A string that a handle holds.
pub(crate) fn of<'local, T>(
    env: EnvUnowned<'local>,
    handle: jlong,
    getter: extern "C" fn(*const T) -> *const c_char,
) -> JString<'local> {
    boundary::call(env, |env| {
        // SAFETY: the string is the handle's, which Java frees later.
        unsafe { output(env, getter(handle::input(handle))) }
    })
}

/// A string that a list holds at an index.
pub(crate) fn at<'local, T>(
    env: EnvUnowned<'local>,
    list: jlong,
    index: jlong,
    getter: extern "C" fn(*const T, usize) -> *const c_char,
) -> JString<'local> {
    boundary::call(env, |env| {
        // SAFETY: the string is the list's, which Java frees later.
        unsafe { output(env, getter(handle::input(list), index as usize)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<u8> {
        utf8(&text.encode_utf16().collect::<Vec<_>>())
    }

    #[test]
    fn text_stays_what_it_is_beyond_the_basic_plane_too() {
        for text in ["", "kaisa@example.com", "Õie 名前 🙂", "\u{10ffff}\u{1}"] {
            assert_eq!(of(text), text.as_bytes());
        }
    }

    #[test]
    fn what_is_no_text_becomes_what_c_refuses() {
        assert_eq!(utf8(&[0x61, 0xd83d]), b"a\xed\xa0\xbd");
        assert_eq!(utf8(&[0xde42, 0x61]), b"\xed\xb9\x82a");
        assert_eq!(of("a\0b"), b"a\xc0\x80b");
    }
}
