//! Looks names up by `getaddrinfo`, which alone knows all rules of the machine: hosts file, NSS, mDNS, split
//! DNS, Windows' policy tables.
//!
//! It blocks and cannot be interrupted. So it runs on a thread that lives for one lookup, and the call waits
//! no longer than its deadline. All calls of a context that need a name wait for one lookup of it. An IP
//! literal, `localhost` and [`Config::set_address`](crate::Config::set_address) need no lookup and no thread.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::own_thread;
use super::system_threads::Place;
use super::waiting::{Ended, Waiting};
use crate::error::Status;
use crate::lock::{Guard, Lock};

/// How long a name that was not found is not looked up again.
const NOT_FOUND_FOR: Duration = Duration::from_secs(1);

/// A name that could not be resolved.
#[derive(Clone, Debug)]
pub(super) enum LookupError {
    /// There is no thread to look it up on.
    NoThread(Arc<io::Error>),
    /// The operating system's answer.
    NotFound(Arc<io::Error>),
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

/// What a lookup came to.
type Found = Result<Vec<SocketAddr>, LookupError>;

/// The lookups of one context in one process: of the server's name and the proxy's.
#[derive(Default)]
pub(super) struct Names(Lock<Vec<Arc<Lookup>>>);

/// A lookup that goes on in its thread, whether anybody waits for it or not.
struct Lookup {
    name: String,
    state: Lock<State>,
}

#[derive(Default)]
struct State {
    ended: Option<(Found, Instant)>,
    waiters: Vec<(usize, Waker)>,
    next_waiter: usize,
}

/// One who waits for a lookup.
pub(super) struct Waiter {
    lookup: Arc<Lookup>,
    number: usize,
}

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

impl Names {
    /// Has a name looked up, unless that goes on already or has just failed.
    pub(super) fn look_up(&self, name: &str) -> Result<Waiter, LookupError> {
        let mut lookups = self.0.lock();
        lookups.retain(|lookup| lookup.lock().is_of_use(Instant::now()));
        let of_name = lookups.iter().find(|lookup| lookup.name == name);
        let lookup = match of_name {
            Some(lookup) => Arc::clone(lookup),
            None => {
                let lookup = Lookup::start(name)?;
                lookups.push(Arc::clone(&lookup));
                lookup
            }
        };
        Ok(lookup.waiter())
    }
}

impl State {
    /// Whether another call may take what comes, or came, of it.
    fn is_of_use(&self, now: Instant) -> bool {
        match &self.ended {
            None => true,
            Some((Ok(_), _)) => false,
            Some((Err(_), then)) => now.saturating_duration_since(*then) < NOT_FOUND_FOR,
        }
    }
}

impl Lookup {
    fn start(name: &str) -> Result<Arc<Self>, LookupError> {
        let no_thread = |error| LookupError::NoThread(Arc::new(error));
        let place = Place::take().map_err(no_thread)?;
        let lookup = Arc::new(Self {
            name: name.to_owned(),
            state: Lock::default(),
        });
        let of_thread = Arc::clone(&lookup);
        let started = own_thread::start("verigator-dns", move || {
            let found =
                addresses(&of_thread.name).map_err(|error| LookupError::NotFound(Arc::new(error)));
            drop(place);
            of_thread.end(found);
        });
        started.map(|_| lookup).map_err(no_thread)
    }

    fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    fn end(&self, found: Found) {
        let mut state = self.lock();
        state.ended = Some((found, Instant::now()));
        let waiters = std::mem::take(&mut state.waiters);
        // Not under the lock: who is woken asks at once.
        drop(state);
        waiters.into_iter().for_each(|(_, waker)| waker.wake());
    }

