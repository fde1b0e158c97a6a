//! The channels, as an operator configures them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::channel::Channel;
use super::command::Program;
use super::gateway_url::GatewayUrl;
use super::http::Http;
use super::http::preset::Preset;
use super::signature::Secrets;
use super::webhook::Webhook;
use crate::public_url::PublicUrl;

/// The most channels there may be.
const MOST_CHANNELS: usize = 16;

/// A channel: `webhook:URL`, `http:FILE`, `messente:FILE`, `twilio:FILE` or `command:PATH`.
#[derive(Debug, Clone)]
pub enum ChannelName {
    /// A webhook at an URL.
    Webhook(GatewayUrl),
    /// The template of a request in a file, or what a preset wants.
    Http(PathBuf, Option<Preset>),
    /// A program in a file.
    Command(PathBuf),
}

impl FromStr for ChannelName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("webhook", url)) => url.parse().map(Self::Webhook),
            Some(("http", "") | ("messente", "") | ("twilio", "") | ("command", "")) => {
                Err("the path of the file is missing".to_owned())
            }
            Some(("http", path)) => Ok(Self::Http(path.into(), None)),
            Some(("messente", path)) => Ok(Self::Http(path.into(), Some(Preset::Messente))),
            Some(("twilio", path)) => Ok(Self::Http(path.into(), Some(Preset::Twilio))),
            Some(("command", path)) => Ok(Self::Command(path.into())),
            _ => Err(
                "write webhook:URL, http:FILE, messente:FILE, twilio:FILE or command:PATH"
                    .to_owned(),
            ),
        }
    }
}

/// The channels that were named, in their order.
///
/// # Errors
///
/// One of them cannot be used; the text says which, why and what to do.
pub fn channels(
    names: &[ChannelName],
    secret_file: Option<&Path>,
    public_url: Option<&PublicUrl>,
) -> Result<Vec<Channel>, String> {
    if names.len() > MOST_CHANNELS {
        return Err(format!(
            "--sms names {} channels; there may be {MOST_CHANNELS}",
            names.len()
        ));
    }
    names
        .iter()
        .map(|name| channel(name, secret_file, public_url))
        .collect()
}

fn channel(
    name: &ChannelName,
    secret_file: Option<&Path>,
    public_url: Option<&PublicUrl>,
) -> Result<Channel, String> {
    match name {
        ChannelName::Webhook(url) => {
            let file = secret_file.ok_or_else(|| {
                format!(
                    "the webhook {url} needs a secret, so that it knows from whom a message is: \
                     write one into a file with: echo \"whsec_$(openssl rand -base64 32)\", and name \
                     that with --webhook-secret-file"
                )
            })?;
            let secrets = Secrets::from_file(file)?;
            Webhook::new(url.clone(), secrets).map(Channel::Webhook)
        }
        ChannelName::Http(path, preset) => {
            let http = Http::from_file(path, *preset, public_url)?;
            Ok(Channel::Http(Box::new(http)))
        }
        ChannelName::Command(path) => Program::new(path).map(Channel::Command),
    }
}
