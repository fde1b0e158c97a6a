//! Configurations: the options of a context, with a function to set each.

use std::ffi::{CString, c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{RwLock, TryLockError};

use super::boundary;
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use super::truth;
use super::user_data::{UserData, verigator_destroy_callback};
use crate::config::{Config, TlsVersion};
use crate::error::{Error, Result};
use crate::log::LogLevel;
use crate::option;
use crate::table::Table;

/// The options of a context, each with a default but the credentials.
///
/// verigator_config_new or verigator_config_from_env make it, the verigator_config_set_* functions
/// change it, verigator_ctx_new copies it, verigator_config_free ends it. It is for one thread as long
/// as it is changed; then any number may make contexts with it at once.
///
/// A setter checks its value at once: VERIGATOR_INVALID_CONFIG, or VERIGATOR_INVALID_ARGUMENT for one that
/// is NULL. When it refuses, the option stays as
/// it was, and verigator_ctx_new makes no context until the option is set well: its default could be
/// weaker than what was asked for. So is it after a setter that met another thread.
pub struct verigator_config {
    _opaque: [u8; 0],
}

/// A version of TLS: VERIGATOR_TLS_1_2 or VERIGATOR_TLS_1_3.
pub type verigator_tls_version = i32;

/// TLS 1.2 (RFC 5246).
pub const VERIGATOR_TLS_1_2: verigator_tls_version = 12;
/// TLS 1.3 (RFC 8446).
pub const VERIGATOR_TLS_1_3: verigator_tls_version = 13;

/// How much a log line matters: one of VERIGATOR_LOG_*.
pub type verigator_log_level = i32;

/// A call failed.
pub const VERIGATOR_LOG_ERROR: verigator_log_level = 1;
/// Something went wrong that was made good, such as a repeated attempt.
pub const VERIGATOR_LOG_WARN: verigator_log_level = 2;
/// One line for each call that was answered.
pub const VERIGATOR_LOG_INFO: verigator_log_level = 3;
/// What happens within a call.
pub const VERIGATOR_LOG_DEBUG: verigator_log_level = 4;

/// Receives a log line: what verigator_config_set_log was given, the line's level and its text.
///
/// It runs on the thread that makes the call and may itself call this library. `message` is valid
/// until it returns. It must return: no exception and no longjmp may leave it.
pub type verigator_log_callback = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        level: verigator_log_level,
        message: *const c_char,
    ),
>;

/// A configuration that several threads may read at once. Its lock is only ever tried: a thread that
/// held it at the moment of a `fork()` does not exist in the child.
pub(super) struct SharedConfig {
    config: RwLock<Config>,
    /// Whether an option could not be set, so that another is used than was asked for.
    has_lost: AtomicBool,
}

static CONFIGS: Table<SharedConfig> = Table::new();

impl Kind for verigator_config {
    type Value = SharedConfig;

    fn table() -> &'static Table<SharedConfig> {
        &CONFIGS
    }
}

impl From<Config> for SharedConfig {
    fn from(config: Config) -> Self {
        Self {
            config: RwLock::new(config),
            has_lost: AtomicBool::new(false),
        }
    }
}

/// Runs `action` with the configuration behind `config`, which other threads may read meanwhile.
pub(super) fn read<T>(
    config: *const verigator_config,
    action: impl FnOnce(&Config) -> Result<T>,
) -> Result<T> {
    let shared = handle::get(config)?;
    match shared.config.try_read() {
        Ok(config) if !shared.has_lost.load(Ordering::SeqCst) => action(&config),
        Err(TryLockError::WouldBlock) => Err(busy("is being changed by another thread")),
        // A setter that panicked may have left anything.
        Ok(_) | Err(TryLockError::Poisoned(_)) => Err(Error::invalid_config(
            "an option of the configuration was lost, as another thread used it meanwhile or the \
             setter failed; make another configuration",
        )),
    }
}

/// A setter: `change` says what to set.
fn set(
    config: *mut verigator_config,
    option: &'static str,
    change: impl FnOnce(&mut Config) -> Result<&mut Config>,
) -> verigator_status {
    boundary::call(|| {
        let shared = handle::get(config)?;
        match shared.config.try_write() {
            Ok(mut config) => config
                .set(option, |config| change(config).map(drop))
                .map(drop),
            Err(_) => {
                shared.has_lost.store(true, Ordering::SeqCst);
                Err(busy("is in use by another thread"))
            }
        }
    })
}

