//! Enrolling authenticator apps.

use axum::extract::State;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Reply, created, ok, removed};
use crate::body::Fields;
use crate::clock::{UnixMilliseconds, rfc3339};
use crate::enrolment::Enrolment;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::otp::{self, Miss};
use crate::state::{Shared, State as ServerState};
use crate::token::Token;

/// Begins an enrolment.
pub async fn begin(asked: Asked, State(state): State<Shared>) -> Reply {
    created(&state, &make(&state, asked).await?)
}

/// Makes an enrolment: what an app has to be told.
pub async fn make(state: &ServerState, asked: Asked) -> Result<Enrolment, ApiError> {
    let secret = drawn_secret(state);
    let now = state.now();
    let (service, user, replaced) = state
        .storage
        .begin_enrolment(asked.target, asked.user, secret.clone(), now)
        .await?;
    Ok(Enrolment::new(&service, &user, &secret, replaced, now))
}

/// A secret for an app.
pub(super) fn drawn_secret(state: &ServerState) -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(vec![0; otp::SECRET_BYTES]);
    state.randomness.fill(secret.as_mut_slice());
    secret
}

/// Finds the step of the first code that an app shows, for its secret at some time, or what is known of the code.
pub(super) fn matching_step(
    code: Token,
) -> impl Fn(&[u8], UnixMilliseconds) -> Result<i64, Option<Miss>> + Send + 'static {
    move |secret, now| {
        let step = otp::matching_step(secret, &code, now, -1);
        step.ok_or_else(|| otp::miss(secret, &code, now, -1))
    }
}

/// Confirms an enrolment by its first code.
pub async fn confirm(asked: Asked, State(state): State<Shared>, fields: Fields) -> Reply {
    // An older name of it is `code`.
    let (code, token) = (fields.optional("code")?, fields.optional("token")?);
    let token = match code.or(token) {
        Some(token) => token,
        None => fields.required("token")?,
    };
    match is_confirmed(&state, asked, token).await? {
        true => ok(&json!({ "confirmed": true })),
        false => Err(ApiError::invalid(format!(
            "\"token\" is not what the app shows now: check that the app was given the secret of the \
             enrolment begun last, and the clock of the phone (here it is {}), then try the next code",
            rfc3339(state.now())
        ))),
    }
}

/// Whether the code is what the app shows: then its enrolment is confirmed.
pub async fn is_confirmed(state: &Shared, asked: Asked, token: &str) -> Result<bool, ApiError> {
    let matching_step = matching_step(Token::typed(token));
    let confirmed = state
        .storage
        .confirm_enrolment(
            asked.target,
            asked.user,
            state.reading_time(),
            matching_step,
        )
        .await?;
    if let Err(miss) = confirmed {
        state.metrics.miss(miss);
    }
    Ok(confirmed.is_ok())
}

/// Says how far an enrolment has come.
pub async fn read(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    ok(&state
        .storage
        .enrolment(asked.target, asked.user, now)
        .await?)
}

/// Removes an enrolment.
pub async fn remove(asked: Asked, State(state): State<Shared>) -> Reply {
    let now = state.now();
    state
        .storage
        .remove_enrolment(asked.target, asked.user, now)
        .await?;
    removed()
}
