//! Who waits, so that closing a context ends it.
//!
//! Whoever may wait leaves a waker: that of a socket shuts it down, that of a thread wakes it. The
//! list is walked by whoever closes, and by each connection once; it only grows, and its places are
//! used again. Nothing here waits for a thread that a `fork()` left behind, since each process has
//! a list of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use once_cell::race::OnceBox;

use crate::lock::{Guard, Lock};

/// Those of one process who may wait.
#[derive(Default)]
pub(super) struct Waiters {
    first: OnceBox<Arc<Place>>,
}

#[derive(Default)]
struct Place {
    is_taken: AtomicBool,
    waker: Lock<Option<Waker>>,
    next: OnceBox<Arc<Place>>,
}

/// A place in the list, for as long as this lives.
pub(super) struct Registration(Arc<Place>);

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

impl Waiters {
    fn register(&self, waker: Waker) -> Registration {
        let mut place = self.first.get_or_init(Box::default);
        while place.is_taken.swap(true, Ordering::SeqCst) {
            place = place.next.get_or_init(Box::default);
        }
        place.set(Some(waker));
        Registration(Arc::clone(place))
    }

    pub(super) fn wake_all(&self) {
        let mut next = self.first.get();
        while let Some(place) = next {
            // Not under the lock: what wakes may itself end a registration.
            let waker = place.lock().clone();
            if let Some(waker) = waker {
                waker.wake();
            }
            next = place.next.get();
        }
    }
}

impl Place {
    fn lock(&self) -> Guard<'_, Option<Waker>> {
        self.waker.lock()
    }

    fn set(&self, waker: Option<Waker>) {
        // The old one is dropped once the lock is free: a socket may go with it.
        let _old = std::mem::replace(&mut *self.lock(), waker);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.0.set(None);
        self.0.is_taken.store(false, Ordering::SeqCst);
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
        let place = Arc::clone(&first.0);
        drop(first);
        let third = register();
        assert!(Arc::ptr_eq(&place, &third.0));
        waiters.wake_all();
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
    }
}
