//! The page of what helps to develop a client: the clock, and misbehaviour.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::visit::{Tab, Visit};
use super::words::{count, time};
use crate::body::{Fields, Form};
use crate::chaos::{Chaos, Rule};
use crate::error::ApiError;
use crate::handlers::development::{chaos_of, development_only, move_clock};
use crate::operation::Operation;
use crate::state::{Shared, State as ServerState};

/// What a rule may do, whether that takes a value, and how it is told.
const EFFECTS: [(&str, &str); 9] = [
    ("status", "answers with the status"),
    ("delay", "waits for milliseconds"),
    ("drop", "closes without an answer, and does nothing"),
    ("drop-after", "closes without an answer, when it is done"),
    ("broken-body", "cuts the body"),
    ("truncate", "promises more than it sends"),
    ("slow-body", "sends a byte every milliseconds"),
    ("body", "answers with the text"),
    ("retry-after", "adds the Retry-After"),
];

/// The steps that the clock takes by a click, in seconds.
const STEPS: [(u32, &str); 5] = [
    (30, "30 seconds"),
    (60, "A minute"),
    (300, "5 minutes"),
    (3600, "An hour"),
    (86_400, "A day"),
];

/// The page.
pub async fn show(visit: Visit, State(state): State<Shared>) -> Result<Response, ApiError> {
    let is_development = state.administration.is_development();
    if !is_development && state.chaos.is_none() {
        return Err(ApiError::not_found(
            "the server was started with neither --dev nor --chaos",
        ));
    }
    let main = html! {
        h1 { "Development" }
        div.cards {
            @if is_development { (clock(&state)) }
            (misbehaviour(state.chaos.as_ref()))
        }
    };
    Ok(visit.page(Tab::Development, "Development", main))
}

/// Does what a form of the page asks for.
pub async fn change(
    visit: Visit,
    State(state): State<Shared>,
    Form(fields): Form,
) -> Result<Response, ApiError> {
    match fields.required("action")? {
        "advance" => {
            development_only(&state)?;
            let seconds = fields.required("seconds")?.trim().parse();
            let seconds = seconds.map_err(|_| ApiError::invalid("\"seconds\" must be a number"))?;
            move_clock(&state, Some(seconds), None)?;
        }
        "reset" => {
            development_only(&state)?;
            state.clock.reset();
        }
        "add-rule" => chaos_of(&state)?.add(rule(&fields)?),
        "remove-rule" => {
            let place = fields.required("place")?.parse();
            let meant = serde_json::from_str(fields.required("rule")?).ok();
            let meant = meant.and_then(|rule| Rule::from_json(&rule).ok());
            if let (Ok(place), Some(meant)) = (place, meant) {
                chaos_of(&state)?.remove(place, &meant);
            }
        }
        _ => return Err(ApiError::invalid("there is no such action")),
    }
    Ok(visit.lead_to("development"))
}

/// The rule that a form describes.
fn rule(fields: &Fields) -> Result<Rule, ApiError> {
    let (effect, value) = (fields.required("effect")?, fields.required("value")?.trim());
    let number = |text: &str| text.parse::<u64>().map_or(Value::from(text), Value::from);
    let value = match effect {
        "body" | "retry-after" => Value::from(value),
        _ if value.is_empty() => Value::from(true),
        _ => number(value),
    };
    let mut keys = Map::new();
    keys.insert("operation".to_owned(), fields.required("operation")?.into());
    keys.insert(effect.to_owned(), value);
    let times = fields.required("times")?.trim();
    if !times.is_empty() {
        keys.insert("times".to_owned(), number(times));
    }
    Rule::from_json(&Value::Object(keys)).map_err(ApiError::invalid)
}

fn clock(state: &ServerState) -> Markup {
    let offset = state.clock.offset() / 1000;
    html! {
        section.card aria-labelledby="clock-title" {
            h2 #clock-title { "Clock" }
            p #clock data-live data-now=(state.now()) data-offset=(offset) {
                span.clock data-clock { (time(state.now())) }
                span.quiet {
                    @if offset == 0 { "The real time." }
                    @else if offset > 0 { (count(offset, "second", "seconds")) " ahead." }
                    @else { (count(-offset, "second", "seconds")) " behind." }
                }
            }
            form method="post" {
                input type="hidden" name="action" value="advance";
                p #advance-label { "Advance by" }
                div.fields role="group" aria-labelledby="advance-label" {
                    @for (seconds, name) in STEPS {
                        button name="seconds" value=(seconds) { (name) }
                    }
                }
            }
            form method="post" {
                input type="hidden" name="action" value="advance";
                div.fields {
                    label { "Seconds" input name="seconds" type="number" step="any" required; }
                    button { "Advance" }
                }
            }
            form method="post" {
                input type="hidden" name="action" value="reset";
                button { "Back to the real time" }
            }
        }
    }
}

fn misbehaviour(chaos: Option<&Chaos>) -> Markup {
    html! {
        section.card aria-labelledby="chaos-title" {
            h2 #chaos-title { "Misbehaviour" }
            @match chaos {
                None => p { "Start the server with --chaos to have some." },
                Some(chaos) => {
                    (rules(&chaos.rules()))
                    (new_rule())
                }
            }
        }
    }
}

fn rules(rules: &[Rule]) -> Markup {
    html! {
        ul.rows #rules data-live {
            @if rules.is_empty() { li { "No rule: the server behaves." } }
            @for (place, rule) in rules.iter().enumerate() {
                li.split {
                    span {
                        code { (effects(rule)) }
                        span.quiet {
                            @match rule.times() {
                                Some(times) => { ", " (count(times as i64, "more time", "more times")) },
                                None => ", always",
                            }
                        }
                    }
                    form method="post" {
                        input type="hidden" name="action" value="remove-rule";
                        input type="hidden" name="place" value=(place);
                        input type="hidden" name="rule" value=(serde_json::to_string(rule).unwrap_or_default());
                        button aria-label={ "Remove the rule " (effects(rule)) } { "Remove" }
                    }
                }
            }
        }
    }
}

/// A rule as the command line has it, without how often it applies.
fn effects(rule: &Rule) -> String {
    let keys = serde_json::to_value(rule).unwrap_or_default();
    let keys = keys.as_object().cloned().unwrap_or_default();
    let effects = keys
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "operation" | "times"));
    let effects = effects.map(|(key, value)| match value {
        Value::Bool(_) => key.clone(),
        Value::String(text) => format!("{key}={text}"),
        other => format!("{key}={other}"),
    });
    format!(
        "{}:{}",
        rule.operation(),
        effects.collect::<Vec<_>>().join(",")
    )
}

fn new_rule() -> Markup {
    html! {
        form method="post" {
            input type="hidden" name="action" value="add-rule";
            div.fields {
                label {
                    "Operation"
                    select name="operation" {
                        option value="*" { "every one" }
                        @for operation in Operation::ALL { option { (operation.name()) } }
                    }
                }
                label {
                    "Effect"
                    select name="effect" {
                        @for (effect, told) in EFFECTS { option value=(effect) { (told) } }
                    }
                }
                label { "Value, if it takes one" input name="value" maxlength="1000"; }
                label { "Times, if not always" input name="times" type="number" min="1"; }
                button.main { "Add" }
            }
        }
    }
}
