//! Limits as an operator writes them.

use std::str::FromStr;

use clap::Args;

use super::destinations::{Destinations, Prefix};
use super::{Limit, Limits};

/// How many messages may be sent. Each is a number or unlimited.
#[derive(Debug, Args)]
pub struct LimitOptions {
    /// Messages that a phone number is sent in 10 minutes at most, whichever user, service or account
    /// they are for. Each of these limits is a number or "unlimited"; with 0 no SMS are sent. Unless
    /// given: 5, or unlimited with --dev
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_phone: Option<Allowed>,

    /// The same in a day. Unless given: 20
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_phone_day: Option<Allowed>,

    /// Messages that go, in an hour, to numbers that differ in their last four digits only. Unless
    /// given: 100
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_range_hour: Option<Allowed>,

    /// Messages that are sent for a service in an hour. Unless given: 1000
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_service_hour: Option<Allowed>,

    /// Messages that are sent for all services of an account in a day. Unless given: 10000
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_account_day: Option<Allowed>,

    /// Messages that go to a country (a calling code) in an hour. Unless given: 1000
    #[arg(long, value_name = "NUMBER")]
    pub sms_per_country_hour: Option<Allowed>,

    /// Countries or ranges, as in +372,+44, that messages are sent to, and to no others. Unless given:
    /// all
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    pub sms_countries: Vec<Prefix>,

    /// Countries or ranges that no messages are sent to, though they are within one of those
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    pub sms_refused_countries: Vec<Prefix>,
}

impl LimitOptions {
    /// The limits. Where nothing is said, they are the usual ones, or none for a development server: tests
    /// log in more often than people.
    pub fn limits(&self, is_development: bool) -> Limits {
        let limits = match is_development {
            true => Limits::none(),
            false => Limits::default(),
        };
        let given = [
            (Limit::PhoneTenMinutes, self.sms_per_phone),
            (Limit::PhoneDay, self.sms_per_phone_day),
            (Limit::RangeHour, self.sms_per_range_hour),
            (Limit::ServiceHour, self.sms_per_service_hour),
            (Limit::AccountDay, self.sms_per_account_day),
            (Limit::CountryHour, self.sms_per_country_hour),
        ];
        let given = given
            .into_iter()
            .filter_map(|(limit, allowed)| Some((limit, allowed?)));
        let limits = given.fold(limits, |limits, (limit, Allowed(allowed))| {
            limits.with(limit, allowed)
        });
        Limits {
            destinations: Destinations {
                allowed: self.sms_countries.clone(),
                refused: self.sms_refused_countries.clone(),
            },
            ..limits
        }
    }
}

/// What a limit allows: so many, or any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed(Option<u32>);

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("unlimited", _) => Ok(Self(None)),
            (_, Ok(number)) => Ok(Self(Some(number))),
            _ => Err(format!(
                "write a number from 0 to {}, or unlimited",
                u32::MAX
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        limits: LimitOptions,
    }

    fn limits(arguments: &[&str], is_development: bool) -> Limits {
        let program = Program::try_parse_from([&["program"], arguments].concat());
        let Ok(program) = program else {
            panic!("{arguments:?} are refused")
        };
        program.limits.limits(is_development)
    }

    #[test]
    fn what_is_not_said_is_usual_and_unlimited_in_development() {
        assert_eq!(limits(&[], false), Limits::default());
        assert_eq!(limits(&[], true), Limits::none());
    }

    #[test]
    fn each_option_sets_its_limit() {
        for (option, limit) in [
            ("--sms-per-phone", Limit::PhoneTenMinutes),
            ("--sms-per-phone-day", Limit::PhoneDay),
            ("--sms-per-range-hour", Limit::RangeHour),
            ("--sms-per-service-hour", Limit::ServiceHour),
            ("--sms-per-account-day", Limit::AccountDay),
            ("--sms-per-country-hour", Limit::CountryHour),
        ] {
            for (text, allowed) in [
                ("0", Some(0)),
                ("1", Some(1)),
                ("4294967295", Some(u32::MAX)),
                ("unlimited", None),
            ] {
                let expected = Limits::default().with(limit, allowed);
                assert_eq!(limits(&[option, text], false), expected, "{option} {text}");
                let expected = Limits::none().with(limit, allowed);
                assert_eq!(limits(&[option, text], true), expected, "{option} {text}");
            }
        }
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for wrong in ["", "-1", "1.5", "4294967296", "5/10m", "off", "Unlimited"] {
            assert!(wrong.parse::<Allowed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn destinations_are_lists() {
        let arguments = [
            "--sms-countries",
            "+372,+44",
            "--sms-refused-countries",
            "+4470",
            "--sms-refused-countries",
            "+4476",
        ];
        let destinations = limits(&arguments, true).destinations;
        let included = |number| destinations.include(number);
        assert!(included("+37250000000") && included("+447911123456"));
        assert!(!included("+447011123456") && !included("+447611123456"));
        assert!(!included("+37150000000"));
    }
}
