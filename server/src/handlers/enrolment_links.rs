//! Links by which users set their apps up: what an account asks for, and the pages behind them.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;

use super::enrolment::{drawn_secret, matching_step};
use super::{Reply, created};
use crate::body::{self, Fields};
use crate::client_address::ClientAddress;
use crate::clock::rfc3339;
use crate::enrolment::Enrolment;
use crate::enrolment_link::{LONGEST_SECONDS, LinkToken, SHORTEST_SECONDS, USUAL_SECONDS};
use crate::error::ApiError;
use crate::extract::Asked;
use crate::page::enrolment as page;
use crate::state::{Shared, State as ServerState};
use crate::storage::{self, ClosedLink, OpenLink, WhyClosed};
use crate::token::Token;

/// The field that a code is typed into.
const CODE: &str = "code";

/// Makes a link, in place of one before and of an enrolment that was begun.
pub async fn make(asked: Asked, State(state): State<Shared>, request: Request) -> Reply {
    let fields = Fields::if_any(request, &state).await?;
    let lifetime = lifetime(fields.number("lifetime")?)?;
    let url = state.public_url.as_ref().ok_or_else(|| {
        ApiError::conflict(
            "no link can be made: whoever runs the server has to say, with --public-url, by which address users \
             reach it",
        )
    })?;
    let token = LinkToken::draw(&*state.randomness);
    let now = state.now();
    let expires = now + lifetime;
    let made =
        state
            .storage
            .make_enrolment_link(asked.target, asked.user, token.hash(), expires, now);
    let replaced = made.await?;
    state.metrics.enrolment_link("made");
    created(
        &state,
        &json!({
            "url": url.of(&token.path()),
            "expires_at": rfc3339(expires),
            "replaced": replaced,
        }),
    )
}

/// For how many milliseconds a link is to be good.
fn lifetime(seconds: Option<f64>) -> Result<i64, ApiError> {
    let seconds = seconds.unwrap_or(USUAL_SECONDS);
    if !(SHORTEST_SECONDS..=LONGEST_SECONDS).contains(&seconds) {
        return Err(ApiError::invalid(format!(
            "\"lifetime\" must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds"
        )));
    }
    Ok((seconds * 1000.0) as i64)
}

/// What the path of a page has in the place of a link, which may be no text.
type Link = Result<Path<String>, PathRejection>;

fn token_in(link: Link) -> Option<LinkToken> {
    let Path(link) = link.ok()?;
    LinkToken::parse(&link)
}

/// The page that asks. It uses nothing up, since not only people open links: whatever looks through mail does.
pub async fn open(State(state): State<Shared>, link: Link, address: ClientAddress) -> Response {
    let Some(token) = token_in(link) else {
        return closed(&state, &UNKNOWN);
    };
    let link = state
        .storage
        .enrolment_link(token.hash(), address, state.now());
    match link.await {
        Ok(Ok(link)) => page::offer(&state.page_texts, &link),
        Ok(Err(link)) => closed(&state, &link),
        Err(error) => unavailable(&state, error),
    }
}

/// Shows a secret; or takes the first code, if the form has one.
pub async fn post(
    State(state): State<Shared>,
    link: Link,
    address: ClientAddress,
    request: Request,
) -> Reply {
    let form = body::bytes(request, &state).await?;
    let code = form_urlencoded::parse(&form)
        .find(|(name, _)| name == CODE)
        .map(|(_, code)| Token::typed(&code));
    let Some(token) = token_in(link) else {
        return Ok(closed(&state, &UNKNOWN));
    };
    Ok(match code {
        None => begin(&state, &token, address).await,
        Some(code) => confirm(&state, &token, address, code).await,
    })
}

/// Shows a secret of its own each time, so that whoever saw an earlier one has nothing.
async fn begin(state: &Shared, token: &LinkToken, address: ClientAddress) -> Response {
    let secret = drawn_secret(state);
    let now = state.now();
    let begun = state
        .storage
        .begin_enrolment_by_link(token.hash(), address, secret.clone(), now);
    match begun.await {
        Ok(Ok(link)) => {
            state.metrics.enrolment_link("shown");
            let OpenLink { service, user, .. } = &link;
            let enrolment = Enrolment::new(service, user, &secret, false, now);
            page::secret(&state.page_texts, &link, &enrolment)
        }
        Ok(Err(link)) => closed(state, &link),
        Err(error) => unavailable(state, error),
    }
}

async fn confirm(
    state: &Shared,
    token: &LinkToken,
    address: ClientAddress,
    code: Token,
) -> Response {
    let (storage, texts) = (&state.storage, &state.page_texts);
    let confirmed = storage.confirm_enrolment_by_link(
        token.hash(),
        address,
        state.reading_time(),
        matching_step(code),
    );
    match confirmed.await {
        Ok(Ok((link, Some(Ok(()))))) => {
            state.metrics.enrolment_link("confirmed");
            page::done(texts, &link)
        }
        Ok(Ok((link, Some(Err(miss))))) => {
            state.metrics.miss(miss);
            state.metrics.enrolment_link("wrong-code");
            page::wrong(texts, &link)
        }
        // There is nothing yet that a code could be of.
        Ok(Ok((link, None))) => page::offer(texts, &link),
        Ok(Err(link)) => closed(state, &link),
        Err(error) => unavailable(state, error),
    }
}

const UNKNOWN: ClosedLink = ClosedLink {
    why: WhyClosed::Unknown,
    service: None,
};

fn closed(state: &ServerState, link: &ClosedLink) -> Response {
    state.metrics.enrolment_link(match link.why {
        WhyClosed::Unknown => "unknown",
        WhyClosed::Used => "used",
        WhyClosed::Expired => "expired",
        WhyClosed::Exhausted => "exhausted",
    });
    page::closed(&state.page_texts, link)
}

fn unavailable(state: &ServerState, error: storage::Error) -> Response {
    let status = ApiError::from(error).status();
    let mut response = page::unavailable(&state.page_texts, status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from(1);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
