//! Counters of this process, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::country::Country;
use crate::operation::Operation;
use crate::otp::Miss;
use crate::storage::DatabaseCounters;

/// The `Content-Type` of the text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A number that only grows. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds to it.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// What it has come to.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// When something will happen, in seconds of Unix time; zero if it is not known. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Moment(Arc<AtomicU64>);

impl Moment {
    /// Another moment.
    pub fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    /// When it is.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted of connections. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ConnectionCounters {
    /// Connections that were let in.
    pub opened: Counter,
    /// Those of them that have ended.
    pub ended: Counter,
    /// Connections that were not let in, since all others were being served.
    pub refused: Counter,
    /// Connections that were closed in favour of others.
    pub closed_for_others: Counter,
}

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Connections.
    pub connections: ConnectionCounters,
    /// When the certificate expires, if there is one.
    pub certificate_expires: Moment,
    /// The database, if it is elsewhere.
    database: Option<DatabaseCounters>,
    log_lines_dropped: Counter,
    counters: Mutex<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    requests: BTreeMap<(&'static str, Option<u16>), u64>,
    verifications: BTreeMap<(&'static str, &'static str), u64>,
    logins_refused: BTreeMap<&'static str, u64>,
    messages: BTreeMap<(&'static str, &'static str), u64>,
    reports: BTreeMap<(&'static str, &'static str), u64>,
    sends: u64,
    /// How often an app's clock was off by so many seconds.
    drifts: BTreeMap<i64, u64>,
    sends_by_country: BTreeMap<Country, u64>,
    verified_by_country: BTreeMap<Country, u64>,
    sends_refused: BTreeMap<&'static str, u64>,
}

impl Metrics {
    /// Counters at their beginning, beside the number of lines that a log has dropped and what is counted
    /// of the database.
    pub fn beside(log_lines_dropped: Counter, database: Option<DatabaseCounters>) -> Self {
        Self {
            database,
            log_lines_dropped,
            ..Self::default()
        }
    }

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
    pub fn verification(&self, method: &'static str, outcome: &'static str) {
        self.change(|counters| {
            *counters.verifications.entry((method, outcome)).or_default() += 1;
        });
    }

    /// Counts how far an app's clock is off, if a code that was not right told so.
    pub fn miss(&self, miss: Option<Miss>) {
        if let Some(Miss::Off(seconds)) = miss {
            self.change(|counters| *counters.drifts.entry(seconds).or_default() += 1);
        }
    }

    /// Counts a request whose account was not let in, for one of a few reasons.
    pub fn login_refused(&self, reason: &'static str) {
        self.change(|counters| *counters.logins_refused.entry(reason).or_default() += 1);
    }

    /// Counts a message put into the outbox, to a country.
    pub fn send(&self, country: Country) {
        self.change(|counters| {
            counters.sends += 1;
            *counters.sends_by_country.entry(country).or_default() += 1;
        });
    }

    /// Counts a login by a PIN that was sent to a country.
    pub fn send_verified(&self, country: Country) {
        self.change(|counters| *counters.verified_by_country.entry(country).or_default() += 1);
    }

    /// Counts a message that was not to be, because of a limit.
    pub fn send_refused(&self, limit: &'static str) {
        self.change(|counters| *counters.sends_refused.entry(limit).or_default() += 1);
    }

    /// Counts what became of a message, or of a try to send it, with a kind of channel.
    pub fn message(&self, channel: &'static str, state: &'static str) {
        self.change(|counters| *counters.messages.entry((channel, state)).or_default() += 1);
    }

    /// Counts a report of a gateway, and what came of it.
    pub fn report(&self, gateway: &'static str, outcome: &'static str) {
        self.change(|counters| *counters.reports.entry((gateway, outcome)).or_default() += 1);
    }

