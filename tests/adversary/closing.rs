//! A server that closes idle connections just when the next call starts.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::peer::{Connection, Peer, Received, reply};
use crate::{SERVICE, YES, client, config, refused};
use verigator::{Client, Method, Status};

const CALLS: usize = 3000;

/// Answers a few requests, and closes within microseconds of the last answer: before the next call,
/// while it takes the connection, while it writes, or after it has written. A request that has come
/// by then is taken note of, and lost.
fn closes_in_between(connection: &mut Connection) {
    for _ in 0..=connection.number % 3 {
        let Some(request) = connection.request() else {
            return;
        };
        let body = match request.line.split(' ').next() {
            Some("GET") => SERVICE,
            Some("POST") => r#"{"method":"sms"}"#,
            _ => YES,
        };
        connection.send(&reply(200, body));
    }
    spin(Duration::from_micros(connection.number as u64 * 7 % 300));
    if connection.has_more() {
        connection.request();
    }
    if connection.number.is_multiple_of(2) {
        connection.reset();
    }
}

/// Waits for less time than a sleep can.
fn spin(time: Duration) {
    let started = std::time::Instant::now();
    while started.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// How often each user's request arrived.
fn arrivals(received: Vec<Received>) -> HashMap<String, usize> {
    received
        .into_iter()
        .fold(HashMap::new(), |mut counts, request| {
            *counts.entry(request.line).or_default() += 1;
            counts
        })
}

#[test]
fn no_read_fails() {
    let peer = Peer::start(closes_in_between);
    let client = client(&peer);
    for call in 0..CALLS {
        let result = client.service("s");
        assert!(result.is_ok(), "call {call}: {result:?}");
    }
    assert!(peer.connections() >= CALLS / 3, "connections were closed");
}

/// A connection that answers one request; the next one that it takes is lost.
fn answers_once(connection: &mut Connection) {
    if connection.request().is_some() {
        connection.send(&reply(200, SERVICE));
        connection.request();
    }
}

/// However often: a kept connection that broke is replaced at no cost, and what a repetition costs is
/// paid back when it helps.
#[test]
fn no_read_fails_though_each_loses_two_connections() {
    let peer = Peer::start(|connection| {
        if connection.number % 2 == 1 {
            answers_once(connection);
        } else {
            connection.request();
        }
    });
    let client = client(&peer);
    for call in 0..CALLS / 3 {
        let result = client.service("s");
        assert!(result.is_ok(), "call {call}: {result:?}");
    }
}

#[test]
fn a_kept_connection_that_breaks_is_replaced_without_a_retry() {
    let peer = Peer::start(answers_once);
    let mut config = config(&peer.base_url());
    config.set_max_retries(0).unwrap();
    let client = Client::new(&config).unwrap();
    for _ in 0..CALLS / 30 {
        client.service("s").unwrap();
    }
    let arrived = peer.received().len();
    assert_eq!(
        arrived,
        2 * (CALLS / 30) - 1,
        "all but the first came twice"
    );

    let error = refused(&client);
    assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
    assert!(error.maybe_sent() && !error.retry_safe(), "{error:?}");
    assert_eq!(peer.received().len(), arrived + 1);
}

/// `send` either succeeds, and then arrived once, or fails with what may have arrived.
fn sent_at_most_once(send: impl Fn(&Client, &str) -> verigator::Result<()>) {
    let peer = Peer::start(closes_in_between);
    let client = client(&peer);
    let answered = (0..CALLS)
        .filter(|call| match send(&client, &call.to_string()) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
                assert!(error.maybe_sent() && !error.retry_safe(), "{error:?}");
                false
            }
        })
        .count();
    let arrivals = arrivals(peer.received());
    assert!(arrivals.values().all(|&count| count == 1));
    assert!(answered <= arrivals.len() && arrivals.len() <= CALLS);
    assert!(answered > CALLS / 2, "{answered} of {CALLS} were answered");
}

#[test]
fn no_start_arrives_twice() {
    sent_at_most_once(|client, user| client.initiate("s", user, Method::Sms).map(drop));
}

#[test]
fn no_verification_arrives_twice() {
    sent_at_most_once(|client, user| client.verify("s", user, None, "1").map(drop));
}
