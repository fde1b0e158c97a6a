//! Why there is no reply: the kind of failure, and the message for a person.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;

use url::Url;

use crate::error::{Error, Status};
use crate::sanitise::sanitise;

use super::causes::{find, root_cause};
use super::names::LookupError;
use super::tls::{self, Complaint};
use super::waiting::Ended;

/// What a call came to that brought no reply.
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// Whether a byte of the request may have reached the server, by any attempt.
    pub(crate) maybe_sent: bool,
}

impl Failure {
    pub(super) fn unsent(cause: Cause) -> Self {
        Self {
            cause,
            maybe_sent: false,
        }
    }
}

/// Why.
pub(crate) enum Cause {
    /// The transport was closed before the call.
    Closed,
    /// It was closed while the call waited.
    ClosedMeanwhile,
    /// The call was not wanted any more.
    Cancelled,
    /// The server, the proxy or the way to them.
    Fault(Fault),
    /// What the context was made with cannot be used.
    Unusable(Error),
}

/// What is wrong with a server, a proxy or the way to them.
pub(crate) struct Fault {
    pub(crate) status: Status,
    pub(crate) message: Cow<'static, str>,
    /// Whether the same attempt could fare better.
    pub(super) is_transient: bool,
}

impl Cause {
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Closed => Status::CLOSED,
            Self::ClosedMeanwhile | Self::Cancelled => Status::CANCELLED,
            Self::Fault(fault) => fault.status,
            Self::Unusable(error) => error.status(),
        }
    }

    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed before",
            Self::ClosedMeanwhile => "closed meanwhile",
            Self::Cancelled => "cancelled",
            Self::Fault(fault) => &fault.message,
            Self::Unusable(error) => error.message(),
        })
    }
}

impl From<Fault> for Cause {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Fault {
    pub(super) fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        let is_transient = matches!(status, Status::DNS | Status::CONNECT | Status::DISCONNECTED);
        Self {
            status,
            message: message.into(),
            is_transient,
        }
    }

    fn transient(mut self, is_transient: bool) -> Self {
        self.is_transient = is_transient;
        self
    }
}

/// RFC 1928 section 3.
const SOCKS_PORT: u16 = 1080;

/// Whom the library speaks with: the server, or the proxy before it.
#[derive(Clone)]
pub(super) struct Party {
    /// Scheme, host and port: what a person needs to find it.
    origin: String,
    /// The host's name or address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    is_proxy: bool,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_proxy { "the proxy " } else { "" };
        write!(f, "{what}{}", self.origin)
    }
}

impl Party {
    pub(super) fn server(url: &Url) -> Self {
        Self::new(url, false)
    }

    pub(super) fn proxy(url: &Url) -> Self {
        Self::new(url, true)
    }

