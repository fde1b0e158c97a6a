//! Looks names up the way the rest of the machine does: by `getaddrinfo`.
//!
//! It is what knows the machine's own rules (hosts file, NSS, mDNS, split DNS, Windows' policy
//! tables), but it blocks and cannot be interrupted. So it runs on a thread that lives for this one
//! lookup, and the call waits for it no longer than its deadline. An IP literal, `localhost` and
//! [`Config::set_address`](crate::Config::set_address) need no lookup and no thread.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use super::sigpipe;
use crate::error::Status;

/// Enough for any NSS module; given so that `RUST_MIN_STACK` is not read from the environment.
const STACK_BYTES: usize = 1 << 20;

/// A name that could not be resolved.
#[derive(Debug)]
pub(super) enum LookupError {
    /// There is no thread to look it up on.
    NoThread(io::Error),
    /// The operating system's answer.
    NotFound(io::Error),
}

impl LookupError {
    pub(super) fn status(&self) -> Status {
        match self {
            Self::NoThread(_) => Status::SYSTEM,
            Self::NotFound(_) => Status::DNS,
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoThread(error) => write!(f, "no thread for the lookup of its name: {error}"),
            Self::NotFound(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LookupError {}

pub(super) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = match name.as_str() {
                // RFC 6761 section 6.3: resolved without asking anybody.
                "localhost" => vec![socket(Ipv4Addr::LOCALHOST), socket(Ipv6Addr::LOCALHOST)],
                name => lookup(name.to_owned()).await?,
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The port is the connector's to fill in.
fn socket(address: impl Into<IpAddr>) -> SocketAddr {
    SocketAddr::new(address.into(), 0)
}

async fn lookup(name: String) -> Result<Vec<SocketAddr>, LookupError> {
    let (found, finding) = oneshot::channel::<io::Result<Vec<SocketAddr>>>();
    // The host's signals are for the host's threads: this one starts with all of them blocked.
    let started = sigpipe::with_signals_blocked(|| {
        thread::Builder::new()
            .name("verigator-dns".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                // Nobody listens any more once the deadline has passed.
                let _ = found.send((name.as_str(), 0).to_socket_addrs().map(Iterator::collect));
            })
    });
    started.map_err(LookupError::NoThread)?;
    let no_answer = |_| Err(io::Error::other("the lookup ended without an answer"));
    finding
        .await
        .unwrap_or_else(no_answer)
        .map_err(LookupError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_the_machine_finds_it() {
        let runtime = super::super::lane::LaneRuntime::new().unwrap();
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        for name in [host.trim(), "localhost", &"a".repeat(64)] {
            let expected = (name, 0)
                .to_socket_addrs()
                .map(Iterator::collect::<Vec<_>>)
                .ok();
            assert_eq!(
                runtime.block_on(lookup(name.to_owned())).ok(),
                expected,
                "{name}"
            );
        }
    }
}
