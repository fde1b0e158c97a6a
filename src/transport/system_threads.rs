//! Bounds how many threads wait in the operating system for what nobody can interrupt: a resolver that hangs
//! must not cost a process all its memory.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use super::process_identity::ProcessIdentity;

/// The most at once, over all contexts. A context has two at most: for the server's name and a proxy's.
const MOST: u32 = 128;

/// Which process they are of, and how many there are: a child of `fork()` has none of its parent's.
static THREADS: AtomicU64 = AtomicU64::new(0);

/// The right to one thread, for as long as this lives.
pub(super) struct Place {
    process: u32,
}

impl Place {
    pub(super) fn take() -> io::Result<Self> {
        let process = ProcessIdentity::current().digest();
        THREADS
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
                let count = count_of(process, now);
                (count < MOST).then(|| packed(process, count + 1))
            })
            .map(|_| Self { process })
            .map_err(|_| {
                io::Error::other(format!(
                    "{MOST} threads wait for the operating system already"
                ))
            })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let one_less = |now| match count_of(self.process, now) {
            0 => None,
            count => Some(packed(self.process, count - 1)),
        };
        let _ = THREADS.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
    }
}

fn packed(process: u32, count: u32) -> u64 {
    u64::from(process) << 32 | u64::from(count)
}

fn count_of(process: u32, packed: u64) -> u32 {
    match packed >> 32 == u64::from(process) {
        true => packed as u32,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_counts_its_own() {
        assert_eq!(count_of(7, packed(7, 3)), 3);
        assert_eq!(count_of(8, packed(7, 3)), 0);
    }

    /// Other tests of this process look names up meanwhile: a few.
    #[test]
    fn there_are_not_more_than_so_many_and_places_are_given_back() {
        let places: Vec<_> = std::iter::from_fn(|| Place::take().ok()).collect();
        assert!((MOST as usize - 16..=MOST as usize).contains(&places.len()));
        assert!(Place::take().is_err());
        drop(places);
        assert!(Place::take().is_ok());
    }
}
