//! `reqwest::blocking` behind a C API, as a first attempt at it would be: one shared client, a
//! request per call, the reply as a `serde_json::Value`.

use std::ffi::{CStr, c_char};
use std::ptr;

use reqwest::blocking::Client;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// What calls are made with.
pub struct Verifier {
    client: Client,
    base_url: String,
}

/// Makes a verifier, for `bench_reqwest_free`; NULL when that fails. `ca_file` and `proxy`, a URL,
/// may be NULL. Without `keep_alive`, each call makes a connection.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_reqwest_new(
    base_url: *const c_char,
    service_auth: *const c_char,
    ca_file: *const c_char,
    proxy: *const c_char,
    keep_alive: bool,
) -> *mut Verifier {
    // SAFETY: the caller promises strings.
    let (base_url, service_auth) = unsafe { (text(base_url), text(service_auth)) };
    // SAFETY: the caller promises strings or NULL.
    let (ca_file, proxy) = unsafe { (optional(ca_file), optional(proxy)) };
    match client(
        &service_auth,
        ca_file.as_deref(),
        proxy.as_deref(),
        keep_alive,
    ) {
        Ok(client) => Box::into_raw(Box::new(Verifier { client, base_url })),
        Err(error) => {
            eprintln!("{error}");
            ptr::null_mut()
        }
    }
}

/// Returns whether the service said yes.
///
/// # Safety
///
/// `verifier` came from `bench_reqwest_new`; the strings are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_reqwest_verify(
    verifier: *const Verifier,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
) -> bool {
    // SAFETY: as the caller promises.
    let (verifier, service_id, user_id, token) =
        unsafe { (&*verifier, text(service_id), text(user_id), text(token)) };
    verify(verifier, &service_id, &user_id, &token).unwrap_or_else(|error| {
        eprintln!("{error}");
        false
    })
}

/// Frees a verifier.
///
/// # Safety
///
/// `verifier` came from `bench_reqwest_new` and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_reqwest_free(verifier: *mut Verifier) {
    // SAFETY: as the caller promises.
    drop(unsafe { Box::from_raw(verifier) });
}

fn client(
    service_auth: &str,
    ca_file: Option<&str>,
    proxy: Option<&str>,
    keep_alive: bool,
) -> Result<Client, Box<dyn std::error::Error>> {
    // Fails only where it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        ("x-service-auth".parse()?, service_auth.parse()?),
    ]);
    let mut builder = Client::builder().default_headers(headers);
    if let Some(ca_file) = ca_file {
        let authority = reqwest::Certificate::from_pem(&std::fs::read(ca_file)?)?;
        builder = builder.tls_certs_only([authority]);
    }
    if let Some(proxy) = proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy)?);
    }
    if !keep_alive {
        builder = builder.pool_max_idle_per_host(0);
    }
    Ok(builder.build()?)
}

fn verify(
    verifier: &Verifier,
    service_id: &str,
    user_id: &str,
    token: &str,
) -> Result<bool, reqwest::Error> {
    let base_url = &verifier.base_url;
    let url = format!("{base_url}/v1/service/service/{service_id}/users/{user_id}/auth");
    let body = json!({ "token": token });
    let request = verifier.client.put(url).json(&body);
    let reply: Value = request.send()?.error_for_status()?.json()?;
    Ok(reply["verified"] == true)
}

/// # Safety
///
/// `string` is NUL-terminated, or NULL.
unsafe fn optional(string: *const c_char) -> Option<String> {
    // SAFETY: as the caller promises.
    (!string.is_null()).then(|| unsafe { text(string) })
}

/// # Safety
///
/// `string` is NUL-terminated.
unsafe fn text(string: *const c_char) -> String {
    // SAFETY: as the caller promises.
    let string = unsafe { CStr::from_ptr(string) };
    string.to_string_lossy().into_owned()
}
