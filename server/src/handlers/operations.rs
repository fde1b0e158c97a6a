//! What operating a server needs: health, metrics, the audit trail, unlocking.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::json;

use super::{Reply, nothing, ok};
use crate::deadline;
use crate::error::ApiError;
use crate::extract::Administered;
use crate::metrics;
use crate::state::Shared;

/// How long the database may take to answer before it is said not to: less than who asks waits.
const HEALTH_LIMIT: Duration = Duration::from_secs(1);

/// Says whether the database answers.
pub async fn health(State(state): State<Shared>) -> Reply {
    let check = state.storage.check();
    match deadline::within(HEALTH_LIMIT, check).await {
        Some(Ok(())) => ok(&json!({ "status": "ok" })),
        _ => Err(ApiError::unavailable("the database does not answer")),
    }
}

/// The counters.
pub async fn metrics(State(state): State<Shared>) -> Reply {
    Ok((
        [(CONTENT_TYPE, metrics::CONTENT_TYPE)],
        state.metrics.render(),
    )
        .into_response())
}

/// The latest rows of the audit trail.
pub async fn audit(State(state): State<Shared>) -> Reply {
    let rows = state.storage.audit().await?;
    ok(&json!({ "rows": rows }))
}

/// Unlocks a user that failed too often.
pub async fn unlock(asked: Administered, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state.storage.unlock(asked.target, asked.user, now).await?;
    ok(&nothing())
}
