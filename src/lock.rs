//! A mutex without poison: a thread that panics while it holds one leaves it to the others as it is.
//!
//! With `--cfg sees_locks`, which `scripts/sanitize` sets, an atomic of this crate is taken with it:
//! ThreadSanitizer does not see how threads wait in the standard library, which comes compiled.

#[cfg(not(sees_locks))]
use std::sync::PoisonError;
use std::sync::{Condvar, Mutex};
#[cfg(not(sees_locks))]
use std::time::Duration;

#[cfg(not(sees_locks))]
pub(crate) use std::sync::MutexGuard as Guard;

#[cfg(sees_locks)]
pub(crate) use seen::Guard;

#[derive(Default)]
pub(crate) struct Lock<T> {
    mutex: Mutex<T>,
    #[cfg(sees_locks)]
    is_taken: std::sync::atomic::AtomicBool,
}

/// Something to wait for that another thread brings about under the lock. Who waits looks again whether
/// it is there: a wait may end without it.
#[derive(Default)]
pub(crate) struct Condition(Condvar);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            mutex: Mutex::new(value),
            #[cfg(sees_locks)]
            is_taken: false.into(),
        }
    }

    #[cfg(not(sees_locks))]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(sees_locks))]
impl Condition {
    pub(crate) fn wait<'a, T>(&self, guard: Guard<'a, T>) -> Guard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wait_for<'a, T>(&self, guard: Guard<'a, T>, most: Duration) -> Guard<'a, T> {
        let waited = self.0.wait_timeout(guard, most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

#[cfg(sees_locks)]
mod seen {
    use std::ops::{Deref, DerefMut};
    use std::sync::atomic::Ordering;
    use std::sync::{MutexGuard, PoisonError};
    use std::thread;
    use std::time::Duration;

    use super::{Condition, Lock};

    /// As often as a condition is looked at.
    const TURN: Duration = Duration::from_millis(1);

    pub(crate) struct Guard<'a, T> {
        lock: &'a Lock<T>,
        guard: Option<MutexGuard<'a, T>>,
    }

    impl<T> Lock<T> {
        pub(crate) fn lock(&self) -> Guard<'_, T> {
            while self.is_taken.swap(true, Ordering::Acquire) {
                thread::yield_now();
            }
            Guard {
                lock: self,
                guard: Some(self.mutex.lock().unwrap_or_else(PoisonError::into_inner)),
            }
        }
    }

    impl<T> Drop for Guard<'_, T> {
        fn drop(&mut self) {
            self.guard = None;
            self.lock.is_taken.store(false, Ordering::Release);
        }
    }

    impl<T> Deref for Guard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.guard
                .as_ref()
                .expect("it is there until it is dropped")
        }
    }

    impl<T> DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.guard
                .as_mut()
                .expect("it is there until it is dropped")
        }
    }

    impl Condition {
        pub(crate) fn wait<'a, T>(&self, guard: Guard<'a, T>) -> Guard<'a, T> {
            self.wait_for(guard, TURN)
        }

        pub(crate) fn wait_for<'a, T>(&self, guard: Guard<'a, T>, most: Duration) -> Guard<'a, T> {
            let lock = guard.lock;
            drop(guard);
            thread::sleep(most.min(TURN));
            lock.lock()
        }

        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }
    }
}
