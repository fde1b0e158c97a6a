//! Connections that close: by the server, just when the next call starts; by the client, under the
//! calls that wait.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::support::full::Full;
use crate::support::peer::{Connection, Peer, Received, reply};
use crate::support::proxy::Manner;
use crate::support::route::Route;
use crate::{SERVICE, YES, config, refused};
use verigator::{Client, Config, LogLevel, Method, Status};

/// How often each route is called: more where that is quick.
fn calls(route: Route) -> usize {
    if route == Route::Direct { 900 } else { 90 }
}

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
    Route::each(|route| {
        let routed = route.to(closes_in_between);
        let client = routed.client();
        for call in 0..calls(route) {
            let result = client.service("s");
            assert!(result.is_ok(), "call {call}: {result:?}");
        }
        assert!(
            routed.peer.connections() >= calls(route) / 3,
            "connections were closed"
        );
    });
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
    Route::each(|route| {
        let routed = route.to(|connection| {
            if connection.number % 2 == 1 {
                answers_once(connection);
            } else {
                connection.request();
            }
        });
        let client = routed.client();
        for call in 0..calls(route) / 3 {
            let result = client.service("s");
            assert!(result.is_ok(), "call {call}: {result:?}");
        }
    });
}

#[test]
fn a_kept_connection_that_breaks_is_replaced_without_a_retry() {
    const CALLS: usize = 30;
    Route::each(|route| {
        let routed = route.to(answers_once);
        let mut config = routed.config();
        config.set_max_retries(0).unwrap();
        let client = crate::client(&config);
        for _ in 0..CALLS {
            client.service("s").unwrap();
        }
        let arrived = routed.peer.received().len();
        assert_eq!(arrived, 2 * CALLS - 1, "all but the first came twice");

        let error = refused(&client);
        assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
        assert!(error.maybe_sent() && !error.retry_safe(), "{error:?}");
        assert_eq!(routed.peer.received().len(), arrived + 1);
    });
}

/// Retries are off, and a verification that may have arrived is never repeated.
#[test]
fn one_that_was_closed_while_idle_is_noticed_before_anything_is_sent() {
    const CALLS: usize = 20;
    Route::each(|route| {
        for end in [Connection::close, Connection::finish, Connection::reset] {
            // A reset could drop an answer that has not been read.
            let (read, reading) = channel();
            let reading = Mutex::new(reading);
            let routed = route.to(move |connection| {
                if connection.request().is_some() {
                    connection.send(&reply(200, YES));
                    reading.lock().unwrap().recv().unwrap();
                    end(connection);
                }
            });
            let mut config = routed.config();
            config.set_max_retries(0).unwrap();
            let client = crate::client(&config);
            for call in 1..=CALLS {
                assert!(client.verify("s", "u", None, "1").unwrap().verified);
                read.send(()).unwrap();
                routed.wait_until_ended(call);
            }
            assert_eq!(routed.peer.received().len(), CALLS);
        }
    });
}

/// `send` either succeeds, and then arrived once, or fails with what may have arrived.
fn sent_at_most_once(send: impl Fn(&Client, &str) -> verigator::Result<()> + Sync) {
    Route::each(|route| {
        let calls = calls(route);
        let routed = route.to(closes_in_between);
        let client = routed.client();
        let answered = (0..calls)
            .filter(|call| match send(&client, &call.to_string()) {
                Ok(()) => true,
                Err(error) => {
                    assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
                    assert!(error.maybe_sent() && !error.retry_safe(), "{error:?}");
                    false
                }
            })
            .count();
        let arrivals = arrivals(routed.peer.received());
        assert!(arrivals.values().all(|&count| count == 1));
        assert!(answered <= arrivals.len() && arrivals.len() <= calls);
        assert!(answered > calls / 2, "{answered} of {calls} were answered");
    });
}

#[test]
fn no_start_arrives_twice() {
    sent_at_most_once(|client, user| client.initiate("s", user, Method::Sms).map(drop));
}

#[test]
fn no_verification_arrives_twice() {
    sent_at_most_once(|client, user| client.verify("s", user, None, "1").map(drop));
}

#[test]
fn closing_the_context_ends_the_calls_that_wait_and_refuses_the_next() {
    Route::each(|route| {
        let (asked, asking) = channel();
        let routed = route.to(move |connection| {
            connection.request();
            asked.send(()).unwrap();
            connection.wait_for_close();
        });
        let client = routed.client();
        thread::scope(|scope| {
            let waiting: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| client.initiate("s", "u", Method::Sms)))
                .collect();
            (0..4).for_each(|_| asking.recv().unwrap());
            client.close();
            for call in waiting {
                let error = call.join().unwrap().unwrap_err();
                assert_eq!(error.status(), Status::CANCELLED, "{error}");
                assert!(error.maybe_sent() && !error.retry_safe());
            }
        });
        let error = client.service("s").unwrap_err();
        assert_eq!(error.status(), Status::CLOSED);
        assert!(!error.maybe_sent());
        assert_eq!(routed.peer.connections(), 4);
    });
}

#[test]
fn closing_the_context_ends_the_connections_that_rest() {
    Route::each(|route| {
        let (ended, ending) = channel();
        let routed = route.to(move |connection| {
            while connection.request().is_some() {
                connection.send(&reply(200, SERVICE));
            }
            ended.send(()).unwrap();
        });
        let client = routed.client();
        client.service("s").unwrap();
        client.close();
        ending.recv().unwrap();
    });
}

/// A call that is closed before any byte of it left was cancelled, and nothing was sent.
fn is_cancelled_while_connecting(mut config: Config, wait_until_it_connects: impl FnOnce()) {
    let (begun, beginning) = channel();
    let begun = Mutex::new(begun);
    // What is said before a connection is made.
    config.set_log(LogLevel::Debug, move |_, _| {
        let _ = begun.lock().unwrap().send(());
    });
    let client = crate::client(&config);
    thread::scope(|scope| {
        let call = scope.spawn(|| client.initiate("s", "u", Method::Sms));
        beginning.recv().unwrap();
        wait_until_it_connects();
        client.close();
        let error = call.join().unwrap().unwrap_err();
        assert_eq!(error.status(), Status::CANCELLED, "{error}");
        assert!(!error.maybe_sent() && error.retry_safe(), "{error:?}");
    });
}

#[test]
fn closing_the_context_ends_a_call_that_connects() {
    // TCP.
    let full = Full::new();
    is_cancelled_while_connecting(config(&format!("http://{}", full.address)), || ());

    // TLS.
    let (accepted, accepting) = channel();
    let peer = Peer::start(move |connection| {
        connection.read(1);
        accepted.send(()).unwrap();
        connection.wait_for_close();
    });
    is_cancelled_while_connecting(config(&peer.https_url("127.0.0.1")), || {
        accepting.recv().unwrap();
    });
}

#[test]
fn closing_the_context_ends_a_call_that_waits_for_a_tunnel() {
    for route in Route::TUNNELS {
        let routed = route.to_with(Manner::Silent, |_| ());
        let proxy = routed.proxy.as_ref().unwrap();
        is_cancelled_while_connecting(routed.config(), || {
            while proxy.asked().is_empty() {
                thread::yield_now();
            }
        });
        assert_eq!(routed.peer.connections(), 0);
    }
}
