//! How many SMS a text is: gateways charge for each, and phones put them together more or less well.

use std::fmt;

/// The characters of the GSM 7 bit default alphabet (3GPP TS 23.038 section 6.2.1).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those of its extension (section 6.2.1.1), which take two places.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How the characters of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// In 7 bits each.
    Gsm7,
    /// In 16 bits each: one character that GSM-7 does not have is enough.
    Ucs2,
}

/// How much of SMS a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How its characters are written.
    pub alphabet: Alphabet,
    /// How many places they take.
    pub places: usize,
    /// How many SMS there are.
    pub parts: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, one, _) = limits(self.alphabet);
        let (places, parts) = (self.places, self.parts);
        write!(
            formatter,
            "{parts} SMS, {places} characters in {name}, where one SMS has {one}"
        )
    }
}

/// The name of an alphabet, how many places a single SMS has, and how many each of several has.
fn limits(alphabet: Alphabet) -> (&'static str, usize, usize) {
    match alphabet {
        Alphabet::Gsm7 => ("GSM-7", 160, 153),
        Alphabet::Ucs2 => ("UCS-2", 70, 67),
    }
}

/// How many places a character takes in GSM-7, if it is in it.
fn septets(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        Some(1)
    } else {
        EXTENSION.contains(character).then_some(2)
    }
}

/// Measures a text.
pub fn measure(text: &str) -> Size {
    let gsm7: Option<Vec<_>> = text.chars().map(septets).collect();
    let (alphabet, characters) = match gsm7 {
        Some(characters) => (Alphabet::Gsm7, characters),
        None => (Alphabet::Ucs2, text.chars().map(char::len_utf16).collect()),
    };
    let (_, one, each) = limits(alphabet);
    let places = characters.iter().sum();
    let parts = match places <= one {
        true => 1,
        false => filled(&characters, each),
    };
    Size {
        alphabet,
        places,
        parts,
    }
}

/// How many parts characters fill, none of which is split between two.
fn filled(characters: &[usize], each: usize) -> usize {
    let (mut parts, mut places) = (1, 0);
    for character in characters {
        if places + character > each {
            parts += 1;
            places = 0;
        }
        places += character;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(text: &str) -> (Alphabet, usize, usize) {
        let size = measure(text);
        (size.alphabet, size.places, size.parts)
    }

    #[test]
    fn parts_are_counted_as_phones_put_them_together() {
        use Alphabet::{Gsm7, Ucs2};
        for (text, expected) in [
            (String::new(), (Gsm7, 0, 1)),
            ("a".repeat(160), (Gsm7, 160, 1)),
            ("a".repeat(161), (Gsm7, 161, 2)),
            ("a".repeat(306), (Gsm7, 306, 2)),
            ("a".repeat(307), (Gsm7, 307, 3)),
            ("[]{}~^|\\€".to_owned(), (Gsm7, 18, 1)),
            ("€".repeat(80), (Gsm7, 160, 1)),
            ("€".repeat(81), (Gsm7, 162, 2)),
            // 76 of them fill 152 places; the 153rd holds no half of the next.
            ("€".repeat(153), (Gsm7, 306, 3)),
            ("Ää Öö Üü ñ é à ß @ £ Δ".to_owned(), (Gsm7, 22, 1)),
            ("õ".to_owned(), (Ucs2, 1, 1)),
            ("ç".to_owned(), (Ucs2, 1, 1)),
            ("`".to_owned(), (Ucs2, 1, 1)),
            ("õ".repeat(70), (Ucs2, 70, 1)),
            ("õ".repeat(71), (Ucs2, 71, 2)),
            ("õ".repeat(135), (Ucs2, 135, 3)),
            ("😀".repeat(35), (Ucs2, 70, 1)),
            // 33 of them fill 66 places; the 67th holds no half of the next.
            ("😀".repeat(67), (Ucs2, 134, 3)),
        ] {
            assert_eq!(measured(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_default_alphabet_is_whole() {
        // 128 places, of which one is the escape to the extension.
        assert_eq!(BASIC.chars().count(), 127);
    }
}
