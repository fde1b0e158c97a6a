//! Channels as an operator writes them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::channel::Channel;
use super::command::Program;
use super::gateway_url::GatewayUrl;
use super::signature::Secrets;
use super::webhook::Webhook;

/// The most channels there may be.
const MOST_CHANNELS: usize = 16;

/// A channel: `webhook:URL` or `command:PATH`.
#[derive(Debug, Clone)]
pub enum ChannelName {
    /// A webhook at an URL.
    Webhook(GatewayUrl),
    /// A program in a file.
    Command(PathBuf),
}

impl FromStr for ChannelName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("webhook", url)) => url.parse().map(Self::Webhook),
            Some(("command", "")) => Err("the path of the command is missing".to_owned()),
            Some(("command", path)) => Ok(Self::Command(path.into())),
            _ => Err("write webhook:URL or command:PATH".to_owned()),
        }
    }
}

/// The channels that were named, in their order.
///
/// # Errors
///
/// One of them cannot be used; the text says which, why and what to do.
pub fn channels(names: &[ChannelName], secret_file: Option<&Path>) -> Result<Vec<Channel>, String> {
    if names.len() > MOST_CHANNELS {
        return Err(format!(
            "--sms names {} channels; there may be {MOST_CHANNELS}",
            names.len()
        ));
    }
    names
        .iter()
        .map(|name| channel(name, secret_file))
        .collect()
}

fn channel(name: &ChannelName, secret_file: Option<&Path>) -> Result<Channel, String> {
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
        ChannelName::Command(path) => Program::new(path).map(Channel::Command),
    }
}