    fn change(&self, change: impl FnOnce(&mut Counters)) {
        change(&mut self.counters.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes all counters as text, and how long a write-ahead log is, if there can be one.
    pub fn render(&self, log_bytes: Option<u64>) -> String {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
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
        text.push_str(
            "# HELP verigator_logins_refused_total Requests whose account was not let in, by reason.\n\
             # TYPE verigator_logins_refused_total counter\n",
        );
        for (reason, count) in &counters.logins_refused {
            let _ = writeln!(
                text,
                "verigator_logins_refused_total{{reason=\"{reason}\"}} {count}"
            );
        }
        text.push_str(
            "# HELP verigator_messages_total What became of messages and tries to send them, by \
             kind of channel.\n\
             # TYPE verigator_messages_total counter\n",
        );
        for ((channel, state), count) in &counters.messages {
            let labels = format!("channel=\"{channel}\",state=\"{state}\"");
            let _ = writeln!(text, "verigator_messages_total{{{labels}}} {count}");
        }
        render_drifts(&counters.drifts, &mut text);
        text.push_str(
            "# HELP verigator_delivery_reports_total Reports of gateways on messages, by outcome.\n\
             # TYPE verigator_delivery_reports_total counter\n",
        );
        for ((gateway, outcome), count) in &counters.reports {
            let labels = format!("gateway=\"{gateway}\",outcome=\"{outcome}\"");
            let _ = writeln!(text, "verigator_delivery_reports_total{{{labels}}} {count}");
        }
        render_sends(&counters, &mut text);
        let connections = &self.connections;
        let (ended, opened) = (connections.ended.get(), connections.opened.get());
        for (name, kind, help, value) in [
            (
                "verigator_sends_total",
                "counter",
                "Messages put into the outbox.",
                counters.sends,
            ),
            (
                "verigator_connections_open",
                "gauge",
                "Connections that are open.",
                opened.saturating_sub(ended),
            ),
            (
                "verigator_connections_refused_total",
                "counter",
                "Connections refused, since all others were being served.",
                connections.refused.get(),
            ),
            (
                "verigator_connections_closed_for_others_total",
                "counter",
                "Idle connections closed in favour of others.",
                connections.closed_for_others.get(),
            ),
            (
                "verigator_log_lines_dropped_total",
                "counter",
                "Lines of the log that were dropped.",
                self.log_lines_dropped.get(),
            ),
        ] {
            let _ = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
            );
        }
        if let Some(bytes) = log_bytes {
            let _ = write!(
                text,
                "# HELP verigator_database_wal_bytes Length of the write-ahead log.\n\
                 # TYPE verigator_database_wal_bytes gauge\n\
                 verigator_database_wal_bytes {bytes}\n"
            );
        }
        if let expires @ 1.. = self.certificate_expires.get() {
            let _ = write!(
                text,
                "# HELP verigator_certificate_expires_seconds When the certificate expires, in Unix time.\n\
                 # TYPE verigator_certificate_expires_seconds gauge\n\
                 verigator_certificate_expires_seconds {expires}\n"
            );
        }
        if let Some(database) = &self.database {
            render_database(database, &mut text);
        }
        text
    }
}

/// The upper bounds of the histogram of drifts, in seconds. Smaller ones than a minute are right.
const DRIFT_BOUNDS: [i64; 7] = [-300, -150, -60, 60, 150, 300, 600];

fn render_drifts(drifts: &BTreeMap<i64, u64>, text: &mut String) {
    let name = "verigator_totp_drift_seconds";
    let _ = write!(
        text,
        "# HELP {name} How far the clocks of apps were ahead that showed wrong codes.\n\
         # TYPE {name} histogram\n"
    );
    for bound in DRIFT_BOUNDS {
        let count: u64 = drifts.range(..=bound).map(|(_, count)| count).sum();
        let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}");
    }
    let count: u64 = drifts.values().sum();
    let sum: i64 = drifts
        .iter()
        .map(|(seconds, count)| seconds * count.cast_signed())
        .sum();
    let _ = write!(
        text,
        "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}\n"
    );
}

