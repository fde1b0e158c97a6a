//! What operating a server needs: health, metrics, its own description, the audit trail, unlocking.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::json;

use super::{Reply, filter, nothing, ok};
use crate::error::ApiError;
use crate::extract::Asked;
use crate::metrics::{self, Seen};
use crate::state::Shared;

/// Written by hand: most replies are made by hand too, so that there are no types to derive it from.
const DESCRIPTION: &str = include_str!("../../openapi.json");

/// Says that the process is alive, whatever may be with its database.
pub async fn health() -> Reply {
    ok(&json!({ "status": "ok" }))
}

/// Says whether logins can be answered, which takes a database that can be written to.
pub async fn readiness(State(state): State<Shared>) -> Reply {
    match state.readiness.of(&state.storage, state.now()).await {
        Ok(()) => ok(&json!({ "status": "ok" })),
        Err(problem) => Err(ApiError::unavailable(problem.to_string())),
    }
}

/// The counters.
pub async fn metrics(State(state): State<Shared>) -> Reply {
    let seen = Seen {
        log_bytes: state.storage.log_bytes(),
        oldest_unsent: state.unsent.age(&state.storage, state.now()).await,
    };
    let text = state.metrics.render(&seen);
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

/// What the server answers, in OpenAPI's words.
pub async fn description() -> Reply {
    Ok(([(CONTENT_TYPE, "application/json")], DESCRIPTION).into_response())
}

/// The latest rows of the audit trails, or of one account's.
pub async fn audit(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Reply {
    let rows = state.storage.audit(filter(&query, "account")).await?;
    ok(&json!({ "rows": rows }))
}

/// Unlocks a user that failed too often.
pub async fn unlock(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.reading_time();
    state.storage.unlock(asked.target, asked.user, now).await?;
    ok(&nothing())
}