fn busy(how: &str) -> Error {
    Error::invalid_argument(format!(
        "the configuration {how}; set its options before threads share it"
    ))
}

/// Makes a configuration with the API credentials and the defaults named at each setter.
///
/// They travel as "username:password" in X-Service-Auth: so both are 1 to 1024 bytes of printable
/// ASCII without a blank at either end, and the username has no colon. `*out_config` is for
/// verigator_config_free. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_config` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_new(
    username: *const c_char,
    password: *const c_char,
    out_config: *mut *mut verigator_config,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_config) };
    boundary::call(|| {
        let out = out.require("out_config")?;
        // SAFETY: as the caller promises.
        let (username, password) = unsafe {
            (
                text::option(option::USERNAME, username)?,
                text::option(option::PASSWORD, password)?,
            )
        };
        let config = Config::new(username, password)?;
        out.write_handle(SharedConfig::from(config))
    })
}

/// Makes a configuration from the environment; nothing else in this library reads it.
///
/// VERIGATOR_USERNAME and VERIGATOR_PASSWORD must be set; VERIGATOR_BASE_URL, HTTPS_PROXY (for
/// https), http_proxy (for http, in lower case only), ALL_PROXY and NO_PROXY may be. Do not use it in
/// a program that runs with more rights than its caller. VERIGATOR_INVALID_CONFIG: the last error
/// names the variable. `*out_config` is for verigator_config_free.
///
/// A proxy is a URL as in verigator_config_set_proxy, with its credentials in it, or only "host:port"
/// for one of HTTP. verigator_ctx_new judges it, and only the one that the base URL needs.
///
/// NO_PROXY lists what is reached directly, with commas or blanks between: "example" (or ".example" or
/// "*.example") is that name and all below it, "192.0.2.7" and "2001:db8::/32" are addresses, in
/// brackets or not, "*" is everything; "example:8080" holds for that port only. What is malformed
/// holds for nothing. Since 1.0.
///
/// # Safety
///
/// `out_config` is valid for writing; no other thread changes the environment meanwhile.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_from_env(
    out_config: *mut *mut verigator_config,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_config) };
    boundary::call(|| {
        let out = out.require("out_config")?;
        let config = Config::from_env()?;
        out.write_handle(SharedConfig::from(config))
    })
}

/// Frees a configuration and wipes its secrets. NULL does nothing.
///
/// Contexts made from it go on. VERIGATOR_INVALID_HANDLE for one that was freed before. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_config_free(config: *mut verigator_config) -> verigator_status {
    boundary::call(|| handle::free(config))
}

/// Sets where the service is. Default: "https://api.verigator.com".
///
/// An https or http URL of at most 2048 bytes, without credentials, query or fragment; a path is put
/// before the contract's own, which begins with "/v1". http is for a loopback address or localhost only, see
/// verigator_config_set_allow_plain_http. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_base_url(
    config: *mut verigator_config,
    base_url: *const c_char,
) -> verigator_status {
    set(config, "base_url", |config| {
        // SAFETY: as the caller promises.
        config.set_base_url(unsafe { text::option(option::BASE_URL, base_url) }?)
    })
}

/// Allows http to an address that is not loopback, or by a proxy that is not: 1 or 0. Default: 0.
///
/// Whoever can touch the traffic can then read the credentials and answer "verified". Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_allow_plain_http(
    config: *mut verigator_config,
    allow: i32,
) -> verigator_status {
    set(config, "allow_plain_http", |config| {
        Ok(config.set_allow_plain_http(truth::input("allow", allow)?))
    })
}

/// Connects to an IP address instead of looking up the name in the base URL. Default: none.
///
/// `address` is such as "192.0.2.7" or "2001:db8::7". The name still goes into Host and is what the
/// certificate must match. For a program that resolves names itself or must not have a thread
/// started for a lookup. verigator_ctx_new refuses it beside a base URL that holds another IP
/// address, and beside a proxy that looks the name up itself, which all but "socks5" do. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_address(
    config: *mut verigator_config,
    address: *const c_char,
) -> verigator_status {
    set(config, "address", |config| {
        // SAFETY: as the caller promises.
        config.set_address(unsafe { text::option(option::ADDRESS, address) }?)
    })
}

