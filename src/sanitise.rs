//! Makes text from the network fit for a terminal or a log.

/// The longest text handed on, in characters: enough for a sentence, too short to flood a log.
const LONGEST: usize = 256;

/// Replaces control characters and bidirectional or invisible formatting by U+FFFD, and shortens.
pub(crate) fn sanitise(text: &str) -> String {
    let mut characters = text.chars();
    let mut clean: String = characters
        .by_ref()
        .take(LONGEST)
        .map(|character| {
            if is_unsafe(character) {
                char::REPLACEMENT_CHARACTER
            } else {
                character
            }
        })
        .collect();
    if characters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// Characters that move the cursor, start an escape sequence, break a line or reorder the text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(sanitise("Õigus, 権限, naïve"), "Õigus, 権限, naïve");
    }

    #[test]
    fn escape_sequences_line_breaks_and_bidi_controls_are_replaced() {
        assert_eq!(
            sanitise("a\x1b[31mb\r\nc\u{202E}d\0"),
            "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c\u{FFFD}d\u{FFFD}"
        );
    }

    #[test]
    fn long_text_is_shortened() {
        assert_eq!(sanitise(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
