//! Services.

use jni::objects::{JClass, JString};
use jni::sys::jlong;
use jni::{EnvUnowned, jni_mangle};
use verigator::ffi;

use crate::{boundary, handle, text};

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service_create<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    fqdn: JString<'local>,
    name: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let fqdn = text::input(env, &fqdn);
        let name = text::input(env, &name);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_service_create(
                handle::input(ctx),
                fqdn.as_ptr(),
                name.as_ptr(),
                out,
            )
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service_get<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_service_get(handle::input(ctx), service_id.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service_delete<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    service_id: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let service_id = text::input(env, &service_id);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_service_delete(handle::input(ctx), service_id.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn service_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, service: jlong) {
    handle::free(env, service, ffi::verigator_service_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn service_id<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    service: jlong,
) -> JString<'local> {
    text::of(env, service, ffi::verigator_service_id)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn service_name<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    service: jlong,
) -> JString<'local> {
    text::of(env, service, ffi::verigator_service_name)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn service_ctime<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    service: jlong,
) -> JString<'local> {
    text::of(env, service, ffi::verigator_service_ctime)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service_find<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    fqdn: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let fqdn = text::input(env, &fqdn);
        // SAFETY: the string is NUL-terminated or NULL, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_service_find(handle::input(ctx), fqdn.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn call_service_page<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    ctx: jlong,
    limit: jlong,
    cursor: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let cursor = text::input(env, &cursor);
        // SAFETY: the string is NUL-terminated or NULL, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_call_service_page(handle::input(ctx), limit, cursor.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, services: jlong) {
    handle::free(env, services, ffi::verigator_services_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_count<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
) -> jlong {
    boundary::call(env, |_| {
        Ok(ffi::verigator_services_count(handle::input(services)) as jlong)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_total<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
) -> jlong {
    boundary::call(env, |_| {
        Ok(ffi::verigator_services_total(handle::input(services)) as jlong)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_id<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, services, index, ffi::verigator_services_id)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_name<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, services, index, ffi::verigator_services_name)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_ctime<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
    index: jlong,
) -> JString<'local> {
    text::at(env, services, index, ffi::verigator_services_ctime)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn services_next_cursor<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    services: jlong,
) -> JString<'local> {
    text::of(env, services, ffi::verigator_services_next_cursor)
}
