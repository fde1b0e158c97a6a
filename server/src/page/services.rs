//! The page of services: those of all accounts.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};

use super::visit::{Tab, Visit};
use super::words::time;
use crate::body::Form;
use crate::client_address::ClientAddress;
use crate::error::ApiError;
use crate::handlers;
use crate::list_page::{self, Page};
use crate::model::Service;
use crate::state::Shared;
use crate::storage::{ListPlace, Search};

/// The page.
pub async fn show(
    visit: Visit,
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let page = list_page::asked(&query)?.unwrap_or_default();
    let text = query.get("search").map_or("", String::as_str);
    let found = state
        .storage
        .services_of_all(Search::typed(text), page.place(), page.wanted())
        .await?;
    let accounts = state.storage.accounts().await?;
    let accounts: Vec<_> = accounts
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    let main = html! {
        h1 { "Services" }
        (search("services", text, "A part of a name, of an fqdn or of an account."))
        section #services aria-label="Services" { (list(&visit, &page, &found, text)) }
        (new(&accounts))
    };
    Ok(visit.page(Tab::Services, "Services", main))
}

/// Makes a service for an account.
pub async fn make(
    visit: Visit,
    address: ClientAddress,
    State(state): State<Shared>,
    Form(fields): Form,
) -> Result<Response, ApiError> {
    let account = fields.required("account")?;
    let service = handlers::services::make(&state, account, address, &fields).await?;
    Ok(visit.lead_to(&format!("services/{}", service.id)))
}

/// A field that finds as one types.
pub fn search(list: &str, text: &str, help: &str) -> Markup {
    html! {
        form.search role="search" data-search=(list) {
            div.fields {
                label {
                    "Search"
                    input type="search" name="search" value=(text) maxlength="255"
                        aria-describedby="search-help" data-shortcut="/";
                }
                button { "Search" }
            }
            p #search-help .quiet { (help) }
        }
    }
}

/// Leads to the next page of a list.
pub fn next_page<T>(
    page: &Page,
    found: &[T],
    text: &str,
    place: impl Fn(&T) -> ListPlace,
) -> Markup {
    let next = page.next(found, None, place).map(|cursor| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("search", text);
        query.append_pair("cursor", &cursor);
        format!("?{}", query.finish())
    });
    html! { @if let Some(next) = next { p { a href=(next) { "More" } } } }
}

fn list(visit: &Visit, page: &Page, found: &[(Service, String)], text: &str) -> Markup {
    html! {
        @if found.is_empty() {
            p.card.empty {
                @if text.is_empty() { "There is no service yet." } @else { "No service is like that." }
            }
        }
        ul.rows {
            @for (service, account) in page.of(found) {
                li id={ "service-" (service.id) } {
                    div.split {
                        div {
                            a href=(visit.to(&format!("services/{}", service.id))) { (service.name) }
                            div.quiet { (service.fqdn) " · " (account) }
                        }
                        span.quiet { (time(service.ctime)) }
                    }
                }
            }
        }
        (next_page(page, found, text, |(service, _)| ListPlace::after_service(service)))
    }
}

fn new(accounts: &[&str]) -> Markup {
    html! {
        section.card aria-labelledby="new" {
            h2 #new { "New service" }
            @if accounts.is_empty() {
                p { "Add an account first: verigator-server account add" }
            } @else {
                form method="post" {
                    div.fields {
                        label { "Name" input name="name" required maxlength="255"; }
                        label { "Host name (fqdn)" input name="fqdn" required maxlength="253" autocapitalize="none"; }
                        label {
                            "Account"
                            select name="account" { @for account in accounts { option { (account) } } }
                        }
                        button.main { "Make" }
                    }
                }
            }
        }
    }
}
