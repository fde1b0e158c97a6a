//! Misbehaviour on request, to test clients: `--chaos` and `/_/chaos`.
//!
//! A rule names an operation and what happens to it. The first rule that fits a request, and is
//! not used up, applies to it.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt, Channel};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::operation::Operation;
use crate::reply;

/// The longest delay that a rule may ask for: ten minutes.
const LONGEST_DELAY_MILLISECONDS: u64 = 600_000;
/// The most requests that a rule may name: every reader of JSON knows numbers up to it.
const MOST_TIMES: u64 = (1 << 53) - 1;
/// How many more bytes a truncated reply promises than it has.
const MISSING_BYTES: usize = 16;

/// Which operations a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selector {
    Every,
    One(Operation),
}

impl Selector {
    fn name(self) -> &'static str {
        match self {
            Self::Every => "*",
            Self::One(operation) => operation.name(),
        }
    }

    fn fits(self, operation: Operation) -> bool {
        self == Self::Every || self == Self::One(operation)
    }
}

impl Serialize for Selector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What happens to an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rule {
    operation: Selector,
    /// Answers with this status instead of processing the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Waits so many milliseconds first.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<u64>,
    /// Closes the connection without an answer, before processing the request.
    #[serde(skip_serializing_if = "is_false")]
    drop: bool,
    /// Closes the connection without an answer, after processing the request.
    #[serde(skip_serializing_if = "is_false")]
    drop_after: bool,
    /// Cuts the body in the middle.
    #[serde(skip_serializing_if = "is_false")]
    broken_body: bool,
    /// Promises more bytes than it sends, then closes the connection.
    #[serde(skip_serializing_if = "is_false")]
    truncate: bool,
    /// Sends one byte every so many milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_body: Option<u64>,
    /// Answers with this body, word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// Adds a `Retry-After` header with this value.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<String>,
    /// How many more requests this applies to; all, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
}

impl Rule {
    /// Reads a rule from a JSON object; the error says which part is wrong.
    pub fn from_json(rule: &Value) -> Result<Self, String> {
        let keys = rule
            .as_object()
            .ok_or_else(|| format!("{rule} is not a JSON object"))?;
        let mut parsed = Self::for_operation(operation_of(keys)?);
        for (key, value) in keys.iter().filter(|(key, _)| *key != "operation") {
            parsed.set(key, value)?;
        }
        parsed.checked()
    }

    fn for_operation(operation: Selector) -> Self {
        Self {
            operation,
            status: None,
            delay: None,
            drop: false,
            drop_after: false,
            broken_body: false,
            truncate: false,
            slow_body: None,
            body: None,
            retry_after: None,
            times: None,
        }
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "status" => self.status = Some(number(key, value, 200, 599)? as u16),
            "delay" => self.delay = Some(number(key, value, 0, LONGEST_DELAY_MILLISECONDS)?),
            "drop" => self.drop = flag(key, value)?,
            "drop-after" => self.drop_after = flag(key, value)?,
            "broken-body" => self.broken_body = flag(key, value)?,
            "truncate" => self.truncate = flag(key, value)?,
            "slow-body" => {
                self.slow_body = Some(number(key, value, 0, LONGEST_DELAY_MILLISECONDS)?);
            }
            "body" => self.body = Some(text(key, value)?),
            "retry-after" => self.retry_after = Some(header_text(key, value)?),
            "times" => self.times = Some(number(key, value, 1, MOST_TIMES)?),
            _ => {
                return Err(format!(
                    "\"{key}\" is no effect; there are status, delay, drop, drop-after, \
                     broken-body, truncate, slow-body, body, retry-after and times"
                ));
            }
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, String> {
        let idle = Self {
            times: self.times,
            ..Self::for_operation(self.operation)
        };
        if self == idle {
            let operation = self.operation.name();
            return Err(format!(
                "the rule for \"{operation}\" has no effect, such as status=503"
            ));
        }
        Ok(self)
    }

    /// The name of the operation that it is for.
    pub fn operation(&self) -> &'static str {
        self.operation.name()
    }

    /// How many more requests it applies to, if not to all.
    pub fn times(&self) -> Option<u64> {
        self.times
    }

    /// The answer that takes the place of processing the request, if the rule has one.
    fn answer(&self) -> Option<Response> {
        let status = StatusCode::from_u16(self.status?).ok()?;
        Some(reply::json(
            status,
            &json!({ "message": format!("chaos: {status}") }),
        ))
    }

