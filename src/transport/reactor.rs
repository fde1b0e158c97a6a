//! How the thread of a queue waits: for the sockets and the times of all its calls at once, by `poll(2)`.
//!
//! An event queue of the operating system would be faster with thousands of connections. But it is a
//! descriptor, which a host may close, and which cannot be told from one of the host's that has its number
//! later.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use slab::Slab;

use super::alarm::{Alarm, NAP};
use super::lanes::Stash;
use super::socket::Socket;
use crate::lock::{Guard, Lock};

/// The waits of one thread, and the lanes that rest between its calls. The lock is never waited for:
/// nobody else takes it.
#[derive(Default)]
pub(crate) struct Reactor {
    pub(super) lanes: Arc<Stash>,
    waits: Lock<Slab<Wait>>,
}

struct Wait {
    sockets: Vec<Arc<Socket>>,
    what: PollFlags,
    until: Instant,
    waker: Waker,
}

/// A wait that is taken out once it is dropped.
struct Entry<'a> {
    reactor: &'a Reactor,
    key: usize,
}

impl Wait {
    fn polled<'a>(&self, socket: &'a Socket) -> PollFd<'a> {
        PollFd::new(socket, self.what)
    }
}

impl Reactor {
    /// Waits until one of these sockets can be used, until `until`, or until somebody wakes the task.
    pub(super) async fn wait(&self, sockets: &[&Arc<Socket>], what: PollFlags, until: Instant) {
        let mut entry = None;
        poll_fn(|cx| {
            if entry.is_some() {
                return Poll::Ready(());
            }
            let key = self.lock().insert(Wait {
                sockets: sockets.iter().map(|one| Arc::clone(one)).collect(),
                what,
                until,
                waker: cx.waker().clone(),
            });
            entry = Some(Entry { reactor: self, key });
            Poll::Pending
        })
        .await;
    }

    /// Waits until one of its waits is over, the alarm was rung, or `until`; wakes whose waits are.
    pub(crate) fn turn(&self, alarm: &Alarm, until: Option<Instant>) {
        let waits = self.lock();
        let until = waits.iter().map(|(_, wait)| wait.until).chain(until).min();
        alarm.sleep(|rung| {
            let left = match rung {
                Some(_) => until.map(|until| until.saturating_duration_since(Instant::now())),
                None => Some(Duration::ZERO),
            };
            // Nearly always a socket a wait: there may be thousands, each time.
            let mut keys = Vec::with_capacity(waits.len());
            let mut polled = Vec::with_capacity(waits.len() + 1);
            for (key, wait) in waits.iter() {
                for socket in &wait.sockets {
                    keys.push(key);
                    polled.push(wait.polled(socket));
                }
            }
            polled.extend(rung);
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            // As where the host lowered its limit on descriptors below how many there are.
            let failed = |error| error != Errno::INTR;
            let is_blind = poll(&mut polled, left.as_ref()).is_err_and(failed);
            if is_blind && !polled.is_empty() {
                thread::sleep(NAP);
            }
            // Whatever is wrong with a socket, its next use tells.
            let is_ready = |polled: &PollFd<'_>| is_blind || !polled.revents().is_empty();
            for (key, _) in keys.iter().zip(&polled).filter(|(_, one)| is_ready(one)) {
                waits[*key].waker.wake_by_ref();
            }
            polled.get(keys.len()).is_some_and(is_ready)
        });
        let now = Instant::now();
        for (_, wait) in waits.iter().filter(|(_, wait)| wait.until <= now) {
            wait.waker.wake_by_ref();
        }
    }

    fn lock(&self) -> Guard<'_, Slab<Wait>> {
        self.waits.lock()
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let wait = self.reactor.lock().try_remove(self.key);
        drop(wait);
    }
}
