//! Recovery codes: made, counted, removed.

use jni::objects::{JClass, JString};
use jni::sys::jlong;
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi;

use crate::{boundary, handle, text, user};

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_recovery_codes_create<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    user::call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_recovery_codes_create,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_recovery_codes_remaining<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    user::call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_recovery_codes_remaining,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_recovery_codes_delete<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    user::call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_recovery_codes_delete,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn recovery_codes_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, codes: jlong) {
    handle::free(env, codes, ffi::verigator_recovery_codes_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn recovery_codes_count<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    codes: jlong,
) -> jlong {
    boundary::call(env, |_| {
        Ok(ffi::verigator_recovery_codes_count(handle::input(codes)) as jlong)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn recovery_codes_get<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    codes: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, codes, index, ffi::verigator_recovery_codes_get)
}
