//! One-time passwords from a shared secret: HOTP (RFC 4226) and TOTP (RFC 6238).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::clock::UnixMilliseconds;
use crate::token::Token;

/// Digits of a code that an authenticator app shows.
pub const DIGITS: u32 = 6;
/// Seconds that one code is shown (RFC 6238 section 5.2 recommends 30).
pub const PERIOD_SECONDS: i64 = 30;
/// Bytes of a secret: 160 bits, the length RFC 4226 section 4 recommends.
pub const SECRET_BYTES: usize = 20;
/// Steps that an app's clock may be off, either way (RFC 6238 section 6).
const SKEW_STEPS: i64 = 1;
/// Steps, either way, within which a code that was not right tells how far an app's clock is off: ten minutes.
const DRIFT_STEPS: i64 = 20;

/// The code for a counter (RFC 4226 section 5.3), padded with leading zeros to `digits`.
pub fn hotp(secret: &[u8], counter: u64, digits: u32) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&counter.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let word = [
        digest[offset],
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ];
    let truncated = u32::from_be_bytes(word) & 0x7fff_ffff;
    let code = u64::from(truncated) % 10_u64.pow(digits);
    format!("{code:0width$}", width = digits as usize)
}

/// The time step that `now` falls in (RFC 6238 section 4.2, with T0 = 0).
pub fn step_at(now: UnixMilliseconds) -> i64 {
    now.max(0) / 1000 / PERIOD_SECONDS
}

/// The last step whose code would be right now.
pub fn last_step_at(now: UnixMilliseconds) -> i64 {
    step_at(now) + SKEW_STEPS
}

/// Until when no code is accepted of an app whose newest used step is ahead of the clock; `None` if it is not.
pub fn blocked_until(last_step: i64, now: UnixMilliseconds) -> Option<UnixMilliseconds> {
    let is_ahead = last_step > last_step_at(now);
    is_ahead.then(|| {
        last_step
            .saturating_add(1)
            .saturating_mul(PERIOD_SECONDS * 1000)
    })
}

/// The code that an app shows during a time step.
pub fn totp(secret: &[u8], step: i64, digits: u32) -> String {
    hotp(secret, step.max(0).unsigned_abs(), digits)
}

/// The step that `code` belongs to, if it is right now and newer than the step used last.
///
/// Every candidate is compared, so that the time taken tells nothing.
pub fn matching_step(
    secret: &[u8],
    code: &Token,
    now: UnixMilliseconds,
    last_step: i64,
) -> Option<i64> {
    let current = step_at(now);
    let mut matching = None;
    for step in (current - SKEW_STEPS).max(0)..=current + SKEW_STEPS {
        let expected = Token::new(totp(secret, step, DIGITS));
        if code.equals(&expected) && step > last_step {
            matching = Some(step);
        }
    }
    matching
}

/// What is known of a code that was not right: for those who operate the server, never a reason to accept it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// It would be right, but it was used, or a newer one was.
    Used,
    /// The same, and the newest one that was used is ahead of the clock: the clock was ahead then, and is not
    /// now.
    Blocked,
    /// It is what an app shows whose clock is so many seconds ahead, or behind if that is negative.
    Off(i64),
}

impl Miss {
    /// The outcome of an answer as the audit trail tells it.
    pub fn told(outcome: &str, miss: Option<Self>) -> String {
        match miss {
            None => outcome.to_owned(),
            Some(Self::Used) => format!("{outcome}: used already"),
            Some(Self::Blocked) => {
                format!(
                    "{outcome}: codes were used up to a time ahead of the clock, unlock the user"
                )
            }
            Some(Self::Off(seconds)) => {
                let direction = if seconds < 0 { "behind" } else { "ahead" };
                let seconds = seconds.unsigned_abs();
                format!("{outcome}: the app's clock is {seconds} s {direction}")
            }
        }
    }
}

