//! Users, and lists of them.

use std::ffi::c_char;

use jni::objects::{JClass, JString};
use jni::sys::jlong;
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi::{self, verigator_call, verigator_ctx, verigator_status};

use crate::{boundary, handle, text};

/// A function of C that makes a call about a user.
type MakesCall = unsafe extern "C" fn(
    *const verigator_ctx,
    *const c_char,
    *const c_char,
    *mut *mut verigator_call,
) -> verigator_status;

/// Makes a call about a user, with no other argument.
pub(crate) fn call_of(
    env: EnvUnowned,
    ctx: jlong,
    service_id: &JString,
    user_id: &JString,
    function: MakesCall,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, service_id);
        let user_id = text::input(env, user_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            function(
                handle::input(ctx),
                service_id.as_ptr(),
                user_id.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_create<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    phone_number: JString<'local>,
    id_in_service: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let phone_number = text::input(env, &phone_number);
        let id_in_service = text::input(env, &id_in_service);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_user_create(
                handle::input(ctx),
                service_id.as_ptr(),
                phone_number.as_ptr(),
                id_in_service.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_get<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_user_get,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_find<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    id_in_service: JString<'local>,
) -> jlong {
    call_of(
        env,
        ctx,
        &service_id,
        &id_in_service,
        ffi::verigator_call_user_find,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_list<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_user_list(handle::input(ctx), service_id.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_page<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    limit: jlong,
    cursor: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        let cursor = text::input(env, &cursor);
        // SAFETY: the strings are NUL-terminated or NULL, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_user_page(
                handle::input(ctx),
                service_id.as_ptr(),
                limit,
                cursor.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_delete<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_user_delete,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn user_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, user: jlong) {
    handle::free(env, user, ffi::verigator_user_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn user_id<'local>(env: EnvUnowned<'local>, _: JClass<'local>, user: jlong) -> JString<'local> {
    text::of(env, user, ffi::verigator_user_id)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn user_ctime<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    user: jlong,
) -> JString<'local> {
    text::of(env, user, ffi::verigator_user_ctime)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn user_id_in_service<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    user: jlong,
) -> JString<'local> {
    text::of(env, user, ffi::verigator_user_id_in_service)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, users: jlong) {
    handle::free(env, users, ffi::verigator_users_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_count<'local>(env: EnvUnowned<'local>, _: JClass<'local>, users: jlong) -> jlong {
    boundary::call(env, |_| {
        Ok(ffi::verigator_users_count(handle::input(users)) as jlong)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_total<'local>(env: EnvUnowned<'local>, _: JClass<'local>, users: jlong) -> jlong {
    boundary::call(env, |_| {
        Ok(ffi::verigator_users_total(handle::input(users)) as jlong)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_id<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    users: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, users, index, ffi::verigator_users_id)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_ctime<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    users: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, users, index, ffi::verigator_users_ctime)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_id_in_service<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    users: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, users, index, ffi::verigator_users_id_in_service)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_user_unlock<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
    user_id: JString<'local>,
) -> jlong {
    call_of(
        env,
        ctx,
        &service_id,
        &user_id,
        ffi::verigator_call_user_unlock,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn users_next_cursor<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    users: jlong,
) -> JString<'local> {
    text::of(env, users, ffi::verigator_users_next_cursor)
}
