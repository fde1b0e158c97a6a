//! What helps to develop a client: the outbox, the clock, and misbehaviour.

use std::collections::HashMap;

use axum::extract::{Query, Request, State};
use serde_json::{Value, json};

use super::{Reply, filter, nothing, ok};
use crate::body::{self, Fields};
use crate::chaos::{Chaos, Rule};
use crate::clock::LATEST;
use crate::error::ApiError;
use crate::outbox;
use crate::state::{Shared, State as ServerState};
use crate::storage::Message;

/// The outbox as JSON.
pub async fn outbox(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Reply {
    let messages = messages(&state, filter(&query, "user_id")).await?;
    ok(&json!({ "messages": messages }))
}

/// Empties the outbox.
pub async fn clear_outbox(State(state): State<Shared>) -> Reply {
    state.storage.clear_outbox().await?;
    ok(&nothing())
}

/// The messages, with their PINs only on a development server.
async fn messages(state: &ServerState, user: Option<String>) -> Result<Vec<Message>, ApiError> {
    let messages = state.storage.outbox(user).await?;
    match state.administration.is_development() {
        true => Ok(messages),
        false => Ok(messages.into_iter().map(outbox::redacted).collect()),
    }
}

/// Shows the clock.
pub async fn clock(State(state): State<Shared>) -> Reply {
    development_only(&state)?;
    ok(&shown(&state))
}

/// Moves the clock, by `advance` seconds or to `now`.
pub async fn set_clock(State(state): State<Shared>, fields: Fields) -> Reply {
    development_only(&state)?;
    move_clock(&state, fields.number("advance")?, fields.number("now")?)?;
    ok(&shown(&state))
}

/// Moves the clock, by so many seconds or to a time.
pub fn move_clock(
    state: &ServerState,
    advance: Option<f64>,
    now: Option<f64>,
) -> Result<(), ApiError> {
    let milliseconds = match (advance, now) {
        (Some(advance), None) => state.now() as f64 + advance * 1000.0,
        (None, Some(now)) => now * 1000.0,
        _ => {
            return Err(ApiError::invalid(
                "the body must have either \"advance\" or \"now\"",
            ));
        }
    };
    if !(0.0..=LATEST as f64).contains(&milliseconds) {
        let latest = LATEST / 1000;
        let problem = format!("the clock can only show 0 to {latest} seconds since 1970");
        return Err(ApiError::invalid(problem));
    }
    state.clock.set(milliseconds as i64);
    Ok(())
}

/// Sets the clock back to real time.
pub async fn reset_clock(State(state): State<Shared>) -> Reply {
    development_only(&state)?;
    state.clock.reset();
    ok(&shown(&state))
}

fn shown(state: &ServerState) -> Value {
    json!({
        "now": state.now() as f64 / 1000.0,
        "offset": state.clock.offset() as f64 / 1000.0,
    })
}

/// Refuses what only a development server does.
pub fn development_only(state: &ServerState) -> Result<(), ApiError> {
    match state.administration.is_development() {
        true => Ok(()),
        false => Err(ApiError::not_found(
            "the clock can only be moved with --dev",
        )),
    }
}

/// Shows the rules of misbehaviour.
pub async fn chaos(State(state): State<Shared>) -> Reply {
    ok(&chaos_of(&state)?.rules())
}

/// Replaces the rules of misbehaviour.
pub async fn set_chaos(State(state): State<Shared>, request: Request) -> Reply {
    let chaos = chaos_of(&state)?;
    let body = body::json(request, &state).await?;
    let rules = body
        .as_array()
        .ok_or_else(|| ApiError::invalid("the body must be a JSON array of rules"))?
        .iter()
        .map(Rule::from_json)
        .collect::<Result<_, _>>()
        .map_err(ApiError::invalid)?;
    chaos.replace(rules);
    ok(&chaos.rules())
}

/// Removes the rules of misbehaviour.
pub async fn clear_chaos(State(state): State<Shared>) -> Reply {
    chaos_of(&state)?.replace(Vec::new());
    ok(&nothing())
}

/// The rules of misbehaviour, if there may be any.
pub fn chaos_of(state: &ServerState) -> Result<&Chaos, ApiError> {
    let missing = || ApiError::not_found("the server was not started with --chaos");
    state.chaos.as_ref().ok_or_else(missing)
}
