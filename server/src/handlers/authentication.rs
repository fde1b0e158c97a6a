//! Logins: start and verify.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, ok};
use crate::authentication::{self, Attempt, Denial, Ruling, Start};
use crate::body::Fields;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::limits::Refusal;
use crate::model::{Challenge, Method};
use crate::reply;
use crate::state::Shared;
use crate::token::Token;

/// Starts a login.
pub async fn start(asked: Asked, State(state): State<Shared>, fields: Fields) -> Reply {
    let preferred = method(fields.required("method")?)?;
    let shared = state.clone();
    let decide = move |standing: &_, now| {
        authentication::start(standing, preferred, now, &*shared.randomness)
            .where_sms_is_sent(shared.delivery.sends_sms())
    };
    let posting = state.delivery.posting();
    let (start, country) = state
        .storage
        .start_authentication(
            asked.target,
            asked.user,
            state.reading_time(),
            posting,
            decide,
        )
        .await?;
    match start {
        Start::Begun(challenge) => {
            if challenge.pin.is_some() {
                state.metrics.send(country);
                state.delivery.wake();
            }
            let status = state.success_codes.code(StatusCode::CREATED);
            Ok(reply::json(status, &begun(&challenge)))
        }
        Start::TooManySends(refusal) => {
            state.metrics.send_refused(refusal.limit.as_str());
            Err(too_many_sends(&refusal))
        }
        Start::Locked => Err(ApiError::conflict(
            "an authentication cannot start: this user failed too often and is locked until an \
             administrator unlocks it",
        )),
        Start::NoSmsThere => {
            state.metrics.send_refused("destination");
            Err(ApiError::conflict(
                "an authentication cannot start: this server sends no SMS to the country or range of \
                 this phone number",
            ))
        }
        Start::NoSms => Err(ApiError::conflict(
            "an authentication cannot start: this server sends no SMS, and the user has no \
             authenticator app, or the method was \"sms\"",
        )),
    }
}

fn too_many_sends(refusal: &Refusal) -> ApiError {
    let error = ApiError::conflict(format!(
        "an authentication cannot start now: {}",
        refusal.message()
    ));
    match refusal.retry_after() {
        Some(seconds) => error.retry_after(seconds),
        None => error,
    }
}

fn begun(challenge: &Challenge) -> Value {
    match challenge.method {
        Method::Totp => json!({ "method": "totp" }),
        Method::Sms => json!({ "method": "sms", "auth_id": challenge.id }),
    }
}

/// Verifies a login.
pub async fn verify(asked: Asked, State(state): State<Shared>, fields: Fields) -> Reply {
    let attempt = Attempt {
        token: Token::typed(fields.required("token")?),
        method: fields.optional("method")?.map(method).transpose()?,
        auth_id: fields.optional("auth_id")?.map(str::to_owned),
    };
    let judge = move |standing: &_, now| authentication::verify(standing, &attempt, now);
    let (ruling, country) = state
        .storage
        .verify(asked.target, asked.user, state.reading_time(), judge)
        .await?;
    match ruling {
        Ruling::NothingPending => Err(ApiError::not_found(
            "pending verification not found: start an authentication first",
        )),
        Ruling::Accepted { method, .. } => {
            state.metrics.verification(method, "verified");
            if method == Method::Sms {
                state.metrics.send_verified(country);
            }
            ok(&json!({ "verified": true, "method": method.as_str() }))
        }
        Ruling::Denied { method, denial, .. } => {
            state.metrics.verification(method, denial.as_str());
            ok(&json!({ "verified": false, "method": method.as_str(), "status": status(denial) }))
        }
    }
}

fn status(denial: Denial) -> Value {
    json!({
        "throttled": denial == Denial::Throttled,
        "expired": denial == Denial::Expired,
        "invalid": denial == Denial::Invalid,
        // The contract's only word for it; why, the flags tell.
        "result": "INVALID",
    })
}

fn method(name: &str) -> Result<Method, ApiError> {
    name.parse()
        .map_err(|()| ApiError::invalid("\"method\" must be \"totp\" or \"sms\""))
}
