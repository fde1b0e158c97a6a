//! Each option of a configuration, by the name that `src/ffi/config.rs` sets it by: its default and
//! its limits, as the library itself goes by them.

use serde::Serialize;

// What messages call an option is nothing to the description.
#[allow(dead_code)]
#[path = "../src/option/limits.rs"]
mod limits;

use limits::*;

/// What an option may be.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// A whole number between two others.
    Number {
        unit: &'static str,
        default: u32,
        least: u32,
        most: u32,
    },
    /// A text, of so many bytes where a limit is its own.
    Text {
        default: Option<&'static str>,
        least: Option<usize>,
        most: Option<usize>,
    },
    /// 1 or 0.
    Truth { default: u8 },
    /// One of the constants.
    Constant { default: Option<&'static str> },
    /// Certificates or keys, in a file or in memory. Without a default the system's count, or none.
    Pem { default: Option<&'static str> },
}

pub fn value(option: &str) -> Option<Value> {
    Some(match option {
        "base_url" => text(Some(DEFAULT_BASE_URL), Some(LONGEST_URL)),
        "proxy" => text(None, Some(LONGEST_URL)),
        "address" | "pinned_key" => text(None, None),
        "user_agent" => header_text(Some(DEFAULT_USER_AGENT)),
        "user_agent_prefix" | "user_agent_suffix" => header_text(None),
        "allow_plain_http" => Value::Truth {
            default: DEFAULT_ALLOW_PLAIN_HTTP.into(),
        },
        "connect_timeout" => number(&CONNECT_TIMEOUT),
        "timeout" => number(&TIMEOUT),
        "max_retries" => number(&MAX_RETRIES),
        "max_retry_wait" => number(&MAX_RETRY_WAIT),
        "max_connections" => number(&MAX_CONNECTIONS),
        "max_idle_connections" => number(&MAX_IDLE_CONNECTIONS),
        "idle_timeout" => number(&IDLE_TIMEOUT),
        "max_response_bytes" => number(&MAX_RESPONSE_BYTES),
        "min_tls_version" => Value::Constant {
            default: Some("VERIGATOR_TLS_1_2"),
        },
        "log" => Value::Constant { default: None },
        "ca" | "client_certificate" => Value::Pem { default: None },
        _ => return None,
    })
}

fn number(setting: &Setting) -> Value {
    Value::Number {
        unit: setting.number.unit.trim_start(),
        default: setting.default,
        least: setting.number.least,
        most: setting.number.most,
    }
}

fn header_text(default: Option<&'static str>) -> Value {
    text(default, Some(LONGEST_HEADER_TEXT))
}

fn text(default: Option<&'static str>, most: Option<usize>) -> Value {
    Value::Text {
        default,
        least: most.map(|_| 1),
        most,
    }
}
