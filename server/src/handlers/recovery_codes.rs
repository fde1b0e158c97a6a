//! Recovery codes: make, count, remove.

use axum::extract::State;
use serde_json::json;

use super::{Reply, created, ok, removed};
use crate::error::ApiError;
use crate::extract::Asked;
use crate::recovery_code::{CODES, RecoveryCode};
use crate::state::{Shared, State as ServerState};

/// Makes codes, in place of those before, and shows them: nobody can see them again.
pub async fn make(asked: Asked, State(state): State<Shared>) -> Reply {
    let shown = draw(&state, asked).await?;
    created(&state, &json!({ "recovery_codes": shown }))
}

/// Makes codes, in place of those before, and gives them as they are shown.
pub async fn draw(state: &ServerState, asked: Asked) -> Result<Vec<String>, ApiError> {
    // Before hashes are made for nobody.
    let (target, user) = (asked.target, asked.user);
    state.storage.user(target.clone(), user.clone()).await?;
    let codes: Vec<_> = (0..CODES)
        .map(|_| RecoveryCode::draw(&*state.randomness))
        .collect();
    let shown = codes.iter().map(RecoveryCode::shown).collect();
    let account = target.account.as_deref();
    let hashes = state.recovery.hashes(account, &user, codes).await?;
    let now = state.now();
    state
        .storage
        .set_recovery_codes(target, user, hashes, now)
        .await?;
    Ok(shown)
}

/// Says how many codes are left.
pub async fn count(asked: Asked, State(state): State<Shared>) -> Reply {
    let remaining = state.storage.recovery_codes(asked.target, asked.user);
    ok(&json!({ "remaining": remaining.await? }))
}

/// Removes the codes.
pub async fn remove(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state
        .storage
        .remove_recovery_codes(asked.target, asked.user, now)
        .await?;
    removed()
}
