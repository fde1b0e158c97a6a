//! Texts, in the forms that a case writes them in, and in those that a runner gets.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::language::Units;

/// Text that may be no Unicode: as it is, repeated, its bytes or its UTF-16 code units in
/// hexadecimal, or one after the other.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Text {
    Plain(String),
    Repeated { repeat: String, times: usize },
    Bytes { hex: String },
    Utf16 { utf16: String },
    Joined(Vec<Text>),
}

impl Text {
    /// As bytes, with three for half of a surrogate pair, as UTF-8 has them for such a number.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Text::Plain(text) => text.clone().into_bytes(),
            Text::Repeated { repeat, times } => repeat.repeat(*times).into_bytes(),
            Text::Bytes { hex } => from_hex(hex),
            Text::Utf16 { utf16 } => in_utf8(&units(utf16)),
            Text::Joined(texts) => texts.iter().flat_map(Text::bytes).collect(),
        }
    }

    /// As a runner gets it: a string, or else what its language's text is made of.
    fn given(&self, made_of: Units) -> Value {
        match (String::from_utf8(self.bytes()), made_of) {
            (Ok(text), _) => json!(text),
            (Err(no_text), Units::Bytes) => json!({ "hex": in_hex(no_text.as_bytes(), 2) }),
            (Err(no_text), Units::Utf16) => json!({ "utf16": match self {
                Text::Utf16 { utf16 } => utf16.clone(),
                _ => in_hex(&no_text.as_bytes().iter().copied().map(half).collect::<Vec<_>>(), 4),
            } }),
        }
    }
}

/// An option or an argument as a runner gets it.
pub fn given(value: &Value, made_of: Units) -> Value {
    match (Text::deserialize(value), value) {
        (Ok(text), _) => text.given(made_of),
        (_, Value::Object(parts)) => parts
            .iter()
            .map(|(name, part)| (name.clone(), given(part, made_of)))
            .collect(),
        _ => value.clone(),
    }
}

/// What is no ASCII becomes half of a surrogate pair, as in Python and Java.
fn half(byte: u8) -> u16 {
    u16::from(byte) + if byte.is_ascii() { 0 } else { 0xdc00 }
}

fn in_utf8(units: &[u16]) -> Vec<u8> {
    char::decode_utf16(units.iter().copied())
        .flat_map(|decoded| match decoded {
            Ok(char) => char.to_string().into_bytes(),
            Err(half) => {
                let half = half.unpaired_surrogate();
                let six_bits = |shift: u32| 0x80 | (half >> shift & 0x3f) as u8;
                vec![0xe0 | (half >> 12) as u8, six_bits(6), six_bits(0)]
            }
        })
        .collect()
}

fn units(hex: &str) -> Vec<u16> {
    let bytes = from_hex(hex);
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn in_hex<T: Copy + Into<u16>>(numbers: &[T], digits: usize) -> String {
    numbers
        .iter()
        .map(|number| format!("{:0digits$x}", (*number).into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_string_where_it_can_be() {
        let repeated = json!({ "repeat": "ab", "times": 2 });
        assert_eq!(given(&repeated, Units::Bytes), json!("abab"));
        assert_eq!(given(&json!({ "hex": "6100" }), Units::Utf16), json!("a\0"));
        assert_eq!(given(&json!(null), Units::Bytes), json!(null));
        assert_eq!(given(&json!(7), Units::Bytes), json!(7));
    }

    #[test]
    fn what_is_no_unicode_is_what_the_languages_text_is_made_of() {
        let (bytes, half) = (json!({ "hex": "66ff" }), json!({ "utf16": "0066d800" }));
        assert_eq!(given(&bytes, Units::Bytes), bytes);
        assert_eq!(given(&half, Units::Utf16), half);
        assert_eq!(given(&half, Units::Bytes), json!({ "hex": "66eda080" }));
        assert_eq!(given(&bytes, Units::Utf16), json!({ "utf16": "0066dcff" }));
    }

    #[test]
    fn the_parts_of_a_challenge_are_texts_too() {
        let challenge = json!({ "method": 7, "auth_id": { "repeat": "a", "times": 3 } });
        let resolved = json!({ "method": 7, "auth_id": "aaa" });
        assert_eq!(given(&challenge, Units::Bytes), resolved);
    }
}
