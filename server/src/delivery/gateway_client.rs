//! Requests to gateways over HTTP, and what it means how they end: the same for all channels.

use std::time::{Duration, SystemTime};

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};

use super::channel::{Again, Outcome};
use super::gateway_url::GatewayUrl;
use super::retry_after;
use crate::authorities;

/// How long a connection may take to be made, with TLS.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// What sends requests to a gateway.
#[derive(Debug)]
pub struct GatewayClient(Client);

impl GatewayClient {
    /// A client for the gateway at an URL.
    ///
    /// # Errors
    ///
    /// Its certificate could not be checked, since the system has no certificate authorities.
    pub fn new(url: &GatewayUrl) -> Result<Self, String> {
        let authorities = authorities::of_system();
        if url.is_encrypted() && authorities.is_empty() {
            return Err(
                "the system has no certificate authorities, so the certificate of the gateway \
                 cannot be checked; install them (in Debian the package ca-certificates)"
                    .to_owned(),
            );
        }
        let tls = authorities::trusting(authorities).map_err(|error| error.to_string())?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("verigator-server/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_LIMIT)
            .redirect(Policy::none())
            .no_proxy()
            // A connection that was kept may end just when a message was written to it, and nobody would
            // know whether that arrived.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self(client))
    }

    /// A request that is yet to be sent.
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.0.request(method, url)
    }
}

/// Sends a request, and gives the head of its answer, or what it means that there is none.
pub async fn send(request: RequestBuilder) -> Result<Response, Outcome> {
    request.send().await.map_err(|error| unanswered(&error))
}

/// What an answer means that is no success. Its body is not read.
pub fn refusal(response: &Response, now: SystemTime) -> Outcome {
    let status = response.status();
    let reason = format!("it answered {}", status.as_u16());
    if is_of_somebody_between(status) {
        return Outcome::Unknown(format!(
            "{reason}, which is said by those who lost the answer"
        ));
    }
    let is_passing = status.is_server_error()
        || [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_EARLY,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&status);
    let header = response.headers().get(RETRY_AFTER);
    let again = match is_passing {
        true => Again::After(retry_after::wait(header.map(|value| value.as_bytes()), now)),
        false => Again::Never,
    };
    Outcome::Refused { reason, again }
}

/// Whether a proxy says that it has lost the gateway's answer.
fn is_of_somebody_between(status: StatusCode) -> bool {
    [StatusCode::BAD_GATEWAY, StatusCode::GATEWAY_TIMEOUT].contains(&status)
}

/// What it means that there is no answer: without a connection, nothing was sent.
fn unanswered(error: &reqwest::Error) -> Outcome {
    let mut reason = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        // The innermost cause tells what happened.
        reason = error.to_string();
        cause = error.source();
    }
    if error.is_connect() {
        let reason = format!("there was no connection to it: {reason}");
        let again = Again::After(Duration::ZERO);
        return Outcome::Refused { reason, again };
    }
    Outcome::Unknown(match error.is_timeout() {
        true => "it did not answer in time".to_owned(),
        false => format!("its answer was lost: {reason}"),
    })
}
