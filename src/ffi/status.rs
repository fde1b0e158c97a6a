//! Status codes as C sees them.

use std::ffi::c_char;

use crate::error::{ErrorKind, Status};

/// What a call came to: VERIGATOR_OK, the HTTP status that the service answered (positive; one
/// without a constant here comes back as its own number), or what arose on this side (negative).
/// The numbers are permanent.
pub type verigator_status = i32;

/// Success. For a verification it means only that the service answered: the answer is the output.
pub const VERIGATOR_OK: verigator_status = 0;

/// What a call was given is malformed or out of its limits, or an argument is NULL that may not be.
/// Nothing was sent.
pub const VERIGATOR_INVALID_ARGUMENT: verigator_status = -1;
/// A handle is NULL, was freed before, or is of another kind. Nothing was sent.
pub const VERIGATOR_INVALID_HANDLE: verigator_status = -2;
/// An option has a value that it cannot have, or the options cannot be used together. Nothing was sent.
pub const VERIGATOR_INVALID_CONFIG: verigator_status = -3;
/// The context, or the queue, was closed before the call. Nothing was sent.
pub const VERIGATOR_CLOSED: verigator_status = -4;
/// The name of the server or proxy could not be resolved. Nothing was sent.
pub const VERIGATOR_DNS: verigator_status = -10;
/// No connection could be made. Nothing was sent.
pub const VERIGATOR_CONNECT: verigator_status = -11;
/// TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS.
pub const VERIGATOR_TLS: verigator_status = -12;
/// The connection broke after it was made.
pub const VERIGATOR_DISCONNECTED: verigator_status = -13;
/// The deadline passed.
pub const VERIGATOR_TIMEOUT: verigator_status = -14;
/// The call was cancelled, or its context or queue was closed, before the answer was there.
pub const VERIGATOR_CANCELLED: verigator_status = -15;
/// The proxy failed or refused: it could not be reached, wants other credentials, or did not open
/// the way to the service. Nothing was sent to the service. Since 1.0.
pub const VERIGATOR_PROXY: verigator_status = -16;
/// The reply breaks the contract.
pub const VERIGATOR_PROTOCOL: verigator_status = -20;
/// The reply is larger than the limit.
pub const VERIGATOR_TOO_LARGE: verigator_status = -21;
/// The operating system refused a resource: descriptors, memory, threads or random numbers.
pub const VERIGATOR_SYSTEM: verigator_status = -30;
/// A defect in this library was caught before it reached the program. The context still works.
pub const VERIGATOR_PANIC: verigator_status = -31;

/// The call has not ended, or none has in the time that was given. It is no failure. Since 1.0.
pub const VERIGATOR_PENDING: verigator_status = -40;
/// No call is under way in the queue, and none waits in it. It is no failure. Since 1.0.
pub const VERIGATOR_EMPTY: verigator_status = -41;

/// 400: the request is malformed; treat it as VERIGATOR_INVALID_DATA.
pub const VERIGATOR_BAD_REQUEST: verigator_status = 400;
/// 401: the API username or password is missing or wrong.
pub const VERIGATOR_UNAUTHORIZED: verigator_status = 401;
/// 403: the account may not touch this resource.
pub const VERIGATOR_FORBIDDEN: verigator_status = 403;
/// 404: no such service, user, enrolment or pending verification.
pub const VERIGATOR_NOT_FOUND: verigator_status = 404;
/// 409: it exists already, or an authentication cannot start now.
pub const VERIGATOR_CONFLICT: verigator_status = 409;
/// 422: a value is not acceptable to the service.
pub const VERIGATOR_INVALID_DATA: verigator_status = 422;
/// 429: too many requests; see verigator_error_retry_after_ms.
pub const VERIGATOR_TOO_MANY_REQUESTS: verigator_status = 429;
/// 500: the service failed.
pub const VERIGATOR_INTERNAL_SERVER_ERROR: verigator_status = 500;
/// 501: the server has no such route. It may have answered 404 or 405 (see verigator_error_http_status),
/// on a route that not every server has. Since 1.0.
pub const VERIGATOR_NOT_SUPPORTED: verigator_status = 501;
/// 502: a gateway got no proper answer from the service.
pub const VERIGATOR_BAD_GATEWAY: verigator_status = 502;
/// 503: the service is not available now; see verigator_error_retry_after_ms.
pub const VERIGATOR_SERVICE_UNAVAILABLE: verigator_status = 503;
/// 504: a gateway got no answer in time.
pub const VERIGATOR_GATEWAY_TIMEOUT: verigator_status = 504;

/// What a program does about an error, coarser than its status: one of VERIGATOR_KIND_*.
pub type verigator_kind = i32;

