//! Queues: calls go in, ended calls come out.

use std::ptr;

use jni::EnvUnowned;
use jni::jni_mangle;
use jni::objects::JClass;
use jni::sys::jlong;
use verigator::ffi::{self, VERIGATOR_CLOSED, VERIGATOR_EMPTY, VERIGATOR_OK, VERIGATOR_PENDING};

use crate::{boundary, failure, handle};

/// None has ended in this time.
const NONE: jlong = 0;
/// None will come out any more. No handle is negative.
const CLOSED: jlong = -1;

#[jni_mangle("com.messente.verigator.Native")]
pub fn queue_new<'local>(env: EnvUnowned<'local>, _: JClass<'local>, ctx: jlong) -> jlong {
    boundary::call(env, |env| {
        // SAFETY: the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_queue_new(handle::input(ctx), out)
        })
    })
}

/// Waits for a call that has ended; nothing holds the collector up meanwhile.
#[jni_mangle("com.messente.verigator.Native")]
pub fn queue_next<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    queue: jlong,
    timeout_ms: jlong,
) -> jlong {
    boundary::call(env, |env| {
        let mut call = ptr::null_mut();
        // SAFETY: the output is valid for writing.
        let status =
            unsafe { ffi::verigator_queue_next(handle::input(queue), timeout_ms, &mut call) };
        match status {
            VERIGATOR_OK => Ok(call.addr() as jlong),
            VERIGATOR_PENDING | VERIGATOR_EMPTY => Ok(NONE),
            VERIGATOR_CLOSED => Ok(CLOSED),
            failed => failure::check(env, failed).map(|()| NONE),
        }
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn queue_close<'local>(env: EnvUnowned<'local>, _: JClass<'local>, queue: jlong) {
    boundary::call(env, |env| {
        failure::check(env, ffi::verigator_queue_close(handle::input(queue)))
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn queue_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, queue: jlong) {
    handle::free(env, queue, ffi::verigator_queue_free)
}
