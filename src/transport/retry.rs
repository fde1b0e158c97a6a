//! What may be tried again, when, and how often.
//!
//! Only what is provably safe: a request of which no byte was sent, and one that is idempotent.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::error::Status;

use super::{Failure, Outcome, Request};

/// The first wait is drawn from up to this, and the bound doubles with each retry.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// How often, and how long to wait between attempts.
pub(super) struct Policy {
    max_retries: u32,
    max_wait: Duration,
}

impl Policy {
    pub(super) fn new(max_retries: u32, max_wait: Duration) -> Self {
        Self {
            max_retries,
            max_wait,
        }
    }

    /// How long to wait before the next attempt, or `None` when `outcome` stands.
    pub(super) fn next_wait(
        &self,
        request: &Request,
        outcome: &Outcome,
        retries: u32,
        budget: &Budget,
        deadline: Instant,
    ) -> Option<Duration> {
        let asked = match outcome {
            Ok(reply) if !is_transient(reply.status.as_u16()) => {
                budget.refill(retries);
                return None;
            }
            Ok(_) if !request.repeatable => return None,
            Err(failure) if !may_repeat(request, failure) => return None,
            Ok(reply) => reply.retry_after(),
            Err(_) => None,
        };
        if retries >= self.max_retries || asked.is_some_and(|asked| asked > self.max_wait) {
            return None;
        }
        let wait = asked
            .unwrap_or_default()
            .max(self.backoff(retries, random_fraction()?));
        let fits = Instant::now()
            .checked_add(wait)
            .is_some_and(|then| then < deadline);
        (fits && budget.spend()).then_some(wait)
    }

    /// Exponential backoff with full jitter: anything from nothing to the bound.
    fn backoff(&self, retries: u32, fraction: f64) -> Duration {
        let bound = FIRST_WAIT
            .saturating_mul(1 << retries.min(16))
            .min(self.max_wait);
        bound.mul_f64(fraction)
    }
}

