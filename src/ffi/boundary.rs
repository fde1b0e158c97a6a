//! What every export runs in: a panic is caught, and a failure becomes a status and the thread's last
//! error.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::panic_hook;
use super::status::{VERIGATOR_OK, verigator_status};
use crate::error::{Error, Result};

thread_local! {
    static LAST_ERROR: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Runs an export that can fail.
pub(super) fn call(export: impl FnOnce() -> Result<()>) -> verigator_status {
    status(|| export().map(|()| VERIGATOR_OK))
}

/// Runs an export that can fail, and has several ways to succeed.
pub(super) fn status(export: impl FnOnce() -> Result<verigator_status>) -> verigator_status {
    let error = match guarded(export) {
        Ok(Ok(status)) => return status,
        Ok(Err(error)) => error,
        Err(panic) => Error::defect(panic.as_ref(), panic_hook::place()),
    };
    let status = error.status().value();
    remember(error);
    status
}

/// Runs an export that reads: what it cannot read is `otherwise`. The last error stays as it was.
pub(super) fn read<T>(otherwise: T, export: impl FnOnce() -> Result<T>) -> T {
    match guarded(export) {
        Ok(Ok(value)) => value,
        _ => otherwise,
    }
}

fn guarded<T>(export: impl FnOnce() -> Result<T>) -> thread::Result<Result<T>> {
    panic_hook::within(|| {
        catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            panic_if_asked();
            export()
        }))
    })
}

/// This thread's last failure.
pub(super) fn last_error() -> Option<Error> {
    LAST_ERROR
        .try_with(|last| last.borrow().clone())
        .ok()
        .flatten()
}

/// Drops this thread's last failure. Nothing is left to tell in, should that panic.
pub(super) fn forget() {
    let _ = guarded(|| {
        drop(LAST_ERROR.try_with(RefCell::take));
        Ok(())
    });
}

fn remember(error: Error) {
    // While the thread ends there is nothing left to remember it in; the status is returned anyway.
    let _ = LAST_ERROR.try_with(|last| last.replace(Some(error)));
}

#[cfg(test)]
pub(super) use on_purpose::{panic_if_asked, panic_next, will_panic};

/// Panics where a defect might, in the tests' build only.
#[cfg(test)]
mod on_purpose {
    use std::cell::Cell;

    thread_local! {
        static PANIC_NEXT: Cell<bool> = const { Cell::new(false) };
    }

    /// The next export that this thread calls panics.
    pub(in super::super) fn panic_next() {
        PANIC_NEXT.set(true);
    }

    pub(in super::super) fn will_panic() -> bool {
        PANIC_NEXT.get()
    }

    pub(in super::super) fn panic_if_asked() {
        assert!(!PANIC_NEXT.replace(false), "on purpose");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    #[test]
    fn a_panic_becomes_a_status_and_the_next_call_works() {
        assert_eq!(call(|| panic!("on purpose")), Status::PANIC.value());
        let error = last_error().unwrap();
        assert!(error.message().contains("on purpose"), "{error}");
        assert!(error.maybe_sent() && !error.retry_safe());
        assert_eq!(call(|| Ok(())), VERIGATOR_OK);
        assert_eq!(read(7, || panic!("on purpose")), 7);
    }

    #[test]
    fn success_leaves_the_last_error_and_each_thread_has_its_own() {
        call(|| Err(Error::invalid_argument("first")));
        call(|| Ok(()));
        assert_eq!(last_error().unwrap().message(), "first");
        assert!(
            std::thread::spawn(|| last_error().is_none())
                .join()
                .unwrap()
        );
    }
}
