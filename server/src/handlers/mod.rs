//! From requests to the domain and back: decode, decide, encode.

pub mod authentication;
pub mod development;
pub mod enrolment;
pub mod enrolment_links;
pub mod operations;
pub mod recovery_codes;
pub mod reports;
pub mod services;
pub mod users;

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use crate::error::ApiError;
use crate::reply;
use crate::state::State;

/// What a handler gives.
pub type Reply = Result<Response, ApiError>;

/// A reply with status 200.
fn ok(body: &impl serde::Serialize) -> Reply {
    Ok(reply::json(StatusCode::OK, body))
}

/// A reply to what made something, with status 201 unless the options say otherwise.
fn created(state: &State, body: &impl serde::Serialize) -> Reply {
    let status = state.success_codes.code(StatusCode::CREATED);
    Ok(reply::json(status, body))
}

/// A reply to what removed something, with status 202.
fn removed() -> Reply {
    Ok(reply::json(StatusCode::ACCEPTED, &nothing()))
}

/// The body of a reply that has nothing to say: some clients parse every body.
fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

/// A value of the query, as what a database can be asked for. None can hold a NUL; what is put in its place is
/// in no id.
fn filter(query: &HashMap<String, String>, name: &str) -> Option<String> {
    query.get(name).map(|value| value.replace('\0', "\u{fffd}"))
}
