//! Recovery codes: what a user who lost phone and app types instead, each once.
//!
//! A code has 50 random bits, so that nobody guesses it where guesses are throttled. A stolen database has no
//! such throttle: a fast hash would be searched through within a day. So they are kept as passwords are, by
//! argon2 with a salt for each user (NIST SP 800-63B section 5.1.2.2 wants that of secrets below 112
//! bits), but with little memory, since nobody chose them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::deadline::blocking;
use crate::randomness::Randomness;
use crate::token::without_groups;
use crate::turns::{Busy, LONGEST_WAIT, Lines, turn};

/// How many codes a user is given at a time.
pub const CODES: usize = 10;
/// How many characters a code has, of five bits each.
const LENGTH: usize = 10;
/// Crockford's base 32: without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The memory that a hash is made in, in KiB.
const MEMORY_KIB: u32 = 1024;
/// The passes over it: a hash takes some milliseconds.
const PASSES: u32 = 3;

/// A code, as it is spelt without its hyphen.
pub struct RecoveryCode(Zeroizing<[u8; LENGTH]>);

impl RecoveryCode {
    /// Draws a code; each is equally likely.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        let mut code = Zeroizing::new([0; LENGTH]);
        randomness.fill(code.as_mut());
        for byte in code.iter_mut() {
            *byte = ALPHABET[usize::from(*byte) % ALPHABET.len()];
        }
        Self(code)
    }

    /// The code that somebody typed, if it has the form of one, which no PIN and no code of an app has.
    /// Case, blanks and hyphens do not count, and look-alikes are what they look like.
    pub fn typed(text: &str) -> Option<Self> {
        let mut code = Zeroizing::new([0; LENGTH]);
        let mut places = code.iter_mut();
        for character in without_groups(text) {
            let symbol = match character.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            };
            let symbol = u8::try_from(symbol).ok()?;
            *places.next()? = ALPHABET.contains(&symbol).then_some(symbol)?;
        }
        places.next().is_none().then_some(Self(code))
    }

    /// The code as it is shown, once: in two groups.
    pub fn shown(&self) -> String {
        let (left, right) = self.0.split_at(LENGTH / 2);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        format!("{}-{}", text(left), text(right))
    }

    /// What is kept of the code of a user.
    fn hash(&self, user: &str) -> RecoveryHash {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("they are in argon2's limits");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let (salt, mut hash) = (Sha256::digest(user), [0; 32]);
        argon2
            .hash_password_into(&*self.0, &salt, &mut hash)
            .expect("the lengths are in argon2's limits");
        RecoveryHash(hash)
    }
}

/// What is kept of a code.
#[derive(Clone)]
pub struct RecoveryHash([u8; 32]);

impl RecoveryHash {
    /// Its bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; 32]> for RecoveryHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for RecoveryHash {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RecoveryHash {}

impl fmt::Debug for RecoveryHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RecoveryHash")
    }
}

/// Makes hashes: one at a time for an account and one at a time in all, so that whoever has many made keeps
/// neither the processors nor the memory to himself.
#[derive(Debug)]
pub struct RecoveryHasher {
    lines: Lines,
    running: Arc<Semaphore>,
    longest_wait: Duration,
}

impl Default for RecoveryHasher {
    fn default() -> Self {
        Self {
            lines: Lines::default(),
            running: Arc::new(Semaphore::new(1)),
            longest_wait: LONGEST_WAIT,
        }
    }
}

impl RecoveryHasher {
    /// The hashes of the codes of a user, whom an account or an administrator asks about.
    pub async fn hashes(
        &self,
        account: Option<&str>,
        user: &str,
        codes: Vec<RecoveryCode>,
    ) -> Result<Vec<RecoveryHash>, Busy> {
        let deadline = Instant::now() + self.longest_wait;
        let first_in_line = turn(self.lines.of(account).clone(), deadline).await?;
        let running = turn(self.running.clone(), deadline).await?;
        let user = user.to_owned();
        let hashes = blocking(move || {
            // Held until the work is done, even if the client does not wait for it.
            let _held = (first_in_line, running);
            codes.iter().map(|code| code.hash(&user)).collect()
        });
        Ok(hashes.await)
    }

