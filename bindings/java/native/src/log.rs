//! Log lines on their way to Java.

use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jni::errors::Result;
use jni::objects::{JClass, JValue};
use jni::sys::jlong;
use jni::{Env, JavaVM, jni_sig, jni_str};
use verigator::ffi::verigator_log_level;

use crate::text;

/// Hands a line to Java's `LogLines`, which knows by `key` who wants it.
///
/// A key is a number and no reference, so that nothing here keeps what Java could collect.
///
/// # Safety
///
/// `message` points to a NUL-terminated string.
pub(crate) unsafe extern "C" fn line(
    key: *mut c_void,
    level: verigator_log_level,
    message: *const c_char,
) {
    tell(|env| {
        // SAFETY: as the caller promises.
        let message = unsafe { text::output(env, message) }?;
        let log_lines = log_lines(env)?;
        env.call_static_method(
            log_lines,
            jni_str!("write"),
            jni_sig!("(JILjava/lang/String;)V"),
            &[
                JValue::Long(key.addr() as jlong),
                JValue::Int(level),
                JValue::Object(&message),
            ],
        )
        .map(drop)
    });
}

/// Has `LogLines` let go of who wanted the lines with `key`, after the last one.
pub(crate) extern "C" fn end(key: *mut c_void) {
    tell(|env| {
        let log_lines = log_lines(env)?;
        env.call_static_method(
            log_lines,
            jni_str!("remove"),
            jni_sig!("(J)V"),
            &[JValue::Long(key.addr() as jlong)],
        )
        .map(drop)
    });
}

/// The one of the caller's class loader, which has the key; see `failure`.
fn log_lines<'local>(env: &mut Env<'local>) -> Result<JClass<'local>> {
    env.find_class(jni_str!("com/messente/verigator/LogLines"))
}

/// Calls Java on a thread that is in the midst of a call to the library, so Java's: none is attached.
/// A log must not change the call: what was thrown ends with the scope.
fn tell(what: impl FnOnce(&mut Env) -> Result<()>) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        JavaVM::singleton().and_then(|vm| vm.attach_current_thread_for_scope(what))
    }));
}
