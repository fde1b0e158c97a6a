//! Enrolling authenticator apps, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Reply, nothing, ok};
use crate::body::Fields;
use crate::enrolment::Enrolment;
use crate::error::ApiError;
use crate::extract::Administered;
use crate::state::Shared;
use crate::token::Token;
use crate::{otp, reply};

/// Begins an enrolment.
pub async fn begin(asked: Administered, State(state): State<Shared>) -> Reply {
    let mut secret = Zeroizing::new(vec![0; otp::SECRET_BYTES]);
    state.randomness.fill(secret.as_mut_slice());
    let now = state.now();
    let (service, user, replaced) = state
        .storage
        .begin_enrolment(asked.target, asked.user, secret.clone(), now)
        .await?;
    let enrolment = Enrolment::new(&service, &user, &secret, replaced);
    let status = state.success_codes.code(StatusCode::CREATED);
    Ok(reply::json(status, &enrolment))
}

/// Confirms an enrolment by its first code.
pub async fn confirm(asked: Administered, State(state): State<Shared>, fields: Fields) -> Reply {
    let code = Token::typed(fields.required("code")?);
    let matching_step = move |secret: &[u8], now| otp::matching_step(secret, &code, now, -1);
    let confirmed = state
        .storage
        .confirm_enrolment(
            asked.target,
            asked.user,
            state.reading_time(),
            matching_step,
        )
        .await?;
    match confirmed {
        true => ok(&json!({ "confirmed": true })),
        false => Err(ApiError::invalid(
            "\"code\" is not what the app shows now: check that the app was given the secret of the \
             enrolment begun last, and the clock of the phone, then try the next code",
        )),
    }
}

/// Says how far an enrolment has come.
pub async fn read(asked: Administered, State(state): State<Shared>) -> Reply {
    ok(&state.storage.enrolment(asked.target, asked.user).await?)
}

/// Removes an enrolment.
pub async fn remove(asked: Administered, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state
        .storage
        .remove_enrolment(asked.target, asked.user, now)
        .await?;
    ok(&nothing())
}
