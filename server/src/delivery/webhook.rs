//! A channel: the message as JSON in a POST to an URL, signed as Standard Webhooks has it.

use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::channel::{Outcome, Outgoing};
use super::gateway_client::{self, GatewayClient};
use super::gateway_url::GatewayUrl;
use super::signature::Secrets;

/// A webhook.
#[derive(Debug)]
pub struct Webhook {
    url: GatewayUrl,
    secrets: Secrets,
    client: GatewayClient,
}

impl Webhook {
    /// A webhook that checks signatures with these secrets.
    ///
    /// # Errors
    ///
    /// Its certificate could not be checked, since the system has no certificate authorities.
    pub fn new(url: GatewayUrl, secrets: Secrets) -> Result<Self, String> {
        let client = GatewayClient::new(&url)?;
        Ok(Self {
            url,
            secrets,
            client,
        })
    }

    /// Where it is, as people may see it.
    pub fn shown(&self) -> String {
        self.url.to_string()
    }

    /// Posts a message. Any 2xx takes it; the body of the answer is not read.
    pub async fn send(&self, message: &Outgoing, limit: Duration) -> Outcome {
        let body = message.json();
        // The receiver's clock is a real one, whatever the server's shows in development.
        let now = SystemTime::now();
        let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH);
        let timestamp = since_epoch.unwrap_or_default().as_secs();
        let request = self
            .client
            .request(Method::POST, self.url.url().clone())
            .timeout(limit)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header(
                "webhook-signature",
                self.secrets.sign(&message.id, timestamp, &body),
            )
            .body(body);
        match gateway_client::send(request).await {
            Ok(response) if response.status().is_success() => Outcome::HandedOver(None),
            Ok(response) => gateway_client::refusal(&response, now),
            Err(outcome) => outcome,
        }
    }
}
