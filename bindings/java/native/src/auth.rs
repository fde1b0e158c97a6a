//! Authentications: started, then checked.

use jni::objects::{JClass, JString};
use jni::sys::{jboolean, jint, jlong};
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi;

use crate::{boundary, handle, text};

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_auth_start<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
    method: jint,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let user_id = text::input(env, &user_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_auth_start(
                handle::input(ctx),
                service_id.as_ptr(),
                user_id.as_ptr(),
                method,
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_auth_check<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
    challenge: jlong,
    token: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let user_id = text::input(env, &user_id);
        let token = text::input(env, &token);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_auth_check(
                handle::input(ctx),
                service_id.as_ptr(),
                user_id.as_ptr(),
                handle::input(challenge),
                token.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_auth_check_token<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
    token: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let user_id = text::input(env, &user_id);
        let token = text::input(env, &token);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_auth_check_token(
                handle::input(ctx),
                service_id.as_ptr(),
                user_id.as_ptr(),
                token.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn challenge_new<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    method: jint,
    auth_id: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let auth_id = text::input(env, &auth_id);
        // SAFETY: the string is NULL or NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_challenge_new(method, auth_id.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn challenge_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, challenge: jlong) {
    handle::free(env, challenge, ffi::verigator_challenge_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn challenge_method<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    challenge: jlong,
) -> jint {
    handle::read(env, challenge, ffi::verigator_challenge_method)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn challenge_auth_id<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    challenge: jlong,
) -> JString<'local> {
    text::of(env, challenge, ffi::verigator_challenge_auth_id)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, verification: jlong) {
    handle::free(env, verification, ffi::verigator_verification_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_verified<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> jboolean {
    handle::is_true(env, verification, ffi::verigator_verification_verified)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_method<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> jint {
    handle::read(env, verification, ffi::verigator_verification_method)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_throttled<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> jboolean {
    handle::is_true(env, verification, ffi::verigator_verification_throttled)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_expired<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> jboolean {
    handle::is_true(env, verification, ffi::verigator_verification_expired)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_invalid<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> jboolean {
    handle::is_true(env, verification, ffi::verigator_verification_invalid)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn verification_result<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    verification: jlong,
) -> JString<'local> {
    text::of(env, verification, ffi::verigator_verification_result)
}
