//! Broken and hostile clients, and a database that fails.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use verigator_server::chaos::Chaos;

use crate::harness::{Harness, http_client};
use crate::process::Files;

async fn connect(harness: &Harness) -> TcpStream {
    TcpStream::connect(harness.url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
}

async fn exchange(harness: &Harness, request: &[u8]) -> String {
    let mut stream = connect(harness).await;
    // A server that has read enough may close before the end.
    let _ = stream.write_all(request).await;
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
async fn a_body_whose_chunks_are_broken_is_invalid_data() {
    let harness = Harness::start().await;
    for chunks in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-1\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "2\r\n{}xx0\r\n\r\n",
    ] {
        let request = format!(
            "POST /v1/service HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
             X-Service-Auth: demo:demo-password\r\n\r\n{chunks}"
        );
        let reply = exchange(&harness, request.as_bytes()).await;
        assert!(reply.starts_with("HTTP/1.1 422 "), "{chunks:?}: {reply}");
        assert!(
            reply.contains("{\"message\":\"the body could not be read"),
            "{chunks:?}: {reply}"
        );
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
    let endless_line = [b"GET /", vec![b'a'; 1 << 20].as_slice()].concat();
    let many_headers = ["GET / HTTP/1.1\r\n", &"X: y\r\n".repeat(100_000)].concat();
    let many_headers = many_headers.into_bytes();
    for request in [
        &b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
          X-Service-Auth: demo:demo-password\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        b"POST /v1/service HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n no: name\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHo st: x\r\n\r\n",
        b"GET  /healthz HTTP/1.1\r\n\r\n",
        b"GET /../../healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &endless_line,
        &many_headers,
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
async fn a_body_that_drips_is_cut_off_all_the_same() {
    let limit = Duration::from_millis(50);
    let harness = Harness::with(|settings| settings.request_timeout = limit).await;
    let mut stream = connect(&harness).await;
    stream
        .write_all(
            b"POST /v1/service HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\
              X-Service-Auth: demo:demo-password\r\nConnection: close\r\n\r\n",
        )
        .await
        .unwrap();
    let (mut reply, mut request) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while request.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let mut answer = [0; 12];
    reply.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    dripping.abort();
}

#[tokio::test]
async fn a_client_that_takes_no_answers_is_not_kept() {
    let rule = format!("get-service:status=200,body={}", "x".repeat(1 << 20));
    let harness = Harness::with(|settings| {
        settings.write_timeout = Duration::from_millis(50);
        settings.chaos = Some(Chaos::new(vec![rule.parse().unwrap()]));
    })
    .await;
    let mut stream = connect(&harness).await;
    let request = [
        b"GET /v1/service/x HTTP/1.1\r\nHost: ",
        [b'x'; 4096].as_slice(),
        b"\r\n\r\n",
    ]
    .concat();
    // Until the server closes the connection: nothing is read here.
    while stream.write_all(&request).await.is_ok() {}
}

#[tokio::test]
async fn a_client_that_has_no_more_to_say_is_answered() {
    let rules = vec!["get-service:delay=30".parse().unwrap()];
    let harness = Harness::with(|settings| settings.chaos = Some(Chaos::new(rules))).await;
    let mut stream = connect(&harness).await;
    stream
        .write_all(b"GET /v1/service/x HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 401"), "{reply:?}");
}

#[tokio::test]
async fn a_body_without_end_is_refused_before_it_is_read() {
    let harness = Harness::start().await;
    let mut stream = connect(&harness).await;
    stream
        .write_all(
            b"POST /v1/service HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
              X-Service-Auth: demo:demo-password\r\n\r\n",
        )
        .await
        .unwrap();
    let (mut reply, mut request) = stream.into_split();
    let endless = tokio::spawn(async move {
        let chunk = [b"1000\r\n", [b' '; 0x1000].as_slice(), b"\r\n"].concat();
        while request.write_all(&chunk).await.is_ok() {}
    });
    let mut answer = [0; 12];
    reply.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    drop(reply);
    endless.abort();
}

/// The server is a task of this thread, so nobody accepts while all of them come: they wait in the
/// system's queue. One for whom there was no room there would try again a second later, and give up in
/// the end.
#[tokio::test]
async fn five_hundred_who_come_at_once_are_let_in_at_once() {
    let harness = Harness::start().await;
    let address = harness.url.strip_prefix("http://").unwrap();
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    let crowd = most.trim().parse::<usize>().unwrap().min(500);
    let waiting: Vec<_> = (0..crowd)
        .map(|_| std::net::TcpStream::connect(address).unwrap())
        .collect();
    harness.user().await;
    drop(waiting);
}

#[tokio::test]
async fn a_database_that_fails_to_consume_a_code_never_says_yes() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    let saboteur = rusqlite::Connection::open(files.database.path()).unwrap();
    for method in ["sms", "totp"] {
        user.start(method).await.expect(201);
        let code = if method == "sms" {
            harness.pin(&user)
        } else {
            harness.code(&secret, 0)
        };
        // A failure to forget, without which the row of the user is not written.
        user.denied("wrong", "INVALID").await;
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
