//! What the service answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::text::Text;

/// What the service does once it has read a request.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    status: Option<u16>,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    body_text: Option<Text>,
    users: Option<usize>,
    raw: Option<Text>,
    close: bool,
    pub stall: bool,
}

impl Reply {
    /// A reply of the peer itself.
    pub fn json(status: u16, body: Value) -> Self {
        Self {
            status: Some(status),
            body: Some(body),
            ..Self::default()
        }
    }

    /// Whether the connection ends after this reply.
    pub fn ends_connection(&self) -> bool {
        self.close || self.stall || self.raw.is_some()
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.raw {
            Some(raw) => raw.bytes(),
            None if self.close || self.stall => Vec::new(),
            None => self.message(),
        }
    }

    fn message(&self) -> Vec<u8> {
        let status = self.status.unwrap_or(200);
        let body = self.body_bytes();
        let mut head = format!("HTTP/1.1 {status} Status\r\n");
        // RFC 9110 section 8.6: these two have no body, and a 204 no length either.
        if !matches!(status, 204 | 304) {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        if !body.is_empty() && !self.headers.contains_key("Content-Type") {
            head += "Content-Type: application/json\r\n";
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        [(head + "\r\n").into_bytes(), body].concat()
    }

    fn body_bytes(&self) -> Vec<u8> {
        match (&self.body, &self.body_text, self.users) {
            (Some(body), ..) => body.to_string().into_bytes(),
            (_, Some(text), _) => text.bytes(),
            (.., Some(count)) => users(count).to_string().into_bytes(),
            _ => Vec::new(),
        }
    }
}

/// A list of this many users.
fn users(count: usize) -> Value {
    let user = |number| {
        json!({
            "id": format!("u{number}"),
            "ctime": "2017-07-06T13:12:03.141Z",
            "id_in_service": format!("user{number}@example.com"),
        })
    };
    json!({ "users": (0..count).map(user).collect::<Vec<_>>(), "total": count })
}
