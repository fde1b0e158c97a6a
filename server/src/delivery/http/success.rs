//! What counts as success: a status, and what stands in the answer's JSON.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::delivery::channel::{Again, Outcome};

/// The longest id of a gateway that is kept.
const LONGEST_ID: usize = 128;

/// What counts as success. Places in the JSON are JSON pointers (RFC 6901), as in `/messages/0/id`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Success {
    /// The statuses that do; without any, all 2xx.
    status: Vec<u16>,
    /// What must stand at a place: a value, or one of a list.
    json: BTreeMap<String, Value>,
    /// Where the gateway's own id of the message stands.
    id: Option<String>,
}

impl Success {
    /// Checks what was written.
    ///
    /// # Errors
    ///
    /// A status is not 2xx, or a place is no JSON pointer.
    pub fn check(&self) -> Result<(), String> {
        if let Some(status) = self
            .status
            .iter()
            .find(|status| !(200..300).contains(*status))
        {
            return Err(format!(
                "the status {status} is no success: only 2xx can be"
            ));
        }
        match self
            .json
            .keys()
            .chain(&self.id)
            .find(|place| !place.starts_with('/'))
        {
            Some(place) => Err(format!(
                "the place {place:?} must be as in \"/messages/0/id\""
            )),
            None => Ok(()),
        }
    }

    /// Whether a status counts as success.
    pub fn takes(&self, status: StatusCode) -> bool {
        match self.status.is_empty() {
            true => status.is_success(),
            false => self.status.contains(&status.as_u16()),
        }
    }

    /// Whether an answer's body says anything.
    pub fn reads_body(&self) -> bool {
        !self.json.is_empty() || self.id.is_some()
    }

    /// What an answer means whose status counts as success, and whose body could be read or not.
    ///
    /// What says something else than success was not sent. What says nothing may have been.
    pub fn judge(&self, body: Option<&[u8]>) -> Outcome {
        let body = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
        for (place, expected) in &self.json {
            let Some(body) = &body else {
                return Outcome::Unknown(
                    "it answered with a success, but its body was lost or is not JSON".to_owned(),
                );
            };
            let Some(found) = body.pointer(place) else {
                return Outcome::Unknown(format!(
                    "it answered with a success, but there is nothing at {place} of its body"
                ));
            };
            let is_expected = match expected {
                Value::Array(several) => several.contains(found),
                one => one == found,
            };
            if !is_expected {
                let reason = format!(
                    "it answered with the status of a success, but {place} of its body is not {expected}"
                );
                let again = Again::Never;
                return Outcome::Refused { reason, again };
            }
        }
        let place = self.id.as_ref().zip(body.as_ref());
        Outcome::HandedOver(place.and_then(|(place, body)| id(body.pointer(place)?)))
    }
}

/// The gateway's id, if it is one that a log can hold.
fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic());
    ((1..=LONGEST_ID).contains(&id.len()) && is_plain).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(success: &str, body: &str) -> Outcome {
        let success: Success = toml::from_str(success).unwrap();
        success.check().unwrap();
        success.judge(Some(body.as_bytes()))
    }

    #[test]
    fn what_says_another_thing_was_not_sent_and_what_says_nothing_may_have_been() {
        let rule = "json = { \"/status\" = [\"ok\", 0] }";
        for body in ["{\"status\": \"ok\"}", "{\"status\": 0, \"more\": 1}"] {
            assert_eq!(judged(rule, body), Outcome::HandedOver(None), "{body}");
        }
        let refused = judged(rule, "{\"status\": \"no credit\"}");
        let Outcome::Refused { reason, again } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(again, Again::Never);
        assert!(reason.contains("/status"), "{reason}");
        assert!(!reason.contains("credit"), "{reason}");
        for body in ["{}", "<html>", "", "{\"status\": "] {
            let unknown = judged(rule, body);
            assert!(
                matches!(unknown, Outcome::Unknown(_)),
                "{body}: {unknown:?}"
            );
        }
    }

    #[test]
    fn the_gateways_id_is_taken_if_a_log_can_hold_it() {
        let rule = "id = \"/messages/0/id\"";
        let of = |id: &str| judged(rule, &format!("{{\"messages\": [{{\"id\": {id}}}]}}"));
        let taken = |id: &str| Outcome::HandedOver(Some(id.to_owned()));
        assert_eq!(of("\"SM1-2\""), taken("SM1-2"));
        assert_eq!(of("17"), taken("17"));
        for none in [
            "\"a\\nb\"",
            "null",
            "\"\"",
            &format!("{:?}", "x".repeat(129)),
        ] {
            assert_eq!(of(none), Outcome::HandedOver(None), "{none}");
        }
    }

    #[test]
    fn only_successes_are_taken() {
        let success: Success = toml::from_str("status = [201]").unwrap();
        assert!(success.takes(StatusCode::CREATED) && !success.takes(StatusCode::OK));
        assert!(Success::default().takes(StatusCode::NO_CONTENT));
        for wrong in ["status = [404]", "id = \"sid\"", "json = { status = 1 }"] {
            let success: Success = toml::from_str(wrong).unwrap();
            assert!(success.check().is_err(), "{wrong}");
        }
    }
}
