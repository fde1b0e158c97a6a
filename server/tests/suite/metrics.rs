//! Whether people get in: what `/metrics` tells of it.

use std::sync::Arc;

use serde_json::json;
use verigator_server::delivery::{Delivery, Route};
use verigator_server::limits::destinations::Destinations;
use verigator_server::limits::{Limit, Limits};
use verigator_server::state::Administration;

use crate::delivery::{delivery, has_metric, wait_for, webhook};
use crate::gateway::{Answer, Gateway};
use crate::harness::{Harness, User, wrong};

#[tokio::test]
async fn a_login_is_counted_from_its_start_to_its_end() {
    let limits = Limits::none().with(Limit::PhoneDay, Some(1));
    let change =
        |limits: Limits| Harness::with(move |settings| settings.delivery.limits = Arc::new(limits));
    let harness = change(limits).await;
    let user = harness.user().await;
    user.start_sms().await;
    harness.clock.advance(20);
    let pin = harness.pin(&user);
    user.denied(&wrong(&pin), "INVALID").await;
    harness.clock.advance(1);
    user.accepted(&pin, "sms").await;
    user.start("sms").await.refused(409, "the limit is 1 in");
    let secret = user.enrol(&harness).await;
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 1), "totp").await;
    for line in [
        "verigator_starts_total{method=\"sms\",outcome=\"begun\"} 1",
        "verigator_starts_total{method=\"sms\",outcome=\"limit\"} 1",
        "verigator_starts_total{method=\"totp\",outcome=\"begun\"} 1",
        "verigator_verifications_total{method=\"sms\",outcome=\"invalid\"} 1",
        "verigator_verifications_total{method=\"totp\",outcome=\"verified\"} 1",
        "verigator_login_seconds_bucket{method=\"sms\",le=\"20\"} 0",
        "verigator_login_seconds_bucket{method=\"sms\",le=\"30\"} 1",
        "verigator_login_seconds_sum{method=\"sms\"} 21",
        "verigator_login_seconds_bucket{method=\"totp\",le=\"5\"} 1",
        "verigator_oldest_unsent_message_seconds 0",
        "verigator_password_checks_waiting 0",
        "verigator_database_failures_total{kind=\"write\",failure=\"unavailable\"} 0",
    ] {
        has_metric(&harness, line).await;
    }
    let text = harness.client().get("/metrics").await.text;
    assert!(
        !text.contains("verigator_database_seconds_count{kind=\"write\"} 0"),
        "{text}"
    );

    let mut nowhere = Limits::none();
    nowhere.destinations = Destinations {
        allowed: vec!["+372".parse().unwrap()],
        refused: Vec::new(),
    };
    let harness = change(nowhere).await;
    let user = harness.user().await;
    user.start("sms")
        .await
        .refused(409, "no SMS to the country");
    let line = "verigator_starts_total{method=\"sms\",outcome=\"destination\"} 1";
    has_metric(&harness, line).await;

    let harness = Harness::with(|settings| settings.delivery = Delivery::by(Route::Refused)).await;
    let user = harness.user().await;
    // Without an app it would be by SMS.
    user.start("totp").await.refused(409, "sends no SMS");
    let line = "verigator_starts_total{method=\"totp\",outcome=\"no-sms\"} 1";
    has_metric(&harness, line).await;
}

#[tokio::test]
async fn a_message_that_does_not_go_out_grows_older() {
    let mut gateway = Gateway::start(&[Answer::Status(500)]).await;
    let channels = vec![webhook(&gateway.url)];
    let harness = Harness::with(|settings| settings.delivery = delivery(channels)).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    gateway.next().await;
    wait_for(&harness.storage, &id, "queued").await;
    harness.clock.advance(40);
    has_metric(&harness, "verigator_oldest_unsent_message_seconds 40").await;
}

#[tokio::test]
async fn no_name_address_or_number_makes_a_series_of_its_own() {
    let harness = Harness::start().await;
    let series = async || harness.client().get("/metrics").await.text.lines().count();
    let round = async |number: u32| {
        let fqdn = format!("host{number}.example");
        let phone = format!("+3725{number:07}");
        let user = User::with_phone(harness.client(), &fqdn, &phone).await;
        user.start_sms().await;
        user.denied(&wrong(&harness.pin(&user)), "INVALID").await;
        user.accepted(&harness.pin(&user), "sms").await;
        let stranger = format!("stranger{number}:guessed-{number}");
        let stranger = harness.client_as(Some(&stranger));
        stranger.get(&user.path()).await.refused(401, "");
        let client = harness.client();
        client
            .get(&format!("/v1/service/{number}"))
            .await
            .refused(404, "");
        client
            .get(&format!("/nowhere/{number}"))
            .await
            .refused(404, "");
        let body = json!({ "fqdn": fqdn, "name": format!("Name {number}") });
        client.post("/v1/service", body).await.refused(409, "");
    };
    round(0).await;
    let before = series().await;
    for number in 1..40 {
        round(number).await;
    }
    assert_eq!(series().await, before);
}

/// What the alerts of the operators' handbook ask of labels: a metric's name, and how a label of it begins. Of a
/// pattern, each of its alternatives is one.
fn conditions() -> Vec<(&'static str, String)> {
    let handbook = include_str!("../../../docs/operations.md");
    let mut conditions = Vec::new();
    for part in handbook.split("verigator_").skip(1) {
        let is_name = |character: char| character == '_' || character.is_ascii_lowercase();
        let (name, rest) = part.split_at(part.find(|next| !is_name(next)).unwrap());
        let Some(selector) = rest.strip_prefix('{') else {
            continue;
        };
        let (label, pattern) = selector.split_once('=').unwrap();
        let (_, pattern) = pattern.split_once('"').unwrap();
        let (pattern, _) = pattern.split_once('"').unwrap();
        conditions.extend(pattern.split('|').map(|value| {
            let label = match value.strip_suffix(".*") {
                Some(beginning) => format!("{label}=\"{beginning}"),
                None => format!("{label}=\"{value}\""),
            };
            (name, label)
        }));
    }
    conditions
}

#[tokio::test]
async fn what_the_handbooks_alerts_ask_of_labels_is_there() {
    // Nobody is made to wait by a server for development.
    let harness = Harness::with(|settings| settings.administration = Administration::Closed).await;
    let user = harness.user().await;
    user.start_sms().await;
    user.accepted(&harness.pin(&user), "sms").await;
    let mut statuses = Vec::new();
    for number in 0..8 {
        let stranger = harness.client_as(Some(&format!("mine:guess-{number}")));
        statuses.push(stranger.get(&user.path()).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    let conditions = conditions();
    assert!(!conditions.is_empty());
    let text = harness.client().get("/metrics").await.text;
    for (name, label) in conditions {
        let series = format!("verigator_{name}{{");
        let is_meant = |line: &str| line.starts_with(&series) && line.contains(&label);
        assert!(text.lines().any(is_meant), "{name} {label} in\n{text}");
    }
}
