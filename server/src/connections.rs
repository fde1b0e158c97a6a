//! All connections: bounded in number, and in the sum of the bytes that they hold. Over a bound those are
//! closed in favour of others whose clients have been idle longest; what the server is working on is not
//! interrupted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::connection::Connection;
use crate::metrics::ConnectionCounters;

/// The most connections if nothing else is said. One takes about 10 KB, and 30 KB while a request of it is
/// under way. Clients are programs that keep a few each, or a proxy.
pub const MOST: usize = 3000;
/// How many bytes all connections may hold of requests that are not worked off.
const MOST_HELD: usize = 24 << 20;
/// How many descriptors are left for the database and whatever else the server opens.
const OTHER_FILES: usize = 128;
/// Which part of all goes at once over a bound, so that not every newcomer costs a search.
const PART: usize = 100;
/// How long to wait for a descriptor that is about to be free.
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections there may be in a process that may open so many files: at most [`MOST`].
pub fn fitting(open_files: usize) -> usize {
    let others = OTHER_FILES.min(open_files / 2);
    (open_files - others).clamp(1, MOST)
}

/// All connections.
pub struct Connections {
    most: usize,
    places: Arc<Semaphore>,
    open: Mutex<Open>,
    held: AtomicUsize,
    /// Held by whoever closes connections for what they hold.
    relieving: Mutex<()>,
    began: Instant,
    ended: Notify,
    counters: ConnectionCounters,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Arc<Connection>>,
}

/// The place of one connection, which is free again when this is dropped.
pub struct Place {
    /// What is known of the connection.
    pub connection: Arc<Connection>,
    all: Arc<Connections>,
    number: u64,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// Room for at most so many connections.
    pub fn new(most: usize, counters: ConnectionCounters) -> Arc<Self> {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Self {
            most,
            places: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            held: AtomicUsize::new(0),
            relieving: Mutex::default(),
            began: Instant::now(),
            ended: Notify::new(),
            counters,
        })
    }

    /// Lets a connection in, if need be for the one that has been idle longest; `None` if the server is
    /// working on all of them.
    pub async fn admit(self: &Arc<Self>) -> Option<Place> {
        let places = self.places.clone();
        let permit = match places.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) if self.close_oldest() => places.acquire_owned().await.ok()?,
            Err(_) => {
                self.counters.refused.add(1);
                return None;
            }
        };
        let connection = Arc::new(Connection::new(self.clone()));
        let mut open = self.open();
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, connection.clone());
        self.counters.opened.add(1);
        Some(Place {
            connection,
            all: self.clone(),
            number,
            _permit: permit,
        })
    }

    /// Frees descriptors where none is left, and waits for that a moment; `false` if none can be freed.
    pub async fn make_room(&self) -> bool {
        let ended = self.ended.notified();
        let closed = self.close_oldest();
        if !closed {
            tokio::time::sleep(PAUSE).await;
        } else {
            let _ = tokio::time::timeout(PAUSE, ended).await;
        }
        closed
    }

    /// Microseconds since the beginning.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }

    /// Takes note of what a connection holds, and held before.
    pub fn hold(&self, bytes: usize, before: usize) {
        self.held.fetch_add(bytes, SeqCst);
        let held = self.held.fetch_sub(before, SeqCst) - before;
        if held > MOST_HELD && bytes > before {
            self.relieve();
        }
    }

    /// Closes connections that hold more than their share, of which there are some if all hold too much.
    fn relieve(&self) {
        let Ok(_relieving) = self.relieving.try_lock() else {
            return;
        };
        let share = MOST_HELD / self.most;
        self.close(
            |connection| connection.held() > share,
            |_| self.held.load(SeqCst) > MOST_HELD - MOST_HELD / PART,
        );
    }

    fn close_oldest(&self) -> bool {
        let enough = self.most.div_ceil(PART);
        self.close(|_| true, |closed| closed < enough) > 0
    }

    /// Closes, while there are to be more, those of some connections that have been idle longest.
    fn close(&self, which: impl Fn(&Connection) -> bool, more: impl Fn(usize) -> bool) -> usize {
        let mut idle: Vec<_> = {
            let open = self.open();
            let connections = open.connections.values();
            connections
                .filter(|connection| connection.is_clients_turn() && which(connection))
                .map(|connection| (connection.moved(), connection.clone()))
                .collect()
        };
        idle.sort_by_key(|(moved, _)| *moved);
        let mut closed = 0;
        for (_, connection) in idle {
            if !more(closed) {
                break;
            }
            closed += usize::from(connection.close());
        }
        self.counters.closed_for_others.add(closed as u64);
        closed
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.open().connections.remove(&self.number);
        self.connection.ended();
        self.all.counters.ended.add(1);
        self.all.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_descriptors_are_left_for_others() {
        assert_eq!(fitting(64), 32);
        assert_eq!(fitting(1024), 896);
        assert_eq!(fitting(1_048_576), MOST);
        assert_eq!(fitting(0), 1);
    }

    fn connections(most: usize) -> (Arc<Connections>, ConnectionCounters) {
        let counters = ConnectionCounters::default();
        (Connections::new(most, counters.clone()), counters)
    }

    #[tokio::test]
    async fn the_one_that_is_idle_longest_goes_for_a_newcomer_and_no_other() {
        let (all, counters) = connections(2);
        let oldest = all.admit().await.unwrap();
        let working = all.admit().await.unwrap();
        assert!(working.connection.work());
        let serving = tokio::spawn(async move {
            oldest.connection.closed().await;
            oldest.connection.work()
        });
        let newcomer = all.admit().await.unwrap();
        assert!(!serving.await.unwrap(), "what is closed is not worked on");
        assert!(newcomer.connection.work());
        assert!(all.admit().await.is_none());
        assert_eq!(counters.opened.get(), 3);
        assert_eq!(counters.closed_for_others.get(), 1);
        assert_eq!(counters.refused.get(), 1);
        drop(working);
        assert!(all.admit().await.is_some());
        assert_eq!(counters.ended.get(), 3);
    }
}
