//! The page of a service: its users.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};

use super::services::{next_page, search};
use super::visit::{Tab, Visit};
use super::words::{count, time};
use crate::body::Form;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::list_page::{self, Page};
use crate::model::{Service, User};
use crate::state::{Shared, State as ServerState};
use crate::storage::{ListPlace, Search};
use crate::{handlers, phone};

/// The page.
pub async fn show(
    visit: Visit,
    asked: Asked,
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let page = list_page::asked(&query)?.unwrap_or_default();
    let text = query.get("search").map_or("", String::as_str);
    let (storage, target) = (&state.storage, asked.target);
    let service = storage.service(target.clone()).await?;
    let total = storage.count_users(target.clone()).await?;
    let (after, wanted) = (page.place(), page.wanted());
    let users = match Search::typed(text) {
        Some(search) => storage.users_found(target, search, after, wanted).await?,
        None => storage.users(target, after, wanted).await?,
    };
    let main = html! {
        h1 { (service.name) }
        p.quiet { (service.fqdn) " · " (count(total, "user", "users")) " · since " (time(service.ctime)) }
        (search("users", text, "A part of a user's id in the service, or a whole phone number."))
        section #users aria-label="Users" { (list(&visit, &state, &service, &page, &users, text)) }
        (new())
        (removal(&service, total))
    };
    Ok(visit.page(Tab::Services, &service.name, main))
}

/// Registers a user, or deletes the service.
pub async fn change(
    visit: Visit,
    asked: Asked,
    State(state): State<Shared>,
    Form(fields): Form,
) -> Result<Response, ApiError> {
    let target = asked.target;
    match fields.required("action")? {
        "register" => {
            let service = target.service.clone();
            let user = handlers::users::make(&state, target, &fields).await?;
            Ok(visit.lead_to(&format!("services/{service}/users/{}", user.id)))
        }
        "delete" => {
            handlers::services::remove(&state, target).await?;
            Ok(visit.lead_to("services"))
        }
        _ => Err(ApiError::invalid("there is no such action")),
    }
}

/// A phone number, whole on a development server only.
pub fn shown_number(state: &ServerState, user: &User) -> String {
    match state.administration.is_development() {
        true => user.phone_number.clone(),
        false => phone::masked(&user.phone_number),
    }
}

fn list(
    visit: &Visit,
    state: &ServerState,
    service: &Service,
    page: &Page,
    found: &[User],
    text: &str,
) -> Markup {
    html! {
        @if found.is_empty() {
            p.card.empty {
                @if text.is_empty() { "There is no user yet." } @else { "No user is like that." }
            }
        }
        ul.rows {
            @for user in page.of(found) {
                li id={ "user-" (user.id) } {
                    div.split {
                        a href=(visit.to(&format!("services/{}/users/{}", service.id, user.id))) {
                            (user.id_in_service)
                        }
                        span.quiet { (shown_number(state, user)) " · " (time(user.ctime)) }
                    }
                }
            }
        }
        (next_page(page, found, text, ListPlace::after_user))
    }
}

fn new() -> Markup {
    html! {
        section.card aria-labelledby="new" {
            h2 #new { "New user" }
            form method="post" {
                input type="hidden" name="action" value="register";
                div.fields {
                    label { "Id in the service" input name="id_in_service" required maxlength="255" autocapitalize="none"; }
                    label { "Phone number" input name="phone_number" type="tel" required maxlength="64" placeholder="+372 5555 5555"; }
                    button.main { "Register" }
                }
            }
        }
    }
}

fn removal(service: &Service, users: i64) -> Markup {
    html! {
        details.question {
            summary { "Delete the service…" }
            form method="post" {
                input type="hidden" name="action" value="delete";
                p {
                    "Delete " strong { (service.name) } " with its " (count(users, "user", "users"))
                    "? Nobody can log in to it from then on, and nothing brings it back."
                }
                button.danger { "Yes, delete it" }
            }
        }
    }
}
