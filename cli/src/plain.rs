//! Text that is safe in a terminal, whoever wrote it: characters that do more than to be seen are written out.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// A text with its characters that move the cursor, start an escape sequence, break a line or reorder text written
/// out as `\u{1b}`.
pub fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match does_something(character) {
            true => shown.extend(character.escape_unicode()),
            false => shown.push(character),
        }
    }
    shown
}

/// JSON on one line, with the same characters as JSON escapes them: it is the same value.
pub fn json(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Escaping);
    value
        .serialize(&mut serializer)
        .expect("results have text for keys");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

fn does_something(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut units = [0; 2];
        for character in fragment.chars() {
            if does_something(character) {
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                CompactFormatter
                    .write_string_fragment(writer, character.encode_utf8(&mut [0; 4]))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_do_something_is_written_out() {
        assert_eq!(line("a\x1b[31m\r\nb"), r"a\u{1b}[31m\u{d}\u{a}b");
        assert_eq!(
            line("\u{9b}31m\u{202e}x\u{feff}"),
            r"\u{9b}31m\u{202e}x\u{feff}"
        );
        assert_eq!(line("O'Brien \"Õ\" 権限"), "O'Brien \"Õ\" 権限");
    }

    #[test]
    fn json_is_the_same_value_without_such_characters() {
        let hostile = "a\x1b[31m\u{9b}\u{7f}\u{202e}\u{e0001}\"\\Õ";
        let text = json(&hostile);
        assert!(!text.chars().any(does_something), "{text:?}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