    fn new(url: &Url, is_proxy: bool) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(SOCKS_PORT);
        let port_shown = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Self {
            origin: format!("{}://{host}{port_shown}", url.scheme()),
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            is_proxy,
        }
    }

    /// Before there is a connection: with a proxy it is the proxy's failure, which has its own status.
    fn before(&self, status: Status, message: String) -> Fault {
        let fault = Fault::new(status, message);
        let is_proxys = self.is_proxy && !matches!(status, Status::SYSTEM | Status::TIMEOUT);
        let status = if is_proxys { Status::PROXY } else { status };
        Fault { status, ..fault }
    }

    /// What a proxy is asked for.
    pub(super) fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    fn option(&self) -> &'static str {
        if self.is_proxy {
            "the proxy's address"
        } else {
            "the base URL"
        }
    }

    pub(super) fn not_found(&self, error: &LookupError) -> Fault {
        let cause = sanitise(&error.to_string());
        let message = match error.status() {
            Status::DNS => format!(
                "the name of {self} cannot be resolved: {cause}; check {} and the network",
                self.option()
            ),
            _ => format!("the name of {self} cannot be looked up: {cause}"),
        };
        self.before(error.status(), message)
    }

    pub(super) fn unreachable(&self, error: &(dyn StdError + 'static)) -> Fault {
        let cause = root_cause(error);
        if find::<io::Error>(error).is_some_and(is_exhausted) {
            let message = format!("the operating system refused a connection to {self}: {cause}");
            return self.before(Status::SYSTEM, message);
        }
        let message = format!(
            "no connection to {self}: {cause}; check {} and that it runs",
            self.option()
        );
        self.before(Status::CONNECT, message)
    }

    /// The time for making a connection passed.
    pub(super) fn too_slow(&self) -> Fault {
        let message = format!("no connection to {self} could be made in time");
        Fault::new(Status::TIMEOUT, message)
    }

    /// The time of the whole call passed.
    pub(super) fn late(&self, is_connected: bool) -> Fault {
        let doing = if is_connected {
            "waiting for a reply of"
        } else {
            "connecting to"
        };
        let message = format!("the deadline passed while {doing} {self}");
        Fault::new(Status::TIMEOUT, message)
    }

    pub(super) fn ended(&self, ended: Ended, is_connected: bool) -> Cause {
        match ended {
            Ended::Closed => Cause::ClosedMeanwhile,
            Ended::Cancelled => Cause::Cancelled,
            Ended::Deadline => self.late(is_connected).into(),
        }
    }

    /// A handshake that failed. A peer that hangs up in the middle of it gives no other reason.
    pub(super) fn handshake(&self, error: &(dyn StdError + 'static)) -> Fault {
        let hung_up = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
        if tls::complaint(error).is_none() && !find::<io::Error>(error).is_some_and(hung_up) {
            return self.unreachable(error);
        }
        self.before(Status::TLS, self.no_tls(error))
    }

    /// Why TLS failed, and what to look at.
    fn no_tls(&self, error: &(dyn StdError + 'static)) -> String {
        let look_at = match tls::complaint(error) {
            Some(Complaint::NoTls) => "the scheme and the port",
            _ => "its certificate and the CA options",
        };
        let why = tls::words(error).map_or_else(|| root_cause(error), str::to_owned);
        format!("TLS with {self} failed: {why}; check {look_at}")
    }

    /// Over a connection without TLS, it answered with TLS.
    pub(super) fn speaks_tls(&self) -> Fault {
        let message = format!("{self} answers with TLS; check the scheme and the port");
        Fault::new(Status::PROTOCOL, message)
    }

    /// A handshake that failed behind a proxy: one that brought nothing of TLS failed at the proxy.
    pub(super) fn handshake_behind(
        &self,
        proxy: &Party,
        error: &(dyn StdError + 'static),
    ) -> Fault {
        match tls::complaint(error) {
            None | Some(Complaint::NoTls) => proxy.hung_up(self, error),
            Some(Complaint::Refused) => self.handshake(error),
        }
    }

    fn hung_up(&self, server: &Party, error: &(dyn StdError + 'static)) -> Fault {
        let message = format!(
            "{self} opened the way to {server}, but no TLS came over it: {}; check the proxy",
            root_cause(error)
        );
        Fault::new(Status::PROXY, message)
    }

    /// As a proxy, it answered with this status where it was to open the way.
    pub(super) fn refused(&self, server: &Party, status: u16) -> Fault {
        let why = match status {
            407 => "; check the credentials for it",
            403 => "; it may not let this server be reached",
            _ => "",
        };
        let message = format!("{self} answered {status} and did not open the way to {server}{why}");
        Fault::new(Status::PROXY, message).transient(matches!(status, 429 | 502 | 503 | 504))
    }

    /// As a proxy, it broke off before it opened the way.
    pub(super) fn no_way(&self, server: &Party, error: &(dyn StdError + 'static)) -> Fault {
        let message = format!(
            "{self} did not open the way to {server}: {}",
            root_cause(error)
        );
        Fault::new(Status::PROXY, message).transient(true)
    }

    /// A failure on a connection that stood.
    pub(super) fn broken(&self, error: &(dyn StdError + 'static)) -> Fault {
        let cause = root_cause(error);
        match broken_status(error) {
            Status::TLS => Fault::new(Status::TLS, self.no_tls(error)),
            Status::PROTOCOL => Fault::new(
                Status::PROTOCOL,
                format!("{self} does not speak proper HTTP: {cause}"),
            ),
            Status::TOO_LARGE => Fault::new(
                Status::TOO_LARGE,
                format!("the reply of {self} has too large a header"),
            ),
            status => Fault::new(status, format!("the connection to {self} broke: {cause}")),
        }
    }

    /// What has the connection's number now is somebody else's.
    pub(super) fn taken(&self) -> Fault {
        let message = format!("the connection to {self} was closed by this program");
        Fault::new(Status::DISCONNECTED, message)
    }

    pub(super) fn too_large(&self, most: usize) -> Fault {
        let message = format!("the reply of {self} is larger than {most} bytes");
        Fault::new(Status::TOO_LARGE, message)
    }

    pub(super) fn two_lengths(&self) -> Fault {
        let message = format!("the reply of {self} says twice how long it is");
        Fault::new(Status::PROTOCOL, message)
    }

    pub(super) fn no_memory(&self) -> Fault {
        let message = format!("there is no memory for the reply of {self}");
        Fault::new(Status::SYSTEM, message)
    }
}

fn broken_status(error: &(dyn StdError + 'static)) -> Status {
    let malformed = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    };
    if tls::complaint(error).is_some() {
        return Status::TLS;
    }
    match find::<hyper::Error>(error) {
        // hyper tells this kind by its words alone on the client's side.
        Some(error) if error.is_parse() && error.to_string().contains("too large") => {
            Status::TOO_LARGE
        }
        Some(error) if error.is_parse() => Status::PROTOCOL,
        _ if find::<io::Error>(error).is_some_and(malformed) => Status::PROTOCOL,
        _ => Status::DISCONNECTED,
    }
}

/// Out of descriptors, buffers or memory. Not EADDRNOTAVAIL: it is said of a machine without ports,
/// but also of `::1` on one without IPv6, after nobody listened at 127.0.0.1.
fn is_exhausted(error: &io::Error) -> bool {
    #[cfg(unix)]
    let codes = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
    #[cfg(not(unix))]
    let codes: [i32; 0] = [];
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_machine_without_ipv6_is_not_exhausted() {
        let exhausted = |code| is_exhausted(&io::Error::from_raw_os_error(code));
        assert!(exhausted(libc::EMFILE) && !exhausted(libc::EADDRNOTAVAIL));
    }

    #[test]
    fn a_party_is_named_as_a_url_names_it() {
        for (url, origin, host, port) in [
            ("https://h.example/p", "https://h.example", "h.example", 443),
            (
                "http://h.example:8080",
                "http://h.example:8080",
                "h.example",
                8080,
            ),
            ("http://[::1]:80", "http://[::1]", "::1", 80),
            (
                "socks5h://h.example",
                "socks5h://h.example",
                "h.example",
                1080,
            ),
        ] {
            let party = Party::server(&url.parse().unwrap());
            assert_eq!(party.to_string(), origin);
            assert_eq!((party.host.as_str(), party.port), (host, port));
            let proxy = Party::proxy(&url.parse().unwrap());
            assert_eq!(proxy.to_string(), format!("the proxy {origin}"));
        }
    }
}
