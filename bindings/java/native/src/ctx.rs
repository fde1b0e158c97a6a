//! Contexts.

use jni::objects::JClass;
use jni::sys::jlong;
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi;

use crate::{boundary, failure, handle};

#[jni_mangle("com.messente.verigator.Native")]
pub fn ctx_new<'local>(env: EnvUnowned<'local>, _: JClass<'local>, config: jlong) -> jlong {
    boundary::call(env, |env| {
        // SAFETY: the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_ctx_new(handle::input(config), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn ctx_close<'local>(env: EnvUnowned<'local>, _: JClass<'local>, ctx: jlong) {
    boundary::call(env, |env| {
        failure::check(env, ffi::verigator_ctx_close(handle::input(ctx)))
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn ctx_close_idle<'local>(env: EnvUnowned<'local>, _: JClass<'local>, ctx: jlong) {
    boundary::call(env, |env| {
        failure::check(env, ffi::verigator_ctx_close_idle(handle::input(ctx)))
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn ctx_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, ctx: jlong) {
    handle::free(env, ctx, ffi::verigator_ctx_free)
}
