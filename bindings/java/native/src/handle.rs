//! Handles: opaque in C, `long` in Java.

use std::ptr;

use jni::errors::Result;
use jni::sys::{jboolean, jlong};
use jni::{Env, EnvUnowned};
use verigator::ffi::verigator_status;

use crate::{boundary, failure};

/// The C API's handle. 0 is NULL; what is not a live handle the C API tells.
pub(crate) fn input<T>(handle: jlong) -> *mut T {
    ptr::without_provenance_mut(handle as usize)
}

/// Runs a C function that makes a handle, and returns the handle.
pub(crate) fn make<T>(
    env: &mut Env,
    function: impl FnOnce(*mut *mut T) -> verigator_status,
) -> Result<jlong> {
    let mut handle = ptr::null_mut();
    failure::check(env, function(&mut handle))?;
    Ok(handle.addr() as jlong)
}

/// What a C function reads from a handle.
pub(crate) fn read<T, V: Default>(
    env: EnvUnowned,
    handle: jlong,
    getter: extern "C" fn(*const T) -> V,
) -> V {
    boundary::call(env, |_| Ok(getter(input(handle))))
}

/// What a C function that tells a truth value reads from a handle: only 1 is true.
pub(crate) fn is_true<T>(
    env: EnvUnowned,
    handle: jlong,
    getter: extern "C" fn(*const T) -> i32,
) -> jboolean {
    read(env, handle, getter) == 1
}

/// Frees a handle.
pub(crate) fn free<T>(
    env: EnvUnowned,
    handle: jlong,
    function: extern "C" fn(*mut T) -> verigator_status,
) {
    boundary::call(env, |env| failure::check(env, function(input(handle))))
}
