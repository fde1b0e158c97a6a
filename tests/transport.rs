//! Retries, names and log lines, as a server sees them. What holds on every route to a
//! service is in `tests/adversary`.

mod support;

use std::io::Read;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use support::peer::{Peer, reply, reply_with};
use verigator::{Client, Config, LogLevel, Method, Status};

const SERVICE: &str = r#"{"id":"s","name":"n","ctime":"t"}"#;

fn config(base_url: &str) -> Config {
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(base_url).unwrap();
    // Retries follow at once.
    config.set_max_retry_wait(Duration::from_millis(1)).unwrap();
    config
}

fn client(peer: &Peer) -> Client {
    Client::new(&config(&peer.base_url())).unwrap()
}

#[test]
fn reading_and_deleting_are_repeated_and_the_answer_is_the_last_ones() {
    for status in [429, 502, 503, 504] {
        let busy = reply(status, "{}");
        let peer = Peer::in_turn(vec![busy.clone(), busy, reply(200, SERVICE)]);
        client(&peer).service("s").unwrap();
        assert_eq!(peer.received().len(), 3);

        let peer = Peer::always(reply(status, "{}"));
        let error = client(&peer).delete_service("s").unwrap_err();
        assert_eq!(
            (error.http_status(), peer.received().len()),
            (Some(status), 3)
        );
    }
}

#[test]
fn an_initiate_or_verify_that_was_answered_is_not_repeated() {
    for status in [429, 500, 502, 503, 504] {
        let peer = Peer::always(reply(status, "{}"));
        let client = client(&peer);
        client.initiate("s", "u", Method::Sms).unwrap_err();
        client.verify("s", "u", None, "1").unwrap_err();
        client.create_service("f", "n").unwrap_err();
        client.create_user("s", "+1", "i").unwrap_err();
        assert_eq!(peer.received().len(), 4);
    }
}

#[test]
fn where_nobody_listens_nothing_was_sent() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = Client::new(&config(&format!("http://127.0.0.1:{port}"))).unwrap();
    let error = client.initiate("s", "u", Method::Sms).unwrap_err();
    assert_eq!(error.status(), Status::CONNECT, "{error}");
    assert!(!error.maybe_sent() && error.retry_safe());
    assert!(error.message().contains(&port.to_string()), "{error}");
}

#[test]
fn a_name_that_cannot_be_is_a_dns_error() {
    // A label is at most 63 bytes long (RFC 1035 section 2.3.4), so nobody needs to be asked.
    let mut config = config(&format!("http://{}.invalid", "a".repeat(64)));
    config.set_allow_plain_http(true);
    let error = Client::new(&config)
        .unwrap()
        .initiate("s", "u", Method::Sms)
        .unwrap_err();
    assert_eq!(error.status(), Status::DNS, "{error}");
    assert!(!error.maybe_sent(), "{error}");
}

#[test]
fn localhost_is_found_without_a_lookup() {
    let peer = Peer::always(reply(200, SERVICE));
    let base_url = format!("http://localhost:{}", peer.address().port());
    Client::new(&config(&base_url))
        .unwrap()
        .service("s")
        .unwrap();
}

#[test]
fn the_deadline_is_one_for_all_attempts() {
    let peer = Peer::always(reply_with(503, "Retry-After: 3600\r\n", "{}"));
    let mut config = config(&peer.base_url());
    config
        .set_max_retry_wait(Duration::from_secs(3600))
        .unwrap();
    // The wait does not fit in, so the call ends at once with the answer it has.
    let error = Client::new(&config).unwrap().service("s").unwrap_err();
    assert_eq!((error.http_status(), peer.received().len()), (Some(503), 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

/// Answers one request by closing the connection, and listens no more.
fn gone_after_one_request() -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let peer = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        drop(listener);
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
    });
    (base_url, peer)
}

#[test]
fn what_an_earlier_attempt_may_have_sent_is_not_forgotten() {
    let (base_url, peer) = gone_after_one_request();
    let client = Client::new(&config(&base_url)).unwrap();
    let error = client.delete_service("s").unwrap_err();
    peer.join().unwrap();
    assert_eq!(error.status(), Status::CONNECT, "{error}");
    assert!(error.maybe_sent() && error.retry_safe());
}

