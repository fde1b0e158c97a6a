//! PINs sent by SMS: six random digits that live five minutes.

use hmac::Hmac;
use sha2::Sha256;
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

/// The PIN that answers a challenge.
#[derive(Clone)]
pub enum Expected {
    /// It was drawn just now, and goes out.
    Drawn(Pin),
    /// It went out: what is kept of it.
    Kept(Kept),
}

impl Expected {
    /// The PIN itself, if it goes out now.
    pub fn drawn(&self) -> Option<&Pin> {
        match self {
            Self::Drawn(pin) => Some(pin),
            Self::Kept(_) => None,
        }
    }

    /// Whether `token` is exactly this PIN.
    pub fn matches(&self, token: &Token) -> bool {
        match self {
            Self::Drawn(pin) => token.equals(&Token::new(pin.as_bytes())),
            Self::Kept(kept) => kept.matches(token),
        }
    }
}

/// What is kept of a PIN: a keyed hash, by which it can be known again but not found.
#[derive(Clone)]
pub struct Kept {
    mac: Hmac<Sha256>,
    hash: Zeroizing<Vec<u8>>,
}

impl Kept {
    /// The hash that `mac` gives when it has gone over the PIN.
    pub fn new(mac: Hmac<Sha256>, hash: Vec<u8>) -> Self {
        let hash = Zeroizing::new(hash);
        Self { mac, hash }
    }

    /// Whether `token` is exactly that PIN.
    pub fn matches(&self, token: &Token) -> bool {
        let hash = token.hashed_by(self.mac.clone());
        hash.equals(&Token::new(self.hash.as_slice()))
    }
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
        let pin = Expected::Drawn(Pin::new("012345".to_owned()));
        assert!(pin.matches(&Token::new("012345")));
        for wrong in ["12345", "012346", " 012345", "012345 ", "", "０１２３４５"] {
            assert!(!pin.matches(&Token::new(wrong)), "{wrong:?}");
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
