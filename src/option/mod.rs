//! The names of the options in messages, and the limits of options and arguments that are numbers.

mod limits;

use std::ops::Deref;
use std::time::Duration;

use crate::error::{Error, Result};
pub(crate) use limits::*;

pub(crate) const USERNAME: &str = "the API username";
pub(crate) const PASSWORD: &str = "the API password";
pub(crate) const BASE_URL: &str = "the base URL";
pub(crate) const ADDRESS: &str = "the address";
pub(crate) const PROXY: &str = "the proxy";
pub(crate) const PROXY_USERNAME: &str = "the proxy username";
pub(crate) const PROXY_PASSWORD: &str = "the proxy password";
pub(crate) const CA_FILE: &str = "the CA file";
pub(crate) const CA_PEM: &str = "the CA bundle";
pub(crate) const CLIENT_CERTIFICATE_FILE: &str = "the client certificate file";
pub(crate) const CLIENT_KEY_FILE: &str = "the client key file";
pub(crate) const CLIENT_CERTIFICATE: &str = "the client certificate";
pub(crate) const CLIENT_KEY: &str = "the client key";
pub(crate) const PINNED_KEY: &str = "the pinned key";
pub(crate) const USER_AGENT: &str = "the user agent";
pub(crate) const USER_AGENT_PREFIX: &str = "the user-agent prefix";
pub(crate) const USER_AGENT_SUFFIX: &str = "the user-agent suffix";

pub(crate) const LINK_LIFETIME: Number = Number::new("lifetime_seconds", "", 60, 604_800);
pub(crate) const PAGE_LIMIT: Number = Number::new("limit", "", 1, 1000);

/// The same refusal, of what is given to a call and not to a configuration.
pub(crate) fn argument<T>(checked: Result<T>) -> Result<T> {
    checked.map_err(|error| Error::invalid_argument(error.message().to_owned()))
}

impl Number {
    /// The number, if it is within its limits.
    pub(crate) fn check(&self, value: impl TryInto<i128>) -> Result<u32> {
        let value = value.try_into().unwrap_or(i128::MAX);
        let is_within = |number: &u32| (self.least..=self.most).contains(number);
        let number = u32::try_from(value).ok().filter(is_within);
        number.ok_or_else(|| {
            let Self {
                name,
                unit,
                least,
                most,
            } = self;
            Error::invalid_config(format!(
                "{name} is {value}{unit}; pass {least} to {most}{unit}"
            ))
        })
    }

    /// The time that so many milliseconds are.
    pub(crate) fn milliseconds(&self, value: i64) -> Result<Duration> {
        self.check(value)
            .map(|number| Duration::from_millis(number.into()))
    }

    /// The time, if it is within its limits. What is finer than a millisecond is kept.
    pub(crate) fn check_time(&self, time: Duration) -> Result<Duration> {
        self.check(time.as_millis()).map(|_| time)
    }
}

impl Deref for Setting {
    type Target = Number;

    fn deref(&self) -> &Number {
        &self.number
    }
}

impl Setting {
    /// The default of one that is a time.
    pub(crate) fn default_time(&self) -> Duration {
        Duration::from_millis(self.default.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_its_limits_is_told_as_it_is() {
        let said = |value: i64| MAX_RETRIES.check(value).unwrap_err().message().to_owned();
        for value in [-3, -1, 11, 0xff, i64::MIN, i64::MAX] {
            let expected = format!("the number of retries is {value}; pass 0 to 10");
            assert_eq!(said(value), expected);
        }
        assert_eq!(MAX_RETRIES.check(10_i64).unwrap(), 10);
        assert_eq!(MAX_RETRIES.check(0_usize).unwrap(), 0);
    }

    #[test]
    fn a_time_is_told_in_milliseconds() {
        let said = |time| TIMEOUT.check_time(time).unwrap_err().message().to_owned();
        assert_eq!(
            said(Duration::from_micros(999)),
            "the timeout is 0 ms; pass 1 to 3600000 ms"
        );
        assert!(said(Duration::MAX).starts_with("the timeout is 18446744073709551615999 ms;"));
        let fine = Duration::from_micros(1500);
        assert_eq!(TIMEOUT.check_time(fine).unwrap(), fine);
    }
}