/// The call itself was wrong: mend the program or its configuration.
pub const VERIGATOR_KIND_USAGE: verigator_kind = 1;
/// The service was not reached, or the connection broke.
pub const VERIGATOR_KIND_NETWORK: verigator_kind = 2;
/// The deadline passed.
pub const VERIGATOR_KIND_TIMEOUT: verigator_kind = 3;
/// The call was cancelled, or its context or queue was closed, before the answer was there.
pub const VERIGATOR_KIND_CANCELLED: verigator_kind = 4;
/// The reply cannot be believed.
pub const VERIGATOR_KIND_PROTOCOL: verigator_kind = 5;
/// The service answered with an error status.
pub const VERIGATOR_KIND_SERVICE: verigator_kind = 6;
/// The process ran out of something, or the library has a defect.
pub const VERIGATOR_KIND_INTERNAL: verigator_kind = 7;

pub(super) fn kind(kind: ErrorKind) -> verigator_kind {
    match kind {
        ErrorKind::Usage => VERIGATOR_KIND_USAGE,
        ErrorKind::Network => VERIGATOR_KIND_NETWORK,
        ErrorKind::Timeout => VERIGATOR_KIND_TIMEOUT,
        ErrorKind::Cancelled => VERIGATOR_KIND_CANCELLED,
        ErrorKind::Protocol => VERIGATOR_KIND_PROTOCOL,
        ErrorKind::Service => VERIGATOR_KIND_SERVICE,
        ErrorKind::Internal => VERIGATOR_KIND_INTERNAL,
    }
}

/// Returns the name of a status without its prefix, such as "NOT_FOUND", for logs.
///
/// The string is static; it is "OK" for VERIGATOR_OK and "UNKNOWN" for a status without a constant.
/// Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_status_name(status: verigator_status) -> *const c_char {
    let name = match status {
        VERIGATOR_OK => c"OK",
        VERIGATOR_PENDING => c"PENDING",
        VERIGATOR_EMPTY => c"EMPTY",
        status => Status::from_value(status).c_name().unwrap_or(c"UNKNOWN"),
    };
    name.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    /// Each constant of the C API is the one of the same name in Rust, and the reverse.
    #[test]
    fn the_numbers_are_those_of_the_core() {
        macro_rules! check {
            ($($name:ident = $constant:ident),* $(,)?) => {
                $(assert_eq!(Status::$name.value(), $constant, stringify!($name));)*
                let checked = [$(Status::$name),*];
                assert!(Status::ALL.iter().all(|status| checked.contains(status)));
            };
        }
        check! {
            INVALID_ARGUMENT = VERIGATOR_INVALID_ARGUMENT,
            INVALID_HANDLE = VERIGATOR_INVALID_HANDLE,
            INVALID_CONFIG = VERIGATOR_INVALID_CONFIG,
            CLOSED = VERIGATOR_CLOSED,
            DNS = VERIGATOR_DNS,
            CONNECT = VERIGATOR_CONNECT,
            TLS = VERIGATOR_TLS,
            DISCONNECTED = VERIGATOR_DISCONNECTED,
            TIMEOUT = VERIGATOR_TIMEOUT,
            CANCELLED = VERIGATOR_CANCELLED,
            PROXY = VERIGATOR_PROXY,
            PROTOCOL = VERIGATOR_PROTOCOL,
            TOO_LARGE = VERIGATOR_TOO_LARGE,
            SYSTEM = VERIGATOR_SYSTEM,
            PANIC = VERIGATOR_PANIC,
            BAD_REQUEST = VERIGATOR_BAD_REQUEST,
            UNAUTHORIZED = VERIGATOR_UNAUTHORIZED,
            FORBIDDEN = VERIGATOR_FORBIDDEN,
            NOT_FOUND = VERIGATOR_NOT_FOUND,
            CONFLICT = VERIGATOR_CONFLICT,
            INVALID_DATA = VERIGATOR_INVALID_DATA,
            TOO_MANY_REQUESTS = VERIGATOR_TOO_MANY_REQUESTS,
            INTERNAL_SERVER_ERROR = VERIGATOR_INTERNAL_SERVER_ERROR,
            NOT_SUPPORTED = VERIGATOR_NOT_SUPPORTED,
            BAD_GATEWAY = VERIGATOR_BAD_GATEWAY,
            SERVICE_UNAVAILABLE = VERIGATOR_SERVICE_UNAVAILABLE,
            GATEWAY_TIMEOUT = VERIGATOR_GATEWAY_TIMEOUT,
        }
    }

    #[test]
    fn a_status_has_a_name() {
        // SAFETY: the names are static.
        let name = |status| unsafe { CStr::from_ptr(verigator_status_name(status)) };
        assert_eq!(name(0), c"OK");
        assert_eq!(name(404), c"NOT_FOUND");
        assert_eq!(name(-12), c"TLS");
        assert_eq!(name(418), c"UNKNOWN");
    }
}
