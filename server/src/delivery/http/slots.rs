//! Texts with slots: `{to}`; `{to|digits}`, what a filter makes of it; `{sender?}`, which may be missing.
//! `{{` and `}}` stand for the braces themselves.

use super::values::Values;

/// A text that is filled for each message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Slot(Slot),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    name: String,
    may_be_missing: bool,
    filters: Vec<Filter>,
}

/// What is made of a value before it is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    /// Its digits alone: `+372 5` is `3725`.
    Digits,
    /// With `00` in place of a plus before it.
    DoubleZero,
    /// Whole minutes of so many seconds, at least one.
    Minutes,
    /// A number in JSON, where others are strings.
    Number,
}

impl Text {
    /// Reads a text with slots.
    ///
    /// # Errors
    ///
    /// A brace has no partner, or there is no such filter.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let slot = rest.split_once('}').filter(|_| brace == "{");
            let (slot, after) = slot.ok_or_else(|| {
                "it has a brace without a partner; write {{ or }} for a brace itself".to_owned()
            })?;
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            pieces.push(Piece::Slot(Slot::parse(slot)?));
            rest = after;
        }
        literal.push_str(rest);
        pieces.push(Piece::Literal(literal));
        pieces.retain(|piece| !matches!(piece, Piece::Literal(literal) if literal.is_empty()));
        let text = Self(pieces);
        let has_number = text
            .slots()
            .any(|slot| slot.filters.contains(&Filter::Number));
        match has_number && !text.is_number() {
            true => Err("a number must be the whole value, and number its last filter".to_owned()),
            false => Ok(text),
        }
    }

    /// Whether it is a number in JSON.
    pub fn is_number(&self) -> bool {
        let [Piece::Slot(slot)] = self.0.as_slice() else {
            return false;
        };
        matches!(slot.filters.as_slice(), [before @ .., Filter::Number] if !before.contains(&Filter::Number))
    }

    /// The names of its slots.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.slots().map(|slot| slot.name.as_str())
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Slot(slot) => Some(slot),
            Piece::Literal(_) => None,
        })
    }

    /// The text with its slots filled, each value escaped; `None` if one is missing that may be.
    ///
    /// # Errors
    ///
    /// A value is missing that must not be, or is none that a filter can be used with.
    pub fn fill(
        &self,
        values: &Values,
        escape: impl Fn(&str) -> String,
    ) -> Result<Option<String>, String> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => filled.push_str(literal),
                Piece::Slot(slot) => match slot.value(values)? {
                    Some(value) => filled.push_str(&escape(&value)),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(filled))
    }
}

impl Slot {
    /// Reads what is between two braces.
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('|').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let filters = parts.map(Filter::parse).collect::<Result<_, _>>()?;
        let (name, may_be_missing) = match name.strip_suffix('?') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit();
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(format!(
                "{{{text}}} is no slot: its name has lower-case letters, digits and _ only"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            may_be_missing,
            filters,
        })
    }

    fn value(&self, values: &Values) -> Result<Option<String>, String> {
        let name = &self.name;
        let Some(value) = values.get(name) else {
            return match self.may_be_missing {
                true => Ok(None),
                false => Err(values.missing(name)),
            };
        };
        let mut value = value.into_owned();
        for filter in &self.filters {
            value = filter.apply(&value).ok_or_else(|| {
                format!("{{{name}}} is not something that {filter:?} can be made of")
            })?;
        }
        Ok(Some(value))
    }
}

impl Filter {
    fn parse(name: &str) -> Result<Self, String> {
        match name {
            "digits" => Ok(Self::Digits),
            "00" => Ok(Self::DoubleZero),
            "minutes" => Ok(Self::Minutes),
            "number" => Ok(Self::Number),
            _ => Err(format!(
                "there is no filter {name}; there are digits, 00, minutes and number"
            )),
        }
    }

    fn apply(self, value: &str) -> Option<String> {
        match self {
            Self::Digits => Some(value.chars().filter(char::is_ascii_digit).collect()),
            Self::DoubleZero => Some(match value.strip_prefix('+') {
                Some(digits) => format!("00{digits}"),
                None => value.to_owned(),
            }),
            Self::Minutes => Some((value.parse::<u64>().ok()? / 60).max(1).to_string()),
            Self::Number => {
                let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                is_number
                    .then(|| value.parse::<u64>().ok())?
                    .map(|number| number.to_string())
            }
        }
    }
}