/// Writes of each country how many messages went there and how many of their PINs came back: where the one
/// grows without the other, somebody sends messages for their own sake.
fn render_sends(counters: &Counters, text: &mut String) {
    for (name, help, by_country) in [
        (
            "verigator_sends_by_country_total",
            "Messages put into the outbox, by calling code.",
            &counters.sends_by_country,
        ),
        (
            "verigator_sends_verified_by_country_total",
            "Logins by a PIN that was sent, by calling code.",
            &counters.verified_by_country,
        ),
    ] {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} counter\n");
        for (country, count) in by_country {
            let _ = writeln!(text, "{name}{{country=\"{country}\"}} {count}");
        }
    }
    text.push_str(
        "# HELP verigator_sends_refused_total Starts refused since a message would have been too many, \
         by limit.\n\
         # TYPE verigator_sends_refused_total counter\n",
    );
    for (limit, count) in &counters.sends_refused {
        let _ = writeln!(
            text,
            "verigator_sends_refused_total{{limit=\"{limit}\"}} {count}"
        );
    }
}

fn render_database(database: &DatabaseCounters, text: &mut String) {
    let open = database.opened.get().saturating_sub(database.ended.get());
    let again = database.tried_again.get();
    let (unavailable, uncertain) = (database.unavailable.get(), database.uncertain.get());
    let _ = write!(
        text,
        "# HELP verigator_database_connections_open Connections to the database that are open.\n\
         # TYPE verigator_database_connections_open gauge\n\
         verigator_database_connections_open {open}\n\
         # HELP verigator_transactions_tried_again_total Transactions that were tried again.\n\
         # TYPE verigator_transactions_tried_again_total counter\n\
         verigator_transactions_tried_again_total {again}\n\
         # HELP verigator_transactions_failed_total Transactions that failed, by what is known of them.\n\
         # TYPE verigator_transactions_failed_total counter\n\
         verigator_transactions_failed_total{{kept=\"no\"}} {unavailable}\n\
         verigator_transactions_failed_total{{kept=\"unknown\"}} {uncertain}\n"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_written_with_their_labels() {
        let metrics = Metrics::default();
        metrics.request(Operation::GetUser, Some(200));
        metrics.request(Operation::GetUser, Some(200));
        metrics.verification("sms", "verified");
        for seconds in [-600, -60, 90, 90] {
            metrics.miss(Some(Miss::Off(seconds)));
        }
        metrics.miss(Some(Miss::Used));
        metrics.miss(None);
        metrics.send(Country::of("+37250000000"));
        metrics.send_verified(Country::of("+37250000000"));
        metrics.send_refused("phone-day");
        metrics.message("webhook", "handed-over");
        metrics.report("messente", "forged");
        metrics.login_refused("wrong");
        metrics.connections.opened.add(3);
        metrics.connections.ended.add(1);
        metrics.log_lines_dropped.add(7);
        metrics.certificate_expires.set(1_800_000_000);
        let text = metrics.render(Some(5));
        for line in [
            "verigator_requests_total{operation=\"get-user\",status=\"200\"} 2",
            "verigator_verifications_total{method=\"sms\",outcome=\"verified\"} 1",
            "verigator_sends_total 1",
            "verigator_sends_by_country_total{country=\"+372\"} 1",
            "verigator_sends_verified_by_country_total{country=\"+372\"} 1",
            "verigator_sends_refused_total{limit=\"phone-day\"} 1",
            "verigator_messages_total{channel=\"webhook\",state=\"handed-over\"} 1",
            "verigator_delivery_reports_total{gateway=\"messente\",outcome=\"forged\"} 1",
            "verigator_logins_refused_total{reason=\"wrong\"} 1",
            "verigator_connections_open 2",
            "verigator_log_lines_dropped_total 7",
            "verigator_database_wal_bytes 5",
            "verigator_totp_drift_seconds_bucket{le=\"-300\"} 1",
            "verigator_totp_drift_seconds_bucket{le=\"60\"} 2",
            "verigator_totp_drift_seconds_bucket{le=\"150\"} 4",
            "verigator_totp_drift_seconds_bucket{le=\"+Inf\"} 4",
            "verigator_totp_drift_seconds_sum -480",
            "verigator_totp_drift_seconds_count 4",
            "verigator_certificate_expires_seconds 1800000000",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
