//! Error replies: a status and `{"message": "..."}`, with `"missing"` beside it where something is not there.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::accounts::Refusal;
use crate::guesses::{Counted, Wait};
use crate::reply;
use crate::storage;
use crate::turns::Busy;

/// What a 401 has to say of how one authenticates (RFC 9110 section 11.6.1). The contract has no scheme but a
/// header of its own, and no browser asks for a password because of it.
const CHALLENGE: HeaderValue = HeaderValue::from_static("X-Service-Auth");

/// A reply that is not a success.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    message: String,
    missing: Option<String>,
    retry_after_seconds: Option<u64>,
}

impl ApiError {
    /// An error with a status and what a person should know.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            missing: None,
            retry_after_seconds: None,
        }
    }

    /// 404.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 404, since there is no such thing: a client can tell it from a route that there is not.
    pub fn missing(what: &str) -> Self {
        Self {
            missing: Some(what.replace(' ', "_")),
            ..Self::not_found(format!("{what} not found"))
        }
    }

    /// 408.
    pub fn late(message: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, message)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 422.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// 503: the caller may try again after a second.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).retry_after(1)
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What a person should know.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Adds a `Retry-After` header.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message });
        if let Some(missing) = &self.missing {
            body["missing"] = missing.as_str().into();
        }
        let mut response = reply::json(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            let headers = response.headers_mut();
            headers.insert(WWW_AUTHENTICATE, CHALLENGE);
        }
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // Where a person asked, it is told on a page.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for ApiError {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::NotFound(what) => Self::missing(what),
            storage::Error::Forbidden => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            storage::Error::Conflict(message) => Self::conflict(message),
            storage::Error::TooLate => Self::late("the request took too long; nothing was changed"),
            storage::Error::Duplicate(_) => Self::conflict("there is one like it already"),
            storage::Error::Unavailable(cause) | storage::Error::Malformed(cause) => {
                tracing::error!(%cause, "the database failed");
                Self::unavailable("the database is not available; nothing was changed")
            }
            storage::Error::Unreadable(cause) | storage::Error::Damaged(cause) => {
                tracing::error!(%cause, "what is kept cannot be read");
                Self::unavailable("the database is not available; nothing was changed")
            }
            storage::Error::Uncertain(cause) => {
                tracing::error!(%cause, "the database failed to keep a change");
                Self::unavailable(
                    "the database is not available; it is not known whether anything was changed",
                )
            }
        }
    }
}

impl From<Busy> for ApiError {
    fn from(Busy: Busy) -> Self {
        Self::unavailable("too many recovery codes are being made and checked at once")
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            // Always the same, so that it does not tell whether the account exists.
            Refusal::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                "authentication required: send X-Service-Auth: username:password",
            ),
            Refusal::TooManyGuesses(wait) => too_many_guesses(wait),
            Refusal::Busy => Self::unavailable("too many logins are being checked at once"),
            Refusal::Storage(error) => error.into(),
        }
    }
}

/// 429. The same for accounts that do not exist.
fn too_many_guesses(wait: Wait) -> ApiError {
    let seconds = wait.milliseconds.unsigned_abs().div_ceil(1000);
    let whose = match wait.counted {
        Counted::AccountFromAddress => "for this account from this address",
        Counted::Address => "from this address",
        Counted::Account => "for this account",
    };
    let message = format!(
        "too many wrong passwords {whose}: the next one, right or wrong, is looked at in {seconds} s"
    );
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, message).retry_after(seconds)
}
