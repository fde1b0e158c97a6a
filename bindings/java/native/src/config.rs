//! Configurations.

use std::ffi::c_char;
use std::ptr;

use jni::errors::Result;
use jni::objects::{JByteArray, JClass, JString};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned, jni_mangle};
use verigator::ffi::{self, verigator_config, verigator_status};

use crate::{boundary, failure, handle, text};

/// A setter that takes a string.
fn set_text<'local>(
    env: EnvUnowned<'local>,
    config: jlong,
    value: JString<'local>,
    setter: unsafe extern "C" fn(*mut verigator_config, *const c_char) -> verigator_status,
) {
    boundary::call(env, |env| {
        let value = text::input(env, &value);
        // SAFETY: all that a setter asks of its string is that it is NUL-terminated.
        let status = unsafe { setter(handle::input(config), value.as_ptr()) };
        failure::check(env, status)
    })
}

/// A setter that takes no memory of ours.
fn set(
    env: EnvUnowned,
    config: jlong,
    setter: impl FnOnce(*mut verigator_config) -> verigator_status,
) {
    boundary::call(env, |env| {
        failure::check(env, setter(handle::input(config)))
    })
}

/// A buffer argument as C reads it; Java's `null` is NULL.
struct Buffer(Option<Vec<u8>>);

impl Buffer {
    fn input(env: &Env, bytes: &JByteArray) -> Result<Self> {
        text::bytes(env, bytes).map(Self)
    }

    fn as_ptr(&self) -> *const c_char {
        self.0
            .as_ref()
            .map_or(ptr::null(), |bytes| bytes.as_ptr().cast())
    }

    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Vec::len)
    }
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_new<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    username: JString<'local>,
    password: JString<'local>,
) -> jlong {
    boundary::call(env, |env| {
        let username = text::input(env, &username);
        let password = text::input(env, &password);
        // SAFETY: the strings are NUL-terminated, and the output is valid for writing.
        handle::make(env, |out| unsafe {
            ffi::verigator_config_new(username.as_ptr(), password.as_ptr(), out)
        })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_from_env<'local>(env: EnvUnowned<'local>, _: JClass<'local>) -> jlong {
    boundary::call(env, |env| {
        // SAFETY: the output is valid for writing, and Java has no way to change the environment.
        handle::make(env, |out| unsafe { ffi::verigator_config_from_env(out) })
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_free<'local>(env: EnvUnowned<'local>, _: JClass<'local>, config: jlong) {
    handle::free(env, config, ffi::verigator_config_free)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_base_url<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    base_url: JString<'local>,
) {
    set_text(env, config, base_url, ffi::verigator_config_set_base_url)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_allow_plain_http<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    allow: jboolean,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_allow_plain_http(config, allow.into())
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_address<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    address: JString<'local>,
) {
    set_text(env, config, address, ffi::verigator_config_set_address)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_connect_timeout_ms<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    timeout_ms: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_connect_timeout_ms(config, timeout_ms)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_timeout_ms<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    timeout_ms: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_timeout_ms(config, timeout_ms)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_max_retries<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    retries: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_max_retries(config, retries)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_max_retry_wait_ms<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    wait_ms: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_max_retry_wait_ms(config, wait_ms)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_proxy<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    url: JString<'local>,
    username: JString<'local>,
    password: JString<'local>,
) {
    boundary::call(env, |env| {
        let url = text::input(env, &url);
        let username = text::input(env, &username);
        let password = text::input(env, &password);
        // SAFETY: the strings are NULL or NUL-terminated, and a NULL `url` is told.
        let status = unsafe {
            ffi::verigator_config_set_proxy(
                handle::input(config),
                url.as_ptr(),
                username.as_ptr(),
                password.as_ptr(),
            )
        };
        failure::check(env, status)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_unset_proxy<'local>(env: EnvUnowned<'local>, _: JClass<'local>, config: jlong) {
    set(env, config, |config| {
        ffi::verigator_config_unset_proxy(config)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_ca_file<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    path: JByteArray<'local>,
) {
    boundary::call(env, |env| {
        let path = text::path(env, &path)?;
        // SAFETY: the string is NULL, which is told, or NUL-terminated.
        let status =
            unsafe { ffi::verigator_config_set_ca_file(handle::input(config), path.as_ptr()) };
        failure::check(env, status)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_ca_pem<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    pem: JByteArray<'local>,
) {
    boundary::call(env, |env| {
        let pem = Buffer::input(env, &pem)?;
        // SAFETY: the pointer and the length are those of the buffer.
        let status = unsafe {
            ffi::verigator_config_set_ca_pem(handle::input(config), pem.as_ptr(), pem.len())
        };
        failure::check(env, status)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_client_certificate_file<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    chain_path: JByteArray<'local>,
    key_path: JByteArray<'local>,
) {
    boundary::call(env, |env| {
        let chain_path = text::path(env, &chain_path)?;
        let key_path = text::path(env, &key_path)?;
        // SAFETY: the strings are NULL, which is told, or NUL-terminated.
        let status = unsafe {
            ffi::verigator_config_set_client_certificate_file(
                handle::input(config),
                chain_path.as_ptr(),
                key_path.as_ptr(),
            )
        };
        failure::check(env, status)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_client_certificate_pem<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    chain: JByteArray<'local>,
    key: JByteArray<'local>,
) {
    boundary::call(env, |env| {
        let chain = Buffer::input(env, &chain)?;
        let key = Buffer::input(env, &key)?;
        // SAFETY: the pointers and the lengths are those of the buffers.
        let status = unsafe {
            ffi::verigator_config_set_client_certificate_pem(
                handle::input(config),
                chain.as_ptr(),
                chain.len(),
                key.as_ptr(),
                key.len(),
            )
        };
        failure::check(env, status)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_add_pinned_key<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    pin: JString<'local>,
) {
    set_text(env, config, pin, ffi::verigator_config_add_pinned_key)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_min_tls_version<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    version: jint,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_min_tls_version(config, version)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_user_agent<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    products: JString<'local>,
) {
    set_text(env, config, products, ffi::verigator_config_set_user_agent)
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_user_agent_prefix<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    prefix: JString<'local>,
) {
    set_text(
        env,
        config,
        prefix,
        ffi::verigator_config_set_user_agent_prefix,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_user_agent_suffix<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    suffix: JString<'local>,
) {
    set_text(
        env,
        config,
        suffix,
        ffi::verigator_config_set_user_agent_suffix,
    )
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_max_idle_connections<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    most: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_max_idle_connections(config, most)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_max_connections<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    most: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_max_connections(config, most)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_idle_timeout_ms<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    timeout_ms: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_idle_timeout_ms(config, timeout_ms)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_max_response_bytes<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    most: jlong,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_max_response_bytes(config, most)
    })
}

#[jni_mangle("com.messente.verigator.Native")]
pub fn config_set_call_log<'local>(
    env: EnvUnowned<'local>,
    _: JClass<'local>,
    config: jlong,
    level: jint,
) {
    set(env, config, |config| {
        ffi::verigator_config_set_call_log(config, level)
    })
}
