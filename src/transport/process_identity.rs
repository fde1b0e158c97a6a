//! Which process this is: a child of `fork()` must tell itself from its parent, whose connections and locks
//! it finds in its memory.
//!
//! The process id does not do: in a PID namespace of its own a child may have its parent's. So forks are
//! counted too, and, since `_Fork()` and a bare `clone()` are not seen by that, a [page](mark) is used that
//! Linux (since 4.14) empties in every child with memory of its own. It also saves a system call for the id each time.
//! A child that shares its parent's memory, as after `vfork()`, is the same process here.

use crate::error::Result;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessIdentity {
    mark: u64,
    forks: usize,
}

impl ProcessIdentity {
    /// Sees to it that forks are counted from now on.
    pub(crate) fn watch() -> Result<()> {
        forks::count_them()
    }

    /// It in few bits: enough to tell a process from its parent.
    pub(crate) fn digest(self) -> u32 {
        let generation = ((self.mark >> 32) as u32).wrapping_add(self.forks as u32);
        self.mark as u32 ^ generation.rotate_left(22)
    }

    pub(crate) fn current() -> Self {
        Self {
            mark: mark::of_this_process(),
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

/// The process's id; above it a number that no ancestor has, where there is the page for it.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod mark {
    use std::process;
    use std::ptr;
    use std::sync::atomic::{AtomicU64, Ordering};

    use once_cell::race::OnceBox;

    /// The largest page there is.
    const PAGE_BYTES: usize = 65_536;

    /// The last number that was given, here or by an ancestor.
    static LAST: AtomicU64 = AtomicU64::new(0);

    pub(super) fn of_this_process() -> u64 {
        // Not a `Once`, for which a child would wait that was forked in the middle of it.
        static PAGE: OnceBox<Option<&'static AtomicU64>> = OnceBox::new();
        match PAGE.get_or_init(|| Box::new(page())) {
            Some(page) => match page.load(Ordering::Acquire) {
                0 => begin(page),
                mark => mark,
            },
            None => process::id().into(),
        }
    }

    /// The first mark of a process. Of several threads that begin at once all take the first one's.
    fn begin(page: &AtomicU64) -> u64 {
        let number = LAST.fetch_add(1, Ordering::SeqCst) + 1;
        let mark = number << 32 | u64::from(process::id());
        page.compare_exchange(0, mark, Ordering::SeqCst, Ordering::SeqCst)
            .map_or_else(|now| now, |_| mark)
    }

    /// Memory that is zero again in each child (Linux 4.14). It stays.
    fn page() -> Option<&'static AtomicU64> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: the system chooses a place where nothing is; the advice is about that alone, and
        // nobody else has it when it is given back.
        unsafe {
            let page = libc::mmap(ptr::null_mut(), PAGE_BYTES, access, kind, -1, 0);
            if page == libc::MAP_FAILED {
                return None;
            }
            // An emulator may take any advice and follow none: it also takes what is no advice.
            let takes = |advice| libc::madvise(page, PAGE_BYTES, advice) == 0;
            if takes(-1) || !takes(libc::MADV_WIPEONFORK) {
                libc::munmap(page, PAGE_BYTES);
                return None;
            }
            Some(AtomicU64::from_ptr(page.cast()))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn all_threads_take_the_first_ones_mark_and_no_child_has_it() {
            let page = AtomicU64::new(0);
            let mark = begin(&page);
            assert_eq!(begin(&page), mark);
            let wiped = AtomicU64::new(0);
            assert_ne!(begin(&wiped), mark);
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod mark {
    pub(super) fn of_this_process() -> u64 {
        std::process::id().into()
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// It passes by what counts forks, and its process id may be its parent's in another namespace.
    #[test]
    fn a_child_of_a_bare_clone_is_told_from_its_parent_without_its_id() {
        let without_id = || {
            let ProcessIdentity { mark, forks } = ProcessIdentity::current();
            (mark >> 32, forks)
        };
        let parent = without_id();
        assert_eq!(without_id(), parent);
        let mut status = 0;
        // SAFETY: the child only compares numbers, and ends; the parent waits for that one.
        unsafe {
            let child = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) as libc::pid_t;
            if child == 0 {
                libc::_exit(i32::from(without_id() == parent));
            }
            assert_eq!(libc::waitpid(child, &mut status, 0), child);
        }
        assert_eq!(status, 0);
    }
}
