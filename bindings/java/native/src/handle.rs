//! Handles: `long` in Java, pointers that nobody follows in C.

use std::ptr;

use jni::Env;
use jni::errors::Result;
use jni::sys::jlong;
use verigator::ffi::verigator_status;

use crate::failure;

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
