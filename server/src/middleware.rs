//! What surrounds every request: its id, its line in the log, its time limit, and what is counted.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use tracing::field::Empty;

use crate::chaos;
use crate::deadline;
use crate::error::ApiError;
use crate::extract::{Administrator, address_of};
use crate::log_path;
use crate::operation::Operation;
use crate::state::{Shared, State as ServerState};

/// The methods that a log may hold; any other is the client's own text.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
];
const REQUEST_ID: &str = "x-request-id";
/// The longest request id that is taken over from a client.
const LONGEST_REQUEST_ID: usize = 64;

/// Gives the request an id, which the reply repeats, and writes a line about it.
pub async fn log(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let id = request_id(&request).unwrap_or_else(|| state.randomness.uuid());
    let method = METHODS.iter().find(|known| *known == request.method());
    let method = method.map(Method::as_str);
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|route| log_path::loggable(route.as_str(), request.uri().path()));
    let began = Instant::now();
    let address = address_of(request.extensions());
    // Every line that is written meanwhile carries the id and whose request it is, even if only errors are
    // logged.
    let span = tracing::error_span!("request", %id, %address, account = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let operation = response
        .extensions()
        .get::<Operation>()
        .map(|operation| operation.name());
    let (status, milliseconds) = (
        chaos::status_sent(&response),
        began.elapsed().as_millis() as u64,
    );
    span.in_scope(|| tracing::info!(method, path, operation, status, milliseconds, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The id that the client chose, if it is one that a log can hold.
fn request_id(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = (1..=LONGEST_REQUEST_ID).contains(&id.len()) && id.bytes().all(plain);
    fits.then(|| id.to_owned())
}

/// Surrounds one of the operations: chaos, the time limit, and the counters.
pub async fn operate(
    State((state, operation)): State<(Shared, Operation)>,
    request: Request,
    next: Next,
) -> Response {
    let operation = operation.asked(request.uri());
    let process = in_time(&state, request, next);
    let mut response = match &state.chaos {
        Some(chaos) => chaos.apply(operation, process).await,
        None => process.await,
    };
    let status = chaos::status_sent(&response);
    state.metrics.request(operation, status);
    response.extensions_mut().insert(operation);
    response
}

/// Ends a request that takes too long, such as one whose body never comes.
pub async fn limit_time(State(state): State<Shared>, request: Request, next: Next) -> Response {
    in_time(&state, request, next).await
}

async fn in_time(state: &Shared, request: Request, next: Next) -> Response {
    let limit = state.request_timeout;
    let response = deadline::within(limit, next.run(request)).await;
    response.unwrap_or_else(|| {
        let message = format!("the request took longer than {} seconds", limit.as_secs());
        ApiError::late(message).into_response()
    })
}

/// Lets nobody but administrators through, and of their pages only the server's own; to others, there is
/// nothing here.
pub async fn administrators(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if !is_administrator(&state, &parts) {
        return nothing_here().into_response();
    }
    match state.sites.check(&parts) {
        Ok(()) => {
            parts.extensions.insert(Administrator);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Whether a request has the token, or is one of a session that was begun with it, or needs neither.
pub fn is_administrator(state: &ServerState, request: &Parts) -> bool {
    let header = request.headers.get(AUTHORIZATION);
    let has_session = || {
        let key = state.administration.session_key();
        key.is_some_and(|key| key.admits(request, state.now()))
    };
    let header = header.map(|value| value.as_bytes());
    state.administration.admits(header) || has_session()
}

/// What others than administrators are told.
pub fn nothing_here() -> ApiError {
    ApiError::not_found(
        "there is nothing here: the routes under /_/ need a server with --dev, or with \
         --admin-token-file and that token in Authorization: Bearer",
    )
}
