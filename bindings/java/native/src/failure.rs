//! A status that is not success becomes a Java exception.

use jni::errors::Result;
use jni::objects::{JByteArray, JObject, JThrowable, JValue};
use jni::{Env, jni_sig, jni_str};
use std::slice;
use verigator::ffi::{self, VERIGATOR_OK, verigator_call, verigator_error, verigator_status};

use crate::text;

/// Throws unless `status` is success. It comes right after a function that made, changed or freed
/// something, on the same thread.
pub(crate) fn check(env: &mut Env, status: verigator_status) -> Result<()> {
    if status == VERIGATOR_OK {
        return Ok(());
    }
    throw(env, status, &Failure::take_last())
}

/// Throws what a call failed with, unless it succeeded. Nothing of it is the thread's.
pub(crate) fn check_call(env: &mut Env, call: *const verigator_call) -> Result<()> {
    let status = ffi::verigator_call_status(call);
    if status == VERIGATOR_OK {
        return Ok(());
    }
    throw(env, status, &Failure(ffi::verigator_call_error(call)))
}

/// All about a failure, or NULL where there was no room for it. In the end it is freed: it may repeat
/// what was sent.
struct Failure(*mut verigator_error);

impl Failure {
    /// The thread's last one, which the thread does not keep.
    fn take_last() -> Self {
        let failure = Self(ffi::verigator_last_error());
        ffi::verigator_clear_error();
        failure
    }
}

impl Drop for Failure {
    fn drop(&mut self) {
        // It is a handle that lives, or NULL: freeing cannot fail.
        ffi::verigator_error_free(self.0);
    }
}

fn throw(env: &mut Env, status: verigator_status, failure: &Failure) -> Result<()> {
    let exception = exception(env, status, failure.0)?;
    env.throw(exception)
}

/// Hands everything known about the failure to Java, which knows what exception it is.
fn exception<'local>(
    env: &mut Env<'local>,
    status: verigator_status,
    error: *mut verigator_error,
) -> Result<JThrowable<'local>> {
    // SAFETY: the name is static; the others belong to the error, which the caller frees later.
    let (name, message, service_message, request_id) = unsafe {
        (
            text::output(env, ffi::verigator_status_name(status))?,
            text::output(env, ffi::verigator_error_message(error))?,
            text::output(env, ffi::verigator_error_service_message(error))?,
            text::output(env, ffi::verigator_error_request_id(error))?,
        )
    };
    let body = body(env, error)?;
    // Given by its name it would be what the thread's context class loader knows by it: that of another
    // deployment, perhaps. This asks the caller's class loader.
    let failure = env.find_class(jni_str!("com/messente/verigator/exceptions/Failure"))?;
    let exception = env.call_static_method(
        failure,
        jni_str!("of"),
        jni_sig!(
            "(ILjava/lang/String;IILjava/lang/String;Ljava/lang/String;[BLjava/lang/String;JZZ)\
             Lcom/messente/verigator/exceptions/VerigatorException;"
        ),
        &[
            JValue::Int(status),
            JValue::Object(&name),
            JValue::Int(ffi::verigator_error_kind(error)),
            JValue::Int(ffi::verigator_error_http_status(error)),
            JValue::Object(&message),
            JValue::Object(&service_message),
            JValue::Object(&body),
            JValue::Object(&request_id),
            JValue::Long(ffi::verigator_error_retry_after_ms(error)),
            JValue::Bool(ffi::verigator_error_maybe_sent(error) == 1),
            JValue::Bool(ffi::verigator_error_retry_safe(error) == 1),
        ],
    )?;
    env.cast_local::<JThrowable>(exception.l()?)
}

fn body<'local>(env: &mut Env<'local>, error: *mut verigator_error) -> Result<JObject<'local>> {
    let mut length = 0;
    // SAFETY: `length` is valid for writing.
    let body = unsafe { ffi::verigator_error_body(error, &mut length) };
    if body.is_null() {
        return Ok(JByteArray::null().into());
    }
    // SAFETY: the body has `length` bytes and belongs to the error, which is freed later.
    let body = unsafe { slice::from_raw_parts(body.cast(), length) };
    env.byte_array_from_slice(body).map(JObject::from)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn nothing_is_kept_of_a_failure() {
        assert_eq!(
            ffi::verigator_ctx_close(ptr::null()),
            ffi::VERIGATOR_INVALID_HANDLE
        );
        let failure = Failure::take_last();
        let error = failure.0;
        assert_eq!(
            ffi::verigator_error_status(error),
            ffi::VERIGATOR_INVALID_HANDLE
        );
        assert!(ffi::verigator_last_error().is_null());
        drop(failure);
        assert_eq!(ffi::verigator_error_status(error), 0);
    }
}