    /// Changes the answer that was to be sent.
    async fn distort(&self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let value = self
            .retry_after
            .as_ref()
            .and_then(|value| HeaderValue::from_str(value).ok());
        if let Some(value) = value {
            parts.headers.insert(RETRY_AFTER, value);
        }
        let body = match &self.body {
            Some(body) => Bytes::from(body.clone()),
            None => body
                .collect()
                .await
                .map(|body| body.to_bytes())
                .unwrap_or_default(),
        };
        let sent = if self.broken_body {
            body.slice(..body.len().div_ceil(2))
        } else {
            body
        };
        let promised = sent.len() + if self.truncate { MISSING_BYTES } else { 0 };
        parts
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from(promised));
        let body = match (self.slow_body, self.truncate) {
            (None, false) => Body::from(sent),
            (pause, _) => piecemeal(sent, pause.map(Duration::from_millis)),
        };
        Response::from_parts(parts, body)
    }
}

/// A body of which the server does not know the length: sent byte by byte with pauses, or at once.
fn piecemeal(bytes: Bytes, pause: Option<Duration>) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        let size = if pause.is_some() {
            1
        } else {
            bytes.len().max(1)
        };
        for start in (0..bytes.len()).step_by(size) {
            let piece = bytes.slice(start..bytes.len().min(start + size));
            if sender.send_data(piece).await.is_err() {
                return;
            }
            // Even without a pause, what was sent gets its turn to leave before the body ends.
            tokio::time::sleep(pause.unwrap_or(Duration::from_millis(10))).await;
        }
    });
    Body::new(body)
}

impl FromStr for Rule {
    type Err = String;

    /// Reads the compact form: `operation:effect,effect=value,...`. `body=` takes all that
    /// follows, commas and all.
    fn from_str(rule: &str) -> Result<Self, String> {
        let (operation, effects) = rule.split_once(':').ok_or_else(|| {
            format!("\"{rule}\" lacks a colon: write operation:effect, as in get-user:status=503")
        })?;
        let mut keys = Map::new();
        keys.insert("operation".to_owned(), Value::from(operation));
        let mut rest = effects;
        while !rest.is_empty() {
            let end = if rest.starts_with("body=") {
                None
            } else {
                rest.find(',')
            };
            let effect = &rest[..end.unwrap_or(rest.len())];
            rest = end.map_or("", |end| &rest[end + 1..]);
            let (key, value) = match effect.split_once('=') {
                None => (effect, Value::Bool(true)),
                Some((key, value)) => (key, compact_value(key, value)),
            };
            keys.insert(key.to_owned(), value);
        }
        Self::from_json(&Value::Object(keys))
    }
}

/// In the compact form only these two effects have text; the others have numbers.
fn compact_value(key: &str, value: &str) -> Value {
    match value.parse::<u64>() {
        Ok(number) if !matches!(key, "body" | "retry-after") => Value::from(number),
        _ => Value::from(value),
    }
}

fn operation_of(keys: &Map<String, Value>) -> Result<Selector, String> {
    let expected = || format!("the operations are {} and *", Operation::names());
    let name = keys
        .get("operation")
        .ok_or_else(|| format!("the rule lacks \"operation\"; {}", expected()))?;
    match name.as_str() {
        Some("*") => Some(Selector::Every),
        Some(name) => name.parse().ok().map(Selector::One),
        None => None,
    }
    .ok_or_else(|| format!("{name} is no operation; {}", expected()))
}

fn number(key: &str, value: &Value, least: u64, most: u64) -> Result<u64, String> {
    whole(value)
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| {
            format!("\"{key}\" must be a whole number from {least} to {most}, not {value}")
        })
}

/// A whole number, which JSON may write as `1.0` too.
fn whole(value: &Value) -> Option<u64> {
    let is_whole =
        |number: &f64| number.fract() == 0.0 && (0.0..=MOST_TIMES as f64).contains(number);
    let from_float = || value.as_f64().filter(is_whole).map(|number| number as u64);
    value.as_u64().or_else(from_float)
}

fn flag(key: &str, value: &Value) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| format!("\"{key}\" is on or off and takes no value like {value}"))
}

fn text(key: &str, value: &Value) -> Result<String, String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("\"{key}\" must be text, not {value}"))
}

fn header_text(key: &str, value: &Value) -> Result<String, String> {
    let text = if value.is_number() {
        value.to_string()
    } else {
        text(key, value)?
    };
    match HeaderValue::from_str(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(format!("\"{key}\" cannot be sent in a header: {value}")),
    }
}

/// Marks a response that is not to be sent: the connection closes instead.
#[derive(Debug, Clone, Copy)]
pub struct CloseConnection;

fn closed() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseConnection);
    response
}

/// The status that a client sees; `None` if the connection closes without an answer.
pub fn status_sent(response: &Response) -> Option<u16> {
    let sent = response.extensions().get::<CloseConnection>().is_none();
    sent.then(|| response.status().as_u16())
}

