//! Operating a server: health, metrics, audit trail, outbox, clock; and who may.

use std::time::Duration;

use serde_json::json;
use verigator_server::chaos::Chaos;
use verigator_server::server::Settings;
use verigator_server::state::Administration;

use crate::harness::{BEGINNING, Harness, http_client, until, wrong};
use crate::process::Files;

const ADMINISTRATION: [&str; 3] = ["/_/outbox", "/_/audit", "/_/clock"];

#[tokio::test]
async fn health_and_metrics_are_there_for_everybody() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    user.denied(&wrong(&harness.pin(&user)), "INVALID").await;
    user.accepted(&harness.pin(&user), "sms").await;
    let stranger = harness.client_as(None);
    assert_eq!(
        stranger.get("/healthz").await.expect(200),
        json!({ "status": "ok" })
    );
    let metrics = stranger.get("/metrics").await;
    assert!(
        metrics.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    for line in [
        "verigator_requests_total{operation=\"create-service\",status=\"201\"} 1",
        "verigator_requests_total{operation=\"verify-pin\",status=\"200\"} 2",
        "verigator_verifications_total{method=\"sms\",outcome=\"verified\"} 1",
        "verigator_verifications_total{method=\"sms\",outcome=\"invalid\"} 1",
        "verigator_sends_total 1",
    ] {
        assert!(
            metrics.text.lines().any(|found| found == line),
            "{line} in {}",
            metrics.text
        );
    }
}

#[tokio::test]
async fn every_reply_repeats_the_request_id() {
    let harness = Harness::start().await;
    let http = http_client();
    for (sent, taken) in [
        (None, false),
        (Some("abc-1.2_3"), true),
        (Some("a b"), false),
    ] {
        let mut request = http.get(format!("{}/nowhere", harness.url));
        if let Some(id) = sent {
            request = request.header("X-Request-Id", id);
        }
        let response = request.send().await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap();
        assert_eq!(sent == Some(id), taken);
        assert!(!id.is_empty());
    }
}