/// Sets how long a connection may take to be made: name, TCP and TLS. Default: 5000.
///
/// In milliseconds, 1 to 3600000. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_connect_timeout_ms(
    config: *mut verigator_config,
    timeout_ms: i64,
) -> verigator_status {
    set(config, "connect_timeout", |config| {
        config.set_connect_timeout(option::CONNECT_TIMEOUT.milliseconds(timeout_ms)?)
    })
}

/// Sets the deadline of a whole call, with its retries and its waiting. Default: 30000.
///
/// In milliseconds, 1 to 3600000. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_timeout_ms(
    config: *mut verigator_config,
    timeout_ms: i64,
) -> verigator_status {
    set(config, "timeout", |config| {
        config.set_timeout(option::TIMEOUT.milliseconds(timeout_ms)?)
    })
}

/// Sets how often a call that can safely be repeated is repeated. Default: 2.
///
/// 0 to 10. Repeated is a request of which no byte was sent, and a get, list or delete that met a
/// broken connection, 429, 502, 503 or 504. A start or a verify that may have arrived never is, nor
/// is what took too long. A kept connection that breaks on its next use is replaced at once, which is not counted.
/// Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_max_retries(
    config: *mut verigator_config,
    retries: i64,
) -> verigator_status {
    set(config, "max_retries", |config| {
        config.set_max_retries(option::MAX_RETRIES.check(retries)?)
    })
}

/// Sets the longest wait between two attempts. Default: 2000.
///
/// In milliseconds, 1 to 3600000. A longer Retry-After is not waited for: the call ends with the
/// service's status. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_max_retry_wait_ms(
    config: *mut verigator_config,
    wait_ms: i64,
) -> verigator_status {
    set(config, "max_retry_wait", |config| {
        config.set_max_retry_wait(option::MAX_RETRY_WAIT.milliseconds(wait_ms)?)
    })
}

/// Sends all requests through a proxy. Default: none.
///
/// `url` is "http://host:port" or "https://host:port" for a proxy of HTTP, "socks5h://host:port" or
/// "socks5://host:port" for one of SOCKS 5 (RFC 1928); without a port it is 80, 443 or 1080. The proxy
/// looks the name in the base URL up; only for "socks5" it is looked up here, and the proxy told its
/// address. An https base URL is reached by CONNECT or SOCKS, so that no proxy sees any of it.
///
/// `username` and `password` are for Basic authentication (RFC 7617) or that of SOCKS (RFC 1929), or
/// both NULL. Only an https proxy gets them by TLS. A SOCKS proxy that is given them must ask for them,
/// and they and the host of the base URL are at most 234 bytes together. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated or, but for `url`, NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_proxy(
    config: *mut verigator_config,
    url: *const c_char,
    username: *const c_char,
    password: *const c_char,
) -> verigator_status {
    set(config, "proxy", |config| {
        // SAFETY: as the caller promises.
        let (url, username, password) = unsafe {
            (
                text::option(option::PROXY, url)?,
                text::optional_option(option::PROXY_USERNAME, username)?,
                text::optional_option(option::PROXY_PASSWORD, password)?,
            )
        };
        let credentials = match (username, password) {
            (Some(username), Some(password)) => Some((username, password)),
            (None, None) => None,
            _ => {
                return Err(Error::invalid_argument(
                    "one of username and password is NULL; pass both or neither",
                ));
            }
        };
        config.set_proxy(url, credentials)
    })
}

/// Uses no proxy, whatever was set before or is in the environment. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_unset_proxy(config: *mut verigator_config) -> verigator_status {
    set(config, "proxy", |config| Ok(config.unset_proxy()))
}

/// Trusts the certificate authorities in a PEM file, which is read now, and no others.
///
/// Default: those of the operating system. The path is in the system's own bytes, on Windows in
/// UTF-8. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_ca_file(
    config: *mut verigator_config,
    path: *const c_char,
) -> verigator_status {
    set(config, "ca", |config| {
        // SAFETY: as the caller promises.
        config.set_ca_file(unsafe { text::path(option::CA_FILE, path) }?)
    })
}

/// Trusts the certificate authorities in `length` bytes of PEM, and no others.
///
/// Default: those of the operating system. Since 1.0.
///
/// # Safety
///
/// `pem` points to `length` bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_ca_pem(
    config: *mut verigator_config,
    pem: *const c_char,
    length: usize,
) -> verigator_status {
    set(config, "ca", |config| {
        // SAFETY: as the caller promises.
        config.set_ca_pem(unsafe { text::bytes(option::CA_PEM, pem, length) }?)
    })
}