/// What is known of a code that is not right now.
///
/// As many steps are compared whatever the code is, so that the time taken tells nothing.
pub fn miss(secret: &[u8], code: &Token, now: UnixMilliseconds, last_step: i64) -> Option<Miss> {
    let current = step_at(now);
    let mut nearest: Option<i64> = None;
    for offset in (-DRIFT_STEPS).max(-current)..=DRIFT_STEPS {
        let shown = Token::new(totp(secret, current + offset, DIGITS));
        let is_nearer = nearest.is_none_or(|nearest| offset.abs() < nearest.abs());
        if code.equals(&shown) && is_nearer {
            nearest = Some(offset);
        }
    }
    nearest.map(|offset| match offset.abs() <= SKEW_STEPS {
        true if blocked_until(last_step, now).is_some() => Miss::Blocked,
        true => Miss::Used,
        false => Miss::Off(offset * PERIOD_SECONDS),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::LATEST;

    const SECRET: &[u8] = b"12345678901234567890";

    fn matching_step(
        secret: &[u8],
        code: &str,
        now: UnixMilliseconds,
        last_step: i64,
    ) -> Option<i64> {
        super::matching_step(secret, &Token::new(code), now, last_step)
    }

    #[test]
    fn hotp_gives_the_codes_of_rfc_4226_appendix_d() {
        let codes: Vec<String> = (0..10).map(|counter| hotp(SECRET, counter, 6)).collect();
        assert_eq!(
            codes,
            [
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
                "399871", "520489"
            ]
        );
    }

    #[test]
    fn totp_gives_the_codes_of_rfc_6238_appendix_b() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(
                totp(SECRET, step_at(seconds * 1000), 8),
                code,
                "at {seconds}"
            );
        }
    }

    #[test]
    fn one_step_of_skew_is_allowed_either_way() {
        let now = 1_000_000_000_000;
        let step = step_at(now);
        for (skew, expected) in [
            (-2, None),
            (-1, Some(-1)),
            (0, Some(0)),
            (1, Some(1)),
            (2, None),
        ] {
            let code = totp(SECRET, step + skew, DIGITS);
            assert_eq!(
                matching_step(SECRET, &code, now, -1),
                expected.map(|expected| step + expected),
                "skew {skew}"
            );
        }
    }

    #[test]
    fn a_used_step_and_those_before_it_match_no_more() {
        let now = 1_000_000_000_000;
        let step = step_at(now);
        for skew in [-1, 0] {
            let code = totp(SECRET, step + skew, DIGITS);
            assert_eq!(matching_step(SECRET, &code, now, step), None);
        }
    }

    #[test]
    fn how_far_a_clock_is_off_is_known_for_ten_minutes_either_way() {
        let now = 1_000_000_000_000;
        let step = step_at(now);
        let known = |offset, last_step| {
            let code = Token::new(totp(SECRET, step + offset, DIGITS));
            miss(SECRET, &code, now, last_step)
        };
        for (offset, expected) in [
            (-21, None),
            (-20, Some(Miss::Off(-600))),
            (-2, Some(Miss::Off(-60))),
            (-1, Some(Miss::Used)),
            (0, Some(Miss::Used)),
            (1, Some(Miss::Used)),
            (2, Some(Miss::Off(60))),
            (20, Some(Miss::Off(600))),
            (21, None),
        ] {
            assert_eq!(known(offset, step + 1), expected, "{offset}");
        }
        assert_eq!(known(0, step + 2), Some(Miss::Blocked));
        let nothing = miss(SECRET, &Token::new("abc"), now, step + 2);
        assert_eq!(nothing, None);
    }

    #[test]
    fn a_step_ahead_of_the_clock_blocks_until_it_is_over() {
        let now = 1_000_000_000_000;
        let step = step_at(now);
        assert_eq!(blocked_until(-1, now), None);
        assert_eq!(blocked_until(step + 1, now), None);
        let until = blocked_until(step + 9, now).unwrap();
        assert_eq!(until, (step + 10) * 30_000);
        let code = |at| totp(SECRET, step_at(at), DIGITS);
        assert_eq!(
            matching_step(SECRET, &code(until - 1), until - 1, step + 9),
            None
        );
        assert_eq!(
            matching_step(SECRET, &code(until), until, step + 9),
            Some(step + 10)
        );
        assert!(blocked_until(i64::MAX, 0).is_some());
    }

    #[test]
    fn a_miss_is_told_beside_its_outcome() {
        for (miss, expected) in [
            (None, "invalid"),
            (Some(Miss::Used), "invalid: used already"),
            (
                Some(Miss::Off(90)),
                "invalid: the app's clock is 90 s ahead",
            ),
            (
                Some(Miss::Off(-60)),
                "invalid: the app's clock is 60 s behind",
            ),
        ] {
            assert_eq!(Miss::told("invalid", miss), expected);
        }
    }

    #[test]
    fn the_first_and_the_far_moments_do_not_panic() {
        let first = totp(SECRET, 0, DIGITS);
        assert_eq!(matching_step(SECRET, &first, 0, -1), Some(0));
        assert_eq!(matching_step(SECRET, &first, -5, -1), Some(0));
        for now in [4_102_444_800_000, crate::clock::LATEST] {
            let code = totp(SECRET, step_at(now), DIGITS);
            assert_eq!(matching_step(SECRET, &code, now, -1), Some(step_at(now)));
            assert_eq!(miss(SECRET, &Token::new(code), now, -1), Some(Miss::Used));
        }
        assert_eq!(miss(SECRET, &Token::new(first), 0, -1), Some(Miss::Used));
    }

    #[test]
    fn only_the_exact_text_matches() {
        let code = totp(SECRET, 0, DIGITS);
        for wrong in [
            format!(" {code}"),
            format!("{code} "),
            code[1..].to_owned(),
            String::new(),
        ] {
            assert_eq!(matching_step(SECRET, &wrong, 0, -1), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_code_matches_within_one_step_and_after_the_one_used_last(
            secret in prop::array::uniform20(any::<u8>()),
            now in 0..=LATEST,
            skew in -3..=3_i64,
            used in -3..=3_i64,
        ) {
            let current = step_at(now);
            let (step, last_step) = ((current + skew).max(0), current + used);
            let code = totp(&secret, step, DIGITS);
            let matching = matching_step(&secret, &code, now, last_step);
            let in_window = (step - current).abs() <= 1;
            if in_window && step > last_step {
                // A neighbour with the same code would do, too: one pair in a million has it.
                prop_assert!(matching >= Some(step));
            }
            if let Some(found) = matching {
                prop_assert!((found - current).abs() <= 1 && found > last_step);
                prop_assert_eq!(totp(&secret, found, DIGITS), code);
            }
        }

        #[test]
        fn no_step_is_accepted_twice_wherever_the_clock_goes(
            secret in prop::array::uniform20(any::<u8>()),
            // Moments of a few steps, of the first ones, and beyond 2038; each code may be old.
            attempts in prop::collection::vec(
                (
                    prop_oneof![0..300_000_i64, 1_800_000_000_000..1_800_000_300_000_i64,
                                2_147_483_500_000..2_147_483_800_000_i64],
                    -2..=2_i64,
                ),
                1..40,
            ),
        ) {
            let (mut last_step, mut accepted) = (-1, Vec::new());
            for (now, skew) in attempts {
                let code = totp(&secret, step_at(now) + skew, DIGITS);
                if let Some(step) = matching_step(&secret, &code, now, last_step) {
                    accepted.push(step);
                    last_step = step;
                }
            }
            prop_assert!(accepted.is_sorted_by(|one, next| one < next), "{accepted:?}");
        }

        #[test]
        fn what_is_no_code_of_the_window_is_denied(token in r"\PC{0,10}|[0-9]{5,7}", now in 0..=LATEST) {
            let current = step_at(now);
            let window: Vec<_> = (-1..=1).map(|skew| totp(SECRET, current + skew, DIGITS)).collect();
            let matching = matching_step(SECRET, &token, now, -1);
            prop_assert_eq!(matching.is_some(), window.contains(&token));
        }
    }
}
