//! Services: create, get, delete.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, nothing, ok};
use crate::body::Fields;
use crate::client_address::ClientAddress;
use crate::clock::rfc3339;
use crate::error::ApiError;
use crate::extract::{Asked, Caller};
use crate::model::Service;
use crate::reply;
use crate::state::Shared;

/// The longest host name (RFC 1035 section 2.3.4, without the final dot).
const LONGEST_FQDN: usize = 253;
const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 255;

/// Creates a service.
pub async fn create(
    Caller(account): Caller,
    address: ClientAddress,
    State(state): State<Shared>,
    fields: Fields,
) -> Reply {
    let fqdn = host_of(fields.text("fqdn", LONGEST_FQDN)?).to_owned();
    if !is_host_name(&fqdn) {
        return Err(ApiError::invalid(
            "\"fqdn\" must be a host name, such as login.example.com",
        ));
    }
    let name = fields.text("name", LONGEST_NAME)?.to_owned();
    let service = Service {
        id: state.randomness.uuid(),
        fqdn,
        name,
        ctime: state.now(),
    };
    let body = json(&service);
    let created = state
        .storage
        .create_service(&account, Some(address), &service);
    created.await?;
    Ok(reply::json(
        state.success_codes.code(StatusCode::CREATED),
        &body,
    ))
}

/// Reads a service.
pub async fn read(asked: Asked, State(state): State<Shared>) -> Reply {
    ok(&json(&state.storage.service(asked.target).await?))
}

/// Deletes a service.
pub async fn delete(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state.storage.delete_service(asked.target, now).await?;
    let storage = state.storage.clone();
    // If it does not come to its end, the regular cleaning goes on with it.
    tokio::spawn(async move { storage.purge().await });
    Ok(reply::json(
        state.success_codes.code(StatusCode::ACCEPTED),
        &nothing(),
    ))
}

fn json(service: &Service) -> Value {
    json!({ "id": service.id, "name": service.name, "ctime": rfc3339(service.ctime) })
}

/// The host in what a client calls a host name: the official Python client's example passes
/// `http://example.com`.
fn host_of(text: &str) -> &str {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .map_or(text, |rest| rest.strip_suffix('/').unwrap_or(rest))
}

/// Whether a text looks like a host name: labels of letters, digits, dashes and underscores, with
/// dots between them. Letters beyond ASCII are let through: not everybody writes punycode.
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.strip_suffix('.')
        .unwrap_or(text)
        .split('.')
        .all(is_label)
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_host_name};

    #[test]
    fn a_url_stands_for_its_host() {
        for text in ["example.com", "http://example.com", "https://example.com/"] {
            assert_eq!(host_of(text), "example.com");
        }
        for other in ["ftp://example.com", "http://example.com/path", "http://"] {
            assert!(!is_host_name(host_of(other)), "{other}");
        }
    }

    #[test]
    fn host_names_are_told_from_other_text() {
        for name in [
            "example.com",
            "localhost",
            "a-b.example.com.",
            "bücher.example",
            "my_app.io",
        ] {
            assert!(is_host_name(name), "{name}");
        }
        for other in [
            "",
            ".",
            "a..b",
            "https://example.com",
            "a b.com",
            "-a.com",
            "a.com/x",
        ] {
            assert!(!is_host_name(other), "{other}");
        }
    }
}
