//! Which process this is, as its children and ancestors must tell it from themselves.
//!
//! The process id alone does not: the first process of a PID namespace has the id 1, as its parent
//! may have in a namespace of its own. So forks are counted as well. The count alone would not do
//! either, since `_Fork()` and a bare `clone()` pass the counter by.

use std::process;

use crate::error::Result;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessIdentity {
    id: u32,
    forks: usize,
}

impl ProcessIdentity {
    /// Sees to it that forks are counted from now on.
    pub(crate) fn watch() -> Result<()> {
        forks::count_them()
    }

    /// It in few bits: enough to tell a process from its parent.
    pub(crate) fn digest(self) -> u32 {
        self.id ^ (self.forks as u32).rotate_left(22)
    }

    pub(crate) fn current() -> Self {
        Self {
            id: process::id(),
            forks: forks::so_far(),
        }
    }

    /// That of some other process.
    #[cfg(test)]
    pub(super) fn another() -> Self {
        let mut another = Self::current();
        another.forks += 1;
        another
    }
}

#[cfg(unix)]
mod forks {
    use std::io;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use crate::error::{Error, Result, Status};

    /// How many forks lead to this process from the one that began to count.
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    pub(crate) fn so_far() -> usize {
        COUNT.load(Ordering::Relaxed)
    }

    pub(crate) fn count_them() -> Result<()> {
        // Not a `Once`, for which a child would wait that was forked in the middle of it. Two
        // threads may come here at once; then each fork counts twice, which tells as much.
        static COUNTING: AtomicBool = AtomicBool::new(false);
        if COUNTING.load(Ordering::Acquire) {
            return Ok(());
        }
        // SAFETY: the function may run in a child of `fork()`, as it only adds to an atomic. It stays
        // loaded: the shared library cannot be unloaded, and the C library forgets the function when
        // a library that was linked with the static one is.
        let code = unsafe { libc::pthread_atfork(None, None, Some(count_one)) };
        if code != 0 {
            let why = io::Error::from_raw_os_error(code);
            let message = format!("the operating system does not tell of forks: {why}");
            return Err(Error::new(Status::SYSTEM, message));
        }
        COUNTING.store(true, Ordering::Release);
        Ok(())
    }

    unsafe extern "C" fn count_one() {
        COUNT.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(not(unix))]
mod forks {
    use crate::error::Result;

    pub(crate) fn so_far() -> usize {
        0
    }

    pub(crate) fn count_them() -> Result<()> {
        Ok(())
    }
}