/// Presents a client certificate from PEM files, which are read now. Default: none.
///
/// The chain has the client's own certificate first; the key is not encrypted. Paths as in
/// verigator_config_set_ca_file. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_client_certificate_file(
    config: *mut verigator_config,
    chain_path: *const c_char,
    key_path: *const c_char,
) -> verigator_status {
    set(config, "client_certificate", |config| {
        // SAFETY: as the caller promises.
        let (chain, key) = unsafe {
            (
                text::path(option::CLIENT_CERTIFICATE_FILE, chain_path)?,
                text::path(option::CLIENT_KEY_FILE, key_path)?,
            )
        };
        config.set_client_certificate_file(chain, key)
    })
}

/// Presents a client certificate from PEM in memory. Default: none.
///
/// As verigator_config_set_client_certificate_file, with lengths in bytes. Since 1.0.
///
/// # Safety
///
/// `chain` points to `chain_length` bytes and `key` to `key_length`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_client_certificate_pem(
    config: *mut verigator_config,
    chain: *const c_char,
    chain_length: usize,
    key: *const c_char,
    key_length: usize,
) -> verigator_status {
    set(config, "client_certificate", |config| {
        // SAFETY: as the caller promises.
        let (chain, key) = unsafe {
            (
                text::bytes(option::CLIENT_CERTIFICATE, chain, chain_length)?,
                text::bytes(option::CLIENT_KEY, key, key_length)?,
            )
        };
        config.set_client_certificate_pem(chain, key)
    })
}

/// Accepts only a server whose public key is pinned; call again for a second key. Default: any.
///
/// `pin` is "sha256//" and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo (the form of
/// curl's --pinnedpubkey). The certificate must be valid as well. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_add_pinned_key(
    config: *mut verigator_config,
    pin: *const c_char,
) -> verigator_status {
    set(config, "pinned_key", |config| {
        // SAFETY: as the caller promises.
        config.add_pinned_key(unsafe { text::option(option::PINNED_KEY, pin) }?)
    })
}

/// Sets the oldest TLS version spoken. Default: VERIGATOR_TLS_1_2.
///
/// Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_min_tls_version(
    config: *mut verigator_config,
    version: verigator_tls_version,
) -> verigator_status {
    set(config, "min_tls_version", |config| {
        let version = match version {
            VERIGATOR_TLS_1_2 => TlsVersion::Tls12,
            VERIGATOR_TLS_1_3 => TlsVersion::Tls13,
            _ => {
                return Err(Error::invalid_config(format!(
                    "the oldest TLS version is {version}; pass VERIGATOR_TLS_1_2 (12) or VERIGATOR_TLS_1_3 (13)"
                )));
            }
        };
        Ok(config.set_min_tls_version(version))
    })
}

/// Sets what stands in the place of the library's own product in the User-Agent, as a binding does to
/// name itself. Default: "libverigator/" and the version.
///
/// One product or more, 1 to 1024 bytes of printable ASCII. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_user_agent(
    config: *mut verigator_config,
    products: *const c_char,
) -> verigator_status {
    set(config, "user_agent", |config| {
        // SAFETY: as the caller promises.
        config.set_user_agent(unsafe { text::option(option::USER_AGENT, products) }?)
    })
}

/// Puts a product of yours into the User-Agent before the library's or the binding's, such as
/// "my-library/1.0". Default: none.
///
/// 1 to 1024 bytes of printable ASCII. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_user_agent_prefix(
    config: *mut verigator_config,
    prefix: *const c_char,
) -> verigator_status {
    set(config, "user_agent_prefix", |config| {
        // SAFETY: as the caller promises.
        config.set_user_agent_prefix(unsafe { text::option(option::USER_AGENT_PREFIX, prefix) }?)
    })
}

/// Adds a product of yours to the User-Agent after the library's or the binding's, such as "my-vpn/2.1".
/// Default: none.
///
/// 1 to 1024 bytes of printable ASCII. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_user_agent_suffix(
    config: *mut verigator_config,
    suffix: *const c_char,
) -> verigator_status {
    set(config, "user_agent_suffix", |config| {
        // SAFETY: as the caller promises.
        config.set_user_agent_suffix(unsafe { text::option(option::USER_AGENT_SUFFIX, suffix) }?)
    })
}