/// The rules in force.
#[derive(Debug, Default)]
pub struct Chaos(Mutex<Vec<Rule>>);

impl Chaos {
    /// Starts with some rules.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(Mutex::new(rules))
    }

    /// The rules in force, with how often each still applies.
    pub fn rules(&self) -> Vec<Rule> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces all rules.
    pub fn replace(&self, rules: Vec<Rule>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    /// Adds a rule behind all others.
    pub fn add(&self, rule: Rule) {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rules.push(rule);
    }

    /// Removes the rule at a place, if it is still the one that is meant, however often that applies by now.
    pub fn remove(&self, place: usize, meant: &Rule) {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_meant = |rule: &Rule| {
            let times = rule.times;
            *rule
                == Rule {
                    times,
                    ..meant.clone()
                }
        };
        if rules.get(place).is_some_and(is_meant) {
            rules.remove(place);
        }
    }

    /// The rule for a request, which counts as one of its times.
    fn take(&self, operation: Operation) -> Option<Rule> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let position = rules
            .iter()
            .position(|rule| rule.operation.fits(operation))?;
        let rule = rules[position].clone();
        match &mut rules[position].times {
            Some(1) => drop(rules.remove(position)),
            Some(times) => *times -= 1,
            None => (),
        }
        Some(rule)
    }

    /// Answers a request, as the rule for it says; `process` is what it would do otherwise.
    pub async fn apply(
        &self,
        operation: Operation,
        process: impl Future<Output = Response>,
    ) -> Response {
        let Some(rule) = self.take(operation) else {
            return process.await;
        };
        if let Some(delay) = rule.delay {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if rule.drop {
            return closed();
        }
        let response = match rule.answer() {
            Some(answer) => answer,
            None => process.await,
        };
        if rule.drop_after {
            closed()
        } else {
            rule.distort(response).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_and_json_say_the_same() {
        for (compact, json) in [
            (
                "get-user:status=503,times=9007199254740991",
                json!({"operation": "get-user", "status": 503.0, "times": 9_007_199_254_740_991.0}),
            ),
            (
                "get-service:status=503,retry-after=1,times=2",
                json!({"operation": "get-service", "status": 503, "retry-after": 1, "times": 2}),
            ),
            ("*:drop", json!({"operation": "*", "drop": true})),
            (
                "verify-pin:delay=5,body={\"a\":1,\"b\":2}",
                json!({"operation": "verify-pin", "delay": 5, "body": "{\"a\":1,\"b\":2}"}),
            ),
            (
                "list-users:slow-body=20,truncate,broken-body,drop-after",
                json!({"operation": "list-users", "slow-body": 20, "truncate": true,
                       "broken-body": true, "drop-after": true}),
            ),
        ] {
            let rule = compact.parse::<Rule>().unwrap();
            assert_eq!(rule, Rule::from_json(&json).unwrap());
            let written = serde_json::to_value(&rule).unwrap();
            assert_eq!(
                Rule::from_json(&written).unwrap(),
                rule,
                "what is shown can be put back"
            );
        }
    }

    #[test]
    fn an_error_names_the_part_that_is_wrong() {
        for (rule, part) in [
            ("get-service", "lacks a colon"),
            ("fetch-service:drop", "\"fetch-service\" is no operation"),
            ("get-service:explode", "\"explode\" is no effect"),
            (
                "get-service:status=99",
                "\"status\" must be a whole number from 200 to 599, not 99",
            ),
            ("get-service:status=many", "not \"many\""),
            ("get-service:drop=1", "\"drop\" is on or off"),
            ("get-service:times=0,drop", "\"times\" must be"),
            ("get-service:times=2", "has no effect"),
            ("get-service:", "has no effect"),
        ] {
            let error = rule.parse::<Rule>().unwrap_err();
            assert!(error.contains(part), "{rule}: {error}");
        }
        assert!(Rule::from_json(&json!([])).is_err());
        assert!(
            Rule::from_json(&json!({"drop": true}))
                .unwrap_err()
                .contains("operation")
        );
    }

    #[test]
    fn a_rule_applies_as_often_as_it_says_and_then_the_next_does() {
        let rules = ["get-user:drop,times=2", "*:status=500"];
        let chaos = Chaos::new(rules.iter().map(|rule| rule.parse().unwrap()).collect());
        let drops = |operation| chaos.take(operation).map(|rule| rule.drop);
        assert_eq!(drops(Operation::ListUsers), Some(false));
        assert_eq!(drops(Operation::GetUser), Some(true));
        assert_eq!(drops(Operation::GetUser), Some(true));
        assert_eq!(drops(Operation::GetUser), Some(false));
        assert_eq!(chaos.rules().len(), 1);
    }
}
