//! Blocks signals on this library's threads and calls, without touching the host's handlers.
//!
//! Writing to a connection that the peer has closed raises SIGPIPE, which ends a program that does not expect
//! it. A Rust program ignores it for the whole process; a library may not.

#[cfg(unix)]
pub(super) use unix::{Guard, with_signals_blocked};

#[cfg(not(unix))]
pub(super) use elsewhere::{Guard, with_signals_blocked};

#[cfg(unix)]
mod unix {
    use std::marker::PhantomData;
    use std::mem::MaybeUninit;
    use std::ptr;

    /// While it lives, SIGPIPE is blocked on this thread; one raised meanwhile is taken back.
    pub(in super::super) struct Guard {
        before: Option<libc::sigset_t>,
        /// A thread's signal mask belongs to the thread.
        _not_send: PhantomData<*const ()>,
    }

    impl Guard {
        pub(in super::super) fn new() -> Self {
            // One that waits for the host already is the host's to take.
            let is_hosts =
                |before: &libc::sigset_t| contains(before, libc::SIGPIPE) && is_pending();
            let before = block(&only(libc::SIGPIPE)).filter(|before| !is_hosts(before));
            Self {
                before,
                _not_send: PhantomData,
            }
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            if let Some(before) = &self.before {
                take_pending();
                restore(before);
            }
        }
    }

    /// Those that a thread raises by what it does itself: the host's crash handler is to run.
    const FAULTS: [libc::c_int; 7] = [
        libc::SIGABRT,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];

    /// Runs `action` with every signal blocked but the [`FAULTS`], so that a thread it starts begins
    /// that way.
    pub(in super::super) fn with_signals_blocked<T>(action: impl FnOnce() -> T) -> T {
        let mut all = MaybeUninit::uninit();
        // SAFETY: sigfillset initialises the set it is given and cannot fail; the numbers are valid.
        let all = unsafe {
            libc::sigfillset(all.as_mut_ptr());
            for fault in FAULTS {
                libc::sigdelset(all.as_mut_ptr(), fault);
            }
            all.assume_init()
        };
        let before = block(&all);
        let result = action();
        if let Some(before) = &before {
            restore(before);
        }
        result
    }

    fn only(signal: libc::c_int) -> libc::sigset_t {
        let mut set = MaybeUninit::uninit();
        // SAFETY: sigemptyset initialises the set; the signal's number is valid.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), signal);
            set.assume_init()
        }
    }

    fn contains(set: &libc::sigset_t, signal: libc::c_int) -> bool {
        // SAFETY: the set is initialised and the signal's number is valid.
        unsafe { libc::sigismember(set, signal) == 1 }
    }

    /// Adds `set` to this thread's mask and returns the mask before.
    fn block(set: &libc::sigset_t) -> Option<libc::sigset_t> {
        let mut before = MaybeUninit::uninit();
        // SAFETY: both sets are valid; the old mask is written when 0 is returned.
        unsafe {
            (libc::pthread_sigmask(libc::SIG_BLOCK, set, before.as_mut_ptr()) == 0)
                .then(|| before.assume_init())
        }
    }

    fn restore(mask: &libc::sigset_t) {
        // SAFETY: the mask was this thread's own; a null pointer asks for no old one.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, ptr::null_mut()) };
    }

    fn is_pending() -> bool {
        let mut pending = MaybeUninit::uninit();
        // SAFETY: sigpending initialises the set when it returns 0.
        unsafe {
            libc::sigpending(pending.as_mut_ptr()) == 0
                && contains(&pending.assume_init(), libc::SIGPIPE)
        }
    }

    /// A pending SIGPIPE would be delivered once the mask is restored, so it is taken back. Where
    /// there is no `sigtimedwait`, the standard library's sockets raise none.
    fn take_pending() {
        #[cfg(not(target_vendor = "apple"))]
        if is_pending() {
            let at_once = libc::timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            // SAFETY: the set and the time are valid; a null pointer asks for no details.
            unsafe { libc::sigtimedwait(&only(libc::SIGPIPE), ptr::null_mut(), &at_once) };
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    /// There is no SIGPIPE here.
    pub(in super::super) struct Guard;

    impl Guard {
        pub(in super::super) fn new() -> Self {
            Self
        }
    }

    pub(in super::super) fn with_signals_blocked<T>(action: impl FnOnce() -> T) -> T {
        action()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{PipeWriter, Write, pipe};
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static RAISED: AtomicU32 = AtomicU32::new(0);

    extern "C" fn count(_: libc::c_int) {
        RAISED.fetch_add(1, Ordering::SeqCst);
    }

    /// A pipe that nobody reads.
    fn broken_pipe() -> PipeWriter {
        pipe().unwrap().1
    }

    #[test]
    fn a_broken_pipe_raises_nothing_while_the_guard_lives_and_nothing_later() {
        // SAFETY: the handler does nothing but count; a test program ignores SIGPIPE otherwise, so
        // that no other test depends on it.
        unsafe { libc::signal(libc::SIGPIPE, count as extern "C" fn(libc::c_int) as usize) };
        {
            let _guard = Guard::new();
            assert!(broken_pipe().write_all(b"x").is_err());
        }
        assert_eq!(RAISED.load(Ordering::SeqCst), 0);

        // Without it, the signal comes: the mask is what it was.
        assert!(broken_pipe().write_all(b"x").is_err());
        assert_eq!(RAISED.load(Ordering::SeqCst), 1);
    }
}
