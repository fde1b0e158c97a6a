//! A bare hyper connection behind a C API, on a tokio runtime of its thread's own: what the
//! connections of libverigator would cost if a runtime drove them, instead of the calling thread over
//! a socket that blocks. As there, a call first looks if the connection still stands, and has a
//! deadline. It knows plain HTTP only, and keeps the one connection that it makes.

use std::error::Error;
use std::ffi::{CStr, c_char};
use std::ptr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::timeout;

const TIMEOUT: Duration = Duration::from_secs(30);

/// One connection and what drives it.
pub struct Lane {
    runtime: Runtime,
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    service_auth: HeaderValue,
}

/// Connects; NULL when that fails. `address` is an IP address with its port. The lane is for one
/// thread and lives as long as the process.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_hyper_new(
    address: *const c_char,
    service_auth: *const c_char,
) -> *mut Lane {
    // SAFETY: the caller promises strings.
    let (address, service_auth) = unsafe { (text(address), text(service_auth)) };
    match connect(&address, &service_auth) {
        Ok(lane) => Box::into_raw(Box::new(lane)),
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
/// `lane` came from `bench_hyper_new` and no other thread uses it; the strings are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bench_hyper_verify(
    lane: *mut Lane,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
) -> bool {
    // SAFETY: as the caller promises.
    let (lane, service_id, user_id, token) =
        unsafe { (&mut *lane, text(service_id), text(user_id), text(token)) };
    verify(lane, &service_id, &user_id, &token).unwrap_or_else(|error| {
        eprintln!("{error}");
        false
    })
}

fn connect(address: &str, service_auth: &str) -> Result<Lane, Box<dyn Error>> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let sender = runtime.block_on(async {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok::<_, Box<dyn Error>>(sender)
    })?;
    Ok(Lane {
        runtime,
        sender,
        host: address.parse()?,
        service_auth: service_auth.parse()?,
    })
}

fn verify(
    lane: &mut Lane,
    service_id: &str,
    user_id: &str,
    token: &str,
) -> Result<bool, Box<dyn Error>> {
    let request = Request::put(format!(
        "/v1/service/service/{service_id}/users/{user_id}/auth"
    ))
    .header(HOST, lane.host.clone())
    .header("x-service-auth", lane.service_auth.clone())
    .header(ACCEPT, HeaderValue::from_static("application/json"))
    .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
    .body(Full::from(json!({ "token": token }).to_string()))?;
    let exchange = async {
        yield_now().await;
        yield_now().await;
        let reply = lane.sender.send_request(request).await?;
        let is_success = reply.status().is_success();
        Ok::<_, hyper::Error>((is_success, reply.collect().await?.to_bytes()))
    };
    let (is_success, body) = lane
        .runtime
        .block_on(async { timeout(TIMEOUT, exchange).await })??;
    let body: Value = serde_json::from_slice(&body)?;
    Ok(is_success && body["verified"] == true)
}

/// # Safety
///
/// `string` is NUL-terminated.
unsafe fn text(string: *const c_char) -> String {
    // SAFETY: as the caller promises.
    let string = unsafe { CStr::from_ptr(string) };
    string.to_string_lossy().into_owned()
}
