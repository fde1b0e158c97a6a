//! A channel: a request that is made from a template.
//!
//! | module | what it does |
//! |---|---|
//! | [`template`] | a template as an operator writes it |
//! | [`preset`] | those that are here already |
//! | [`request`] | the request in it, where each value is escaped by its place |
//! | [`slots`], [`values`] | texts with slots, and what they are filled with |
//! | [`success`] | what counts as success |

pub mod preset;
pub mod request;
pub mod slots;
pub mod success;
pub mod template;
pub mod values;

use std::path::Path;
use std::time::{Duration, SystemTime};

use reqwest::Response;

use self::preset::Preset;
use self::request::Filled;
use self::template::Template;
use self::values::Values;
use super::channel::{Again, Outcome, Outgoing};
use super::gateway_client::{self, GatewayClient};
use super::reports::Reports;
use crate::pin::LIFETIME_MILLISECONDS;
use crate::public_url::PublicUrl;

/// How much of an answer is read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A request that is made from a template.
#[derive(Debug)]
pub struct Http {
    template: Template,
    client: GatewayClient,
    reports: Option<Reports>,
}

impl Http {
    /// The channel of the template in a file. Where the server can be reached from outside, the gateway is
    /// asked to report what becomes of messages, if the template knows how.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or no request can be made from it; the text says why, and no secret.
    pub fn from_file(
        path: &Path,
        preset: Option<Preset>,
        public_url: Option<&PublicUrl>,
    ) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the template {shown} cannot be read: {error}"))?;
        let template = Template::read(&text, preset);
        template
            .and_then(|template| Self::new(template, public_url))
            .map_err(|problem| format!("the template {shown}: {problem}"))
    }

    /// The channel of a template.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn new(template: Template, public_url: Option<&PublicUrl>) -> Result<Self, String> {
        let sample = sample();
        let values = |report_url| Values {
            message: &sample,
            report_url,
            own: &template.own,
            are_secrets_hidden: false,
        };
        let mut reports = None;
        if let Some(signed) = &template.reports {
            let secret = signed.secret(&values(None))?;
            reports = public_url.map(|url| Reports::new(signed.kind, secret, url.clone()));
        }
        let report_url = reports.as_ref().map(|reports| reports.url(&sample.id));
        let request = template.request.fill(&values(report_url))?;
        Ok(Self {
            client: GatewayClient::new(&request.url)?,
            template,
            reports,
        })
    }

    /// The channel's kind, as metrics and the outbox name it.
    pub fn kind(&self) -> &'static str {
        self.template.preset.map_or("http", Preset::as_str)
    }

    /// Where it leads, as people may see it.
    pub fn shown(&self) -> String {
        self.template.request.shown_url().to_owned()
    }

    /// The reports that the gateway is asked for, if it is.
    pub fn reports(&self) -> Option<&Reports> {
        self.reports.as_ref()
    }

    /// Makes the request for a message.
    pub async fn send(&self, message: &Outgoing, limit: Duration) -> Outcome {
        self.ask(message, limit, self.template.success.reads_body())
            .await
            .0
    }

    /// The same with the answer, as people may see it.
    pub async fn send_and_listen(&self, message: &Outgoing, limit: Duration) -> (Outcome, String) {
        let (outcome, answer) = self.ask(message, limit, true).await;
        (outcome, self.template.own.hide_secrets(&answer))
    }

    async fn ask(
        &self,
        message: &Outgoing,
        limit: Duration,
        reads_body: bool,
    ) -> (Outcome, String) {
        let filled = match self.filled(message, false) {
            Ok(filled) => filled,
            Err(problem) => return (cannot_be_made(&problem), String::new()),
        };
        let now = SystemTime::now();
        let mut request = self
            .client
            .request(filled.method, filled.url.url().clone())
            .timeout(limit)
            .headers(filled.headers);
        if let Some(body) = filled.body {
            request = request.body(body);
        }
        let mut response = match gateway_client::send(request).await {
            Ok(response) => response,
            Err(outcome) => return (outcome, String::new()),
        };
        let body = match reads_body {
            true => body(&mut response).await,
            false => None,
        };
        let told = String::from_utf8_lossy(body.as_deref().unwrap_or_default());
        let answer = format!("{}\n{told}", response.status());
        (self.outcome(&response, body.as_deref(), now), answer)
    }

    /// What an answer means.
    fn outcome(&self, response: &Response, body: Option<&[u8]>, now: SystemTime) -> Outcome {
        let (status, success) = (response.status(), &self.template.success);
        if success.takes(status) {
            return success.judge(body);
        }
        match status.is_success() {
            true => Outcome::Unknown(format!(
                "it answered {}, which the template does not count as success",
                status.as_u16()
            )),
            false => gateway_client::refusal(response, now),
        }
    }

    /// The request for a message, without secrets, as a person reads it.
    pub fn shown_request(&self, message: &Outgoing) -> String {
        let request = match self.filled(message, true) {
            Ok(request) => request,
            Err(problem) => return problem,
        };
        let mut shown = format!("{} {}", request.method, request.url.url());
        for (name, value) in &request.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            shown.push_str(&format!("\n{name}: {value}"));
        }
        if let Some(body) = request.body {
            shown.push_str(&format!("\n{body}"));
        }
        shown
    }

    fn filled(&self, message: &Outgoing, are_secrets_hidden: bool) -> Result<Filled, String> {
        let reports = self.reports.as_ref();
        self.template.request.fill(&Values {
            message,
            report_url: reports.map(|reports| reports.url(&message.id)),
            own: &self.template.own,
            are_secrets_hidden,
        })
    }
}

/// A message like others, to find out whether a template can be filled.
fn sample() -> Outgoing {
    Outgoing {
        id: "00000000-0000-4000-8000-000000000000".to_owned(),
        to: "+37250000000".to_owned(),
        text: "012345 is your code for Example. It is valid for 5 minutes.".to_owned(),
        expires: 0,
        validity: LIFETIME_MILLISECONDS.unsigned_abs() / 1000,
    }
}

fn cannot_be_made(problem: &str) -> Outcome {
    Outcome::Refused {
        reason: format!("the request cannot be made: {problem}"),
        again: Again::Never,
    }
}

/// The body of an answer; `None` if it did not come whole, or is too long.
async fn body(response: &mut Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST_ANSWER {
            return None;
        }
    }
    Some(body)
}
