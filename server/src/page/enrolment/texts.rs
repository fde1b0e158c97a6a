//! What the page says, in whichever language an operator wrote it down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use maud::{Markup, html};
use serde::Deserialize;

/// What the page says unless something else is chosen, as a file to start from.
pub const ENGLISH: &str = include_str!("en.toml");

/// The longest text, in characters.
const LONGEST: usize = 1000;

/// A text with slots for what is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Slot(String),
}

impl Sentence {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("is empty".to_owned());
        }
        if text.chars().count() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, after) = after
                .split_once('}')
                .ok_or_else(|| "has a { without its }".to_owned())?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Slot(slot.to_owned()));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text as markup, with what is filled in.
    pub fn markup(&self, value: impl Fn(&str) -> Markup) -> Markup {
        html! {
            @for part in &self.0 {
                @match part {
                    Part::Text(text) => (text),
                    Part::Slot(name) => (value(name)),
                }
            }
        }
    }

    /// The text of a sentence into which nothing is filled.
    pub fn plain(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(_) => String::new(),
        };
        self.0.iter().map(text).collect()
    }

    fn slots(&self) -> BTreeSet<&str> {
        let slot = |part| match part {
            &Part::Text(_) => None,
            Part::Slot(name) => Some(name.as_str()),
        };
        self.0.iter().filter_map(slot).collect()
    }

    /// What is wrong with it as a translation of another one.
    fn mismatch(&self, original: &Self) -> Option<String> {
        let (own, needed) = (self.slots(), original.slots());
        if let Some(slot) = needed.difference(&own).next() {
            return Some(format!("lacks {{{slot}}}"));
        }
        let slot = own.difference(&needed).next()?;
        Some(format!("has {{{slot}}}, which is not filled in there"))
    }
}

/// Which direction a language is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// Its name in HTML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The texts by their names, and a file in which each of them may be left out.
macro_rules! texts {
    ($($name:ident)*) => {
        /// What the page says. The names are those of the file, which says where each of them stands.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "en.toml has them")]
        pub struct PageTexts {
            pub language: String,
            pub direction: Direction,
            $(pub $name: Sentence,)*
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            language: Option<String>,
            direction: Option<Direction>,
            $($name: Option<String>,)*
        }

        impl PageTexts {
            /// Puts the texts of a file in the place of these.
            fn translated(mut self, file: File) -> Result<Self, String> {
                if let Some(language) = file.language {
                    self.language = checked_language(language)?;
                }
                self.direction = file.direction.unwrap_or(self.direction);
                $(if let Some(text) = file.$name {
                    self.$name = translated(stringify!($name), &text, &self.$name)?;
                })*
                Ok(self)
            }

            /// All texts of a file, each of which must be there.
            fn whole(file: File) -> Option<Self> {
                Some(Self {
                    language: file.language?,
                    direction: file.direction?,
                    $($name: Sentence::parse(&file.$name?).ok()?,)*
                })
            }
        }
    };
}

texts! {
    title offer app privacy show ends
    scan qr_code here open key check code confirm wrong again
    done_title done
    closed_title used expired exhausted unknown
    unavailable_title unavailable
}

fn checked_language(language: String) -> Result<String, String> {
    let is_tag = !language.is_empty()
        && language
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '-');
    match is_tag {
        true => Ok(language),
        false => Err(format!(
            "language is {language:?}, which is no tag of a language such as \"de\" or \"pt-BR\""
        )),
    }
}

fn translated(name: &str, text: &str, original: &Sentence) -> Result<Sentence, String> {
    let sentence = Sentence::parse(text).map_err(|problem| format!("{name} {problem}"))?;
    match sentence.mismatch(original) {
        None => Ok(sentence),
        Some(problem) => Err(format!("{name} {problem}")),
    }
}

impl Default for PageTexts {
    fn default() -> Self {
        let file = toml::from_str(ENGLISH).ok();
        file.and_then(Self::whole).expect("a test reads en.toml")
    }
}

impl PageTexts {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a text in it cannot stand on the page: the message names it.
    pub fn from_file(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| format!("the page texts {shown} cannot be read: {error}"))?;
        Self::parse(&text).map_err(|problem| format!("the page texts {shown} are wrong: {problem}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file = toml::from_str(text).map_err(|error| error.to_string())?;
        Self::default().translated(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_file_is_what_is_said_without_one() {
        assert_eq!(PageTexts::parse(ENGLISH).unwrap(), PageTexts::default());
        assert_eq!(PageTexts::parse("").unwrap(), PageTexts::default());
    }

    #[test]
    fn a_text_that_is_left_out_stays_in_english() {
        let texts = PageTexts::parse(
            "language = \"ar\"\ndirection = \"rtl\"\nexpired = \"{service}: انتهت صلاحية الرابط\"",
        )
        .unwrap();
        assert_eq!(
            (texts.language.as_str(), texts.direction),
            ("ar", Direction::Rtl)
        );
        assert_ne!(texts.expired, PageTexts::default().expired);
        assert_eq!(texts.used, PageTexts::default().used);
    }

    #[test]
    fn what_cannot_stand_on_the_page_is_refused_by_its_name() {
        let long = format!("title = \"{}\"", "x".repeat(LONGEST + 1));
        for (file, problem) in [
            ("titel = \"Einrichten\"", "unknown field `titel`"),
            (
                "offer = \"Richten Sie Ihre App ein.\"",
                "offer lacks {service}",
            ),
            ("scan = \"Für {user}\"", "scan lacks {service}"),
            ("expired = \"{service}: {user}\"", "expired has {user}"),
            ("expired = \"{Service}\"", "expired lacks {service}"),
            ("ends = \"bis {time\"", "ends has a { without its }"),
            ("title = \" \"", "title is empty"),
            (&long, "title is longer"),
            ("title = 7", "expected a string"),
            ("direction = \"up\"", "unknown variant `up`"),
            ("language = \"de\\\" onload=\\\"\"", "language is"),
            ("language = \"\"", "language is"),
            ("title", "expected `=`"),
        ] {
            let refused = PageTexts::parse(file).unwrap_err();
            assert!(refused.contains(problem), "{file}: {refused}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_read_again_and_no_text_is_markup() {
        let sentence = Sentence::parse("{service} & {user}").unwrap();
        let value = |name: &str| html! { b { (format!("{name} <{{user}}>")) } };
        let filled = sentence.markup(value).into_string();
        assert_eq!(
            filled,
            "<b>service &lt;{user}&gt;</b> &amp; <b>user &lt;{user}&gt;</b>"
        );
    }
}
