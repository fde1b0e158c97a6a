//! Counters of this process, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use crate::model::Method;
use crate::operation::Operation;

/// The `Content-Type` of the text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counters>);

#[derive(Debug, Default)]
struct Counters {
    requests: BTreeMap<(&'static str, Option<u16>), u64>,
    verifications: BTreeMap<(&'static str, &'static str), u64>,
    sends: u64,
}

impl Metrics {
    /// Counts a request that was answered with a status, or without an answer on purpose.
    pub fn request(&self, operation: Operation, status: Option<u16>) {
        self.change(|counters| {
            *counters
                .requests
                .entry((operation.name(), status))
                .or_default() += 1
        });
    }

    /// Counts a verification.
    pub fn verification(&self, method: Method, outcome: &'static str) {
        self.change(|counters| {
            *counters
                .verifications
                .entry((method.as_str(), outcome))
                .or_default() += 1;
        });
    }

    /// Counts a message put into the outbox.
    pub fn send(&self) {
        self.change(|counters| counters.sends += 1);
    }

    fn change(&self, change: impl FnOnce(&mut Counters)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes all counters as text.
    pub fn render(&self) -> String {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# HELP verigator_requests_total Requests, by operation and status of the answer.\n\
             # TYPE verigator_requests_total counter\n",
        );
        for ((operation, status), count) in &counters.requests {
            let status = status.map_or("none".to_owned(), |status| status.to_string());
            let labels = format!("operation=\"{operation}\",status=\"{status}\"");
            let _ = writeln!(text, "verigator_requests_total{{{labels}}} {count}");
        }
        text.push_str(
            "# HELP verigator_verifications_total Verifications, by method and outcome.\n\
             # TYPE verigator_verifications_total counter\n",
        );
        for ((method, outcome), count) in &counters.verifications {
            let labels = format!("method=\"{method}\",outcome=\"{outcome}\"");
            let _ = writeln!(text, "verigator_verifications_total{{{labels}}} {count}");
        }
        let _ = write!(
            text,
            "# HELP verigator_sends_total Messages put into the outbox.\n\
             # TYPE verigator_sends_total counter\n\
             verigator_sends_total {}\n",
            counters.sends
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_written_with_their_labels() {
        let metrics = Metrics::default();
        metrics.request(Operation::GetUser, Some(200));
        metrics.request(Operation::GetUser, Some(200));
        metrics.verification(Method::Sms, "verified");
        metrics.send();
        let text = metrics.render();
        for line in [
            "verigator_requests_total{operation=\"get-user\",status=\"200\"} 2",
            "verigator_verifications_total{method=\"sms\",outcome=\"verified\"} 1",
            "verigator_sends_total 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