#[tokio::test]
async fn no_reply_may_be_stored_on_its_way() {
    let files = Files::new();
    let rules = vec!["list-users:status=418".parse().unwrap()];
    let chaos = |settings: &mut Settings| settings.chaos = Some(Chaos::new(rules));
    let harness = Harness::on(files.storage(), chaos).await;
    let no_time = |settings: &mut Settings| settings.request_timeout = Duration::ZERO;
    let hasty = Harness::on(files.storage(), no_time).await;
    let user = harness.user().await;
    let client = harness.client();
    let path = user.path();
    let same = json!({ "fqdn": "example.com", "name": "x".repeat(255) });
    let huge = json!({ "fqdn": "example.com", "name": "x".repeat(64 * 1024) });
    let mut replies = vec![
        (200, client.get(&path).await),
        (201, user.start("sms").await),
        (401, harness.client_as(None).get(&path).await),
        (
            403,
            harness
                .client_as(Some("other:other-password"))
                .get(&path)
                .await,
        ),
        (404, client.get("/v1/service/x").await),
        (404, client.get("/nowhere").await),
        (405, client.put("/v1/service", json!({})).await),
        (408, hasty.client().get(&path).await),
        (409, client.post("/v1/service", same).await),
        (413, client.post("/v1/service", huge).await),
        (
            418,
            client
                .get(&format!("/v1/service/{}/users", user.service))
                .await,
        ),
        (422, client.post("/v1/service", json!({})).await),
        (202, client.delete(&path).await),
    ];
    for path in ADMINISTRATION.iter().chain(&["/healthz", "/metrics"]) {
        replies.push((200, client.get(path).await));
    }
    let saboteur = rusqlite::Connection::open(files.database.path()).unwrap();
    saboteur.execute_batch("DROP TABLE services").unwrap();
    replies.push((503, client.get(&path).await));
    for (status, reply) in replies {
        assert_eq!(reply.status, status, "{}", reply.text);
        let cache_control = reply
            .headers
            .get("cache-control")
            .map(|value| value.as_bytes());
        assert_eq!(
            cache_control,
            Some(&b"no-store"[..]),
            "{status}: {}",
            reply.text
        );
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_told_in_json() {
    let harness = Harness::start().await;
    let client = harness.client();
    client.get("/").await.refused(404, "no such route");
    client
        .get("/v1/nothing")
        .await
        .refused(404, "no such route");
    client
        .put("/v1/service/service", json!({}))
        .await
        .refused(405, "no such method");
    client
        .post("/healthz", json!({}))
        .await
        .refused(405, "no such method");
}

#[tokio::test]
async fn the_outbox_shows_what_was_sent() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let auth_id = user.start_sms().await;
    let client = harness.client_as(None);
    let path = format!("/_/outbox?user_id={}", user.user);
    let outbox = client.get(&path).await.expect(200);
    let pin = harness.pin(&user);
    let message = json!({
        "id": auth_id,
        "service_id": user.service,
        "user_id": user.user,
        "phone_number": "+4401234567",
        "text": format!("{pin} is your code for Example. It is valid for 5 minutes."),
        "state": "shown",
        "tries": 0,
        "channel": null,
        "gateway_id": null,
        "pin": pin,
        "ctime": "2027-01-15T08:00:00.000Z",
    });
    assert_eq!(outbox, json!({ "messages": [message] }));
    assert_eq!(
        client.get("/_/outbox?user_id=x").await.expect(200),
        json!({ "messages": [] })
    );
    assert_eq!(client.delete("/_/outbox").await.expect(200), json!({}));
    assert_eq!(
        client.get("/_/outbox").await.expect(200),
        json!({ "messages": [] })
    );
}

#[tokio::test]
async fn the_audit_trail_says_who_did_what_and_never_which_code() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    user.denied(&wrong(&pin), "INVALID").await;
    user.accepted(&pin, "sms").await;
    let audit = harness.client().get("/_/audit").await;
    let rows = audit.expect(200);
    let told: Vec<_> = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["operation"].as_str().unwrap(),
                row["outcome"].as_str().unwrap(),
            )
        })
        .filter(|(operation, _)| *operation != "add-account")
        .collect();
    assert_eq!(
        told,
        [
            ("create-service", "created"),
            ("register-user", "registered"),
            ("start-authentication", "sms"),
            ("verify-pin", "invalid"),
            ("verify-pin", "verified"),
        ]
    );
    let last = rows["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["account"], &last["user_id"]),
        (&json!("mine"), &json!(user.user))
    );
    assert!(
        !audit.text.contains(&pin) && !audit.text.contains("4401234"),
        "{}",
        audit.text
    );
}

#[tokio::test]
async fn the_clock_is_shown_moved_and_set_back() {
    let harness = Harness::start().await;
    let client = harness.client();
    let now = BEGINNING as f64 / 1000.0;
    let shown = |now: f64, offset: f64| json!({ "now": now, "offset": offset });
    assert_eq!(client.get("/_/clock").await.expect(200), shown(now, 0.0));
    let moved = client
        .put("/_/clock", json!({ "advance": 301.5 }))
        .await
        .expect(200);
    assert_eq!(moved, shown(now + 301.5, 301.5));
    let moved = client
        .put("/_/clock", json!({ "advance": -1.5 }))
        .await
        .expect(200);
    assert_eq!(moved, shown(now + 300.0, 300.0));
    let set = client
        .put("/_/clock", json!({ "now": 0 }))
        .await
        .expect(200);
    assert_eq!(set, shown(0.0, -now));
    for wrong in [
        json!({}),
        json!({ "now": 1, "advance": 1 }),
        json!({ "now": "noon" }),
        json!({ "now": -1 }),
        json!({ "now": 1e300 }),
    ] {
        assert_eq!(
            client.put("/_/clock", wrong.clone()).await.status,
            422,
            "{wrong}"
        );
    }
    assert_eq!(client.delete("/_/clock").await.expect(200), shown(now, 0.0));

    let user = harness.user().await;
    user.start_sms().await;
    client
        .put("/_/clock", json!({ "advance": 300 }))
        .await
        .expect(200);
    user.denied(&harness.pin(&user), "EXPIRED").await;
}

