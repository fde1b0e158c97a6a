//! Templates for gateways that are known already: an operator gives a few values only.

use serde::Deserialize;

/// A template that is here already, and wants some values only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Messente's Omnichannel API.
    Messente,
    /// Twilio's Messages API.
    Twilio,
}

impl Preset {
    /// Its name, as options and metrics have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messente => "messente",
            Self::Twilio => "twilio",
        }
    }

    /// The template.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Messente => include_str!("messente.toml"),
            Self::Twilio => include_str!("twilio.toml"),
        }
    }
}
