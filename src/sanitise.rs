//! Makes text from the network fit for a terminal or a log: it is shortened, secrets are left out, and
//! control and bidirectional characters are replaced.

/// The longest text handed on, in characters: enough for a sentence, too short to flood a log.
const LONGEST: usize = 256;

/// The shortest secret that is one wherever it stands, in bytes.
const SHORTEST: usize = 4;

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

/// The beginning of `text`, more of it than [`sanitise`] keeps, with each secret's name in its place;
/// also where it stands in Rust's notation for strings, in which serde quotes a reply. One of a few
/// characters is told from a part of a word: otherwise nothing would be left to read.
pub(crate) fn redact(text: &str, secrets: &[(&str, &str)]) -> String {
    let forms: Vec<(String, &str)> = secrets
        .iter()
        .filter(|(secret, _)| !secret.is_empty())
        .flat_map(|&(secret, name)| [(secret.to_owned(), name), (escaped(secret), name)])
        .collect();
    let longest_at = |before: Option<char>, rest: &str| {
        let stands = |form: &str| {
            rest.strip_prefix(form)
                .is_some_and(|after| form.len() >= SHORTEST || stands_alone(before, after))
        };
        let here = forms.iter().filter(|(form, _)| stands(form));
        here.max_by_key(|(form, _)| form.len())
    };
    let (mut shown, mut length, mut rest) = (String::new(), 0, text);
    let mut before = None;
    // From the front and only once, so that what stands for a secret is not searched for another.
    while let Some(character) = rest.chars().next().filter(|_| length <= LONGEST) {
        let taken = match longest_at(before, rest) {
            Some((secret, name)) => {
                shown.push_str(name);
                length += name.len();
                secret.len()
            }
            None => {
                shown.push(character);
                length += 1;
                character.len_utf8()
            }
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    shown
}

fn stands_alone(before: Option<char>, after: &str) -> bool {
    let is_of_a_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    !is_of_a_word(before) && !is_of_a_word(after.chars().next())
}

fn escaped(secret: &str) -> String {
    let quoted = format!("{secret:?}");
    quoted[1..quoted.len() - 1].to_owned()
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
    fn a_short_secret_is_told_from_a_part_of_a_word() {
        let redacted = |text: &str| redact(text, &[("a", "[password]"), ("12", "[token]")]);
        assert_eq!(redacted("bad data: 12"), "bad data: [token]");
        assert_eq!(
            redacted("u:a, \"12\", 123"),
            "u:[password], \"[token]\", 123"
        );
        assert_eq!(redacted("a"), "[password]");
    }

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

    /// Unicode's own line ends, and its controls and marks of direction (UAX 9 section 2).
    #[test]
    fn line_ends_and_bidi_controls_of_unicode_are_replaced_each() {
        let line_ends = "\u{85}\u{2028}\u{2029}".chars();
        let bidi = ['\u{61C}', '\u{200E}', '\u{200F}']
            .into_iter()
            .chain('\u{202A}'..='\u{202E}')
            .chain('\u{2066}'..='\u{2069}');
        for character in line_ends.chain(bidi) {
            let clean = sanitise(&format!("a{character}b"));
            assert_eq!(clean, "a\u{FFFD}b", "{character:?}");
        }
    }

    #[test]
    fn secrets_are_replaced_plain_and_escaped() {
        let secrets = [
            ("p'a\"ss", "[password]"),
            ("123456", "[token]"),
            ("", "[x]"),
        ];
        assert_eq!(
            redact(r#"p'a"ss, p'a\"ss, 1234567 and 12345"#, &secrets),
            "[password], [password], [token]7 and 12345"
        );
    }

    #[test]
    fn what_stands_for_a_secret_is_not_searched_for_another() {
        let secrets = [("hunter22", "[password]"), ("password", "[token]")];
        assert_eq!(
            redact("hunter22, password", &secrets),
            "[password], [token]"
        );
    }

    #[test]
    fn a_secret_is_not_shown_in_part_at_the_end() {
        let secret = "0123456789".repeat(30);
        let text = format!("{}{secret}{secret}", "x".repeat(LONGEST - 5));
        let shown = sanitise(&redact(&text, &[(&secret, "[token]")]));
        assert!(!shown.contains('0'), "{shown}");
    }

    #[test]
    fn redacting_takes_no_more_than_is_shown() {
        assert!(redact(&"x".repeat(1 << 20), &[("y", "[y]")]).len() <= LONGEST + 1);
        let names = redact(&"hunter22".repeat(1 << 10), &[("hunter22", "[password]")]);
        assert!(names.len() <= LONGEST + "[password]".len());
    }

    #[test]
    fn long_text_is_shortened() {
        assert_eq!(sanitise(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
