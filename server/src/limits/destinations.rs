//! Which phone numbers are sent messages at all: nobody pays for a range where nobody lives.

use std::str::FromStr;

/// The most digits of a number in E.164.
const LONGEST_NUMBER: usize = 15;

/// What numbers in E.164 begin with: a country, such as `+372`, or a part of it, such as `+4470`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let plausible = (1..=LONGEST_NUMBER).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        match plausible {
            true => Ok(Self(text.to_owned())),
            false => Err("write a country or a range with its +, such as +372 or +4470".to_owned()),
        }
    }
}

/// Which numbers are sent messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destinations {
    /// Those that begin so; all, if there is none.
    pub allowed: Vec<Prefix>,
    /// And not those that begin so.
    pub refused: Vec<Prefix>,
}

impl Destinations {
    /// Whether a number in E.164 is sent messages.
    pub fn include(&self, number: &str) -> bool {
        let begins = |prefix: &Prefix| number.starts_with(&prefix.0);
        let is_allowed = self.allowed.is_empty() || self.allowed.iter().any(begins);
        is_allowed && !self.refused.iter().any(begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(texts: &[&str]) -> Vec<Prefix> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn numbers_are_told_by_what_they_begin_with() {
        let some = Destinations {
            allowed: prefixes(&["+372", "+44"]),
            refused: prefixes(&["+4470"]),
        };
        for (number, included) in [
            ("+37250000000", true),
            ("+447911123456", true),
            ("+447011123456", false),
            ("+3725", true),
            ("+37150000000", false),
            ("+14", false),
        ] {
            assert_eq!(some.include(number), included, "{number}");
        }
        assert!(Destinations::default().include("+999123456789"));
    }

    #[test]
    fn what_is_no_prefix_is_refused() {
        for wrong in [
            "", "+", "372", "00372", "+0", "+37a", "+ 372", "+٣", "EE", "*",
        ] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
        let longest = format!("+{}", "1".repeat(LONGEST_NUMBER));
        assert!(longest.parse::<Prefix>().is_ok());
        assert!(format!("{longest}1").parse::<Prefix>().is_err());
    }
}