/// Statuses that say "later" rather than "no".
fn is_transient(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// Whether the same request could fare better, and can do no harm.
fn may_repeat(request: &Request, failure: &Failure) -> bool {
    is_harmless(request, failure) && failure.cause.is_transient()
}

/// Whether what broke was the connection alone, and the same request over another can do no harm.
pub(super) fn is_stale(request: &Request, failure: &Failure) -> bool {
    is_harmless(request, failure) && failure.cause.status() == Status::DISCONNECTED
}

fn is_harmless(request: &Request, failure: &Failure) -> bool {
    request.repeatable || !failure.maybe_sent
}

/// A fraction in `0.0..1.0`, from the operating system: a generator of our own would draw the same
/// numbers in every child of a `fork()`.
fn random_fraction() -> Option<f64> {
    let random = getrandom::u32().ok()?;
    Some(f64::from(random) / 2_f64.powi(32))
}

/// Bounds how many retries a failing server gets from one context, whatever the number of calls.
///
/// As botocore's standard mode: a full purse pays for 100 retries, an answered call pays one coin
/// back, and one that was answered thanks to a retry what that one cost.
pub(super) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const COST: u32 = 5;

    pub(super) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(Self::COST)
            })
            .is_ok()
    }

    fn refill(&self, retries: u32) {
        let coins = if retries == 0 { 1 } else { Self::COST };
        // Nearly always full: then nothing is written, and no other core has to wait for it.
        if self.0.load(Ordering::Relaxed) < Self::FULL {
            let _ = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    Some(Self::FULL.min(left + coins))
                });
        }
    }
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds or a date. Nonsense is no wish at all; a
/// date in the past is no wait.
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a number are a wait for ever.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::fault::{Cause, Fault};
    use super::super::message::Reply;
    use super::*;
    use http::{HeaderMap, HeaderValue, Method, StatusCode};
    use proptest::prelude::*;

    fn request(repeatable: bool) -> Request {
        Request {
            method: Method::GET,
            path: "/".to_owned(),
            body: None,
            repeatable,
        }
    }

    fn reply(status: u16, retry_after: Option<u64>) -> Outcome {
        let seconds =
            retry_after.map(|seconds| (http::header::RETRY_AFTER, HeaderValue::from(seconds)));
        Ok(Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter(seconds),
            body: Vec::new(),
        })
    }

    fn failure(status: Status, maybe_sent: bool) -> Failure {
        let cause = Cause::Fault(Fault::new(status, "broken"));
        Failure { cause, maybe_sent }
    }

    fn broken(maybe_sent: bool) -> Outcome {
        Err(failure(Status::DISCONNECTED, maybe_sent))
    }

    fn next_wait(request: &Request, outcome: &Outcome, retries: u32) -> Option<Duration> {
        let policy = Policy::new(2, Duration::from_secs(2));
        let deadline = Instant::now() + Duration::from_secs(60);
        policy.next_wait(request, outcome, retries, &Budget::new(), deadline)
    }

    #[test]
    fn what_may_have_arrived_is_repeated_only_when_that_is_harmless() {
        for repeatable in [true, false] {
            let request = request(repeatable);
            for (outcome, repeated) in [
                (broken(true), repeatable),
                (broken(false), true),
                (reply(503, None), repeatable),
                (reply(429, None), repeatable),
            ] {
                assert_eq!(next_wait(&request, &outcome, 0).is_some(), repeated);
            }
        }
    }

    #[test]
    fn only_what_broke_with_its_connection_is_stale_and_harmless_to_repeat() {
        for repeatable in [true, false] {
            for maybe_sent in [true, false] {
                let stale = |status| is_stale(&request(repeatable), &failure(status, maybe_sent));
                assert_eq!(stale(Status::DISCONNECTED), repeatable || !maybe_sent);
                assert!(!stale(Status::TIMEOUT) && !stale(Status::TLS));
            }
        }
    }

    #[test]
    fn an_answer_stands() {
        for status in [200, 201, 302, 400, 401, 404, 409, 422, 500, 501] {
            assert_eq!(
                next_wait(&request(true), &reply(status, None), 0),
                None,
                "{status}"
            );
        }
    }

    #[test]
    fn retries_end() {
        let get = request(true);
        assert!(next_wait(&get, &reply(503, None), 1).is_some());
        assert!(next_wait(&get, &reply(503, None), 2).is_none());
    }

    #[test]
    fn retry_after_is_kept_or_the_call_ends() {
        let get = request(true);
        assert!(next_wait(&get, &reply(429, Some(1)), 0).unwrap() >= Duration::from_secs(1));
        assert_eq!(next_wait(&get, &reply(429, Some(3)), 0), None);
        assert_eq!(next_wait(&get, &reply(429, Some(u64::MAX)), 0), None);
    }

    #[test]
    fn a_wait_beyond_the_deadline_is_not_begun() {
        let policy = Policy::new(2, Duration::from_secs(10));
        let deadline = Instant::now() + Duration::from_secs(1);
        let result = reply(503, Some(5));
        let get = request(true);
        assert_eq!(
            policy.next_wait(&get, &result, 0, &Budget::new(), deadline),
            None
        );
    }

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let policy = Policy::new(10, Duration::from_secs(1));
        let most = |retries| policy.backoff(retries, 1.0).as_millis();
        assert_eq!(
            [most(0), most(1), most(2), most(3), most(4)],
            [100, 200, 400, 800, 1000]
        );
        assert_eq!(most(u32::MAX), 1000);
        assert_eq!(policy.backoff(3, 0.0), Duration::ZERO);
    }

    #[test]
    fn fractions_differ_and_stay_below_one() {
        let fractions = [(); 100].map(|()| random_fraction().unwrap());
        assert!(
            fractions
                .iter()
                .all(|fraction| (0.0..1.0).contains(fraction))
        );
        assert!(fractions.iter().any(|fraction| *fraction != fractions[0]));
    }

    #[test]
    fn the_budget_runs_out_and_comes_back() {
        let budget = Budget::new();
        assert_eq!((0..1000).filter(|_| budget.spend()).count(), 100);
        (0..Budget::COST).for_each(|_| budget.refill(0));
        assert!(budget.spend() && !budget.spend());
        budget.refill(2);
        assert!(budget.spend() && !budget.spend());
        (0..10_000).for_each(|_| budget.refill(1));
        assert_eq!((0..1000).filter(|_| budget.spend()).count(), 100);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let parse = |value| parse_retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(parse("120"), Some(120));
        assert_eq!(parse(" 0 "), Some(0));
        assert_eq!(parse("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(parse("Sat, 05 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(
            parse("1000000000000000000"),
            Some(1_000_000_000_000_000_000)
        );
        assert_eq!(parse("99999999999999999999999"), Some(u64::MAX));
        for nonsense in ["", "-1", "1.5", "1e18", "soon", "+5", "١٢"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    /// The last moment that an HTTP date can name: the end of the year 9999.
    const LAST_DATE: u64 = 253_402_300_799;

    proptest! {
        #[test]
        fn backoff_stays_within_its_bounds(
            retries in any::<u32>(),
            max_wait in 1..3_600_000_u64,
            fraction in 0.0..1.0,
        ) {
            let max_wait = Duration::from_millis(max_wait);
            let policy = Policy::new(10, max_wait);
            let wait = policy.backoff(retries, fraction);
            prop_assert!(wait <= max_wait);
            if retries < 16 {
                prop_assert!(wait <= FIRST_WAIT * 2_u32.pow(retries));
            }
            prop_assert!(policy.backoff(retries, 1.0) <= policy.backoff(retries.saturating_add(1), 1.0));
        }

        #[test]
        fn a_wait_is_at_least_what_was_asked_and_at_most_the_longest(
            status in prop::sample::select(vec![429, 502, 503, 504]),
            asked in prop::option::of(0..5_u64),
            retries in 0..4_u32,
            max_wait in 0..3_u64,
            left in 0..20_u64,
        ) {
            // Hours, so that the time the test takes is nothing beside them.
            let hours = |count: u64| Duration::from_secs(3600 * count);
            let (max_wait, left) = (hours(max_wait), hours(left));
            let deadline = Instant::now() + left;
            let wait = Policy::new(2, max_wait).next_wait(
                &request(true),
                &reply(status, asked.map(|asked| 3600 * asked)),
                retries,
                &Budget::new(),
                deadline,
            );
            let asked = hours(asked.unwrap_or_default());
            match wait {
                Some(wait) => {
                    prop_assert!(retries < 2);
                    prop_assert!(wait >= asked && wait <= max_wait && wait < left);
                }
                None => prop_assert!(retries >= 2 || asked > max_wait || asked >= left),
            }
        }

        #[test]
        fn seconds_are_read_as_they_are_written(seconds in any::<u64>(), blanks in "[ \t]{0,3}") {
            let value = format!("{blanks}{seconds}{blanks}");
            let wait = parse_retry_after(&value, SystemTime::now());
            prop_assert_eq!(wait, Some(Duration::from_secs(seconds)));
        }

        #[test]
        fn a_date_is_its_distance_from_now(date in 0..=LAST_DATE, now in 0..=LAST_DATE) {
            let moment = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let value = httpdate::fmt_http_date(moment(date));
            let wait = parse_retry_after(&value, moment(now));
            prop_assert_eq!(wait, Some(Duration::from_secs(date.saturating_sub(now))));
        }

        #[test]
        fn anything_else_is_no_wish(value in r"\PC*") {
            let wait = parse_retry_after(&value, SystemTime::now());
            let text = value.trim();
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let is_date = httpdate::parse_http_date(text).is_ok();
            prop_assert_eq!(wait.is_some(), is_number || is_date);
        }
    }
}
