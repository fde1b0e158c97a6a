//! Services: create, list, find, get, delete.

use std::collections::HashMap;

use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::{Reply, created, ok, removed};
use crate::body::{self, Fields};
use crate::client_address::ClientAddress;
use crate::clock::rfc3339;
use crate::error::ApiError;
use crate::extract::{Asked, Caller};
use crate::list_page;
use crate::model::Service;
use crate::state::{Shared, State as ServerState};
use crate::storage::{ListPlace, Target};

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
    let service = make(&state, &account, address, &fields).await?;
    created(&state, &json(&service))
}

/// Makes a service of what somebody gave.
pub async fn make(
    state: &ServerState,
    account: &str,
    address: ClientAddress,
    fields: &Fields,
) -> Result<Service, ApiError> {
    let fqdn = host_name(fields.required("fqdn")?)?.to_owned();
    let name = fields.text("name", LONGEST_NAME)?.to_owned();
    let service = Service {
        id: state.randomness.uuid(),
        fqdn,
        name,
        ctime: state.now(),
    };
    let storage = &state.storage;
    storage
        .create_service(account, Some(address), &service)
        .await?;
    Ok(service)
}

/// Lists the services of the account, a page at a time; or finds the one with an fqdn.
pub async fn list(
    Caller(account): Caller,
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Reply {
    let storage = &state.storage;
    let page = list_page::asked(&query)?.unwrap_or_default();
    if let Some(fqdn) = query.get("fqdn") {
        let fqdn = host_name(fqdn)?.to_owned();
        return ok(&json(&storage.service_named(account, fqdn).await?));
    }
    let services = storage.services(account.clone(), page.place(), page.wanted());
    let services = services.await?;
    let total = page.total(storage.count_services(account)).await?;
    ok(&page.reply("services", &services, total, json, ListPlace::after_service))
}

/// Reads a service.
pub async fn read(asked: Asked, State(state): State<Shared>) -> Reply {
    ok(&json(&state.storage.service(asked.target).await?))
}

/// Deletes a service.
pub async fn delete(asked: Asked, State(state): State<Shared>) -> Reply {
    remove(&state, asked.target).await?;
    removed()
}

/// Deletes a service, and has the rest of it removed.
pub async fn remove(state: &ServerState, target: Target) -> Result<(), ApiError> {
    let now = state.now();
    state.storage.delete_service(target, now).await?;
    let storage = state.storage.clone();
    // If it does not come to its end, the regular cleaning goes on with it.
    tokio::spawn(async move { storage.purge().await });
    Ok(())
}

fn json(service: &Service) -> Value {
    json!({ "id": service.id, "name": service.name, "ctime": rfc3339(service.ctime) })
}

/// The host name that a client gives, as it is stored.
fn host_name(text: &str) -> Result<&str, ApiError> {
    let host = host_of(body::checked("fqdn", text, LONGEST_FQDN)?);
    let problem = "\"fqdn\" must be a host name, such as login.example.com";
    match is_host_name(host) {
        true => Ok(host),
        false => Err(ApiError::invalid(problem)),
    }
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
