//! How many messages may be sent, so that nobody is pestered and nobody's money is burnt.
//!
//! What was sent is counted in the database, by the phone and not by the user: a user that is deleted and
//! registered again, or registered with many services, has the same phone still.
//!
//! | module | what it does |
//! |---|---|
//! | [`window`] | the arithmetic: what counts now, and until when |
//! | [`destinations`] | which numbers are sent anything at all |
//! | [`options`] | limits as an operator writes them |

pub mod destinations;
pub mod options;
pub mod window;

use std::collections::BTreeMap;

use crate::clock::UnixMilliseconds;
use destinations::Destinations;
use window::{Slot, Wait};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How many slots a window has, where messages are not counted one by one.
const SLOTS: i64 = 60;

/// By what messages are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The phone that they are sent to.
    Phone,
    /// The numbers that are like it but for their last digits.
    Range,
    /// The service that they are sent for.
    Service,
    /// The account that this service belongs to.
    Account,
    /// The country that they are sent to.
    Country,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Range,
        Self::Service,
        Self::Account,
        Self::Country,
    ];

    /// The kind's name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Range => "range",
            Self::Service => "service",
            Self::Account => "account",
            Self::Country => "country",
        }
    }

    /// The longest time over which its messages are counted, in milliseconds.
    fn longest_window(self) -> i64 {
        let limits = Limit::ALL.into_iter().filter(|limit| limit.kind() == self);
        limits.map(Limit::window).max().unwrap_or_default()
    }

    /// The time whose messages are one number in the database, in milliseconds. Those to a phone, which are
    /// few, are counted one by one.
    fn slot_length(self) -> i64 {
        match self {
            Self::Phone => 1,
            _ => self.longest_window() / SLOTS,
        }
    }

    /// The beginning of the slot that a message is counted in.
    pub fn slot(self, ctime: UnixMilliseconds) -> UnixMilliseconds {
        ctime - ctime.rem_euclid(self.slot_length())
    }

    /// How far from now a slot is from where on it counts for nothing, in milliseconds.
    pub fn retention(self) -> i64 {
        self.longest_window() + self.slot_length() - 1
    }
}

/// A limit on messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// To a phone in ten minutes.
    PhoneTenMinutes,
    /// To a phone in a day.
    PhoneDay,
    /// To numbers that differ in their last digits only, in an hour.
    RangeHour,
    /// For a service in an hour.
    ServiceHour,
    /// For an account in a day.
    AccountDay,
    /// To a country in an hour.
    CountryHour,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PhoneTenMinutes,
        Self::PhoneDay,
        Self::RangeHour,
        Self::ServiceHour,
        Self::AccountDay,
        Self::CountryHour,
    ];

    /// By what it counts.
    pub fn kind(self) -> Kind {
        match self {
            Self::PhoneTenMinutes | Self::PhoneDay => Kind::Phone,
            Self::RangeHour => Kind::Range,
            Self::ServiceHour => Kind::Service,
            Self::AccountDay => Kind::Account,
            Self::CountryHour => Kind::Country,
        }
    }

    /// Over which time it counts, in milliseconds.
    pub fn window(self) -> i64 {
        match self {
            Self::PhoneTenMinutes => 10 * MINUTE,
            Self::RangeHour | Self::ServiceHour | Self::CountryHour => HOUR,
            Self::PhoneDay | Self::AccountDay => DAY,
        }
    }

    /// The limit's name in the audit trail and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PhoneTenMinutes => "phone-10-minutes",
            Self::PhoneDay => "phone-day",
            Self::RangeHour => "range-hour",
            Self::ServiceHour => "service-hour",
            Self::AccountDay => "account-day",
            Self::CountryHour => "country-hour",
        }
    }

    /// How many messages it allows unless somebody says otherwise; the reasons are in the README.
    fn usual(self) -> u32 {
        match self {
            Self::PhoneTenMinutes => 5,
            Self::PhoneDay => 20,
            Self::RangeHour => 100,
            Self::ServiceHour | Self::CountryHour => 1000,
            Self::AccountDay => 10_000,
        }
    }

    /// What was sent too much of, as a sentence goes on after "messages were sent", and in which time.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PhoneTenMinutes => ("to this phone number", "10 minutes"),
            Self::PhoneDay => ("to this phone number", "a day"),
            Self::RangeHour => (
                "to numbers that differ from this one in the last digits only",
                "an hour",
            ),
            Self::ServiceHour => ("for this service", "an hour"),
            Self::AccountDay => ("for this account", "a day"),
            Self::CountryHour => ("to the country of this phone number", "an hour"),
        }
    }
}

/// How many messages may be sent, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// What each limit allows; one that is missing is none.
    allowed: BTreeMap<Limit, u32>,
    /// Which numbers are sent anything at all.
    pub destinations: Destinations,
}

impl Default for Limits {
    /// Those of a server that nobody told otherwise.
    fn default() -> Self {
        Self {
            allowed: Limit::ALL.map(|limit| (limit, limit.usual())).into(),
            destinations: Destinations::default(),
        }
    }
}

