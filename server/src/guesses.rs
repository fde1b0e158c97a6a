//! How often wrong passwords were given, and how long the next one has to wait.
//!
//! They are counted for an account from one address, for an address whatever the account, and, as a
//! backstop, for an account whatever the address. The last has a higher bound and a short delay: whoever
//! knows a tenant's name must not be able to keep that tenant out.
//!
//! An address from which an account gave its right password before is held to the first of the three only,
//! and a pair that is remembered always passes there. Elsewhere a remembered pair is held to the first two:
//! otherwise its password could be guessed at the speed of a look-up.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::client_address::ClientAddress;
use crate::clock::UnixMilliseconds;
use crate::keys;
use crate::throttle::growing_delay;

/// How long without a failure until the earlier ones are forgotten. Longer than any delay.
const MEMORY_MILLISECONDS: u64 = 3_600_000;
/// How many counts make a generation; two are kept, of about 2 MB each. Every failure costs a run of
/// argon2, so that filling one takes longer than the longest delay.
const GENERATION: usize = 1 << 16;

/// What wrong passwords are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// An account, from one address.
    AccountFromAddress,
    /// An address, whatever the account.
    Address,
    /// An account, whatever the address.
    Account,
}

impl Counted {
    /// How many failures cost no delay.
    fn free(self) -> u32 {
        match self {
            Self::AccountFromAddress => 5,
            Self::Address => 20,
            Self::Account => 100,
        }
    }

    /// The longest delay, in milliseconds.
    fn longest(self) -> i64 {
        match self {
            Self::AccountFromAddress | Self::Address => 900_000,
            Self::Account => 10_000,
        }
    }
}

/// Why a password is not looked at yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// What failed too often.
    pub counted: Counted,
    /// How long to wait.
    pub milliseconds: i64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Failures {
    count: u32,
    last: UnixMilliseconds,
    /// Whether the right password came this way.
    proved: bool,
}

/// The counts. What they are for is kept as a hash under a key of this process.
#[derive(Default)]
pub struct Guesses {
    key: RandomState,
    counts: Mutex<Generations>,
}

impl Guesses {
    /// Whether the next password for a name from an address has to wait.
    pub fn wait(&self, name: &str, address: ClientAddress, now: UnixMilliseconds) -> Option<Wait> {
        let counts = self.counts();
        let of = |counted| counts.get(self.key(counted, name, address));
        let kinds = match of(Counted::AccountFromAddress).proved {
            true => &[Counted::AccountFromAddress][..],
            false => &KINDS,
        };
        let waits = kinds.iter().filter_map(|counted| {
            let milliseconds = of(*counted).wait(*counted, now)?;
            Some(Wait {
                counted: *counted,
                milliseconds,
            })
        });
        waits.max_by_key(|wait| wait.milliseconds)
    }

    /// Whether a pair that is known to be right passes without another check. That its password came from
    /// this address is noted then.
    pub fn pass(&self, name: &str, address: ClientAddress, now: UnixMilliseconds) -> bool {
        let mut counts = self.counts();
        let key = self.key(Counted::AccountFromAddress, name, address);
        let before = counts.get(key);
        if before.proved {
            return true;
        }
        let from_address = counts.get(self.key(Counted::Address, name, address));
        let passes = before.wait(Counted::AccountFromAddress, now).is_none()
            && from_address.wait(Counted::Address, now).is_none();
        if passes {
            counts.put(key, Failures::none(now));
        }
        passes
    }

    /// Counts a wrong password.
    pub fn failed(&self, name: &str, address: ClientAddress, now: UnixMilliseconds) {
        let mut counts = self.counts();
        for counted in KINDS {
            let key = self.key(counted, name, address);
            let before = counts.get(key);
            counts.put(key, before.and_another(now));
        }
    }

    /// Takes note of a right password: the account's failures from that address are forgotten.
    pub fn succeeded(&self, name: &str, address: ClientAddress, now: UnixMilliseconds) {
        let key = self.key(Counted::AccountFromAddress, name, address);
        self.counts().put(key, Failures::none(now));
    }

    fn key(&self, counted: Counted, name: &str, address: ClientAddress) -> u64 {
        // Spellings of a name are one name, as they are for the accounts.
        let name = keys::account(name);
        match counted {
            Counted::AccountFromAddress => self.key.hash_one((counted, name, address)),
            Counted::Address => self.key.hash_one((counted, address)),
            Counted::Account => self.key.hash_one((counted, name)),
        }
    }

    fn counts(&self) -> MutexGuard<'_, Generations> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const KINDS: [Counted; 3] = [
    Counted::AccountFromAddress,
    Counted::Address,
    Counted::Account,
];

impl Failures {
    /// After a right password.
    fn none(now: UnixMilliseconds) -> Self {
        Self {
            count: 0,
            last: now,
            proved: true,
        }
    }

