//! Phone numbers in one spelling: E.164, as they are dialled from abroad.
//!
//! Which digits a country dials within itself only, such as the zero in `+44 (0)7911 123456`, is known
//! to the numbering plans (libphonenumber's, in the crate `phonenumber`). They change: a number that they
//! do not know is taken as it is written.

/// Why a text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not `+` and 7 to 15 digits, the first of which is not a zero.
    #[error("must be a number with its country prefix, such as +4401234567")]
    NotInternational,
    /// It has a zero in brackets, and no numbering plan says whether that is dialled from abroad.
    #[error("has a zero in brackets; write it as it is dialled from abroad, such as {0}")]
    ZeroInBrackets(String),
}

/// Writes a phone number as E.164, `+` and 7 to 15 digits.
///
/// Blanks, dashes, dots and parentheses are left out, a leading `00` becomes `+`, and what is dialled
/// within the country only is dropped, so that one phone cannot be registered twice in two spellings.
///
/// # Errors
///
/// The [`Problem`] says how to write it.
pub fn normalise(number: &str) -> Result<String, Problem> {
    let written = international(number)?;
    match known(&written) {
        Some(number) => Ok(number),
        None if number.contains("(0)") => {
            let without = international(&number.replace("(0)", ""))?;
            Err(Problem::ZeroInBrackets(without))
        }
        None => Ok(written),
    }
}

/// The digits of a number, after a `+`.
fn international(number: &str) -> Result<String, Problem> {
    let compact: String = number
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '-' | '.' | '(' | ')'))
        .collect();
    let digits = compact
        .strip_prefix('+')
        .or_else(|| compact.strip_prefix("00"))
        .ok_or(Problem::NotInternational)?;
    let plausible = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    match plausible {
        true => Ok(format!("+{digits}")),
        false => Err(Problem::NotInternational),
    }
}

/// The number as the numbering plans have it, if they do.
fn known(number: &str) -> Option<String> {
    let parsed = phonenumber::parse(None, number).ok()?;
    let canonical = parsed.format().mode(phonenumber::Mode::E164);
    parsed.is_valid().then(|| canonical.to_string())
}

/// A phone number as logs may show it: its last two digits.
pub fn masked(number: &str) -> String {
    let tail: String = number
        .chars()
        .skip(number.chars().count().saturating_sub(2))
        .collect();
    format!("***{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_become_one() {
        for spelling in [
            "+4401234567",
            "00 44 0123-4567",
            "+44 (01) 23.45.67",
            " +44\t01234567 ",
        ] {
            assert_eq!(
                normalise(spelling).as_deref(),
                Ok("+4401234567"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_is_no_international_number_is_refused() {
        for wrong in [
            "",
            "+",
            "123456789",
            "+123456",
            "+1234567890123456",
            "+44a1234567",
            "++4412345678",
            "+0441234567",
            "+４４１２３４５６７",
            "+44/1234567",
        ] {
            assert_eq!(normalise(wrong), Err(Problem::NotInternational), "{wrong}");
        }
    }

    #[test]
    fn what_is_dialled_within_the_country_only_is_dropped() {
        for (spelling, number) in [
            ("+44 (0)7911 123456", "+447911123456"),
            ("+44 07911 123456", "+447911123456"),
            ("0044 (0) 7911-123456", "+447911123456"),
            ("+447911123456", "+447911123456"),
            ("+49 (0)151 12345678", "+4915112345678"),
            ("+36 06 20 123 4567", "+36201234567"),
            ("+7 8 912 345 67 89", "+79123456789"),
            ("+54 11 15 2345 6789", "+5491123456789"),
        ] {
            assert_eq!(normalise(spelling).as_deref(), Ok(number), "{spelling}");
        }
    }

    #[test]
    fn a_zero_that_is_a_part_of_the_number_stays() {
        for (spelling, number) in [
            ("+39 06 698 12345", "+390669812345"),
            ("+39 (0)6 698 12345", "+390669812345"),
            ("+225 07 01 23 45 67", "+2250701234567"),
            ("+242 06 123 4567", "+242061234567"),
            ("+226 05 12 34 56", "+22605123456"),
        ] {
            assert_eq!(normalise(spelling).as_deref(), Ok(number), "{spelling}");
        }
    }

    #[test]
    fn a_number_that_no_plan_knows_is_taken_as_it_is_written() {
        for number in ["+4401234567", "+3725555555", "+999123456789"] {
            assert_eq!(normalise(number).as_deref(), Ok(number), "{number}");
        }
    }

    #[test]
    fn a_zero_in_brackets_that_no_plan_knows_is_refused() {
        let refused = normalise("+44 (0)123 4567");
        let problem = Problem::ZeroInBrackets("+441234567".to_owned());
        assert_eq!(refused, Err(problem));
    }

    #[test]
    fn a_canonical_number_is_its_own_spelling() {
        for number in [
            "+447911123456",
            "+390669812345",
            "+5491123456789",
            "+79123456789",
        ] {
            assert_eq!(normalise(number).as_deref(), Ok(number), "{number}");
        }
    }

    #[test]
    fn a_masked_number_shows_its_last_two_digits() {
        assert_eq!(masked("+4401234567"), "***67");
        assert_eq!(masked(""), "***");
    }
}
