//! How often a user may try: the numbers, and the arithmetic on them.

use crate::clock::UnixMilliseconds;

/// Checks that one challenge takes; then it is dead until a new one is started.
pub const CHECKS_PER_CHALLENGE: u32 = 5;
/// Consecutive failures that lock a user until an administrator unlocks it: NIST SP 800-63B
/// (section 5.2.2) allows no more than 100.
pub const FAILURES_UNTIL_LOCKED: u32 = 100;
/// Consecutive failures that cost no delay, so that a mistyped code is no nuisance.
const FAILURES_WITHOUT_DELAY: u32 = 3;
/// The longest delay between two checks: 15 minutes.
const LONGEST_DELAY_MILLISECONDS: i64 = 900_000;

/// Whether so many consecutive failures lock the user.
pub fn is_locked(failures: u32) -> bool {
    failures >= FAILURES_UNTIL_LOCKED
}

/// How long after the last of so many consecutive failures the next check has to wait
/// (RFC 4226 section 7.3): nothing for the first three, then 1 s, 2 s, 4 s, up to 15 minutes.
pub fn delay(failures: u32) -> i64 {
    growing_delay(failures, FAILURES_WITHOUT_DELAY, LONGEST_DELAY_MILLISECONDS)
}

/// Nothing for the first failures, which are free, then 1 s, 2 s, 4 s, up to the longest delay; in
/// milliseconds.
pub fn growing_delay(failures: u32, free: u32, longest: i64) -> i64 {
    match failures.checked_sub(free + 1) {
        None => 0,
        Some(doublings) => (1000_i64 << doublings.min(20)).min(longest),
    }
}

/// Whether a check at `now` comes too soon after the last failure.
///
/// A clock set back does not lengthen the delay: a time further away than it could ever be is
/// not waited for.
pub fn must_wait(failures: u32, last_failure: UnixMilliseconds, now: UnixMilliseconds) -> bool {
    now.abs_diff(last_failure) < delay(failures).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_after_the_third_failure_up_to_fifteen_minutes() {
        let delays: Vec<i64> = (0..8).map(delay).collect();
        assert_eq!(delays, [0, 0, 0, 0, 1000, 2000, 4000, 8000]);
        assert_eq!(delay(13), 512_000);
        assert_eq!(delay(14), 900_000);
        assert_eq!(delay(u32::MAX), 900_000);
    }

    #[test]
    fn a_user_is_locked_from_the_hundredth_failure_on() {
        let locked = [0, 1, 99, 100, 101, u32::MAX].map(is_locked);
        assert_eq!(locked, [false, false, false, true, true, true]);
    }

    #[test]
    fn a_delay_has_both_its_ends_whatever_is_free() {
        for free in [0, 1, 100] {
            assert_eq!(growing_delay(0, free, 10_000), 0);
            assert_eq!(growing_delay(free, free, 10_000), 0);
            assert_eq!(growing_delay(free + 1, free, 10_000), 1000);
            assert_eq!(growing_delay(u32::MAX, free, 10_000), 10_000);
            assert_eq!(growing_delay(u32::MAX, free, 0), 0);
        }
    }

    #[test]
    fn a_check_waits_for_the_delay_and_no_longer() {
        assert!(must_wait(4, 10_000, 10_999));
        assert!(!must_wait(4, 10_000, 11_000));
        assert!(!must_wait(3, 10_000, 10_000));
        assert!(!must_wait(14, 10_000_000, 0), "the clock was set back");
    }
}
