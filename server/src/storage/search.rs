//! What a person looks for: a part of a name, or a whole phone number, since only a hash of that can be compared.

use super::Result;
use crate::phone;
use crate::secrets::Secrets;

/// What a person looks for.
#[derive(Debug, Clone)]
pub struct Search(String);

impl Search {
    /// What was typed, if that is anything.
    pub fn typed(text: &str) -> Option<Self> {
        // No database can be asked for a NUL.
        let text = text.trim().replace('\0', "\u{fffd}");
        (!text.is_empty()).then_some(Self(text))
    }

    /// The pattern, for `lower(column) LIKE $1 ESCAPE '\'`, of texts with this in it.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for character in self.0.to_lowercase().chars() {
            if matches!(character, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push('%');
        pattern
    }

    /// What a phone number like it is kept by; empty, as no number is, if it is none.
    pub(super) fn phone_key(&self, secrets: &Secrets) -> Result<String> {
        match phone::normalise(&self.0) {
            Ok(number) => Ok(secrets.hash_phone(&number)?),
            Err(_) => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stands_for_itself() {
        let pattern = |text| Search::typed(text).map(|search| search.pattern());
        assert_eq!(pattern(" Jane "), Some("%jane%".to_owned()));
        assert_eq!(pattern(r"100%_\"), Some(r"%100\%\_\\%".to_owned()));
        assert_eq!(pattern("a\0b"), Some("%a\u{fffd}b%".to_owned()));
        assert_eq!(pattern(" "), None);
    }

    #[test]
    fn a_phone_number_is_found_as_it_is_written() {
        let secrets = Secrets::in_memory();
        let key = |text| Search::typed(text).unwrap().phone_key(&secrets).unwrap();
        assert_eq!(key("+44 (0)7911 123456"), key("+447911123456"));
        assert_eq!(key("jane"), "");
    }
}
