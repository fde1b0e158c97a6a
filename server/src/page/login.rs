//! The page on which an administrator shows the token, once for all others.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::session;
use super::visit::Visit;
use crate::body::Form;
use crate::error::ApiError;
use crate::middleware;
use crate::state::Shared;

/// The page.
pub async fn show(visit: Visit, State(state): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match checked(&state, &parts) {
        Ok(()) => visit.answer(StatusCode::OK, None, "Log in", form(None)),
        Err(refusal) => refusal.into_response(),
    }
}

/// Begins a session, if the token is right.
pub async fn log_in(visit: Visit, State(state): State<Shared>, request: Request) -> Response {
    match begin(&visit, &state, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn begin(visit: &Visit, state: &Shared, request: Request) -> Result<Response, ApiError> {
    use axum::extract::FromRequest;
    let (parts, body) = request.into_parts();
    checked(state, &parts)?;
    let is_secure = session::is_secure(&parts);
    let Form(fields) = Form::from_request(Request::from_parts(parts, body), state).await?;
    let token = fields.required("token")?.trim();
    let bearer = zeroize::Zeroizing::new(format!("Bearer {token}"));
    let key = state.administration.session_key();
    let key = key.filter(|_| state.administration.admits(Some(bearer.as_bytes())));
    let Some(key) = key else {
        tracing::warn!("a wrong admin token was given to the page");
        let problem = "That is not the content of the file that --admin-token-file names.";
        let page = form(Some(problem));
        return Ok(visit.answer(StatusCode::FORBIDDEN, None, "Log in", page));
    };
    let mut response = visit.lead_to("");
    set_cookie(&mut response, &key.cookie(state.now(), is_secure));
    Ok(response)
}

/// Ends the session of this browser.
pub async fn log_out(visit: Visit, State(state): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if let Err(refusal) = checked(&state, &parts) {
        return refusal.into_response();
    }
    let mut response = visit.lead_to("login");
    set_cookie(
        &mut response,
        &session::ending_cookie(session::is_secure(&parts)),
    );
    response
}

/// Refuses pages of other sites, and all where no token gives access.
fn checked(state: &Shared, parts: &axum::http::request::Parts) -> Result<(), ApiError> {
    match state.administration.session_key() {
        Some(_) => state.sites.check(parts),
        None => Err(middleware::nothing_here()),
    }
}

fn set_cookie(response: &mut Response, cookie: &str) {
    let value = cookie.parse().expect("a cookie of ours is a header");
    response.headers_mut().insert(SET_COOKIE, value);
}

fn form(problem: Option<&str>) -> Markup {
    html! {
        h1 { "Log in" }
        @if let Some(problem) = problem {
            p.card.notice.bad role="alert" { (problem) }
        }
        form.card method="post" {
            div.fields {
                label {
                    "Admin token"
                    input type="password" name="token" required autocomplete="current-password" autofocus;
                }
                button.main { "Log in" }
            }
            p.quiet { "The content of the file that --admin-token-file names. You stay logged in for an hour." }
        }
    }
}
