//! The window of a limit: which of the messages sent so far count now, and how long until another may be sent.

use crate::clock::UnixMilliseconds;

/// Messages that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When the first of them could have been sent.
    pub begin: UnixMilliseconds,
    /// How many there are.
    pub count: u32,
}

/// How long it takes until another message may be sent. For ever is longer than anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// So many milliseconds.
    For(i64),
    /// None is sent at any time.
    Ever,
}

/// How long until another message may be sent; `None` if it may be now. Each slot counts for so many
/// milliseconds.
///
/// Slots count by their distance from now, either way: where the clock was set back, what was sent after
/// now counts as long as what was sent before.
pub fn wait(slots: &[Slot], allowed: u32, counts_for: i64, now: UnixMilliseconds) -> Option<Wait> {
    if allowed == 0 {
        return Some(Wait::Ever);
    }
    let counts = |slot: &&Slot| now.abs_diff(slot.begin) < counts_for.unsigned_abs();
    let mut recent: Vec<_> = slots.iter().filter(counts).collect();
    recent.sort_unstable_by_key(|slot| slot.begin);
    let mut left: u64 = recent.iter().map(|slot| u64::from(slot.count)).sum();
    let mut wait = None;
    for slot in recent {
        if left < u64::from(allowed) {
            break;
        }
        left -= u64::from(slot.count);
        wait = Some(Wait::For(slot.begin + counts_for - now));
    }
    wait
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots<const N: usize>(slots: [(i64, u32); N]) -> [Slot; N] {
        slots.map(|(begin, count)| Slot { begin, count })
    }

    #[test]
    fn the_next_message_waits_until_enough_are_too_old_to_count() {
        let sent = slots([(2000, 1), (0, 1), (1000, 3)]);
        assert_eq!(wait(&sent, 6, 10_000, 5000), None);
        assert_eq!(wait(&sent, 5, 10_000, 5000), Some(Wait::For(5000)));
        assert_eq!(wait(&sent, 4, 10_000, 5000), Some(Wait::For(6000)));
        assert_eq!(wait(&sent, 2, 10_000, 5000), Some(Wait::For(6000)));
        assert_eq!(wait(&sent, 1, 10_000, 5000), Some(Wait::For(7000)));
        assert_eq!(wait(&sent, 5, 10_000, 9999), Some(Wait::For(1)));
        assert_eq!(wait(&sent, 5, 10_000, 10_000), None);
    }

    #[test]
    fn a_limit_has_both_its_ends() {
        assert_eq!(wait(&[], 0, 10_000, 0), Some(Wait::Ever));
        assert_eq!(wait(&[], 1, 10_000, 0), None);
        let most = slots([(0, u32::MAX - 1)]);
        assert_eq!(wait(&most, u32::MAX, 10_000, 0), None);
        let all = slots([(0, u32::MAX), (0, u32::MAX)]);
        assert_eq!(wait(&all, u32::MAX, 10_000, 0), Some(Wait::For(10_000)));
        assert!(Wait::Ever > Wait::For(i64::MAX));
    }

    #[test]
    fn a_clock_that_is_moved_makes_nothing_count_for_ever() {
        let sent = slots([(100_000, 1)]);
        assert_eq!(wait(&sent, 1, 10_000, 90_000), None, "far back");
        assert_eq!(wait(&sent, 1, 10_000, 95_000), Some(Wait::For(15_000)));
        assert_eq!(wait(&sent, 1, 10_000, 110_000), None, "ahead");
    }

    #[test]
    fn what_was_given_back_does_not_count() {
        assert_eq!(wait(&slots([(0, 0)]), 1, 10_000, 0), None);
    }
}
