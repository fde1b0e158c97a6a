//! Children of the soak's process, each forked in the middle of the calls of 32 threads, make a call on
//! the context that they inherit.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a child's call came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Answered,
    Failed,
    /// It was answered what another call asked for, or it did not end as it should.
    Wrong,
}

/// Forks a child that makes this call, and waits for it.
pub fn fork(call: impl FnOnce() -> bool) -> Fate {
    // SAFETY: the child makes its call, which is what is tested, and ends without running anything else
    // of this process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let fate = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(true) => Fate::Answered,
            Ok(false) => Fate::Failed,
            Err(_) => Fate::Wrong,
        };
        // SAFETY: it only ends the child.
        unsafe { libc::_exit(fate as i32) };
    }
    let mut status = 0;
    // SAFETY: the status is valid for writing.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    let is_ended = child > 0 && waited == child && libc::WIFEXITED(status);
    match libc::WEXITSTATUS(status) {
        code if is_ended && code == Fate::Answered as i32 => Fate::Answered,
        code if is_ended && code == Fate::Failed as i32 => Fate::Failed,
        _ => Fate::Wrong,
    }
}
