//! Closing a context: who waits registers a waker, which is called then. The waker of a socket shuts it down,
//! that of a thread wakes it.
//!
//! Nothing here waits for a thread that a `fork()` left behind: each process has a table of its own, and that
//! has no lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::task::Waker;

use crate::table::{Generations, Table, Ticket};

/// A place is used again for ever.
const GENERATIONS: Generations = Generations {
    count: u32::MAX,
    begin_anew: true,
};

/// Those of one process who may wait.
pub(super) struct Waiters(Arc<Table<Waker>>);

/// A place among them, for as long as this lives.
pub(super) struct Registration {
    waiters: Arc<Table<Waker>>,
    /// None if there are millions.
    ticket: Option<Ticket>,
}

/// Whether a context is being closed, and who is to be told.
#[derive(Clone, Copy)]
pub(super) struct Closing<'a> {
    pub(super) closed: &'a AtomicBool,
    pub(super) waiters: &'a Waiters,
}

impl Closing<'_> {
    pub(super) fn has_begun(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Has this waker called once the context is closed. Who registers looks afterwards whether that
    /// [has begun](Self::has_begun): one in between is not missed.
    pub(super) fn register(&self, waker: Waker) -> Registration {
        self.waiters.register(waker)
    }
}

impl Default for Waiters {
    fn default() -> Self {
        Self(Arc::new(Table::new()))
    }
}

impl Waiters {
    fn register(&self, waker: Waker) -> Registration {
        let ticket = self.0.insert(waker, GENERATIONS);
        // Whoever closes says so and then looks who waits: one of the two sees the other.
        fence(Ordering::SeqCst);
        Registration {
            waiters: Arc::clone(&self.0),
            ticket,
        }
    }

    pub(super) fn wake_all(&self) {
        fence(Ordering::SeqCst);
        for waker in self.0.iter() {
            waker.wake_by_ref();
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.waiters.remove(ticket, GENERATIONS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn all_who_are_registered_are_woken_and_places_are_used_again() {
        let waiters = Waiters::default();
        let count = Arc::new(Count::default());
        let register = || waiters.register(Waker::from(Arc::clone(&count)));
        let (first, _second) = (register(), register());
        let place = first.ticket.unwrap().slot;
        drop(first);
        let third = register();
        assert_eq!(third.ticket.unwrap().slot, place);
        waiters.wake_all();
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
    }
}
