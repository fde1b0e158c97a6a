//! Reports of gateways: what has become of a message that they took.
//!
//! They come in any order, more than once, late, before the answer to the request, or never; and anybody can
//! send one, so each must be signed. The address that a gateway is given has the id of the message in it.

mod messente;
mod twilio;

use std::fmt;

use axum::http::HeaderMap;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::state::MessageState;
use crate::clock::UnixMilliseconds;
use crate::public_url::PublicUrl;

/// How far the time in a report may be from now, either way: as long as messages are kept. Gateways try for
/// hours to hand one over, and not all say in which zone their times are.
const LONGEST_AGE: i64 = 24 * 60 * 60 * 1000;

/// Whose reports they are: each gateway signs and words them in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Messente's: JSON, signed with HMAC-SHA256 over the body.
    Messente,
    /// Twilio's: a form, signed with HMAC-SHA1 over the address and the form.
    Twilio,
}

impl Kind {
    /// Its name in the address and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messente => "messente",
            Self::Twilio => "twilio",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Messente, Self::Twilio]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// Reads what a report says.
    ///
    /// # Errors
    ///
    /// It is not what this gateway sends, or not of these days.
    pub fn read(self, body: &[u8], now: UnixMilliseconds) -> Result<Report, Unusable> {
        let report = match self {
            Self::Messente => messente::read(body)?,
            Self::Twilio => twilio::read(body)?,
        };
        match report.time {
            Some(time) if (now - time).abs() > LONGEST_AGE => Err(Unusable::OutOfTime),
            _ => Ok(report),
        }
    }
}

/// What a report says of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it became; `None` for a word that says nothing of that.
    pub became: Option<MessageState>,
    /// The gateway's own id of the message, and that of what it is part of. Where an address is not signed,
    /// they tell whether a report was moved to that of another message.
    pub gateway_ids: [Option<String>; 2],
    /// When it was written.
    time: Option<UnixMilliseconds>,
}

/// Why a report that is signed is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It is not what the gateway sends.
    Malformed,
    /// Its time is too far from now.
    OutOfTime,
}

/// The reports of one gateway.
pub struct Reports {
    kind: Kind,
    secret: Zeroizing<String>,
    public_url: PublicUrl,
}

/// Shown without the secret.
impl fmt::Debug for Reports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} at {:?}", self.kind, self.public_url)
    }
}

impl Reports {
    /// Reports that are signed with a secret, to a server that is reached at an URL.
    pub fn new(kind: Kind, secret: Zeroizing<String>, public_url: PublicUrl) -> Self {
        Self {
            kind,
            secret,
            public_url,
        }
    }

    /// Whose they are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where those on a message are to be sent.
    pub fn url(&self, message: &str) -> String {
        self.public_url.of(&self.path(message))
    }

    /// Whether a report on a message is signed with the secret.
    pub fn are_signed(&self, message: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        match self.kind {
            Kind::Messente => messente::is_signed(&self.secret, headers, body),
            Kind::Twilio => {
                let urls = self.public_url.spellings_of(&self.path(message));
                twilio::is_signed(&self.secret, &urls, headers, body)
            }
        }
    }

    fn path(&self, message: &str) -> String {
        format!("/delivery-reports/{}/{message}", self.kind.as_str())
    }
}
