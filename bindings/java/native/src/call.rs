//! Calls: made by `service`, `user` and `auth`, then run or submitted, and read once they have ended.

use jni::errors::Error;
use jni::objects::{JClass, JString};
use jni::sys::{jint, jlong};
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi::{self, VERIGATOR_OK, verigator_call};

use crate::{boundary, failure, handle, text};

/// What is thrown where an answer is not there any more.
const TAKEN_BEFORE: Error = Error::NullPtr("the answer of the call, which was taken before");

/// Makes it on this thread. What it came to is the call's, and nothing of it is the thread's.
#[jni_mangle("com.messente.verigator.Native")]
pub fn call_run<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) {
    boundary::call(env, |_| {
        if ffi::verigator_call_run(handle::input(call)) != VERIGATOR_OK {
            ffi::verigator_clear_error();
        }
        Ok(())
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_submit<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong, queue: jlong) {
    boundary::call(env, |env| {
        let status = ffi::verigator_call_submit(handle::input(call), handle::input(queue), 0);
        failure::check(env, status)
    })
}

/// It may come late: one that has ended stays as it is, and one that was freed is no other one.
#[jni_mangle("com.messente.verigator.Native")]
pub fn call_cancel<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) {
    boundary::call(env, |_| {
        let _ = ffi::verigator_call_cancel(handle::input(call));
        ffi::verigator_clear_error();
        Ok(())
    })
}

/// Throws what the call failed with, unless it succeeded.
#[jni_mangle("com.messente.verigator.Native")]
pub fn call_check<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) {
    boundary::call(env, |env| {
        failure::check_call(env, handle::input::<verigator_call>(call))
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) {
    handle::free(env, call, ffi::verigator_call_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_log_level<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    call: jlong,
    index: jint,
) -> jint {
    boundary::call(env, |_| {
        Ok(ffi::verigator_call_log_level(
            handle::input(call),
            index as usize,
        ))
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_log_message<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    call: jlong,
    index: jint,
) -> JString<'local> {
    boundary::call(env, |env| {
        let message = ffi::verigator_call_log_message(handle::input(call), index as usize);
        // SAFETY: the line is the call's, which Java frees later.
        unsafe { text::output(env, message) }
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_service)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_user)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_users<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_users)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_challenge<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_challenge)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_verification<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_verification)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_services<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_services)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_enrolment<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_enrolment)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_enrolment_link<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    call: jlong,
) -> jlong {
    answer(env, call, ffi::verigator_call_enrolment_link)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_totp_state<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    answer(env, call, ffi::verigator_call_totp_state)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_recovery_codes<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    call: jlong,
) -> jlong {
    answer(env, call, ffi::verigator_call_recovery_codes)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_remaining<'local>(env: EnvUnowned<'local>, _: JClass<'local>, call: jlong) -> jlong {
    boundary::call(env, |env| {
        let call = handle::input(call);
        let remaining = ffi::verigator_call_remaining(call);
        if remaining < 0 {
            failure::check_call(env, call)?;
            return Err(TAKEN_BEFORE);
        }
        Ok(remaining)
    })
}

/// Takes the answer of a call, or throws what it failed with.
fn answer<T>(
    env: EnvUnowned,
    call: jlong,
    getter: extern "C" fn(*mut verigator_call) -> *mut T,
) -> jlong {
    boundary::call(env, |env| {
        let call = handle::input(call);
        let answer = getter(call);
        if answer.is_null() {
            failure::check_call(env, call)?;
            return Err(TAKEN_BEFORE);
        }
        Ok(answer.addr() as jlong)
    })
}