#[test]
fn a_call_that_is_closed_between_two_attempts_was_cancelled_and_may_be_done() {
    let peer = Peer::always(reply(503, "{}"));
    let client = Arc::new(OnceLock::<Client>::new());
    let mut config = config(&peer.base_url());
    config.set_log(LogLevel::Warn, {
        let client = Arc::clone(&client);
        move |level, _| {
            // The one that says that a retry follows.
            if level == LogLevel::Warn {
                client.get().unwrap().close();
            }
        }
    });
    client.set(Client::new(&config).unwrap()).unwrap();
    let client = client.get().unwrap();
    let error = client.delete_service("s").unwrap_err();
    assert_eq!(error.status(), Status::CANCELLED, "{error}");
    assert!(error.maybe_sent() && error.retry_safe());
    assert_eq!(peer.received().len(), 1);
    let error = client.delete_service("s").unwrap_err();
    assert_eq!(error.status(), Status::CLOSED, "{error}");
    assert!(!error.maybe_sent());
}

/// The lookup of a name could be what takes long, and goes on in its thread: another attempt would be
/// one more of those.
#[test]
fn a_connection_that_takes_too_long_is_not_tried_again_though_nothing_was_sent() {
    // It never speaks TLS.
    let peer = Peer::start(|connection| connection.wait_for_close());
    let mut config = config(&peer.https_url("127.0.0.1"));
    config
        .set_connect_timeout(Duration::from_millis(10))
        .unwrap();
    let client = Client::new(&config).unwrap();
    let error = client.service("s").unwrap_err();
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(!error.maybe_sent() && error.retry_safe());
    assert!(peer.connections() <= 1);
}

/// It has none of its own, so that it gets into nobody's way; it blocks the thread that calls.
#[test]
fn a_client_works_within_an_asynchronous_runtime() {
    let peer = Peer::always(reply(200, SERVICE));
    let client = client(&peer);
    let host = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    host.block_on(async move {
        client.service("s").unwrap();
        let task = tokio::spawn(async move {
            client.service("s").unwrap();
            client
        });
        let client = task.await.unwrap();
        client.service("s").unwrap();
        drop(client);
    });
    assert_eq!((peer.received().len(), peer.connections()), (3, 1));
}

/// Its waits between two attempts, too, and its deadline.
#[test]
fn a_call_within_an_asynchronous_runtime_is_repeated_and_ends_in_time() {
    let peer = Peer::start(|connection| {
        connection.request();
        if connection.number < 2 {
            connection.send(&reply(503, "{}"));
        } else {
            connection.wait_for_close();
        }
    });
    let mut config = config(&peer.base_url());
    config.set_timeout(Duration::from_millis(500)).unwrap();
    let host = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let error = host.block_on(async { Client::new(&config).unwrap().service("s").unwrap_err() });
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
}

#[test]
fn a_context_without_sense_is_not_made() {
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url("http://192.0.2.1").unwrap();
    let error = Client::new(&config).unwrap_err();
    assert_eq!(error.status(), Status::INVALID_CONFIG);
    assert!(error.message().contains("http://192.0.2.1"), "{error}");
}

#[test]
fn log_lines_come_at_the_level_asked_for() {
    for (level, expected) in [
        (LogLevel::Error, 0),
        (LogLevel::Warn, 1),
        (LogLevel::Info, 2),
        (LogLevel::Debug, 4),
    ] {
        let peer = Peer::in_turn(vec![reply(503, "{}"), reply(200, SERVICE)]);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let mut config = config(&peer.base_url());
        let kept = Arc::clone(&lines);
        config.set_log(level, move |level, line| {
            kept.lock().unwrap().push((level, line.to_owned()))
        });
        Client::new(&config).unwrap().service("s").unwrap();
        assert_eq!(
            lines.lock().unwrap().len(),
            expected,
            "{:?}",
            lines.lock().unwrap()
        );
    }
}
