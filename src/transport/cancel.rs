//! Cancelling a call: any thread asks for it, and whoever waits for the call is told at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use crate::lock::{Guard, Lock};

/// Whether one call was cancelled, and who is to be told.
#[derive(Default)]
pub(crate) struct Cancel {
    is_asked_for: AtomicBool,
    listeners: Lock<Listeners>,
}

#[derive(Default)]
struct Listeners {
    wakers: Vec<(usize, Waker)>,
    next: usize,
}

/// Hears of it as long as this lives, and not a moment longer: the socket that is shut down for this
/// call may serve another one then.
pub(super) struct Listening<'a> {
    cancel: &'a Cancel,
    number: usize,
}

impl Cancel {
    pub(crate) fn is_asked_for(&self) -> bool {
        self.is_asked_for.load(Ordering::SeqCst)
    }

    /// Cannot be undone.
    pub(crate) fn ask(&self) {
        self.is_asked_for.store(true, Ordering::SeqCst);
        // Under the lock, so that nobody is woken who has stopped to listen.
        for (_, waker) in &self.lock().wakers {
            waker.wake_by_ref();
        }
    }

    /// Has this waker called. Who listens looks afterwards whether it was [asked for](Self::is_asked_for).
    pub(super) fn listen(&self, waker: Waker) -> Listening<'_> {
        let mut listeners = self.lock();
        let number = listeners.next;
        listeners.next += 1;
        listeners.wakers.push((number, waker));
        Listening {
            cancel: self,
            number,
        }
    }

    fn lock(&self) -> Guard<'_, Listeners> {
        self.listeners.lock()
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let mut listeners = self.cancel.lock();
        let place = listeners
            .wakers
            .iter()
            .position(|(number, _)| *number == self.number);
        let waker = place.map(|place| listeners.wakers.swap_remove(place));
        // Dropped once the lock is free: a socket may go with it.
        drop(listeners);
        drop(waker);
    }
}
