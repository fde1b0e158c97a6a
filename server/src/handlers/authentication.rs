//! Logins: start and verify.

use axum::extract::State;
use serde_json::{Value, json};

use super::{Reply, created, ok};
use crate::authentication::{self, Attempt, Denial, Proof, Ruling, Start};
use crate::body::Fields;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::limits::Refusal;
use crate::model::{Challenge, Method};
use crate::recovery_code::RecoveryCode;
use crate::state::Shared;
use crate::storage::Verified;
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
    state
        .metrics
        .start(start.method().unwrap_or(preferred), start.outcome());
    match start {
        Start::Begun(challenge) => {
            if challenge.pin.is_some() {
                state.metrics.send(country);
                state.delivery.wake();
            }
            created(&state, &begun(&challenge))
        }
        Start::TooManySends(refusal) => {
            state.metrics.send_refused(refusal.limit.as_str());
            Err(too_many_sends(&refusal))
        }
        Start::Locked => Err(ApiError::conflict(
            "an authentication cannot start: this user failed too often and is locked until \
             somebody unlocks it",
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
    let attempt = attempt(&asked, &state, &fields).await?;
    let judge = move |standing: &_, now| authentication::verify(standing, &attempt, now);
    let Verified {
        ruling,
        country,
        since_start,
    } = state
        .storage
        .verify(asked.target, asked.user, state.reading_time(), judge)
        .await?;
    match ruling {
        Ruling::NothingPending => Err(ApiError::not_found(
            "pending verification not found: start an authentication first",
        )),
        Ruling::Accepted { method, proof } => {
            let method = match &proof {
                Proof::Pin | Proof::Code(_) => method.as_str(),
                Proof::RecoveryCode(_) => "recovery_code",
            };
            state.metrics.verification(method, "verified");
            state.metrics.login_took(method, since_start);
            if proof == Proof::Pin {
                state.metrics.send_verified(country);
            }
            ok(&json!({ "verified": true, "method": method }))
        }
        Ruling::Denied {
            method,
            denial,
            miss,
            ..
        } => {
            state.metrics.verification(method.as_str(), denial.as_str());
            state.metrics.miss(miss);
            ok(&json!({ "verified": false, "method": method.as_str(), "status": status(denial) }))
        }
    }
}

/// The answer to a login. What has the form of a recovery code is hashed as one, whoever the user is and whatever
/// is pending, so that the time taken tells neither.
async fn attempt(asked: &Asked, state: &Shared, fields: &Fields) -> Result<Attempt, ApiError> {
    let token = fields.required("token")?;
    let method = fields.optional("method")?.map(method).transpose()?;
    let auth_id = fields.optional("auth_id")?.map(str::to_owned);
    let account = asked.target.account.as_deref();
    let recovery_code = match RecoveryCode::typed(token) {
        None => None,
        Some(code) => Some(state.recovery.hash(account, &asked.user, code).await?),
    };
    Ok(Attempt {
        token: Token::typed(token),
        recovery_code,
        method,
        auth_id,
    })
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
    name.parse().map_err(|()| {
        ApiError::invalid("\"method\" must be \"totp\" or \"sms\" (a recovery code answers either)")
    })
}
