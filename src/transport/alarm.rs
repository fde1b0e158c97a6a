//! Wakes the thread of a queue from its sleep, from any thread and at any time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags};

use super::socket::Socket;
use crate::lock::Lock;

/// How long the thread sleeps when there is no descriptor left to wake it by, or none may be looked at.
pub(super) const NAP: Duration = Duration::from_millis(10);

pub(crate) struct Alarm {
    is_rung: AtomicBool,
    is_asleep: AtomicBool,
    /// What is written at one end wakes who sleeps at the other. Another pair once the host took it.
    pair: Lock<Arc<Pair>>,
}

struct Pair {
    near: Socket,
    far: Socket,
}

impl Alarm {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            is_rung: AtomicBool::new(false),
            is_asleep: AtomicBool::new(false),
            pair: Lock::new(Pair::new()?),
        })
    }

    /// Has the thread look at what it has to do: now, or if it is at that, once more.
    pub(crate) fn ring(&self) {
        let was_rung = self.is_rung.swap(true, Ordering::SeqCst);
        if was_rung || !self.is_asleep.load(Ordering::SeqCst) {
            return;
        }
        let pair = self.pair();
        if pair.far.is_ours() {
            // One that is full wakes as well.
            let _ = pair.far.write(&[0]);
        }
    }

    /// Runs `wait` with what is ready once the alarm is rung; with nothing if it must not wait, since
    /// that was done already. `wait` says whether it was ready.
    pub(super) fn sleep(&self, wait: impl FnOnce(Option<PollFd<'_>>) -> bool) {
        self.is_asleep.store(true, Ordering::SeqCst);
        if self.is_rung.swap(false, Ordering::SeqCst) {
            self.is_asleep.store(false, Ordering::SeqCst);
            wait(None);
            return;
        }
        if let Ok(pair) = self.own_pair() {
            let is_ready = wait(Some(PollFd::new(&pair.near, PollFlags::IN)));
            if is_ready && pair.near.is_ours() {
                self.take(&pair);
            }
        } else {
            wait(None);
            thread::sleep(NAP);
        }
        self.is_asleep.store(false, Ordering::SeqCst);
        // Who rings from now on means what is not looked at yet.
        self.is_rung.store(false, Ordering::SeqCst);
    }

    /// Takes what woke the thread. A pair that was broken, as a firewall may do to one over loopback, would
    /// do so for ever: another takes its place.
    fn take(&self, pair: &Pair) {
        let is_broken = match pair.near.read(&mut [0; 64], false) {
            Ok(length) => length == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        };
        if is_broken && let Ok(another) = Pair::new() {
            *self.pair.lock() = another;
        }
    }

    fn pair(&self) -> Arc<Pair> {
        Arc::clone(&self.pair.lock())
    }

    /// A pair that the host has not taken.
    fn own_pair(&self) -> io::Result<Arc<Pair>> {
        let mut pair = self.pair.lock();
        if !pair.near.is_ours() || !pair.far.is_ours() {
            *pair = Pair::new()?;
        }
        Ok(Arc::clone(&pair))
    }
}

impl Pair {
    fn new() -> io::Result<Arc<Self>> {
        let (near, far) = Socket::pair()?;
        Ok(Arc::new(Self { near, far }))
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::event::{Timespec, poll};

    /// Whether a sleep is over at once after this happened during it.
    fn is_woken_by(alarm: &Alarm, event: impl FnOnce()) -> bool {
        let mut is_ready = false;
        alarm.sleep(|rung| {
            event();
            let mut polled: Vec<_> = rung.into_iter().collect();
            let at_once = Timespec::try_from(Duration::ZERO).unwrap();
            poll(&mut polled, Some(&at_once)).unwrap();
            is_ready = polled.iter().any(|one| !one.revents().is_empty());
            is_ready
        });
        is_ready
    }

    #[test]
    fn a_pair_that_is_broken_wakes_once_and_then_another_does() {
        let alarm = Alarm::new().unwrap();
        assert!(!is_woken_by(&alarm, || ()));
        assert!(is_woken_by(&alarm, || alarm.pair().far.shut_down()));
        assert!(!is_woken_by(&alarm, || ()));
        assert!(is_woken_by(&alarm, || alarm.ring()));
        assert!(!is_woken_by(&alarm, || ()));
    }
}
