//! What is known of a failure, in the same words for the whole library.
//!
//! [`Status`] is the number that C sees: positive is the HTTP status that the service answered,
//! negative arose on this side. [`ErrorKind`] groups statuses by what a program does about them.
//! [`Error`] carries everything else that is known. There is no status for success here: an error
//! is never a yes.

use std::any::Any;
use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

/// What went wrong, as one permanent number.
///
/// A positive value is the HTTP status that the service answered (RFC 9110 section 15), or that it
/// should have answered ([`NOT_SUPPORTED`](Status::NOT_SUPPORTED)); a negative
/// value arose on this side. The numbers are part of the ABI and are never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(i32);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        impl Status {
            $($(#[$doc])* pub const $name: Status = Status($value);)*

            /// Every status that has a constant.
            pub const ALL: &[Status] = &[$(Status::$name),*];

            /// The constant's name, e.g. `"NOT_FOUND"`, or `None` for a status without a constant.
            pub fn name(self) -> Option<&'static str> {
                self.c_name().and_then(|name| name.to_str().ok())
            }

            /// The constant's name as C reads it.
            pub(crate) fn c_name(self) -> Option<&'static CStr> {
                match self.0 {
                    $($value => CStr::from_bytes_with_nul(
                        concat!(stringify!($name), "\0").as_bytes()
                    ).ok(),)*
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    /// What a call was given is malformed or out of its limits, or an argument is missing. Nothing was
    /// sent.
    INVALID_ARGUMENT = -1;
    /// A handle was freed before, belongs to another kind, or never was one. Nothing was sent.
    INVALID_HANDLE = -2;
    /// An option has a value that it cannot have, or the options cannot be used together. Nothing was
    /// sent.
    INVALID_CONFIG = -3;
    /// The context was closed before the call. Nothing was sent.
    CLOSED = -4;
    /// The name of the server or proxy could not be resolved. Nothing was sent.
    DNS = -10;
    /// No connection could be made. Nothing was sent.
    CONNECT = -11;
    /// TLS failed: certificate, host name, pinned key, version or a peer that speaks no TLS.
    TLS = -12;
    /// The connection broke after it was made.
    DISCONNECTED = -13;
    /// The deadline passed.
    TIMEOUT = -14;
    /// The call was cancelled, or its context was closed, before the answer was there.
    CANCELLED = -15;
    /// The proxy failed or refused: it could not be reached, wants other credentials, or did not open
    /// the way to the service. Nothing was sent to the service.
    PROXY = -16;
    /// The reply breaks the contract.
    PROTOCOL = -20;
    /// The reply is larger than the limit.
    TOO_LARGE = -21;
    /// The operating system refused a resource: descriptors, memory, threads or random numbers.
    SYSTEM = -30;
    /// A defect in this library was caught before it reached the caller.
    PANIC = -31;
    /// 400: the request is malformed; the contract treats it as 422.
    BAD_REQUEST = 400;
    /// 401: the API username or password is missing or wrong.
    UNAUTHORIZED = 401;
    /// 403: the account may not touch this resource.
    FORBIDDEN = 403;
    /// 404: no such service, user, enrolment or pending verification.
    NOT_FOUND = 404;
    /// 409: it exists already, or an authentication cannot start now.
    CONFLICT = 409;
    /// 422: a value is not acceptable to the service.
    INVALID_DATA = 422;
    /// 429: too many requests; see [`Error::retry_after`].
    TOO_MANY_REQUESTS = 429;
    /// 500: the service failed.
    INTERNAL_SERVER_ERROR = 500;
    /// 501: the server has no such route. It may have answered 404 or 405 (see [`Error::http_status`]),
    /// on a route that not every server has.
    NOT_SUPPORTED = 501;
    /// 502: a gateway got no proper answer from the service.
    BAD_GATEWAY = 502;
    /// 503: the service is not available now; see [`Error::retry_after`].
    SERVICE_UNAVAILABLE = 503;
    /// 504: a gateway got no answer in time.
    GATEWAY_TIMEOUT = 504;
}

impl Status {
    /// The status for an HTTP status that is not a success.
    pub(crate) fn from_http(status: u16) -> Self {
        Self::from_value(i32::from(status))
    }

    /// The status of this number.
    pub(crate) fn from_value(value: i32) -> Self {
        Self(value)
    }

    /// The number that the C API returns.
    pub fn value(self) -> i32 {
        self.0
    }

    /// The HTTP status that this is, or `None` when the error arose on this side.
    pub fn http_status(self) -> Option<u16> {
        u16::try_from(self.0).ok()
    }

    /// The group that this status belongs to.
    pub fn kind(self) -> ErrorKind {
        match self {
            Status::INVALID_ARGUMENT
            | Status::INVALID_HANDLE
            | Status::INVALID_CONFIG
            | Status::CLOSED => ErrorKind::Usage,
            Status::DNS | Status::CONNECT | Status::TLS | Status::DISCONNECTED | Status::PROXY => {
                ErrorKind::Network
            }
            Status::TIMEOUT => ErrorKind::Timeout,
            Status::CANCELLED => ErrorKind::Cancelled,
            Status::PROTOCOL | Status::TOO_LARGE => ErrorKind::Protocol,
            Status(value) if value > 0 => ErrorKind::Service,
            _ => ErrorKind::Internal,
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// What a program does about an error, coarser than [`Status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call itself was wrong: mend the program or its configuration.
    Usage,
    /// The service was not reached, or the connection broke.
    Network,
    /// The deadline passed.
    Timeout,
    /// The call was cancelled, or its context was closed, before the answer was there.
    Cancelled,
    /// The reply cannot be believed.
    Protocol,
    /// The service answered with an error status.
    Service,
    /// This process ran out of something, or the library has a defect.
    Internal,
}

/// The most that an error keeps of a reply's body, and of its `message`, in bytes: an error may be kept
/// for long.
const MOST_KEPT: usize = 64 << 10;

/// Everything known about one failure.
///
/// This library puts no password and no token into it. What the service said is in [`body`](Self::body)
/// and [`service_message`](Self::service_message) as it came, and may repeat them: it is wiped when the
/// error ends.
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    status: Status,
    http_status: Option<u16>,
    message: Cow<'static, str>,
    service_message: Option<Zeroizing<String>>,
    body: Option<Zeroizing<Vec<u8>>>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    maybe_sent: bool,
    retry_safe: bool,
}

/// A `Result` of this library.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure before anything was sent, so that trying again is safe.
    pub(crate) fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details {
            status,
            http_status: status.http_status(),
            message: message.into(),
            service_message: None,
            body: None,
            request_id: None,
            retry_after: None,
            maybe_sent: false,
            retry_safe: true,
        }))
    }

    pub(crate) fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::INVALID_ARGUMENT, message)
    }

    pub(crate) fn invalid_config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::INVALID_CONFIG, message)
    }

    /// A panic, and where it was. How far its call had come is not known.
    pub(crate) fn defect(panic: &(dyn Any + Send), place: Option<String>) -> Self {
        let what = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        let place = place.map(|place| format!(" at {place}"));
        let message = format!(
            "a defect in libverigator was caught{}: {what}; please report it",
            place.unwrap_or_default()
        );
        Self::new(Status::PANIC, message).sent(true, false)
    }

    /// Says whether request bytes may have left, and whether repeating the request is harmless.
    pub(crate) fn sent(mut self, maybe_sent: bool, idempotent: bool) -> Self {
        self.0.maybe_sent = maybe_sent;
        self.0.retry_safe = !maybe_sent || idempotent;
        self
    }

    /// Says what the service answered, where the status is another one.
    pub(crate) fn answered(mut self, http_status: u16) -> Self {
        self.0.http_status = Some(http_status);
        self
    }

    pub(crate) fn with_service_message(mut self, message: Option<String>) -> Self {
        self.0.service_message = message.map(|message| {
            let message = Zeroizing::new(message);
            let mut kept = message.len().min(MOST_KEPT);
            while !message.is_char_boundary(kept) {
                kept -= 1;
            }
            Zeroizing::new(message[..kept].to_owned())
        });
        self
    }

    pub(crate) fn with_reply(
        mut self,
        body: Vec<u8>,
        request_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let body = Zeroizing::new(body);
        self.0.body = Some(match body.get(..MOST_KEPT) {
            None => body,
            Some(kept) => Zeroizing::new(kept.to_vec()),
        });
        self.0.request_id = request_id;
        self.0.retry_after = retry_after;
        self
    }

    /// What went wrong, as one number.
    pub fn status(&self) -> Status {
        self.0.status
    }

    /// The group that the status belongs to.
    pub fn kind(&self) -> ErrorKind {
        self.0.status.kind()
    }

    /// The HTTP status that made the call fail; `None` when it failed otherwise.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// What went wrong, with which value, and what to do: one line for a person.
    ///
    /// Text from the network is in it only with control and bidirectional characters replaced.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The service's own `message`, exactly as it came, but no more than its first 64 KiB: do not print
    /// it unescaped.
    pub fn service_message(&self) -> Option<&str> {
        self.0.service_message.as_deref().map(String::as_str)
    }

    /// The reply's body, exactly as it came, if one was read; of a longer one its first 64 KiB.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref().map(Vec::as_slice)
    }

    /// The reply's `X-Request-Id`, for the operator of the service.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the service asked to wait (`Retry-After`, RFC 9110 section 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether bytes of the request may have reached the service.
    pub fn maybe_sent(&self) -> bool {
        self.0.maybe_sent
    }

    /// Whether making the same call again can do no harm (it may well fail again).
    pub fn retry_safe(&self) -> bool {
        self.0.retry_safe
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the raw body, message and request id: they are the network's text.
        f.debug_struct("Error")
            .field("status", &self.0.status)
            .field("message", &self.0.message)
            .field("retry_after", &self.0.retry_after)
            .field("maybe_sent", &self.0.maybe_sent)
            .field("retry_safe", &self.0.retry_safe)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_positive_status_is_the_http_status_and_a_negative_one_is_not() {
        assert_eq!(Status::from_http(404), Status::NOT_FOUND);
        assert_eq!(Status::from_http(418).http_status(), Some(418));
        assert_eq!(Status::from_http(418).name(), None);
        assert_eq!(Status::TIMEOUT.http_status(), None);
    }

    #[test]
    fn every_status_has_its_kind() {
        assert_eq!(Status::INVALID_HANDLE.kind(), ErrorKind::Usage);
        assert_eq!(Status::TLS.kind(), ErrorKind::Network);
        assert_eq!(Status::PROXY.kind(), ErrorKind::Network);
        assert_eq!(Status::TOO_LARGE.kind(), ErrorKind::Protocol);
        assert_eq!(Status::from_http(302).kind(), ErrorKind::Service);
        assert_eq!(Status::PANIC.kind(), ErrorKind::Internal);
    }

    #[test]
    fn trying_again_is_safe_when_nothing_was_sent_or_the_request_is_idempotent() {
        let error = || Error::new(Status::DISCONNECTED, "the connection broke");
        assert!(error().sent(false, false).retry_safe());
        assert!(error().sent(true, true).retry_safe());
        assert!(!error().sent(true, false).retry_safe());
    }

    #[test]
    fn no_more_than_64_kib_are_kept_of_a_body() {
        let kept = |body: &[u8]| {
            let error = Error::new(Status::PROTOCOL, "").with_reply(body.to_vec(), None, None);
            error.body().unwrap().to_vec()
        };
        let body: Vec<u8> = (0..=u8::MAX).cycle().take(65_537).collect();
        for length in [0, 65_535, 65_536] {
            assert!(kept(&body[..length]) == body[..length], "{length}");
        }
        assert!(kept(&body) == body[..65_536]);
    }

    #[test]
    fn no_more_than_64_kib_are_kept_of_the_services_message_in_whole_characters() {
        for (character, bytes_kept) in [("x", 65_536), ("é", 65_536), ("権", 65_535)] {
            let message = |bytes: usize| character.repeat(bytes / character.len());
            let kept = |text: String| {
                let error = Error::new(Status::PROTOCOL, "").with_service_message(Some(text));
                error.service_message().unwrap().to_owned()
            };
            assert!(kept(message(65_536)) == message(65_536), "{character}");
            assert!(kept(message(70_000)) == message(bytes_kept), "{character}");
        }
    }

    #[test]
    fn debug_shows_no_text_of_the_network() {
        let error = Error::new(Status::PROTOCOL, "the reply is not JSON")
            .with_reply(
                b"body-from-the-network".to_vec(),
                Some("id-from-the-network".into()),
                None,
            )
            .with_service_message(Some("message-from-the-network".into()));
        assert!(!format!("{error:?}").contains("from-the-network"));
    }
}