/// Sets how many idle connections are kept for later calls. Default: 16.
///
/// 0 to 1024. It does not limit how many calls run at once. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_max_idle_connections(
    config: *mut verigator_config,
    most: i64,
) -> verigator_status {
    set(config, "max_idle_connections", |config| {
        config.set_max_idle_connections(option::MAX_IDLE_CONNECTIONS.check(most)? as usize)
    })
}

/// Sets how many connections a queue makes at most, and so how many of its calls run at once. Default:
/// 256.
///
/// 1 to 65536. The others wait in order, their deadlines running. It does not limit calls that block. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_max_connections(
    config: *mut verigator_config,
    most: i64,
) -> verigator_status {
    set(config, "max_connections", |config| {
        config.set_max_connections(option::MAX_CONNECTIONS.check(most)? as usize)
    })
}

/// Sets how long an idle connection may be used again. Default: 30000.
///
/// In milliseconds, 1 to 3600000. Keep it below the idle timeout of the server and of what stands
/// before it. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_idle_timeout_ms(
    config: *mut verigator_config,
    timeout_ms: i64,
) -> verigator_status {
    set(config, "idle_timeout", |config| {
        config.set_idle_timeout(option::IDLE_TIMEOUT.milliseconds(timeout_ms)?)
    })
}

/// Sets the most bytes read of a reply's body. Default: 1048576.
///
/// 1 to 67108864. A larger reply is VERIGATOR_TOO_LARGE. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_max_response_bytes(
    config: *mut verigator_config,
    most: i64,
) -> verigator_status {
    set(config, "max_response_bytes", |config| {
        config.set_max_response_bytes(option::MAX_RESPONSE_BYTES.check(most)? as usize)
    })
}

/// Hands log lines to `callback`: those of `level` and those that matter more. Default: none.
///
/// `user_data` is handed on as it is; it must be usable from every thread that makes calls. `destroy`
/// (may be NULL) is called with it once, after the last line: by whatever ends the last of the
/// configurations and contexts that have it, on that thread, and not when this is refused. No line
/// holds a password, a token or a body. A NULL `callback` is VERIGATOR_INVALID_ARGUMENT. Since 1.0.
///
/// # Safety
///
/// `callback` and `destroy` are functions of their types, and `user_data` as described.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_config_set_log(
    config: *mut verigator_config,
    level: verigator_log_level,
    callback: verigator_log_callback,
    user_data: *mut c_void,
    destroy: verigator_destroy_callback,
) -> verigator_status {
    set(config, "log", |config| {
        let level = level_in(level)?;
        let callback =
            callback.ok_or_else(|| Error::invalid_argument("callback is NULL; pass a function"))?;
        let user_data = UserData::new(user_data, destroy);
        Ok(config.set_log(level, move |level, line| {
            let line: CString = text::output(line);
            // SAFETY: as the caller promises; the line is NUL-terminated and outlives the call.
            unsafe { callback(user_data.get(), level_out(level), line.as_ptr()) };
        }))
    })
}

/// Has each call keep its log lines, those of `level` and those that matter more, for
/// verigator_call_log_message. Default: none.
///
/// For programs in which a callback is no good, since it may come on any thread. The functions that block
/// without a call keep none. It takes the place of verigator_config_set_log, and the other way round.
/// Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_config_set_call_log(
    config: *mut verigator_config,
    level: verigator_log_level,
) -> verigator_status {
    set(config, "log", |config| {
        Ok(config.set_call_log(level_in(level)?))
    })
}

fn level_in(level: verigator_log_level) -> Result<LogLevel> {
    match level {
        VERIGATOR_LOG_ERROR => Ok(LogLevel::Error),
        VERIGATOR_LOG_WARN => Ok(LogLevel::Warn),
        VERIGATOR_LOG_INFO => Ok(LogLevel::Info),
        VERIGATOR_LOG_DEBUG => Ok(LogLevel::Debug),
        _ => Err(Error::invalid_config(format!(
            "the log level is {level}; pass VERIGATOR_LOG_ERROR (1) to VERIGATOR_LOG_DEBUG (4)"
        ))),
    }
}