    /// The hash of one code.
    pub async fn hash(
        &self,
        account: Option<&str>,
        user: &str,
        code: RecoveryCode,
    ) -> Result<RecoveryHash, Busy> {
        let mut hashes = self.hashes(account, user, vec![code]).await?;
        Ok(hashes.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::randomness::{SeededRandomness, SystemRandomness};

    fn typed(text: &str) -> Option<String> {
        RecoveryCode::typed(text).map(|code| code.shown())
    }

    #[test]
    fn a_code_is_ten_characters_in_two_groups_and_reaches_the_whole_alphabet() {
        let randomness = SeededRandomness::new(1);
        let mut seen = Vec::new();
        for _ in 0..200 {
            let code = RecoveryCode::draw(&randomness).shown();
            assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
            seen.extend(code.bytes().filter(|byte| *byte != b'-'));
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, ALPHABET);
    }

    #[test]
    fn a_code_may_be_typed_in_any_case_and_with_look_alikes() {
        for spelt in [
            "k7wq4-m2x10",
            "K7WQ4M2X10",
            " k7wq4 m2xlo ",
            "k7-wq-4m-2x-IO",
            "k7wq4\u{a0}m2x10",
        ] {
            assert_eq!(typed(spelt).as_deref(), Some("k7wq4-m2x10"), "{spelt:?}");
        }
        for other in [
            "",
            "012345",
            "k7wq4-m2x1",
            "k7wq4-m2x100",
            "k7wq4-m2xu0",
            "k7wq4.m2x10",
            "\u{212a}7wq4-m2x10",
            "\u{43a}7wq4-m2x10",
        ] {
            assert_eq!(typed(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_hash_tells_codes_and_users_apart() {
        let code = |text| RecoveryCode::typed(text).unwrap();
        let one = code("k7wq4-m2x10").hash("jane");
        assert!(one == code("K7WQ4 M2XIO").hash("jane"));
        assert!(one != code("k7wq4-m2x11").hash("jane"));
        assert!(one != code("k7wq4-m2x10").hash("john"));
    }

    #[tokio::test]
    async fn who_stands_in_line_too_long_is_told_so_and_another_account_is_not_behind_him() {
        let hasher = RecoveryHasher {
            longest_wait: Duration::ZERO,
            ..RecoveryHasher::default()
        };
        let code = || RecoveryCode::draw(&SystemRandomness);
        let held = hasher.lines.of(Some("mine")).clone().acquire_owned().await;
        let busy = hasher.hash(Some("mine"), "jane", code()).await;
        assert_eq!(busy.unwrap_err(), Busy);
        // One of so many has another line.
        let others: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        let is_other = |name: &&String| {
            !Arc::ptr_eq(
                hasher.lines.of(Some("mine")),
                hasher.lines.of(Some(name.as_str())),
            )
        };
        let other = others.iter().find(is_other).unwrap();
        hasher.hash(Some(other), "jane", code()).await.unwrap();
        drop(held);
        hasher.hash(Some("mine"), "jane", code()).await.unwrap();
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_what_is_typed(seed: u64) {
            let code = RecoveryCode::draw(&SeededRandomness::new(seed)).shown();
            prop_assert_eq!(typed(&code.to_uppercase()), Some(code));
        }

        #[test]
        fn no_other_code_has_its_form(text in r"[0-9 -]{0,12}|\PC{0,12}") {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let others = text.chars().filter(|c| c.is_alphabetic()).count();
            if digits <= 6 && others == 0 {
                prop_assert!(RecoveryCode::typed(&text).is_none());
            }
        }
    }
}
