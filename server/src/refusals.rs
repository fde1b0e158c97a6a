//! Refused logins of accounts, counted until they are written down.
//!
//! A flood of them must fill neither the memory nor the audit trail: equal ones become one row with a
//! count.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use crate::client_address::ClientAddress;
use crate::clock::UnixMilliseconds;

/// How many kinds are told apart at a time. Further ones count without their address, and then without
/// their account.
const MOST: usize = 1000;

/// What equal refusals have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The account that was named, if there is one of that name: what else is sent as a username may be
    /// a password.
    pub account: Option<String>,
    /// Where they came from.
    pub address: Option<ClientAddress>,
}

/// How often something was refused, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How often, at least once.
    pub refusals: u64,
    /// When for the first time.
    pub first: UnixMilliseconds,
    /// When for the last time.
    pub last: UnixMilliseconds,
}

/// The refusals since they were taken last.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Kind, Count>>);

impl Refusals {
    /// Counts a refused login.
    pub fn record(&self, account: Option<&str>, address: ClientAddress, now: UnixMilliseconds) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = Kind {
            account: account.map(str::to_owned),
            address: Some(address),
        };
        let has_room =
            |counted: &HashMap<_, _>, kind: &_| counted.len() < MOST || counted.contains_key(kind);
        let nameless = Kind {
            address: None,
            ..kind.clone()
        };
        let nobody = Kind {
            account: None,
            address: None,
        };
        let kinds = [kind, nameless];
        let kind = kinds.into_iter().find(|kind| has_room(&counted, kind));
        match counted.entry(kind.unwrap_or(nobody)) {
            Entry::Occupied(mut entry) => {
                let count = entry.get_mut();
                count.refusals += 1;
                count.last = now;
            }
            Entry::Vacant(entry) => {
                entry.insert(Count {
                    refusals: 1,
                    first: now,
                    last: now,
                });
            }
        }
    }

    /// Takes what was counted, to write it down; those refused first come first.
    pub fn take(&self) -> Vec<(Kind, Count)> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut counted: Vec<_> = counted.into_iter().collect();
        counted.sort_by_key(|(_, count)| count.first);
        counted
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};

    use super::*;

    fn address(text: &str) -> ClientAddress {
        ClientAddress::of_peer((text.parse::<IpAddr>().unwrap(), 1).into())
    }

    fn kind(account: Option<&str>, from: Option<&str>) -> Kind {
        Kind {
            account: account.map(str::to_owned),
            address: from.map(address),
        }
    }

    #[test]
    fn equal_refusals_are_one_with_a_count() {
        let refusals = Refusals::default();
        for (account, from, now) in [
            (Some("mine"), "192.0.2.1", 1),
            (None, "192.0.2.1", 2),
            (Some("mine"), "::ffff:192.0.2.1", 3),
            (Some("mine"), "192.0.2.2", 4),
            (Some("mine"), "192.0.2.1", 5),
        ] {
            refusals.record(account, address(from), now);
        }
        let count = |refusals, first, last| Count {
            refusals,
            first,
            last,
        };
        let expected = [
            (kind(Some("mine"), Some("192.0.2.1")), count(3, 1, 5)),
            (kind(None, Some("192.0.2.1")), count(1, 2, 2)),
            (kind(Some("mine"), Some("192.0.2.2")), count(1, 4, 4)),
        ];
        assert_eq!(refusals.take(), expected);
        assert_eq!(refusals.take(), []);
    }

    #[test]
    fn a_flood_is_counted_in_bounded_memory_and_none_of_it_is_lost() {
        let refusals = Refusals::default();
        let flood = u32::try_from(MOST).unwrap() * 3;
        for number in 0..flood {
            let from = SocketAddr::from((Ipv4Addr::from(number), 1));
            refusals.record(Some("mine"), ClientAddress::of_peer(from), 0);
            refusals.record(Some(&number.to_string()), address("192.0.2.1"), 0);
        }
        let counted = refusals.take();
        assert!(counted.len() <= MOST + 1, "{}", counted.len());
        let sum: u64 = counted.iter().map(|(_, count)| count.refusals).sum();
        assert_eq!(sum, u64::from(flood) * 2);
        assert!(counted.iter().any(|(other, _)| *other == kind(None, None)));
    }
}
