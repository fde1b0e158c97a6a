//! What slots are filled with: what is known of a message, and values of the operator's own, such as a
//! sender or a password.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::delivery::channel::Outgoing;
use crate::secret_file;

/// What is known of each message.
const OF_MESSAGE: [&str; 5] = ["to", "text", "id", "validity", "report_url"];
/// What is shown in place of a secret.
const HIDDEN: &str = "HIDDEN";

/// A value of the operator's own. A secret is kept in a file or in the environment, not in the template.
struct OwnValue {
    text: Zeroizing<String>,
    is_secret: bool,
}

/// The values of the operator's own.
#[derive(Default)]
pub struct OwnValues(BTreeMap<String, OwnValue>);

/// Shown without the values.
impl fmt::Debug for OwnValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl OwnValues {
    /// Reads the values in a template, and the secrets that it names.
    ///
    /// # Errors
    ///
    /// One of them is neither text nor a secret that can be read; the text says which, never its value.
    pub fn read(written: &toml::Table) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for (name, value) in written {
            if OF_MESSAGE.contains(&name.as_str()) {
                return Err(format!(
                    "the value {name} has the name of what is known of each message; choose another"
                ));
            }
            let value =
                OwnValue::read(value).map_err(|problem| format!("the value {name} {problem}"))?;
            values.insert(name.clone(), value);
        }
        Ok(Self(values))
    }

    /// Whether a name is that of a secret.
    pub fn is_secret(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.is_secret)
    }

    /// A text with the secrets in it hidden.
    pub fn hide_secrets(&self, text: &str) -> String {
        let secrets = self.0.values().filter(|value| value.is_secret);
        secrets.fold(text.to_owned(), |text, secret| {
            text.replace(secret.text.as_str(), HIDDEN)
        })
    }
}

impl OwnValue {
    fn read(written: &toml::Value) -> Result<Self, String> {
        let (text, is_secret) = match written {
            toml::Value::String(text) => (Zeroizing::new(text.clone()), false),
            toml::Value::Table(source) => (secret(source)?, true),
            _ => return Err("must be text, or a secret as in { file = \"PATH\" }".to_owned()),
        };
        match text.chars().any(char::is_control) || text.is_empty() {
            true => Err("must be one line that is not empty".to_owned()),
            false => Ok(Self { text, is_secret }),
        }
    }
}

/// Reads a secret from where `{ file = "PATH" }` or `{ env = "NAME" }` says it is.
fn secret(source: &toml::Table) -> Result<Zeroizing<String>, String> {
    let mut source = source
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    match (source.next(), source.next()) {
        (Some(("file", Some(path))), None) => secret_file::read(Path::new(path))
            .map_err(|error| format!("is in {path}, which cannot be read: {error}")),
        (Some(("env", Some(name))), None) => std::env::var(name)
            .map(Zeroizing::new)
            .map_err(|error| format!("is in the environment as {name}: {error}")),
        _ => {
            Err("must be text, or a secret as { file = \"PATH\" } or { env = \"NAME\" }".to_owned())
        }
    }
}

/// What the slots of one message are filled with.
pub struct Values<'a> {
    /// The message.
    pub message: &'a Outgoing,
    /// Where the gateway may report what became of it.
    pub report_url: Option<String>,
    /// The operator's own values.
    pub own: &'a OwnValues,
    /// Whether secrets are hidden: the request is to be shown, not sent.
    pub are_secrets_hidden: bool,
}

impl Values<'_> {
    /// The value with a name.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "to" => Some(Cow::from(&self.message.to)),
            "text" => Some(Cow::from(&self.message.text)),
            "id" => Some(Cow::from(&self.message.id)),
            "validity" => Some(Cow::from(self.message.validity.to_string())),
            "report_url" => self.report_url.as_deref().map(Cow::from),
            _ => {
                let value = self.own.0.get(name)?;
                Some(match value.is_secret && self.are_secrets_hidden {
                    true => Cow::from(HIDDEN),
                    false => Cow::from(value.text.as_str()),
                })
            }
        }
    }

    /// What to say where a value is missing.
    pub fn missing(&self, name: &str) -> String {
        match name {
            "report_url" => "{report_url} is there with --public-url and [reports] only; write \
                             {report_url?} where it may be missing"
                .to_owned(),
            _ => format!(
                "there is no value {name}: give it in [values], or write {{{name}?}} where it may be \
                 missing"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_same_whatever_editor_saved_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let written = format!("token = {{ file = \"{}\" }}", file.path().display());
        for saved in ["open sesame", "\u{feff}open sesame\r\n"] {
            std::fs::write(file.path(), saved).unwrap();
            let values = OwnValues::read(&written.parse().unwrap()).unwrap();
            assert_eq!(*values.0["token"].text, "open sesame", "{saved:?}");
        }
    }
}
