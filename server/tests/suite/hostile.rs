//! Broken and hostile clients, and a database that fails.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use verigator_server::storage::SqliteStorage;

use crate::harness::{Harness, add_accounts, http_client};

async fn connect(harness: &Harness) -> TcpStream {
    TcpStream::connect(harness.url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
}

async fn exchange(harness: &Harness, request: &[u8]) -> String {
    let mut stream = connect(harness).await;
    stream.write_all(request).await.unwrap();
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply).await;
    String::from_utf8_lossy(&reply).into_owned()
}

#[tokio::test]
async fn a_body_that_is_not_json_is_invalid_data() {
    let harness = Harness::start().await;
    let deep = "[".repeat(10_000);
    for body in [
        "",
        "{",
        "{\"fqdn\":\"a.b\",\"name\":\"x\"} trailing",
        "<html>",
        "\u{0}",
        &deep,
    ] {
        let (client, body) = (harness.client(), Some(body.to_owned()));
        let answer = client.send(Method::POST, "/v1/service/service", body).await;
        answer.refused(422, "not JSON");
    }
}

#[tokio::test]
async fn a_wrong_content_type_is_no_obstacle() {
    let harness = Harness::start().await;
    let response = http_client()
        .post(format!("{}/v1/service/service", harness.url))
        .header("X-Service-Auth", "demo:demo-password")
        .header("Content-Type", "text/plain")
        .body("{\"fqdn\":\"example.com\",\"name\":\"Example\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
}

#[tokio::test]
async fn a_huge_body_is_refused() {
    let harness = Harness::start().await;
    let body = json!({ "fqdn": "example.com", "name": "x".repeat(64 * 1024) }).to_string();
    let answer = harness
        .client()
        .send(Method::POST, "/v1/service/service", Some(body))
        .await;
    answer.refused(413, "65536 bytes");
}

#[tokio::test]
async fn malformed_http_harms_nobody_else() {
    let harness = Harness::start().await;
    for request in [
        &b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
          X-Service-Auth: demo:demo-password\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
    ] {
        let reply = exchange(&harness, request).await;
        assert!(
            reply.is_empty() || reply.starts_with("HTTP/1.1 4"),
            "{reply}"
        );
    }
    harness.client().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_body_that_never_comes_is_waited_for_in_vain() {
    let limit = Duration::from_millis(50);
    let harness = Harness::with(|settings| settings.request_timeout = limit).await;
    let request = b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\
        X-Service-Auth: demo:demo-password\r\nConnection: close\r\n\r\n";
    let reply = exchange(&harness, request).await;
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
    assert!(reply.contains("\"message\""), "{reply}");
}

#[tokio::test]
async fn idle_connections_do_not_keep_others_out() {
    let harness = Harness::start().await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        let mut stream = connect(&harness).await;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHo")
            .await
            .unwrap();
        idle.push(stream);
    }
    harness.client().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_database_that_fails_to_consume_a_code_never_says_yes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("verigator.db");
    let storage = Arc::new(SqliteStorage::open(&path).unwrap());
    add_accounts(&*storage);
    let harness = Harness::on(storage, |_| ()).await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    let saboteur = rusqlite::Connection::open(&path).unwrap();
    for method in ["sms", "totp"] {
        user.start(method).await.expect(201);
        let code = if method == "sms" {
            harness.pin(&user)
        } else {
            harness.code(&secret, 0)
        };
        for table in ["challenges", "users", "audit"] {
            let change = if table == "audit" { "INSERT" } else { "UPDATE" };
            let full = format!(
                "CREATE TRIGGER full BEFORE {change} ON {table}
                 BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            );
            saboteur.execute_batch(&full).unwrap();
            user.verify(&code).await.refused(503, "nothing was changed");
            saboteur.execute_batch("DROP TRIGGER full").unwrap();
        }
        user.accepted(&code, method).await;
        user.denied(&code, "INVALID").await;
    }
}
