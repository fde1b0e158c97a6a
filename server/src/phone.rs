//! Phone numbers in one spelling: E.164.

/// Writes a phone number as E.164 (`+` and 7 to 15 digits), or says that it is none.
///
/// Blanks, dashes, dots and parentheses are left out, and a leading `00` becomes `+`, so that one
/// phone cannot be registered twice in two spellings.
pub fn normalise(number: &str) -> Option<String> {
    let compact: String = number
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '-' | '.' | '(' | ')'))
        .collect();
    let digits = compact
        .strip_prefix('+')
        .or_else(|| compact.strip_prefix("00"))?;
    let plausible = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    plausible.then(|| format!("+{digits}"))
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
                Some("+4401234567"),
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
            assert_eq!(normalise(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_masked_number_shows_its_last_two_digits() {
        assert_eq!(masked("+4401234567"), "***67");
        assert_eq!(masked(""), "***");
    }
}