pub(super) fn level_out(level: LogLevel) -> verigator_log_level {
    match level {
        LogLevel::Error => VERIGATOR_LOG_ERROR,
        LogLevel::Warn => VERIGATOR_LOG_WARN,
        LogLevel::Info => VERIGATOR_LOG_INFO,
        LogLevel::Debug => VERIGATOR_LOG_DEBUG,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::CStr;
    use std::ptr::{null, null_mut};
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::error::Status;
    use crate::ffi::described::{functions, items};
    use crate::ffi::{VERIGATOR_OK, verigator_ctx_free, verigator_ctx_new};
    use crate::log::Logger;

    /// A configuration as C holds it, which ends with this.
    struct Made(*mut verigator_config);

    // SAFETY: a handle is for any thread.
    unsafe impl Send for Made {}
    // SAFETY: as above.
    unsafe impl Sync for Made {}

    impl Made {
        fn new() -> Self {
            let mut config = null_mut();
            // SAFETY: literals, and an output that is valid for writing.
            let status = unsafe {
                verigator_config_new(c"user".as_ptr(), c"password".as_ptr(), &raw mut config)
            };
            assert_eq!(status, VERIGATOR_OK);
            Self(config)
        }

        /// Makes a context, and ends it.
        fn makes_a_context(&self) -> verigator_status {
            let mut ctx = null_mut();
            // SAFETY: valid for writing.
            let status = unsafe { verigator_ctx_new(self.0, &raw mut ctx) };
            assert_eq!(status == VERIGATOR_OK, !ctx.is_null());
            assert_eq!(verigator_ctx_free(ctx), VERIGATOR_OK);
            status
        }

        fn sets_an_option(&self) -> verigator_status {
            verigator_config_set_max_retries(self.0, 1)
        }
    }

    impl Drop for Made {
        fn drop(&mut self) {
            assert_eq!(verigator_config_free(self.0), VERIGATOR_OK);
        }
    }

    /// What this thread's last failure says.
    fn said() -> String {
        boundary::last_error().unwrap().message().to_owned()
    }

    type Setter = Box<dyn Fn(*mut verigator_config) -> verigator_status>;

    /// Rows of an option, a setter's arguments that are refused and how, and those that are not, as
    /// functions that set them, with the setter's name.
    macro_rules! options {
        ($($option:literal: $setter:ident($($bad:expr),*) => $refusal:expr, ($($good:expr),*);)*) => {
            [$({
                // SAFETY: literals and strings that live as long as the functions, or NULL.
                #[allow(unused_unsafe)]
                let refuse: Setter = Box::new(move |config| unsafe { $setter(config, $($bad),*) });
                // SAFETY: as above.
                #[allow(unused_unsafe)]
                let set: Setter = Box::new(move |config| unsafe { $setter(config, $($good),*) });
                ($option, stringify!($setter), refuse, $refusal, set)
            }),*]
        };
    }

    unsafe extern "C" fn no_log(_: *mut c_void, _: verigator_log_level, _: *const c_char) {}

    #[test]
    fn after_a_refusal_no_context_is_made_until_the_option_itself_is_set_well() {
        const CONFIG: Status = Status::INVALID_CONFIG;
        const ARGUMENT: Status = Status::INVALID_ARGUMENT;
        const TOO_LONG: usize = isize::MAX as usize + 1;
        let made = rcgen::generate_simple_self_signed(["client.test".to_owned()]).unwrap();
        let texts = [made.cert.pem(), made.signing_key.serialize_pem()];
        let folder = tempfile::tempdir().unwrap();
        let files = ["chain", "key"].map(|name| folder.path().join(name));
        files
            .iter()
            .zip(&texts)
            .for_each(|(file, text)| std::fs::write(file, text).unwrap());
        let files = files.map(|file| CString::new(file.to_str().unwrap()).unwrap());
        let [chain_file, key_file] = files.each_ref().map(|file| file.as_ptr());
        let [chain, key] = texts.each_ref().map(|text| text.as_ptr().cast::<c_char>());
        let [chain_length, key_length] = texts.each_ref().map(String::len);
        let pin = c"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".as_ptr();
        let text = |text: &'static CStr| text.as_ptr();
        let options = options! {
            "base_url": verigator_config_set_base_url(text(c"ftp://h")) => CONFIG, (text(c"https://h"));
            "base_url": verigator_config_set_base_url(null()) => ARGUMENT, (text(c"https://h"));
            "allow_plain_http": verigator_config_set_allow_plain_http(2) => CONFIG, (0);
            "address": verigator_config_set_address(text(c"h")) => CONFIG, (text(c"192.0.2.7"));
            "connect_timeout": verigator_config_set_connect_timeout_ms(0) => CONFIG, (1);
            "timeout": verigator_config_set_timeout_ms(3_600_001) => CONFIG, (3_600_000);
            "max_retries": verigator_config_set_max_retries(11) => CONFIG, (10);
            "max_retry_wait": verigator_config_set_max_retry_wait_ms(0) => CONFIG, (1);
            "proxy": verigator_config_set_proxy(text(c"h"), null(), null()) => CONFIG,
                (text(c"socks5://127.0.0.1"), null(), null());
            "proxy": verigator_config_set_proxy(text(c"socks5://127.0.0.1"), text(c"u"), null()) => ARGUMENT,
                (text(c"socks5://127.0.0.1"), text(c"u"), text(c"p"));
            "ca": verigator_config_set_ca_file(text(c"/nonexistent")) => CONFIG, (chain_file);
            "ca": verigator_config_set_ca_pem(key, key_length) => CONFIG, (chain, chain_length);
            "ca": verigator_config_set_ca_pem(chain, TOO_LONG) => CONFIG, (chain, chain_length);
            "client_certificate": verigator_config_set_client_certificate_file(null(), key_file) => ARGUMENT,
                (chain_file, key_file);
            "client_certificate":
                verigator_config_set_client_certificate_pem(chain, chain_length, key, TOO_LONG) => CONFIG,
                (chain, chain_length, key, key_length);
            "pinned_key": verigator_config_add_pinned_key(text(c"sha256//")) => CONFIG, (pin);
            "min_tls_version": verigator_config_set_min_tls_version(11) => CONFIG, (VERIGATOR_TLS_1_3);
            "user_agent": verigator_config_set_user_agent(text(c"")) => CONFIG, (text(c"a/1 b/2"));
            "user_agent": verigator_config_set_user_agent(null()) => ARGUMENT, (text(c"a/1"));
            "user_agent_prefix": verigator_config_set_user_agent_prefix(text(c"")) => CONFIG, (text(c"a/1"));
            "user_agent_suffix": verigator_config_set_user_agent_suffix(text(c"\n")) => CONFIG, (text(c"a/1"));
            "max_connections": verigator_config_set_max_connections(0) => CONFIG, (1);
            "max_idle_connections": verigator_config_set_max_idle_connections(1025) => CONFIG, (0);
            "idle_timeout": verigator_config_set_idle_timeout_ms(0) => CONFIG, (1);
            "max_response_bytes": verigator_config_set_max_response_bytes(0) => CONFIG, (1);
            "log": verigator_config_set_log(1, None, null_mut(), None) => ARGUMENT,
                (1, Some(no_log), null_mut(), None);
            "log": verigator_config_set_call_log(5) => CONFIG, (4);
        };
        for (option, setter, refuse, refusal, set) in &options {
            let config = Made::new();
            let refusal = refusal.value();
            assert_eq!(refuse(config.0), refusal, "{setter}");
            let is_refused = || {
                assert_eq!(config.makes_a_context(), refusal, "{setter}");
                assert!(said().starts_with(option), "{setter}: {}", said());
            };
            is_refused();
            for (other, _, _, _, set_other) in &options {
                if other != option {
                    assert_eq!(set_other(config.0), VERIGATOR_OK, "{other}");
                    is_refused();
                }
            }
            assert_eq!(set(config.0), VERIGATOR_OK, "{setter}");
            assert_eq!(
                config.makes_a_context(),
                VERIGATOR_OK,
                "{setter}: {}",
                said()
            );
        }

        let tried = options.iter().map(|(_, setter, ..)| *setter);
        let is_setter = |name: &&str| {
            ["verigator_config_set_", "verigator_config_add_"]
                .iter()
                .any(|begin| name.starts_with(begin))
        };
        let all: BTreeSet<&str> = functions().into_iter().filter(is_setter).collect();
        assert_eq!(tried.collect::<BTreeSet<_>>(), all, "each setter is tried");
    }

    #[test]
    fn the_description_tells_the_defaults_of_a_configuration() {
        let config = Config::new("user", "password").unwrap();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap();
        assert!(config.address.is_none() && config.proxies.http.is_none());
        assert!(config.proxies.https.is_none() && config.tls.client_certificate.is_none());
        assert!(config.tls.authorities.is_empty() && config.tls.pinned_keys.is_empty());
        assert!(matches!(config.logger, Logger::Off));
        assert_eq!(config.tls.min_version, TlsVersion::Tls12);
        let defaults = json!({
            "base_url": config.base_url.as_str().trim_end_matches('/'),
            "allow_plain_http": truth::output(config.allow_plain_http),
            "address": null,
            "connect_timeout": milliseconds(config.connect_timeout),
            "timeout": milliseconds(config.timeout),
            "max_retries": config.max_retries,
            "max_retry_wait": milliseconds(config.max_retry_wait),
            "proxy": null,
            "ca": null,
            "client_certificate": null,
            "pinned_key": null,
            "min_tls_version": "VERIGATOR_TLS_1_2",
            "user_agent": config.user_agent,
            "user_agent_prefix": config.user_agent_prefix,
            "user_agent_suffix": config.user_agent_suffix,
            "max_connections": config.max_connections,
            "max_idle_connections": config.max_idle_connections,
            "idle_timeout": milliseconds(config.idle_timeout),
            "max_response_bytes": config.max_response_bytes,
            "log": null,
        });
        let told =
            items("options").map(|(name, option)| (name.to_owned(), option["default"].clone()));
        assert_eq!(Value::Object(told.collect()), defaults);
    }

    #[test]
    fn a_proxy_that_was_refused_is_forgotten_with_the_proxy() {
        let config = Made::new();
        // SAFETY: NULL is allowed.
        let refused = unsafe { verigator_config_set_proxy(config.0, null(), null(), null()) };
        assert_eq!(refused, Status::INVALID_ARGUMENT.value());
        assert_eq!(config.makes_a_context(), refused);
        assert_eq!(verigator_config_unset_proxy(config.0), VERIGATOR_OK);
        assert_eq!(config.makes_a_context(), VERIGATOR_OK);
    }

    /// The result of `call` on another thread, which must not wait for what this one holds. No machine
    /// is so slow that it takes a minute.
    fn without_waiting(
        call: impl FnOnce() -> verigator_status + Send + 'static,
    ) -> verigator_status {
        let (end, ended) = channel();
        thread::spawn(move || end.send(call()));
        ended
            .recv_timeout(Duration::from_secs(60))
            .expect("it waits for another thread")
    }

    /// A child of `fork()` would wait for ever for a thread that it does not have.
    #[test]
    fn what_another_thread_changes_is_not_waited_for() {
        let config = Arc::new(Made::new());
        let shared = handle::get(config.0).unwrap();
        let changing = shared.config.try_write().unwrap();
        let other = Arc::clone(&config);
        let status = without_waiting(move || other.makes_a_context());
        assert_eq!(status, Status::INVALID_ARGUMENT.value());
        drop(changing);
        assert_eq!(config.makes_a_context(), VERIGATOR_OK, "nothing was lost");

        let changing = shared.config.try_write().unwrap();
        let other = Arc::clone(&config);
        let status = without_waiting(move || other.sets_an_option());
        assert_eq!(status, Status::INVALID_ARGUMENT.value());
        drop(changing);
    }

    /// Another option would be used than was asked for.
    #[test]
    fn after_a_setter_that_met_another_thread_no_context_is_made() {
        let config = Arc::new(Made::new());
        let shared = handle::get(config.0).unwrap();
        let reading = shared.config.try_read().unwrap();
        let other = Arc::clone(&config);
        let status = without_waiting(move || other.sets_an_option());
        assert_eq!(status, Status::INVALID_ARGUMENT.value());
        drop(reading);
        for _ in 0..2 {
            assert_eq!(config.makes_a_context(), Status::INVALID_CONFIG.value());
            assert!(said().contains("lost"), "{}", said());
            assert_eq!(config.sets_an_option(), VERIGATOR_OK);
        }
    }

    #[test]
    fn any_number_of_threads_make_contexts_of_one_configuration_at_once() {
        let config = Made::new();
        let shared = handle::get(config.0).unwrap();
        let reading = shared.config.try_read().unwrap();
        assert_eq!(config.makes_a_context(), VERIGATOR_OK);
        drop(reading);
        let make = || (0..20_000).for_each(|_| assert_eq!(config.makes_a_context(), VERIGATOR_OK));
        thread::scope(|scope| {
            scope.spawn(make);
            scope.spawn(make);
        });
    }
}
