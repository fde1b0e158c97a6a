//! Tells what kind of failure lies behind reqwest's, and says it in words for a person.

use std::error::Error as StdError;
use std::io;

use reqwest::Url;

use crate::error::{Error, Status};
use crate::sanitise::sanitise;

use super::names::LookupError;

/// What ended an exchange.
pub(super) enum Fault {
    Http(reqwest::Error),
    TooLarge { most: usize },
    TwoLengths,
    NoMemory,
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl Fault {
    pub(super) fn into_error(self, server: &Url) -> Error {
        match self {
            Self::TooLarge { most } => Error::new(
                Status::TOO_LARGE,
                format!(
                    "the reply of {} is larger than {most} bytes",
                    origin(server)
                ),
            )
            .sent(true, false),
            Self::TwoLengths => Error::new(
                Status::PROTOCOL,
                format!("the reply of {} says twice how long it is", origin(server)),
            )
            .sent(true, false),
            Self::NoMemory => Error::new(
                Status::SYSTEM,
                format!("there is no memory for the reply of {}", origin(server)),
            )
            .sent(true, false),
            Self::Http(error) => {
                let status = status(&error);
                let sent = !never_began(&error);
                Error::new(status, message(status, &error, server)).sent(sent, false)
            }
        }
    }
}

/// The deadline of the whole call passed during an attempt. Without a connection nothing was sent.
pub(super) fn deadline_passed(server: &Url, connected: bool) -> Error {
    let doing = if connected {
        "waiting for a reply of"
    } else {
        "connecting to"
    };
    let message = format!("the deadline passed while {doing} {}", origin(server));
    Error::new(Status::TIMEOUT, message).sent(connected, false)
}

fn status(error: &reqwest::Error) -> Status {
    if let Some(error) = find::<LookupError>(error) {
        error.status()
    } else if find::<rustls::Error>(error).is_some() {
        Status::TLS
    } else if find::<io::Error>(error).is_some_and(is_exhausted) {
        Status::SYSTEM
    } else if error.is_timeout() {
        Status::TIMEOUT
    } else if error.is_connect() {
        // A peer that hangs up in the middle of the handshake gives no reason but this.
        let hung_up = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
        if causes(error)
            .filter_map(|cause| cause.downcast_ref())
            .any(hung_up)
        {
            Status::TLS
        } else {
            Status::CONNECT
        }
    } else {
        exchange_status(error)
    }
}

/// A failure on a connection that stood.
fn exchange_status(error: &reqwest::Error) -> Status {
    let malformed = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    };
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

/// Whether the request was handed back before its first byte was written.
fn never_began(error: &reqwest::Error) -> bool {
    error.is_connect() || find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled)
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

fn message(status: Status, error: &reqwest::Error, server: &Url) -> String {
    let origin = origin(server);
    let cause = sanitise(&root_cause(error));
    match status {
        Status::DNS => format!(
            "the name of {origin} cannot be resolved: {cause}; check the base URL and the network"
        ),
        Status::TLS => format!(
            "TLS with {origin} failed: {cause}; check the server's certificate and the CA options"
        ),
        Status::TIMEOUT => format!("no connection to {origin} could be made in time"),
        Status::CONNECT => format!(
            "no connection to {origin}: {cause}; check the base URL and that the service runs"
        ),
        Status::SYSTEM => format!("the operating system refused a connection to {origin}: {cause}"),
        Status::PROTOCOL => format!("{origin} does not speak proper HTTP: {cause}"),
        Status::TOO_LARGE => format!("the reply of {origin} has too large a header"),
        _ => format!("the connection to {origin} broke: {cause}"),
    }
}

/// Scheme, host and port: what a person needs to find the server.
fn origin(server: &Url) -> String {
    server.origin().ascii_serialization()
}

fn find<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn root_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The error and what caused it, outermost first. An `io::Error` hides the error that it wraps from
/// `source`, so it is asked for it.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_ipv6_is_not_exhausted() {
        let exhausted = |code| is_exhausted(&io::Error::from_raw_os_error(code));
        assert!(exhausted(libc::EMFILE) && !exhausted(libc::EADDRNOTAVAIL));
    }
}
