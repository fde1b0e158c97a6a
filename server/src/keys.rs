//! The texts by which names are compared: two names with the same one are one name.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::phone;
use crate::secrets::Secrets;
use crate::secrets::ring::Unreadable;

/// How many digits at its end a number may differ in from those that are like it.
const DIGITS_OF_A_RANGE: usize = 4;

/// The key of a host name. Neither case nor a final dot tells one from another (RFC 4343).
pub fn host(fqdn: &str) -> String {
    let fqdn = fqdn.trim();
    fqdn.strip_suffix('.').unwrap_or(fqdn).to_lowercase()
}

/// The key of an account's username. Usernames that differ in case only would be mistaken for each
/// other by people.
pub fn account(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The key of what a service calls a user. A service may tell `aB3` from `Ab3`, so case counts; the two
/// ways in which Unicode writes one letter (UAX 15, NFC) do not.
pub fn id_in_service(id: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(id.trim());
    composed.into_owned()
}

/// The key of a phone, whatever the spelling of its number. It does not tell the number.
///
/// # Errors
///
/// There is nothing to hash it with.
pub fn phone(secrets: &Secrets, number: &str) -> Result<String, Unreadable> {
    secrets.hash_phone(&canonical(number))
}

/// The key of the numbers that differ from this one in their last four digits only: of those, one
/// operator has ten thousand in a row.
///
/// # Errors
///
/// There is nothing to hash it with.
pub fn phone_range(secrets: &Secrets, number: &str) -> Result<String, Unreadable> {
    let number = canonical(number);
    let end = number.len().saturating_sub(DIGITS_OF_A_RANGE);
    secrets.hash_phone(number.get(..end).unwrap_or_default())
}

fn canonical(number: &str) -> String {
    phone::normalise(number).unwrap_or_else(|_| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_one_in_every_spelling_and_with_its_neighbours_a_range() {
        let secrets = Secrets::in_memory();
        let phone = |number| phone(&secrets, number).unwrap();
        let phone_range = |number| phone_range(&secrets, number).unwrap();
        assert!(!phone("+447911123456").contains("7911"));
        for spelt in ["+44 (0)7911 123456", "+4407911123456", "00447911123456"] {
            assert_eq!(phone(spelt), phone("+447911123456"), "{spelt}");
            assert_eq!(phone_range(spelt), phone_range("+447911129999"), "{spelt}");
        }
        assert_ne!(phone("+447911123456"), phone("+447911123457"));
        assert_ne!(phone_range("+447911123456"), phone_range("+447911133456"));
        assert_ne!(phone("+44"), phone("+45"), "no number at all");
        assert_eq!(phone_range(""), phone_range("\u{e9}\u{e9}"));
    }

    #[test]
    fn a_host_name_is_read_without_case_and_without_its_final_dot() {
        for spelt in ["example.com", " EXAMPLE.com ", "example.com."] {
            assert_eq!(host(spelt), "example.com", "{spelt:?}");
        }
        assert_ne!(host("example.com"), host("example.org"));
    }

    #[test]
    fn a_username_is_read_without_case() {
        assert_eq!(account(" Demo "), "demo");
        assert_ne!(account("demo"), account("demo 2"));
    }

    #[test]
    fn an_id_is_read_with_its_case_and_in_any_encoding() {
        assert_eq!(id_in_service(" jane "), "jane");
        assert_ne!(id_in_service("jane"), id_in_service("JANE"));
        assert_eq!(id_in_service("Ju\u{308}rgen"), "J\u{fc}rgen");
        assert_eq!(
            id_in_service("\u{212a}"),
            "K",
            "the sign for kelvin is the letter"
        );
        assert_ne!(
            id_in_service("\u{fb01}"),
            "fi",
            "a ligature is not two letters"
        );
        assert_ne!(id_in_service("\u{131}"), id_in_service("i"));
        for id in ["", "x", "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}"] {
            assert_eq!(id_in_service(&id_in_service(id)), id_in_service(id));
        }
    }
}
