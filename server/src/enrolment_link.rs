//! The link by which a user sets an authenticator app up: what it is known by, and how long it is good.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::clock::UnixMilliseconds;
use crate::randomness::Randomness;

/// How long a link is good unless something else is asked for, in seconds.
pub const USUAL_SECONDS: f64 = 3600.0;
/// The shortest time that may be asked for, in seconds.
pub const SHORTEST_SECONDS: f64 = 60.0;
/// The longest time that may be asked for, in seconds: a week.
pub const LONGEST_SECONDS: f64 = 604_800.0;
/// How often a secret may be shown by a link, and a code be wrong, taken together. Then it ends: so codes are not
/// guessed for ever, and whoever has a link cannot fill the audit trail of its account.
pub const MOST_USES: u32 = 30;
/// How long a link that has ended is told from one that there never was: a day.
pub const RETENTION: i64 = 86_400_000;
/// Where the pages of links are, with a slash at its end.
pub const PATH: &str = "/enrol/";

/// The bytes in a link's token.
const LENGTH: usize = 32;

/// What a link is known by, and proves: nobody guesses one of 256 random bits.
pub struct LinkToken(Zeroizing<[u8; LENGTH]>);

impl LinkToken {
    /// Draws one.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        randomness.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The token that stands in a path, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let decoded = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        let bytes = decoded.as_slice().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The path of its page.
    pub fn path(&self) -> String {
        format!("{PATH}{}", BASE64URL_NOPAD.encode(&*self.0))
    }

    /// What is kept of it.
    pub fn hash(&self) -> LinkHash {
        LinkHash(Sha256::digest(*self.0).into())
    }
}

/// What is kept of a [`LinkToken`]. It needs neither salt nor argon2, since what is hashed is random.
#[derive(Clone, Copy)]
pub struct LinkHash([u8; 32]);

impl LinkHash {
    /// Its bytes, to be stored and looked for.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Whether a link that ends at some time is good still. One that would be good for longer than any is from before
/// the clock was set back.
pub fn is_good(expires: UnixMilliseconds, now: UnixMilliseconds) -> bool {
    let left = expires - now;
    left > 0 && left as f64 <= LONGEST_SECONDS * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::{SeededRandomness, SystemRandomness};

    #[test]
    fn what_is_drawn_is_what_its_path_says_and_no_two_are_the_same() {
        let token = LinkToken::draw(&SystemRandomness);
        let path = token.path();
        let text = path.strip_prefix(PATH).unwrap();
        assert_eq!(text.len(), 43);
        let parsed = LinkToken::parse(text).unwrap();
        assert_eq!(parsed.hash().as_bytes(), token.hash().as_bytes());
        let other = LinkToken::draw(&SystemRandomness);
        assert_ne!(other.hash().as_bytes(), token.hash().as_bytes());
    }

    #[test]
    fn nothing_else_is_a_token() {
        let path = LinkToken::draw(&SeededRandomness::new(1)).path();
        let text = path.strip_prefix(PATH).unwrap();
        assert!(LinkToken::parse(text).is_some());
        for wrong in [
            "",
            "style.css",
            &text[1..],
            &format!("{text}A"),
            &format!("{text}="),
            &format!(" {text}"),
            &text.replace(|character: char| character.is_ascii_digit(), "+"),
        ] {
            assert!(LinkToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_link_is_good_until_it_ends_and_not_if_the_clock_was_set_back_to_before_it_was_made() {
        let week = 604_800_000;
        for (expires, good) in [
            (1, true),
            (week, true),
            (0, false),
            (-1, false),
            (week + 1, false),
        ] {
            assert_eq!(is_good(1_000_000 + expires, 1_000_000), good, "{expires}");
        }
    }
}
