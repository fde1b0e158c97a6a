//! What time it is: injected everywhere, so that tests and `/_/clock` can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMilliseconds = i64;

/// The last moment a clock shows: 9999-12-30T22:00:00Z, when the year 10000, which RFC 3339 cannot
/// write, is near in some time zone.
pub const LATEST: UnixMilliseconds = 253_402_207_200_000;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time, never negative.
    fn now(&self) -> UnixMilliseconds;
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> UnixMilliseconds {
        (**self).now()
    }
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMilliseconds {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since_epoch.as_millis())
            .unwrap_or(LATEST)
            .min(LATEST)
    }
}

/// A clock that stands still until it is told otherwise.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: UnixMilliseconds) -> Self {
        Self(AtomicI64::new(now))
    }

    /// Sets the time.
    pub fn set(&self, now: UnixMilliseconds) {
        self.0.store(now, Ordering::SeqCst);
    }

    /// Moves the time by some seconds, backwards when they are negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMilliseconds {
        self.0.load(Ordering::SeqCst).clamp(0, LATEST)
    }
}

/// A running clock that can be set ahead or back: what `/_/clock` adjusts.
pub struct AdjustableClock {
    base: Arc<dyn Clock>,
    offset: AtomicI64,
}

impl AdjustableClock {
    /// A clock that runs with `base`, with no offset yet.
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self {
            base,
            offset: AtomicI64::new(0),
        }
    }

    /// How far this clock is ahead of its base, in milliseconds.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// Makes this clock show `now` and run on from there.
    pub fn set(&self, now: UnixMilliseconds) {
        self.offset.store(now - self.base.now(), Ordering::SeqCst);
    }

    /// Goes back to the time of the base.
    pub fn reset(&self) {
        self.offset.store(0, Ordering::SeqCst);
    }
}

impl Clock for AdjustableClock {
    fn now(&self) -> UnixMilliseconds {
        self.base
            .now()
            .saturating_add(self.offset())
            .clamp(0, LATEST)
    }
}

/// Writes a time the way the contract's `ctime` does: RFC 3339, UTC, milliseconds and `Z`.
pub fn rfc3339(time: UnixMilliseconds) -> String {
    let time = jiff::Timestamp::from_millisecond(time.clamp(0, LATEST)).unwrap_or_default();
    format!("{time:.3}")
}

/// Writes a time of a reply.
pub(crate) fn as_rfc3339<S: serde::Serializer>(
    time: &UnixMilliseconds,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*time))
}

/// The same of one that may be absent.
pub(crate) fn as_optional_rfc3339<S: serde::Serializer>(
    time: &Option<UnixMilliseconds>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_rfc3339(time, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ctime_has_milliseconds_and_z() {
        assert_eq!(rfc3339(1_499_346_792_141), "2017-07-06T13:13:12.141Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(i64::MAX), "9999-12-30T22:00:00.000Z");
    }

    #[test]
    fn an_adjustable_clock_runs_on_from_where_it_was_set() {
        let base = Arc::new(ManualClock::new(1_000));
        let clock = AdjustableClock::new(base.clone());
        clock.set(50_000);
        base.advance(1);
        assert_eq!(clock.now(), 51_000);
        clock.reset();
        assert_eq!(clock.now(), 2_000);
    }
}
