//! Visits of administrators' pages: who may look at them, and what surrounds them.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::layout::{Audience, Document};
use crate::error::ApiError;
use crate::extract::Administrator;
use crate::middleware;
use crate::state::Shared;

/// The pages that others lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Tab {
    Messages,
    Services,
    Development,
}

/// A visit of a page.
pub struct Visit {
    /// How the root of the server is written there.
    pub root: String,
    tabs: Vec<Tab>,
    has_session: bool,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Shared,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts.uri.path(), state))
    }
}

impl Visit {
    fn of(path: &str, state: &Shared) -> Self {
        let mut tabs = vec![Tab::Messages, Tab::Services];
        if state.administration.is_development() || state.chaos.is_some() {
            tabs.push(Tab::Development);
        }
        Self {
            root: "../".repeat(path.matches('/').count().saturating_sub(1)),
            tabs,
            has_session: state.administration.session_key().is_some(),
        }
    }

    /// The address of an administrators' page, as it is written on this one.
    pub fn to(&self, page: &str) -> String {
        format!("{}_/{page}", self.root)
    }

    /// A page.
    pub fn page(&self, tab: Tab, title: &str, main: Markup) -> Response {
        self.answer(StatusCode::OK, Some(tab), title, main)
    }

    /// A page with some status.
    pub fn answer(
        &self,
        status: StatusCode,
        tab: Option<Tab>,
        title: &str,
        main: Markup,
    ) -> Response {
        let document = Document {
            audience: Audience::Administrators { root: &self.root },
            language: "en",
            direction: "ltr",
            title: &format!("{title} · Verigator"),
            header: self.bar(tab),
            main,
        };
        document.answer(status)
    }

    /// Leads to an administrators' page.
    pub fn lead_to(&self, page: &str) -> Response {
        lead_to(&self.to(page))
    }

    fn bar(&self, here: Option<Tab>) -> Markup {
        let link = |tab: Tab| {
            let (page, name) = match tab {
                Tab::Messages => ("", "Messages"),
                Tab::Services => ("services", "Services"),
                Tab::Development => ("development", "Development"),
            };
            let current = (here == Some(tab)).then_some("page");
            html! { li { a href=(self.to(page)) aria-current=[current] { (name) } } }
        };
        html! {
            a.skip href="#main" { "Skip to the content" }
            header.bar data-events=(self.to("events")) {
                span.brand { "Verigator" }
                span #connection .quiet {}
                nav aria-label="Pages" { ul { @for tab in &self.tabs { (link(*tab)) } } }
                @if self.has_session {
                    form method="post" action=(self.to("logout")) { button { "Log out" } }
                }
            }
            p #announcement .unseen role="status" {}
        }
    }
}

fn lead_to(address: &str) -> Response {
    // An address that cannot be written in a header is none of ours.
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("."));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// From where the pages are written as if in a folder.
pub async fn without_slash() -> Response {
    lead_to("_/")
}

/// Lets administrators through to pages, and has others log in where they can. What goes wrong is told on a page.
pub async fn visitors(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let visit = Visit::of(request.uri().path(), &state);
    let (mut parts, body) = request.into_parts();
    let is_admitted = middleware::is_administrator(&state, &parts);
    if !is_admitted && state.administration.session_key().is_none() {
        return middleware::nothing_here().into_response();
    }
    if let Err(refusal) = state.sites.check(&parts) {
        return refusal.into_response();
    }
    if !is_admitted {
        return visit.lead_to("login");
    }
    parts.extensions.insert(Administrator);
    let response = next.run(Request::from_parts(parts, body)).await;
    match response.extensions().get::<ApiError>() {
        Some(error) => trouble(&visit, error),
        None => response,
    }
}

/// The page that tells what went wrong.
fn trouble(visit: &Visit, error: &ApiError) -> Response {
    let title = match error.status() {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::SERVICE_UNAVAILABLE => "Not available",
        _ => "That did not work",
    };
    let main = html! {
        h1 { (title) }
        p.card.notice.bad role="alert" { (error.message()) }
        p { a href=(visit.to("")) { "Messages" } " · " a href=(visit.to("services")) { "Services" } }
    };
    visit.answer(error.status(), None, title, main)
}
