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

/// Enough for any NSS module; given so that `RUST_MIN_STACK` is not read from the environment.
const STACK_BYTES: usize = 1 << 20;

/// A name that could not be resolved.
#[derive(Debug)]
pub(super) struct LookupError(io::Error);

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
                name => lookup(name.to_owned()).await.map_err(LookupError)?,
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The port is the connector's to fill in.
fn socket(address: impl Into<IpAddr>) -> SocketAddr {
    SocketAddr::new(address.into(), 0)
}

async fn lookup(name: String) -> io::Result<Vec<SocketAddr>> {
    let (found, finding) = oneshot::channel();
    // The host's signals are for the host's threads: this one starts with all of them blocked.
    sigpipe::with_signals_blocked(|| {
        thread::Builder::new()
            .name("verigator-dns".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                // Nobody listens any more once the deadline has passed.
                let _ = found.send((name.as_str(), 0).to_socket_addrs().map(Iterator::collect));
            })
    })?;
    finding
        .await
        .unwrap_or_else(|_| Err(io::Error::other("the lookup ended without an answer")))
}
