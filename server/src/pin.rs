//! PINs sent by SMS: six random digits that live five minutes.

use zeroize::Zeroizing;

use crate::clock::UnixMilliseconds;
use crate::randomness::Randomness;
use crate::token::Token;

/// How long a PIN, and any challenge, can be answered. NIST SP 800-63B allows ten minutes at most.
pub const LIFETIME_MILLISECONDS: i64 = 300_000;
/// How many PINs there are: six decimal digits, which NIST SP 800-63B (section 5.1.3.2) accepts.
const PINS: u32 = 1_000_000;

/// A PIN, wiped when it is dropped.
pub type Pin = Zeroizing<String>;

/// Draws a PIN; each of the million is equally likely, those with leading zeros too.
pub fn draw(randomness: &dyn Randomness) -> Pin {
    Pin::new(format!("{:06}", randomness.below(PINS)))
}

/// Whether `token` is exactly `pin`.
pub fn matches(pin: &str, token: &Token) -> bool {
    token.equals(&Token::new(pin))
}

/// Whether a challenge made at `ctime` is too old at `now`.
///
/// The distance counts either way: were the clock set back by an hour, a PIN would otherwise live
/// an hour longer.
pub fn is_expired(ctime: UnixMilliseconds, now: UnixMilliseconds) -> bool {
    now.abs_diff(ctime) >= LIFETIME_MILLISECONDS.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SeededRandomness;

    #[test]
    fn a_pin_is_six_digits_and_keeps_leading_zeros() {
        let randomness = SeededRandomness::new(7);
        let pins: Vec<_> = (0..200).map(|_| draw(&randomness)).collect();
        assert!(
            pins.iter()
                .all(|pin| pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()))
        );
        assert!(pins.iter().any(|pin| pin.starts_with('0')));
    }

    #[test]
    fn only_the_exact_pin_matches() {
        assert!(matches("012345", &Token::new("012345")));
        for wrong in ["12345", "012346", " 012345", "012345 ", "", "０１２３４５"] {
            assert!(!matches("012345", &Token::new(wrong)), "{wrong:?}");
        }
    }

    #[test]
    fn a_pin_expires_after_five_minutes_whichever_way_the_clock_went() {
        assert!(!is_expired(1_000_000, 1_299_999));
        assert!(is_expired(1_000_000, 1_300_000));
        assert!(!is_expired(1_000_000, 990_000));
        assert!(is_expired(1_000_000, 0));
    }
}
