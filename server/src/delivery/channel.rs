//! A channel is one way for messages to leave: a gateway, a webhook, a program. What it is given, and what it
//! answers.

use std::time::Duration;

use serde_json::json;

use super::command::Program;
use super::http::Http;
use super::reports::Reports;
use super::webhook::Webhook;
use crate::clock::{UnixMilliseconds, rfc3339};

/// A message on its way out.
#[derive(Clone)]
pub struct Outgoing {
    /// Its id, the same in every try.
    pub id: String,
    /// The phone, in E.164.
    pub to: String,
    /// What it says.
    pub text: String,
    /// When the PIN in it ends.
    pub expires: UnixMilliseconds,
    /// How many seconds that was ahead when the message was taken from the outbox.
    pub validity: u64,
}

impl Outgoing {
    /// The message as JSON: `id`, `to`, `text` and `expires_at`.
    pub fn json(&self) -> String {
        json!({
            "id": self.id,
            "to": self.to,
            "text": self.text,
            "expires_at": rfc3339(self.expires),
        })
        .to_string()
    }
}

/// What came of giving a message to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The channel took it, and may have told its own id of the message.
    HandedOver(Option<String>),
    /// The channel definitely did not send it.
    Refused {
        /// Why, for a log and the outbox: it repeats nothing of the message.
        reason: String,
        /// Whether the same channel may be asked again.
        again: Again,
    },
    /// It may have been sent or not; the text says why, as above.
    Unknown(String),
}

impl Outcome {
    /// The outcome's name in the metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::HandedOver(_) => "handed-over",
            Self::Refused { .. } => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why the channel did not take the message, or may not have.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::HandedOver(_) => None,
            Self::Refused { reason, .. } | Self::Unknown(reason) => Some(reason),
        }
    }
}

/// Whether a channel that did not send a message may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Not with this message.
    Never,
    /// After so long at least.
    After(Duration),
}

/// Something that sends messages.
#[derive(Debug)]
pub enum Channel {
    /// A signed request to an URL.
    Webhook(Webhook),
    /// A request made from a template.
    Http(Box<Http>),
    /// A program on this machine.
    Command(Program),
}

impl Channel {
    /// The channel's kind, as metrics and the outbox name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Http(http) => http.kind(),
            Self::Command(_) => "command",
        }
    }

    /// Where the channel leads, as people may see it.
    pub fn shown(&self) -> String {
        match self {
            Self::Webhook(webhook) => webhook.shown(),
            Self::Http(http) => http.shown(),
            Self::Command(program) => program.shown(),
        }
    }

    /// The reports that the gateway is asked for, if it is.
    pub fn reports(&self) -> Option<&Reports> {
        match self {
            Self::Http(http) => http.reports(),
            Self::Webhook(_) | Self::Command(_) => None,
        }
    }

    /// Gives a message to the channel, which has so much time.
    pub async fn send(&self, message: &Outgoing, limit: Duration) -> Outcome {
        match self {
            Self::Webhook(webhook) => webhook.send(message, limit).await,
            Self::Http(http) => http.send(message, limit).await,
            Self::Command(program) => program.send(message, limit).await,
        }
    }
}