impl Limits {
    /// No limits.
    pub fn none() -> Self {
        Self {
            allowed: BTreeMap::new(),
            destinations: Destinations::default(),
        }
    }

    /// The same with one limit that allows so many messages, or any number.
    pub fn with(mut self, limit: Limit, allowed: Option<u32>) -> Self {
        match allowed {
            Some(allowed) => self.allowed.insert(limit, allowed),
            None => self.allowed.remove(&limit),
        };
        self
    }

    /// What has to be counted.
    pub fn kinds(&self) -> Vec<Kind> {
        let limited = |kind: &Kind| self.allowed.keys().any(|limit| limit.kind() == *kind);
        Kind::ALL.into_iter().filter(limited).collect()
    }

    /// What stands in the way of one more message, of all that does the longest, given what was counted.
    pub fn refusal(
        &self,
        counted: &BTreeMap<Kind, Vec<Slot>>,
        now: UnixMilliseconds,
    ) -> Option<Refusal> {
        let refusal = |(limit, allowed): (&Limit, &u32)| {
            let slots = counted.get(&limit.kind()).map_or(&[][..], Vec::as_slice);
            let counts_for = limit.window() + limit.kind().slot_length() - 1;
            let wait = window::wait(slots, *allowed, counts_for, now)?;
            Some(Refusal {
                limit: *limit,
                allowed: *allowed,
                wait,
            })
        };
        let refusals = self.allowed.iter().filter_map(refusal);
        refusals.max_by_key(|refusal| refusal.wait)
    }
}

/// A limit that stands in the way of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which it is.
    pub limit: Limit,
    /// How many messages it allows.
    pub allowed: u32,
    /// Until when.
    pub wait: Wait,
}

impl Refusal {
    /// After how many seconds a message may go, if that ever comes.
    pub fn retry_after(&self) -> Option<u64> {
        match self.wait {
            Wait::For(milliseconds) => Some(milliseconds.unsigned_abs().div_ceil(1000)),
            Wait::Ever => None,
        }
    }

    /// Which limit it is and when it ends. It tells no number but the limit: others may have sent, too.
    pub fn message(&self) -> String {
        let (which, time) = self.limit.words();
        let allowed = self.allowed;
        match self.retry_after() {
            Some(seconds) => format!(
                "too many messages were sent {which}: the limit is {allowed} in {time}, and the next \
                 may be sent in {seconds} s"
            ),
            None => format!("no messages are sent {which}: the limit is {allowed} in {time}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMilliseconds = 1_800_000_000_000;

    fn sent(kind: Kind, begin: UnixMilliseconds, count: u32) -> BTreeMap<Kind, Vec<Slot>> {
        [(kind, vec![Slot { begin, count }])].into()
    }

    #[test]
    fn each_limit_allows_as_many_as_it_says_until_its_window_is_over() {
        for limit in Limit::ALL {
            let kind = limit.kind();
            let limits = Limits::none().with(limit, Some(7));
            let begin = kind.slot(NOW);
            assert_eq!(limits.refusal(&sent(kind, begin, 6), NOW), None);
            let refused = limits.refusal(&sent(kind, begin, 7), NOW).unwrap();
            assert_eq!((refused.limit, refused.allowed), (limit, 7));
            let last = NOW + limit.window() - 1;
            let end = begin + limit.window() + kind.slot_length() - 1;
            assert!(limits.refusal(&sent(kind, begin, 7), last).is_some());
            assert_eq!(limits.refusal(&sent(kind, begin, 7), end), None);
            assert!(kind.retention() >= end - begin, "{limit:?}");
        }
    }

    #[test]
    fn a_limit_of_none_refuses_all_and_no_limit_refuses_nothing() {
        let nothing = BTreeMap::new();
        for limit in Limit::ALL {
            let refused = Limits::none().with(limit, Some(0));
            let refused = refused.refusal(&nothing, NOW).unwrap();
            assert_eq!(refused.retry_after(), None);
            assert!(refused.message().starts_with("no messages are sent"));
            let unlimited = Limits::default().with(limit, None);
            let many = sent(limit.kind(), limit.kind().slot(NOW), u32::MAX);
            let refused = unlimited.refusal(&many, NOW);
            assert!(refused.is_none_or(|refusal| refusal.limit != limit));
        }
    }

    #[test]
    fn the_limit_that_stands_longest_is_told() {
        let limits = Limits::none()
            .with(Limit::PhoneTenMinutes, Some(1))
            .with(Limit::PhoneDay, Some(1));
        let refusal = limits.refusal(&sent(Kind::Phone, NOW, 1), NOW).unwrap();
        assert_eq!(refusal.limit, Limit::PhoneDay);
        assert_eq!(refusal.retry_after(), Some(86_400));
    }

    #[test]
    fn what_has_no_limit_is_not_counted() {
        assert_eq!(Limits::none().kinds(), []);
        assert_eq!(Limits::default().kinds(), Kind::ALL);
        let limits = Limits::none().with(Limit::PhoneDay, Some(1));
        assert_eq!(limits.kinds(), [Kind::Phone]);
    }
}
