//! JSON replies.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

/// A reply with a status and a JSON body.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("the replies are plain JSON values");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Which status codes successes have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SuccessCodes {
    /// 201 for what was created, 202 for what was deleted, 200 for the rest.
    #[default]
    Documented,
    /// 200 for what was created too: the official Java client refuses 201. It wants 202 for what
    /// was deleted.
    Created200,
}

impl SuccessCodes {
    /// The status for a success that is documented as `status`.
    pub fn code(self, status: StatusCode) -> StatusCode {
        match self {
            Self::Created200 if status == StatusCode::CREATED => StatusCode::OK,
            Self::Documented | Self::Created200 => status,
        }
    }
}
