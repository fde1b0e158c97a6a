//! Looks names up the way the rest of the machine does: by `getaddrinfo`.
//!
//! It is what knows the machine's own rules (hosts file, NSS, mDNS, split DNS, Windows' policy
//! tables), but it blocks and cannot be interrupted. So it runs on a thread that lives for this one
//! lookup, and the call waits for it no longer than its deadline. An IP literal, `localhost` and
//! [`Config::set_address`](crate::Config::set_address) need no lookup and no thread.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::thread;

use super::sigpipe;
use super::waiting::{Ended, Signal, Waiting};
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

/// A lookup that goes on in its thread, whether anybody waits for it or not.
pub(super) struct Lookup(Arc<Mutex<Found>>);

#[derive(Default)]
struct Found {
    addresses: Option<io::Result<Vec<SocketAddr>>>,
    waker: Option<Waker>,
}

impl Lookup {
    /// The addresses of a name that needs no lookup. The ports are the connector's to fill in.
    pub(super) fn needless(name: &str) -> Option<Vec<SocketAddr>> {
        match name {
            // RFC 6761 section 6.3: resolved without asking anybody.
            "localhost" => Some(vec![
                socket(Ipv4Addr::LOCALHOST),
                socket(Ipv6Addr::LOCALHOST),
            ]),
            name => name
                .parse()
                .ok()
                .map(|address: IpAddr| vec![socket(address)]),
        }
    }

    pub(super) fn start(name: &str) -> Result<Self, LookupError> {
        let lookup = Self(Arc::default());
        let (name, found) = (name.to_owned(), Arc::clone(&lookup.0));
        // The host's signals are for the host's threads: this one starts with all of them blocked.
        let started = sigpipe::with_signals_blocked(|| {
            thread::Builder::new()
                .name("verigator-dns".to_owned())
                .stack_size(STACK_BYTES)
                .spawn(move || {
                    let addresses = addresses(&name);
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.addresses = Some(addresses);
                    let waker = found.waker.take();
                    drop(found);
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                })
        });
        started.map(|_| lookup).map_err(LookupError::NoThread)
    }

    /// What was found, if that is known by now; or else `waker` is called once it is.
    pub(super) fn take(&self, waker: &Waker) -> Option<Result<Vec<SocketAddr>, LookupError>> {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found.addresses.is_none() {
            found.waker = Some(waker.clone());
        }
        found
            .addresses
            .take()
            .map(|addresses| addresses.map_err(LookupError::NotFound))
    }

    /// Waits for it.
    pub(super) async fn wait(
        &self,
        waiting: &Waiting<'_>,
    ) -> Result<Result<Vec<SocketAddr>, LookupError>, Ended> {
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(Arc::clone(&signal));
        loop {
            if let Some(found) = self.take(&waker) {
                return Ok(found);
            }
            waiting.signal(&signal).await?;
        }
    }
}

fn addresses(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((name, 0).to_socket_addrs()?.collect())
}

fn socket(address: impl Into<IpAddr>) -> SocketAddr {
    SocketAddr::new(address.into(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::closing::{Closing, Waiters};
    use crate::transport::waiting::block_on;
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, Instant};

    #[test]
    fn a_name_is_found_as_the_machine_finds_it() {
        let (closed, waiters) = (AtomicBool::new(false), Waiters::default());
        let closing = Closing {
            closed: &closed,
            waiters: &waiters,
        };
        let waiting = Waiting::new(Instant::now() + Duration::from_secs(300), &closing);
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        for name in [host.trim(), "localhost", &"a".repeat(64)] {
            let lookup = Lookup::start(name).unwrap();
            let found = block_on(lookup.wait(&waiting)).unwrap();
            assert_eq!(found.ok(), addresses(name).ok(), "{name}");
        }
    }

    #[test]
    fn an_address_and_localhost_need_no_lookup() {
        assert_eq!(
            Lookup::needless("::1"),
            Some(vec!["[::1]:0".parse().unwrap()])
        );
        assert_eq!(Lookup::needless("localhost").unwrap().len(), 2);
        assert_eq!(Lookup::needless("localhost.example"), None);
    }
}
