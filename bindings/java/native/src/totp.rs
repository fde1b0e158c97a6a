//! Authenticator apps: enrolled, confirmed, removed.

use jni::objects::{JClass, JString};
use jni::sys::{jboolean, jlong};
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi;

use crate::{boundary, handle, text, user};

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_totp_begin<'local>(
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
        ffi::verigator_call_totp_begin,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_totp_link_create<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
    lifetime_seconds: jlong,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let user_id = text::input(env, &user_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_totp_link_create(
                handle::input(ctx),
                service_id.as_ptr(),
                user_id.as_ptr(),
                lifetime_seconds,
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_totp_confirm<'local>(
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
            ffi::verigator_call_totp_confirm(
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
pub fn call_totp_get<'local>(
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
        ffi::verigator_call_totp_get,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_totp_delete<'local>(
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
        ffi::verigator_call_totp_delete,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, enrolment: jlong) {
    handle::free(env, enrolment, ffi::verigator_enrolment_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_secret<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    enrolment: jlong,
) -> JString<'local> {
    text::of(env, enrolment, ffi::verigator_enrolment_secret)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_uri<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    enrolment: jlong,
) -> JString<'local> {
    text::of(env, enrolment, ffi::verigator_enrolment_uri)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_qr_svg<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    enrolment: jlong,
) -> JString<'local> {
    text::of(env, enrolment, ffi::verigator_enrolment_qr_svg)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_replaced<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    enrolment: jlong,
) -> jboolean {
    handle::is_true(env, enrolment, ffi::verigator_enrolment_replaced)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_link_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, link: jlong) {
    handle::free(env, link, ffi::verigator_enrolment_link_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_link_url<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    link: jlong,
) -> JString<'local> {
    text::of(env, link, ffi::verigator_enrolment_link_url)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_link_expires_at<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    link: jlong,
) -> JString<'local> {
    text::of(env, link, ffi::verigator_enrolment_link_expires_at)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn enrolment_link_replaced<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    link: jlong,
) -> jboolean {
    handle::is_true(env, link, ffi::verigator_enrolment_link_replaced)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn totp_state_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, state: jlong) {
    handle::free(env, state, ffi::verigator_totp_state_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn totp_state_confirmed<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    state: jlong,
) -> jboolean {
    handle::is_true(env, state, ffi::verigator_totp_state_confirmed)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn totp_state_pending<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    state: jlong,
) -> jboolean {
    handle::is_true(env, state, ffi::verigator_totp_state_pending)
}
