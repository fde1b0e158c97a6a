//! Counters of this process, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::country::Country;
use crate::histogram::Histogram;
use crate::model::Method;
use crate::operation::Operation;
use crate::otp::Miss;
use crate::storage::{DatabaseCounters, Storage, Work};

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

/// How many there are at the moment. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// One more, until what this gives is dropped.
    pub fn hold(&self) -> Held {
        self.0.fetch_add(1, Ordering::Relaxed);
        Held(self.clone())
    }

    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One of those that a [`Gauge`] counts.
#[derive(Debug)]
pub struct Held(Gauge);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
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
    /// Requests that wait for a password to be checked.
    pub password_checks_waiting: Gauge,
    /// The database, if it is elsewhere.
    database: Option<DatabaseCounters>,
    /// The operations of any database.
    work: Work,
    log_lines_dropped: Counter,
    counters: Mutex<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    requests: BTreeMap<(&'static str, Option<u16>), u64>,
    starts: BTreeMap<(&'static str, &'static str), u64>,
    logins: BTreeMap<&'static str, Histogram>,
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
    enrolment_links: BTreeMap<&'static str, u64>,
}

impl Metrics {
    /// Counters at their beginning, beside the number of lines that a log has dropped and what is counted
    /// of the database.
    pub fn beside(log_lines_dropped: Counter, storage: &Storage) -> Self {
        Self {
            database: storage.counters(),
            work: storage.work().clone(),
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

    /// Counts a login that was to start, and what came of it.
    pub fn start(&self, method: Method, outcome: &'static str) {
        self.change(|counters| {
            *counters
                .starts
                .entry((method.as_str(), outcome))
                .or_default() += 1;
        });
    }

    /// Counts how long a login took that came to its end, if that is known.
    pub fn login_took(&self, method: &'static str, duration: Option<Duration>) {
        let Some(duration) = duration else { return };
        self.change(|counters| {
            let logins = counters.logins.entry(method);
            logins
                .or_insert_with(|| Histogram::with(&LOGIN_SECONDS))
                .add(duration);
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

    /// Counts what was done with a link by which a user sets an app up, or why it was not.
    pub fn enrolment_link(&self, outcome: &'static str) {
        self.change(|counters| *counters.enrolment_links.entry(outcome).or_default() += 1);
    }

    fn change(&self, change: impl FnOnce(&mut Counters)) {
        change(&mut self.counters.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes all counters as text, and what was seen of the rest.
    pub fn render(&self, seen: &Seen) -> String {
        let mut text = String::new();
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        render_logins(&counters, &mut text);
        render_drifts(&counters.drifts, &mut text);
        by(
            &mut text,
            (
                "verigator_enrolment_links_total",
                "What became of links by which users set their apps up, by outcome.",
            ),
            "outcome",
            &counters.enrolment_links,
        );
        render_messages(&counters, seen, &mut text);
        drop(counters);
        self.render_server(&mut text);
        self.render_database(seen, &mut text);
        text
    }

    fn render_server(&self, text: &mut String) {
        let connections = &self.connections;
        let (ended, opened) = (connections.ended.get(), connections.opened.get());
        let waiting = self.password_checks_waiting.get();
        single(
            text,
            GAUGE,
            "verigator_password_checks_waiting",
            "Requests that wait for a password of an account to be checked.",
            waiting,
        );
        single(
            text,
            GAUGE,
            "verigator_connections_open",
            "Connections that are open.",
            opened.saturating_sub(ended),
        );
        single(
            text,
            COUNTER,
            "verigator_connections_refused_total",
            "Connections refused, since all others were being served.",
            connections.refused.get(),
        );
        single(
            text,
            COUNTER,
            "verigator_connections_closed_for_others_total",
            "Idle connections closed in favour of others.",
            connections.closed_for_others.get(),
        );
        single(
            text,
            COUNTER,
            "verigator_log_lines_dropped_total",
            "Lines of the log that were dropped.",
            self.log_lines_dropped.get(),
        );
        if let expires @ 1.. = self.certificate_expires.get() {
            single(
                text,
                GAUGE,
                "verigator_certificate_expires_seconds",
                "When the certificate expires, in Unix time.",
                expires,
            );
        }
    }

    fn render_database(&self, seen: &Seen, text: &mut String) {
        let kinds = [("read", &self.work.reads), ("write", &self.work.writes)];
        let name = "verigator_database_seconds";
        let help = "How long operations of the database took, with their wait for it, by kind.";
        family(text, "histogram", name, help);
        for (kind, operations) in kinds {
            let label = format!("kind=\"{kind}\"");
            operations.durations.write(name, &label, text);
        }
        let name = "verigator_database_failures_total";
        let help = "Operations that the database failed, by kind and failure.";
        family(text, COUNTER, name, help);
        for (kind, operations) in kinds {
            for (failure, count) in operations.failures() {
                let labels = format!("kind=\"{kind}\",failure=\"{failure}\"");
                let _ = writeln!(text, "{name}{{{labels}}} {count}");
            }
        }
        if let Some(bytes) = seen.log_bytes {
            let name = "verigator_database_wal_bytes";
            single(text, GAUGE, name, "Length of the write-ahead log.", bytes);
        }
        if let Some(database) = &self.database {
            render_postgres(database, text);
        }
    }
}

const COUNTER: &str = "counter";
const GAUGE: &str = "gauge";
/// The bounds of how long a login takes: an app is quick, a PIN ends after 300 s.
const LOGIN_SECONDS: [f64; 8] = [5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0, 300.0];

/// What is not counted but looked at when somebody asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// How long the write-ahead log is, if there can be one.
    pub log_bytes: Option<u64>,
    /// How long the oldest message has waited that no channel has taken, if the database says so.
    pub oldest_unsent: Option<Duration>,
}

/// Says what the following lines are.
fn family(text: &mut String, kind: &str, name: &str, help: &str) {
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

/// Writes a number that has no labels.
fn single(text: &mut String, kind: &str, name: &str, help: &str, value: impl std::fmt::Display) {
    family(text, kind, name, help);
    let _ = writeln!(text, "{name} {value}");
}

/// Writes counters with a label.
fn by<T: std::fmt::Display>(
    text: &mut String,
    (name, help): (&str, &str),
    label: &str,
    counts: &BTreeMap<T, u64>,
) {
    family(text, COUNTER, name, help);
    for (value, count) in counts {
        let _ = writeln!(text, "{name}{{{label}=\"{value}\"}} {count}");
    }
}

/// Writes counters with two labels.
fn by_two(
    text: &mut String,
    (name, help): (&str, &str),
    (one, two): (&str, &str),
    counts: &BTreeMap<(&'static str, &'static str), u64>,
) {
    family(text, COUNTER, name, help);
    for ((first, second), count) in counts {
        let _ = writeln!(
            text,
            "{name}{{{one}=\"{first}\",{two}=\"{second}\"}} {count}"
        );
    }
}

fn render_logins(counters: &Counters, text: &mut String) {
    let name = "verigator_requests_total";
    let help = "Requests, by operation and status of the answer.";
    family(text, COUNTER, name, help);
    for ((operation, status), count) in &counters.requests {
        let status = status.map_or("none".to_owned(), |status| status.to_string());
        let labels = format!("operation=\"{operation}\",status=\"{status}\"");
        let _ = writeln!(text, "{name}{{{labels}}} {count}");
    }
    by(
        text,
        (
            "verigator_logins_refused_total",
            "Requests whose account was not let in, by reason.",
        ),
        "reason",
        &counters.logins_refused,
    );
    by_two(
        text,
        (
            "verigator_starts_total",
            "Logins of users that were to start, by method and outcome.",
        ),
        ("method", "outcome"),
        &counters.starts,
    );
    by_two(
        text,
        (
            "verigator_verifications_total",
            "Verifications, by method and outcome.",
        ),
        ("method", "outcome"),
        &counters.verifications,
    );
    let name = "verigator_login_seconds";
    let help = "Time from the start of a login to its right answer, by method.";
    family(text, "histogram", name, help);
    for (method, logins) in &counters.logins {
        logins.write(name, &format!("method=\"{method}\""), text);
    }
}

fn render_messages(counters: &Counters, seen: &Seen, text: &mut String) {
    single(
        text,
        COUNTER,
        "verigator_sends_total",
        "Messages put into the outbox.",
        counters.sends,
    );
    render_sends(counters, text);
    by_two(
        text,
        (
            "verigator_messages_total",
            "What became of messages and tries to send them, by kind of channel.",
        ),
        ("channel", "state"),
        &counters.messages,
    );
    if let Some(age) = seen.oldest_unsent {
        single(
            text,
            GAUGE,
            "verigator_oldest_unsent_message_seconds",
            "How long the oldest message has waited that no channel has taken yet.",
            age.as_secs_f64(),
        );
    }
    by_two(
        text,
        (
            "verigator_delivery_reports_total",
            "Reports of gateways on messages, by outcome.",
        ),
        ("gateway", "outcome"),
        &counters.reports,
    );
}

/// The upper bounds of the histogram of drifts, in seconds. Smaller ones than a minute are right.
const DRIFT_BOUNDS: [i64; 7] = [-300, -150, -60, 60, 150, 300, 600];

fn render_drifts(drifts: &BTreeMap<i64, u64>, text: &mut String) {
    let name = "verigator_totp_drift_seconds";
    let help = "How far the clocks of apps were ahead that showed wrong codes.";
    family(text, "histogram", name, help);
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
    by(
        text,
        (
            "verigator_sends_by_country_total",
            "Messages put into the outbox, by calling code.",
        ),
        "country",
        &counters.sends_by_country,
    );
    by(
        text,
        (
            "verigator_sends_verified_by_country_total",
            "Logins by a PIN that was sent, by calling code.",
        ),
        "country",
        &counters.verified_by_country,
    );
    by(
        text,
        (
            "verigator_sends_refused_total",
            "Starts refused since a message would have been too many, by limit.",
        ),
        "limit",
        &counters.sends_refused,
    );
}

fn render_postgres(database: &DatabaseCounters, text: &mut String) {
    single(
        text,
        GAUGE,
        "verigator_database_connections_open",
        "Connections to the database that are open.",
        database.opened.get().saturating_sub(database.ended.get()),
    );
    single(
        text,
        COUNTER,
        "verigator_transactions_tried_again_total",
        "Transactions that were tried again.",
        database.tried_again.get(),
    );
    let failed = [
        ("no", database.unavailable.get()),
        ("unknown", database.uncertain.get()),
    ];
    by(
        text,
        (
            "verigator_transactions_failed_total",
            "Transactions that failed, by what is known of them.",
        ),
        "kept",
        &BTreeMap::from(failed),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metrics of which every one has been counted.
    fn all() -> String {
        let storage = Storage::in_memory().unwrap();
        let mut metrics = Metrics::beside(Counter::default(), &storage);
        metrics.database = Some(DatabaseCounters::default());
        metrics.request(Operation::GetUser, Some(200));
        metrics.request(Operation::GetUser, Some(200));
        metrics.start(Method::Sms, "begun");
        metrics.verification("sms", "verified");
        metrics.login_took("sms", Some(Duration::from_secs(21)));
        metrics.login_took("totp", None);
        for seconds in [-600, -60, 90, 90] {
            metrics.miss(Some(Miss::Off(seconds)));
        }
        metrics.miss(Some(Miss::Used));
        metrics.miss(None);
        metrics.enrolment_link("unknown");
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
        let _held = metrics.password_checks_waiting.hold();
        drop(metrics.password_checks_waiting.hold());
        metrics.render(&Seen {
            log_bytes: Some(5),
            oldest_unsent: Some(Duration::from_millis(1500)),
        })
    }

    #[test]
    fn counters_are_written_with_their_labels() {
        let text = all();
        for line in [
            "verigator_requests_total{operation=\"get-user\",status=\"200\"} 2",
            "verigator_starts_total{method=\"sms\",outcome=\"begun\"} 1",
            "verigator_verifications_total{method=\"sms\",outcome=\"verified\"} 1",
            "verigator_login_seconds_bucket{method=\"sms\",le=\"20\"} 0",
            "verigator_login_seconds_bucket{method=\"sms\",le=\"30\"} 1",
            "verigator_enrolment_links_total{outcome=\"unknown\"} 1",
            "verigator_sends_total 1",
            "verigator_sends_by_country_total{country=\"+372\"} 1",
            "verigator_sends_verified_by_country_total{country=\"+372\"} 1",
            "verigator_sends_refused_total{limit=\"phone-day\"} 1",
            "verigator_messages_total{channel=\"webhook\",state=\"handed-over\"} 1",
            "verigator_oldest_unsent_message_seconds 1.5",
            "verigator_delivery_reports_total{gateway=\"messente\",outcome=\"forged\"} 1",
            "verigator_logins_refused_total{reason=\"wrong\"} 1",
            "verigator_password_checks_waiting 1",
            "verigator_connections_open 2",
            "verigator_log_lines_dropped_total 7",
            "verigator_database_failures_total{kind=\"write\",failure=\"late\"} 0",
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
        assert!(!text.contains("method=\"totp\""), "{text}");
    }

    /// The names of the labels of a metric, without that of a histogram's bounds.
    fn labels(text: &str, name: &str) -> Vec<String> {
        let of_metric = |line: &&str| line.starts_with(name) && line.contains('{');
        let Some(line) = text.lines().find(of_metric) else {
            return Vec::new();
        };
        let labels = line.split('{').nth(1).unwrap().split(',');
        let names = labels.map(|label| label.split('=').next().unwrap().to_owned());
        names.filter(|name| name != "le").collect()
    }

    #[test]
    fn the_table_in_the_readme_has_all_of_them() {
        let text = all();
        let rows = text.lines().filter_map(|line| {
            let (name, help) = line.strip_prefix("# HELP ")?.split_once(' ')?;
            let prefix = format!("# TYPE {name} ");
            let kind = text.lines().find_map(|line| line.strip_prefix(&prefix))?;
            let labels = labels(&text, name)
                .into_iter()
                .map(|label| format!("`{label}`"));
            let labels = labels.collect::<Vec<_>>().join(", ");
            Some(format!("| `{name}` | {kind} | {labels} | {help} |\n"))
        });
        let table: String = rows.collect();
        let readme = include_str!("../README.md");
        assert!(
            readme.contains(&table),
            "server/README.md must have:\n{table}"
        );
    }
}
