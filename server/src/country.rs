//! Where a phone is, by the calling code that its number begins with.

use std::fmt;

use phonenumber::metadata::DATABASE;

/// The most digits of a calling code.
const LONGEST_CODE: usize = 3;

/// A calling code, which one country has or several share; or any that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country(Option<u16>);

impl Country {
    /// The country of a number in E.164. No calling code is the beginning of another.
    pub fn of(number: &str) -> Self {
        let digits = number.strip_prefix('+').unwrap_or_default();
        let beginnings = (1..=LONGEST_CODE).filter_map(|length| digits.get(..length));
        let mut codes = beginnings.filter_map(|digits| digits.parse().ok());
        Self(codes.find(|code| DATABASE.region(code).is_some()))
    }
}

impl fmt::Display for Country {
    /// The calling code as in `+44`, or `other`. There are some 220 of them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(code) => write!(formatter, "+{code}"),
            None => formatter.write_str("other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_the_beginning_of_a_number() {
        for (number, country) in [
            ("+4401234567", "+44"),
            ("+37250000000", "+372"),
            ("+12025550123", "+1"),
            ("+18765550123", "+1"),
            ("+79123456789", "+7"),
            ("+999123456789", "other"),
            ("+2101234567", "other"),
            ("+", "other"),
            ("", "other"),
        ] {
            assert_eq!(Country::of(number).to_string(), country, "{number}");
        }
    }

    #[test]
    fn there_are_few_of_them_whatever_the_numbers_are() {
        let countries = (1000..10_000).map(|digits| Country::of(&format!("+{digits}000000")));
        let distinct: std::collections::BTreeSet<_> = countries.collect();
        assert!((200..300).contains(&distinct.len()), "{}", distinct.len());
    }
}
