//! Log lines on their way to Java.

use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jni::errors::Result;
use jni::objects::JValue;
use jni::sys::jlong;
use jni::{Env, JavaVM, jni_sig, jni_str};
use verigator::ffi::verigator_log_level;

use crate::text;

/// Hands a line to Java's `LogLines`, which knows by `key` who wants it.
///
/// A key is a number and no reference, so that a line that comes late, when its receiver is gone,
/// finds nobody instead of freed memory.
///
/// # Safety
///
/// `message` points to a NUL-terminated string.
pub(crate) unsafe extern "C" fn line(
    key: *mut c_void,
    level: verigator_log_level,
    message: *const c_char,
) {
    let write = |env: &mut Env| -> Result<()> {
        // SAFETY: as the caller promises.
        let message = unsafe { text::output(env, message) }?;
        env.call_static_method(
            jni_str!("com/messente/verigator/LogLines"),
            jni_str!("write"),
            jni_sig!("(JILjava/lang/String;)V"),
            &[
                JValue::Long(key.addr() as jlong),
                JValue::Int(level),
                JValue::Object(&message),
            ],
        )
        .map(drop)
    };
    // The line comes on the thread that makes the call, which is Java's: nothing is attached.
    // A line that cannot be written must not change the call: what was thrown ends with the scope.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        JavaVM::singleton().and_then(|vm| vm.attach_current_thread_for_scope(write))
    }));
}
