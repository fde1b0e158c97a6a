//! Misbehaviour on request.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use verigator_server::chaos::Chaos;

use crate::harness::Harness;

async fn misbehaving(rule: &str) -> Harness {
    let rules = vec![rule.parse().unwrap()];
    Harness::with(|settings| settings.chaos = Some(Chaos::new(rules))).await
}

/// A status line, headers and body, read from the socket until it closes.
async fn raw(harness: &Harness, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = harness.url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nX-Service-Auth: demo:demo-password\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

#[tokio::test]
async fn a_status_is_answered_as_often_as_asked() {
    let harness = misbehaving("get-service:status=503,retry-after=1,times=2").await;
    let client = harness.client();
    let path = format!(
        "/v1/service/service/{}",
        client.create_service("example.com").await
    );
    for _ in 0..2 {
        let answer = client.get(&path).await;
        answer.refused(503, "chaos");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    client.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_star_is_every_operation_but_nothing_else() {
    let harness = misbehaving("*:status=500").await;
    harness
        .client()
        .get("/v1/service/service/x")
        .await
        .refused(500, "chaos");
    harness.client().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_drop_closes_the_connection_before_anything_happened() {
    let harness = misbehaving("create-service:drop,times=1").await;
    let client = harness.client();
    let body = Some(json!({ "fqdn": "example.com", "name": "Example" }).to_string());
    let path = "/v1/service/service";
    assert!(
        client
            .try_send(Method::POST, path, body.clone())
            .await
            .is_err()
    );
    client.send(Method::POST, path, body).await.expect(201);
}

#[tokio::test]
async fn a_drop_after_closes_it_when_all_has_happened() {
    let harness = misbehaving("create-service:drop-after,times=1").await;
    let client = harness.client();
    let body = Some(json!({ "fqdn": "example.com", "name": "Example" }).to_string());
    let path = "/v1/service/service";
    assert!(
        client
            .try_send(Method::POST, path, body.clone())
            .await
            .is_err()
    );
    client
        .send(Method::POST, path, body)
        .await
        .refused(409, "exists already");
}

#[tokio::test]
async fn an_answer_that_is_not_sent_is_not_counted_as_one() {
    for rule in ["create-service:drop", "create-service:drop-after"] {
        let harness = misbehaving(rule).await;
        let client = harness.client();
        let body = Some(json!({ "fqdn": "example.com", "name": "Example" }).to_string());
        let path = "/v1/service/service";
        assert!(client.try_send(Method::POST, path, body).await.is_err());
        let metrics = client.get("/metrics").await.text;
        let dropped = "verigator_requests_total{operation=\"create-service\",status=\"none\"} ";
        assert!(metrics.contains(dropped), "{metrics}");
        assert!(!metrics.contains("status=\"20"), "{metrics}");
    }
}

#[tokio::test]
async fn a_broken_body_ends_in_the_middle_of_its_json() {
    let harness = misbehaving("get-service:broken-body").await;
    let client = harness.client();
    let path = format!(
        "/v1/service/service/{}",
        client.create_service("example.com").await
    );
    let answer = client.get(&path).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers["content-length"],
        answer.text.len().to_string()
    );
    assert!(
        serde_json::from_str::<serde_json::Value>(&answer.text).is_err(),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_truncated_reply_is_shorter_than_it_promised() {
    let harness = misbehaving("get-service:truncate").await;
    let client = harness.client();
    let path = format!(
        "/v1/service/service/{}",
        client.create_service("example.com").await
    );
    assert!(client.try_send(Method::GET, &path, None).await.is_err());
    let reply = raw(&harness, &path).await;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<serde_json::Value>(body).expect("the whole body arrived");
    assert!(
        head.contains(&format!("content-length: {}", body.len() + 16)),
        "{head}"
    );
}

#[tokio::test]
async fn a_body_is_answered_word_for_word() {
    let harness = misbehaving("get-service:status=200,body={\"a\":1,\"b\":[").await;
    let answer = harness.client().get("/v1/service/service/x").await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, "{\"a\":1,\"b\":[")
    );
}

#[tokio::test]
async fn a_slow_body_and_a_delay_take_their_time() {
    let harness = misbehaving("get-service:delay=30,slow-body=1").await;
    let client = harness.client();
    let path = format!(
        "/v1/service/service/{}",
        client.create_service("example.com").await
    );
    let began = Instant::now();
    let answer = client.get(&path).await;
    answer.expect(200);
    let least = Duration::from_millis(30 + answer.text.len() as u64 - 1);
    assert!(
        began.elapsed() >= least,
        "{:?} for {} bytes",
        began.elapsed(),
        answer.text.len()
    );
}

#[tokio::test]
async fn rules_are_set_shown_and_removed_while_it_runs() {
    let harness = Harness::with(|settings| settings.chaos = Some(Chaos::default())).await;
    let client = harness.client();
    assert_eq!(client.get("/_/chaos").await.expect(200), json!([]));
    let rules = json!([
        { "operation": "get-service", "status": 429, "retry-after": "soon", "times": 1 },
        { "operation": "*", "delay": 1 },
    ]);
    assert_eq!(
        client.put("/_/chaos", rules.clone()).await.expect(200),
        rules
    );
    let answer = client.get("/v1/service/service/x").await;
    answer.refused(429, "chaos");
    assert_eq!(answer.headers["retry-after"], "soon");
    client
        .get("/v1/service/service/x")
        .await
        .refused(404, "service not found");
    let left = json!([{ "operation": "*", "delay": 1 }]);
    assert_eq!(client.get("/_/chaos").await.expect(200), left);

    let wrong = json!([{ "operation": "get-service", "explode": true }]);
    client
        .put("/_/chaos", wrong)
        .await
        .refused(422, "\"explode\" is no effect");
    client
        .put("/_/chaos", json!({}))
        .await
        .refused(422, "array");
    assert_eq!(client.get("/_/chaos").await.expect(200), left);
    assert_eq!(client.delete("/_/chaos").await.expect(200), json!({}));
    assert_eq!(client.get("/_/chaos").await.expect(200), json!([]));
}

#[tokio::test]
async fn without_chaos_there_are_no_rules() {
    let harness = Harness::start().await;
    harness
        .client()
        .get("/_/chaos")
        .await
        .refused(404, "--chaos");
    harness
        .client()
        .put("/_/chaos", json!([]))
        .await
        .refused(404, "--chaos");
}
