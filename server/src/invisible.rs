//! Characters that nobody sees: they make one name look like another.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// Joins two characters that it stands between.
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// Keeps two characters apart that would join.
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// The first character of a text that does nothing but order, format or end what is around it: control
/// characters, and those of Unicode's categories Cf (bidirectional controls, zero-width and tag
/// characters, the soft hyphen), Zl and Zp.
///
/// Persian, Sinhala and other scripts are not written without the two joiners, and some emoji are
/// made with one. So these may stand between two characters that are not ASCII.
pub fn first(text: &str) -> Option<char> {
    let is_visible = |character: Option<char>| {
        character.is_some_and(|character| !character.is_ascii() && !is_format(character))
    };
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_joiner = matches!(character, ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER);
        let joins = is_joiner && is_visible(before) && is_visible(characters.peek().copied());
        if is_format(character) && !joins {
            return Some(character);
        }
        before = Some(character);
    }
    None
}

fn is_format(character: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn names_of_all_scripts_are_visible() {
        for name in [
            "",
            "Jane Doe",
            "Jürgen",
            "Ju\u{308}rgen",
            "中村 さくら",
            "محمد",
            "עברית",
            "می\u{200c}خواهم",
            "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}",
            "👩\u{200d}💻",
            "❤\u{fe0f}",
        ] {
            assert_eq!(first(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_orders_formats_or_ends_text_is_not() {
        let controls = "\0\t\n\r\u{1b}\u{7f}\u{85}".chars();
        let bidi = "\u{61c}\u{200e}\u{200f}".chars();
        let bidi = bidi.chain('\u{202a}'..='\u{202e}');
        let bidi = bidi.chain('\u{2066}'..='\u{2069}');
        let others = "\u{ad}\u{180e}\u{200b}\u{2028}\u{2029}\u{2060}\u{feff}\u{fffb}\u{e0061}";
        for character in controls.chain(bidi).chain(others.chars()) {
            for name in [format!("a{character}b"), format!("字{character}字")] {
                assert_eq!(first(&name), Some(character), "{name:?}");
            }
        }
    }

    #[test]
    fn a_joiner_joins_what_is_not_ascii() {
        for joiner in ['\u{200c}', '\u{200d}'] {
            for name in [
                format!("{joiner}"),
                format!("ja{joiner}ne"),
                format!("字{joiner}"),
                format!("{joiner}字"),
                format!("字{joiner}x"),
                format!("字{joiner}{joiner}字"),
            ] {
                assert_eq!(first(&name), Some(joiner), "{name:?}");
            }
        }
    }
}
