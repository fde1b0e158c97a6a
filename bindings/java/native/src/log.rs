//! Log lines, until Java takes them: they come on threads that are not Java's, and none is attached.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jni::objects::{JClass, JIntArray, JString};
use jni::sys::jlong;
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi::verigator_log_level;

use crate::{boundary, text};

/// The lines of one configuration's contexts, the oldest first.
type Lines = VecDeque<(verigator_log_level, CString)>;

/// By the key that the C API hands back: a number, which may come too late and then finds nothing.
static LINES: Mutex<BTreeMap<i64, Lines>> = Mutex::new(BTreeMap::new());

static LAST_KEY: AtomicI64 = AtomicI64::new(0);

fn lines() -> MutexGuard<'static, BTreeMap<i64, Lines>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps lines from now on, by this key.
pub(crate) fn begin() -> i64 {
    let key = LAST_KEY.fetch_add(1, Ordering::Relaxed) + 1;
    lines().insert(key, Lines::new());
    key
}

/// Keeps a line.
///
/// # Safety
///
/// `message` points to a NUL-terminated string.
pub(crate) unsafe extern "C" fn line(
    key: *mut c_void,
    level: verigator_log_level,
    message: *const c_char,
) {
    // SAFETY: as the caller promises.
    let message = unsafe { CStr::from_ptr(message) }.to_owned();
    if let Some(lines) = lines().get_mut(&(key.addr() as i64)) {
        lines.push_back((level, message));
    }
}

/// Keeps none any more: no call is left that could write one.
pub(crate) extern "C" fn end(key: *mut c_void) {
    lines().remove(&(key.addr() as i64));
}

/// Takes the oldest line and writes its level; null if there is none.
#[jni_mangle("com.messente.verigator.Native")]
pub fn log_next<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    key: jlong,
    level: JIntArray<'local>,
) -> JString<'local> {
    boundary::call(env, |env| {
        let next = lines().get_mut(&key).and_then(VecDeque::pop_front);
        let Some((number, message)) = next else {
            return Ok(JString::null());
        };
        level.set_region(env, 0, &[number])?;
        // SAFETY: the string lives until the end of this.
        unsafe { text::output(env, message.as_ptr()) }
    })
}