    fn waiter(self: Arc<Self>) -> Waiter {
        let mut state = self.lock();
        let number = state.next_waiter;
        state.next_waiter += 1;
        drop(state);
        Waiter {
            lookup: self,
            number,
        }
    }
}

impl Waiter {
    /// What was found, if that is known by now; or else `waker` is called once it is.
    pub(super) fn look(&self, waker: &Waker) -> Option<Found> {
        let mut state = self.lookup.lock();
        if let Some((found, _)) = &state.ended {
            return Some(found.clone());
        }
        state.waiters.retain(|(number, _)| *number != self.number);
        state.waiters.push((self.number, waker.clone()));
        None
    }

    /// Waits for it.
    pub(super) async fn wait(&self, waiting: &Waiting<'_>) -> Result<Found, Ended> {
        waiting.found(|waker| self.look(waker)).await
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut state = self.lookup.lock();
        state.waiters.retain(|(number, _)| *number != self.number);
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
    use crate::transport::waiting::{Caller, block_on};
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, Instant};

    #[test]
    fn a_name_is_found_as_the_machine_finds_it() {
        let (closed, waiters) = (AtomicBool::new(false), Waiters::default());
        let closing = Closing {
            closed: &closed,
            waiters: &waiters,
        };
        let caller = Caller::blocking(Duration::from_secs(300));
        let waiting = Waiting::new(&caller, &closing);
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let names = Names::default();
        for name in [host.trim(), "localhost", &"a".repeat(64)] {
            let lookup = names.look_up(name).unwrap();
            let found = block_on(lookup.wait(&waiting)).unwrap();
            assert_eq!(found.ok(), addresses(name).ok(), "{name}");
        }
    }

    #[test]
    fn an_address_and_localhost_need_no_lookup() {
        assert_eq!(needless("::1"), Some(vec!["[::1]:0".parse().unwrap()]));
        assert_eq!(needless("localhost").unwrap().len(), 2);
        assert_eq!(needless("localhost.example"), None);
    }

    /// A lookup in a thread that is held up.
    fn hanging(names: &Names, name: &str) -> Arc<Lookup> {
        let lookup = Arc::new(Lookup {
            name: name.to_owned(),
            state: Lock::default(),
        });
        names.0.lock().push(Arc::clone(&lookup));
        lookup
    }

    #[test]
    fn a_name_is_looked_up_once_for_all_who_wait() {
        let names = Names::default();
        let lookup = hanging(&names, "hangs.test");
        let waiters: Vec<_> = (0..500)
            .map(|_| names.look_up("hangs.test").unwrap())
            .collect();
        for waiter in &waiters {
            assert!(Arc::ptr_eq(&waiter.lookup, &lookup));
            assert!(waiter.look(Waker::noop()).is_none());
            assert!(waiter.look(Waker::noop()).is_none());
        }
        assert_eq!(lookup.lock().waiters.len(), 500);
        // Those that gave up leave nothing behind.
        drop(waiters);
        assert!(lookup.lock().waiters.is_empty());

        let waiter = names.look_up("hangs.test").unwrap();
        lookup.end(Ok(vec![socket(Ipv4Addr::LOCALHOST)]));
        assert!(waiter.look(Waker::noop()).unwrap().is_ok());
        // It may have changed since.
        let next = names.look_up("hangs.test").unwrap();
        assert!(!Arc::ptr_eq(&next.lookup, &lookup));
    }

    #[test]
    fn a_name_that_was_not_found_is_not_looked_up_again_at_once() {
        let names = Names::default();
        let lookup = hanging(&names, "absent.test");
        let not_found = io::Error::other("absent");
        lookup.end(Err(LookupError::NotFound(Arc::new(not_found))));
        let waiter = names.look_up("absent.test").unwrap();
        assert!(Arc::ptr_eq(&waiter.lookup, &lookup));
        let error = waiter.look(Waker::noop()).unwrap().unwrap_err();
        assert_eq!(error.to_string(), "absent");

        let now = Instant::now();
        assert!(lookup.lock().is_of_use(now));
        assert!(!lookup.lock().is_of_use(now + NOT_FOUND_FOR));
    }
}
