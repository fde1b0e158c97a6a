//! Request bodies: JSON objects whose keys are asked for one by one.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::error::ApiError;
use crate::invisible;

/// The most bytes that a request body may have.
pub const LIMIT: usize = 64 * 1024;

/// The object in a request body. Keys nobody asks for are ignored, and so is `Content-Type`.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The object in a request body that may be left out.
    pub async fn if_any<S: Send + Sync>(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = bytes(request, state).await?;
        match bytes.is_empty() {
            true => Ok(Self(Map::new())),
            false => Self::parse(&bytes),
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        match parse(bytes)? {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(ApiError::invalid("the body must be a JSON object")),
        }
    }

    /// The text under a key.
    pub fn required(&self, key: &str) -> Result<&str, ApiError> {
        self.optional(key)?
            .ok_or_else(|| ApiError::invalid(format!("the body lacks the key \"{key}\"")))
    }

    /// The text under a key that may be absent or null.
    pub fn optional(&self, key: &str) -> Result<Option<&str>, ApiError> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::invalid(format!("\"{key}\" must be a string"))),
        }
    }

    /// The text under a key, without blanks around it, if its length is from 1 to `limit` characters and
    /// all of it can be seen.
    pub fn text(&self, key: &str, limit: usize) -> Result<&str, ApiError> {
        checked(key, self.required(key)?, limit)
    }

    /// The number under a key that may be absent.
    pub fn number(&self, key: &str) -> Result<Option<f64>, ApiError> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_f64() {
                Some(number) => Ok(Some(number)),
                None => Err(ApiError::invalid(format!("\"{key}\" must be a number"))),
            },
        }
    }
}

/// A text that a client gave under a name, without blanks around it, as [`Fields::text`] wants it.
pub fn checked<'a>(key: &str, text: &'a str, limit: usize) -> Result<&'a str, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ApiError::invalid(format!("\"{key}\" must not be empty")));
    }
    if text.chars().count() > limit {
        let problem = format!("\"{key}\" must not be longer than {limit} characters");
        return Err(ApiError::invalid(problem));
    }
    if let Some(character) = invisible::first(text) {
        let kind = match character.is_control() {
            true => "control",
            false => "invisible",
        };
        let code = u32::from(character);
        let problem = format!("\"{key}\" must not contain the {kind} character U+{code:04X}");
        return Err(ApiError::invalid(problem));
    }
    Ok(text)
}

/// The fields of a form that a page sent, all of them text.
pub struct Form(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = bytes(request, state).await?;
        let fields = form_urlencoded::parse(&bytes);
        let fields = fields.map(|(name, value)| (name.into_owned(), Value::from(value)));
        Ok(Self(Fields(fields.collect())))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Self::parse(&bytes(request, state).await?)
    }
}

/// Reads a body of any JSON.
pub async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ApiError> {
    parse(&bytes(request, state).await?)
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ApiError::invalid(format!("the body is not JSON: {error}")))
}

/// Reads a body of any kind.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body must not be longer than {LIMIT} bytes"),
            ),
            _ => ApiError::invalid("the body could not be read: it is not framed as its head says"),
        })
}