    /// How many milliseconds are still to be waited, if any. A clock set back lengthens no delay.
    fn wait(self, counted: Counted, now: UnixMilliseconds) -> Option<i64> {
        let delay = growing_delay(self.count, counted.free(), counted.longest());
        let passed = i64::try_from(now.abs_diff(self.last)).unwrap_or(i64::MAX);
        (passed < delay).then(|| delay - passed)
    }

    fn and_another(self, now: UnixMilliseconds) -> Self {
        let forgotten = now.abs_diff(self.last) > MEMORY_MILLISECONDS;
        Self {
            count: if forgotten {
                1
            } else {
                self.count.saturating_add(1)
            },
            last: now,
            ..self
        }
    }
}

/// A table that does not grow: when the younger generation is full, the older one is forgotten.
#[derive(Default)]
struct Generations {
    young: HashMap<u64, Failures>,
    old: HashMap<u64, Failures>,
}

impl Generations {
    fn get(&self, key: u64) -> Failures {
        let found = self.young.get(&key).or_else(|| self.old.get(&key));
        found.copied().unwrap_or_default()
    }

    fn put(&mut self, key: u64, failures: Failures) {
        if self.young.len() >= GENERATION && !self.young.contains_key(&key) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, failures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address with this number.
    fn address(number: u32) -> ClientAddress {
        ClientAddress::of_peer((std::net::Ipv4Addr::from(number), 1).into())
    }

    #[test]
    fn the_sixth_password_from_an_address_waits_and_elsewhere_it_does_not() {
        let guesses = Guesses::default();
        for number in 0..6 {
            assert_eq!(guesses.wait("mine", address(1), number), None);
            guesses.failed("mine", address(1), number);
        }
        let wait = guesses.wait(" MINE ", address(1), 5).unwrap();
        assert_eq!(wait.counted, Counted::AccountFromAddress);
        assert_eq!(wait.milliseconds, 1000);
        assert_eq!(guesses.wait("mine", address(1), 1005), None);
        assert_eq!(guesses.wait("mine", address(2), 5), None);
        assert_eq!(guesses.wait("other", address(1), 5), None);
    }

    #[test]
    fn an_address_waits_after_twenty_names_that_may_not_even_exist() {
        let guesses = Guesses::default();
        for number in 0..21 {
            assert_eq!(guesses.wait("mine", address(1), 0), None);
            guesses.failed(&number.to_string(), address(1), 0);
        }
        let wait = guesses.wait("mine", address(1), 0).unwrap();
        assert_eq!(wait.counted, Counted::Address);
    }

    #[test]
    fn strangers_delay_an_account_by_ten_seconds_at_most_and_not_where_it_was_proved() {
        let guesses = Guesses::default();
        guesses.succeeded("mine", address(0), 0);
        for number in 1..=1000 {
            guesses.failed("mine", address(number), 0);
        }
        let wait = guesses.wait("mine", address(2000), 0).unwrap();
        assert_eq!(wait.counted, Counted::Account);
        assert_eq!(wait.milliseconds, 10_000);
        assert_eq!(guesses.wait("mine", address(0), 0), None);
    }

    #[test]
    fn what_is_remembered_passes_where_it_was_proved_and_not_where_it_could_be_guessed() {
        let guesses = Guesses::default();
        assert!(guesses.pass("mine", address(1), 0));
        for number in 1..1000 {
            guesses.failed("mine", address(number), 0);
        }
        for _ in 0..10 {
            guesses.failed("mine", address(1), 0);
            guesses.failed("mine", address(2), 0);
        }
        assert!(guesses.pass("mine", address(1), 0));
        assert!(!guesses.pass("mine", address(2), 0));
        assert!(guesses.pass("mine", address(2000), 0));
    }

    #[test]
    fn failures_are_forgotten_by_the_right_password_and_after_an_hour() {
        let guesses = Guesses::default();
        for _ in 0..10 {
            guesses.failed("mine", address(1), 0);
        }
        assert!(guesses.wait("mine", address(1), 0).is_some());
        guesses.succeeded("mine", address(1), 0);
        assert_eq!(guesses.wait("mine", address(1), 0), None);
        for _ in 0..30 {
            guesses.failed("other", address(1), 0);
        }
        let later = MEMORY_MILLISECONDS as i64 + 1;
        guesses.failed("other", address(1), later);
        assert_eq!(guesses.wait("other", address(1), later), None);
    }

    #[test]
    fn a_clock_that_is_set_back_lengthens_no_delay() {
        let guesses = Guesses::default();
        for _ in 0..30 {
            guesses.failed("mine", address(1), 10_000_000);
        }
        assert_eq!(guesses.wait("mine", address(1), 0), None);
    }

    #[test]
    fn the_table_does_not_grow() {
        let guesses = Guesses::default();
        for number in 0..2 * GENERATION as u32 {
            guesses.failed(&number.to_string(), address(number), 0);
        }
        let counts = guesses.counts();
        assert!(counts.young.len() <= GENERATION && counts.old.len() <= GENERATION);
    }
}
