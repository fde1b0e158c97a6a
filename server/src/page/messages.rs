//! The page of messages: newest first, as they happen.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::visit::{Tab, Visit};
use super::words::{countdown, plain, time};
use crate::body::Form;
use crate::error::ApiError;
use crate::handlers::development::development_only;
use crate::state::{Shared, State as ServerState};
use crate::storage::{Listed, Listing, MOST_LISTED, MessageRow, PinState, Search};
use crate::{live, phone};

/// How many messages are written at a time.
const ROWS: u32 = 50;

/// The page.
pub async fn show(
    visit: Visit,
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let number = |name: &str| query.get(name).and_then(|text| text.parse().ok());
    let text = query.get("search").map_or("", String::as_str);
    let wanted = Listing {
        search: Search::typed(text),
        top: number("top"),
        offset: number("offset")
            .and_then(|offset| offset.try_into().ok())
            .unwrap_or(0),
        limit: ROWS,
        // Nobody has to see them but who develops.
        with_pins: state.administration.is_development(),
    };
    // Beyond that there is nothing to look at.
    let offset = wanted.offset.min(MOST_LISTED);
    let listed = state.storage.message_list(wanted, state.now()).await?;
    let main = html! {
        h1 { "Messages" }
        (tools(&state, text))
        (region(&visit, &state, &listed, text, offset))
    };
    Ok(visit.page(Tab::Messages, "Messages", main))
}

/// Empties the outbox of a development server.
pub async fn clear(
    visit: Visit,
    State(state): State<Shared>,
    Form(_): Form,
) -> Result<Response, ApiError> {
    development_only(&state)?;
    state.storage.clear_outbox().await?;
    Ok(visit.lead_to(""))
}

/// Says when there is something new to see.
pub async fn events(State(state): State<Shared>) -> Result<Response, ApiError> {
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        // nginx, and what does as it does, is not to wait for more.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, live::stream(&state)?).into_response())
}

fn tools(state: &ServerState, text: &str) -> Markup {
    let is_development = state.administration.is_development();
    html! {
        div.split {
            form.search role="search" data-search="messages" {
                div.fields {
                    label {
                        "Search"
                        input type="search" name="search" value=(text) maxlength="255"
                            aria-describedby="search-help" data-shortcut="/";
                    }
                    button { "Search" }
                }
            }
            @if is_development {
                details.question {
                    summary { "Empty the outbox…" }
                    form method="post" {
                        p { "Remove all messages?" }
                        button.danger { "Yes, remove all" }
                    }
                }
            }
        }
        p #search-help .quiet {
            "A part of a service or user, a state such as failed, or a whole phone number."
            @if !is_development { " PINs and texts are shown by development servers only." }
        }
    }
}

fn region(visit: &Visit, state: &ServerState, listed: &Listed, text: &str, offset: u32) -> Markup {
    let after = offset + ROWS;
    let link = |offset: u32| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("search", text);
        query.append_pair("top", &listed.top.to_string());
        query.append_pair("offset", &offset.to_string());
        format!("{}?{}", visit.to(""), query.finish())
    };
    html! {
        section #messages data-list=(ROWS) data-total=(listed.total) data-top=(listed.top)
            data-newer=(listed.newer) data-now=(state.now()) aria-label="Messages" {
            @if listed.rows.is_empty() {
                p.card.empty {
                    @if text.is_empty() { "Nothing was sent yet." } @else { "No message is like that." }
                }
            }
            ol.rows.messages data-offset=(offset) {
                @for (row, place) in listed.rows.iter().zip(offset + 1..) {
                    (message(visit, row, place, listed.total))
                }
            }
            @if listed.total == MOST_LISTED && after >= MOST_LISTED {
                p.quiet { "There may be older ones: a search finds them." }
            }
            nav.pages aria-label="Older and newer messages" {
                @if offset > 0 { a href=(link(offset.saturating_sub(ROWS))) { "Newer" } " " }
                @if after < listed.total { a href=(link(after)) { "Older" } }
            }
        }
    }
}

fn message(visit: &Visit, row: &MessageRow, place: u32, total: u32) -> Markup {
    let number = match row.pin {
        Some(_) => row.phone_number.clone(),
        None => phone::masked(&row.phone_number),
    };
    let service = row
        .service
        .as_deref()
        .unwrap_or("a service that was deleted");
    let user = row.user.as_deref().unwrap_or("a user that was deleted");
    let spoken = format!("Message to {number}, {user} of {service}");
    html! {
        li.message id={ "message-" (row.id) } aria-setsize=(total) aria-posinset=(place)
            data-sequence=(row.sequence) data-spoken=(spoken) {
            div.whom {
                strong { (number) }
                div {
                    @if row.user.is_some() && row.service.is_some() {
                        a href=(visit.to(&format!("services/{}/users/{}", row.service_id, row.user_id))) {
                            (user)
                        }
                    } @else { (user) }
                    " · " (service)
                }
                div.quiet { (time(row.ctime)) }
            }
            div.pin-cell { (pin(row)) }
            div.became { (became(row)) }
        }
    }
}

fn pin(row: &MessageRow) -> Markup {
    let Some(pin) = &row.pin else {
        return html! { span.quiet { "PIN not shown" } };
    };
    let is_over = (row.pin_state != PinState::Valid).then_some("over");
    html! {
        button.pin.(is_over.unwrap_or_default()) type="button" data-copy=(pin)
            aria-label={ "Copy PIN " (spelled(pin)) } { (pin) }
    }
}

/// Digit by digit, as a screen reader is to say it.
fn spelled(pin: &str) -> String {
    let digits: Vec<_> = pin.chars().map(String::from).collect();
    digits.join(" ")
}

/// What has become of a message and its PIN.
fn became(row: &MessageRow) -> Markup {
    let (class, state) = match row.state.as_str() {
        "shown" => ("quiet", "Shown here".to_owned()),
        "queued" | "sending" => ("waiting", capital(&row.state)),
        "handed-over" | "delivered" => ("good", capital(&plain(&row.state))),
        "expired" => ("bad", "Expired before it was sent".to_owned()),
        other => ("bad", capital(other)),
    };
    html! {
        div {
            span.state.(class) { (state) }
            @if let Some(channel) = &row.channel { span.quiet { " by " (channel) } }
        }
        @if let Some(problem) = &row.problem {
            div.problem { (problem) }
        }
        div {
            @match row.pin_state {
                PinState::Valid => span.state.waiting { "PIN valid, " (countdown(row.expires)) },
                PinState::Used => span.state.good { "PIN used" },
                PinState::Replaced => span.quiet { "PIN replaced" },
                PinState::Expired => span.quiet { "PIN expired" },
                PinState::Ended => span.quiet { "PIN void" },
            }
        }
    }
}

fn capital(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