#[tokio::test]
async fn without_dev_and_token_nothing_is_there() {
    let closed = |settings: &mut Settings| settings.administration = Administration::Closed;
    let harness = Harness::with(closed).await;
    for path in ADMINISTRATION {
        harness
            .client()
            .get(path)
            .await
            .refused(404, "--admin-token-file");
    }
    let user = harness.user().await;
    let unlock = format!("{}/unlock", user.admin_path());
    user.client
        .post(&unlock, json!({}))
        .await
        .refused(404, "--admin-token-file");
}

#[tokio::test]
async fn a_token_opens_everything_but_pins_and_clock() {
    let token = "0123456789abcdef";
    let harness = Harness::with(|settings| {
        settings.administration = Administration::with_token(token);
    })
    .await;
    let user = harness.user().await;
    user.start_sms().await;
    let http = http_client();
    let get = async |path: &str, token: &str| {
        let url = format!("{}{path}", harness.url);
        let response = http.get(url).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    for path in ADMINISTRATION {
        assert_eq!(get(path, "0123456789abcdeX").await.0, 404);
        let (status, text) = get(path, token).await;
        assert_eq!(status, if path == "/_/clock" { 404 } else { 200 }, "{path}");
        assert!(!text.contains(&harness.pin(&user)), "{path}: {text}");
        assert!(!text.contains("4401234"), "{path}: {text}");
    }
}

#[tokio::test]
async fn the_scheme_of_a_token_is_read_without_case() {
    let token = "0123456789abcdef";
    let harness = Harness::with(|settings| {
        settings.administration = Administration::with_token(token);
    })
    .await;
    let status = async |header: &str| {
        let request = http_client().get(format!("{}/_/audit", harness.url));
        let response = request.header("Authorization", header).send().await;
        response.unwrap().status().as_u16()
    };
    for scheme in ["Bearer", "bearer", "BEARER", "bEARER "] {
        assert_eq!(status(&format!("{scheme} {token}")).await, 200, "{scheme}");
    }
    for wrong in [
        "Basic 0123456789abcdef",
        "Bearer0123456789abcdef",
        "bearer 0123456789ABCDEF",
        "0123456789abcdef",
    ] {
        assert_eq!(status(wrong).await, 404, "{wrong}");
    }
}

#[tokio::test]
async fn what_is_no_longer_needed_is_removed() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let day = 86_400_000;
    harness.storage.clean(BEGINNING + day - 1).await.unwrap();
    assert_eq!(harness.storage.outbox(None).await.unwrap().len(), 1);
    user.denied("123456", "INVALID").await;
    harness.storage.clean(BEGINNING + day).await.unwrap();
    assert!(harness.storage.outbox(None).await.unwrap().is_empty());
    user.verify("123456")
        .await
        .refused(404, "pending verification not found");
}

/// What the server does by itself, again and again.
#[tokio::test]
async fn every_minute_what_is_no_longer_needed_is_removed_and_refused_logins_are_written_down() {
    let harness = Harness::with(|settings| {
        assert_eq!(settings.cleaning_interval, Duration::from_secs(60));
        settings.cleaning_interval = Duration::from_millis(5);
    })
    .await;
    let user = harness.user().await;
    for round in 1..=2 {
        user.start_sms().await;
        let stranger = harness.client_as(Some(&format!("mine:guess-{round}")));
        stranger.get(&user.path()).await.refused(401, "");
        let written = async || {
            let rows = harness.storage.audit(None).await.unwrap();
            rows.iter().filter(|row| row.operation == "log-in").count()
        };
        until(async || written().await == round).await;
        assert_eq!(harness.storage.outbox(None).await.unwrap().len(), 1);
        harness.clock.advance(24 * 60 * 60);
        until(async || harness.storage.outbox(None).await.unwrap().is_empty()).await;
    }
}
