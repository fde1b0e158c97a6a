//! Connections that break, at any byte. Whatever was sent is not sent again, and half a reply is no
//! reply.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::peer::{Connection, always, reply};
use crate::support::route::{PLENTY, Route, Routed};
use crate::{SERVICE, YES, refused, within_a_deadline};
use verigator::{Client, Method, Status};

/// How a connection may end: in order for TCP, which for TLS is a cut; or with a reset.
const ENDINGS: [fn(&mut Connection); 2] = [Connection::close, Connection::reset];

/// Answers the first request with as many bytes of the reply as the first cut, and so on.
fn breaking_off(route: Route, reply: &str, cuts: &[usize], end: fn(&mut Connection)) -> Routed {
    let (reply, cuts) = (reply.to_owned(), cuts.to_owned());
    route.to(move |connection| {
        connection.request();
        connection.send(&reply[..cuts[connection.number]]);
        end(connection);
    })
}

#[test]
fn a_reply_that_breaks_off_is_no_answer_wherever_it_breaks_off() {
    Route::each(|route| {
        let whole = reply(200, YES);
        let cuts: Vec<_> = route.sample(whole.len()).collect();
        for end in ENDINGS {
            let routed = breaking_off(route, &whole, &cuts, end);
            let client = routed.client();
            for cut in &cuts {
                let error = refused(&client);
                assert_eq!(error.status(), Status::DISCONNECTED, "{cut}: {error}");
                assert!(error.maybe_sent() && !error.retry_safe(), "{cut}");
            }
            assert_eq!(routed.peer.received().len(), cuts.len(), "each once");
        }
    });
}

#[test]
fn a_chunked_reply_that_breaks_off_is_no_answer() {
    Route::each(|route| {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let whole = format!("{head}{:x}\r\n{YES}\r\n0\r\n\r\n", YES.len());
        let cuts: Vec<_> = route.sample(whole.len()).collect();
        let routed = breaking_off(route, &whole, &cuts, Connection::close);
        let client = routed.client();
        for cut in &cuts {
            let status = refused(&client).status();
            assert_eq!(status, Status::DISCONNECTED, "{cut}");
        }
        assert_eq!(routed.peer.received().len(), cuts.len());
    });
}

/// Only a byte that was never read leaves the question open whether anything arrived.
#[test]
fn a_request_that_breaks_off_is_not_sent_again() {
    Route::each(|route| {
        for end in ENDINGS {
            let read = AtomicUsize::new(1);
            let routed = route.to(move |connection| {
                connection.read(read.fetch_add(7, Ordering::SeqCst));
                end(connection);
            });
            let client = routed.client();
            for calls in 1..30 {
                let error = match calls % 2 {
                    0 => client.initiate("s", "u", Method::Sms).unwrap_err(),
                    _ => refused(&client),
                };
                assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
                assert!(error.maybe_sent() && !error.retry_safe());
                assert_eq!(routed.peer.connections(), calls);
            }
        }
    });
}

/// The end of a body that has no length is the end of the connection: over TLS anybody on the way
/// could bring that about, so it counts only when the server says so itself (RFC 8446 section 6.1).
#[test]
fn a_connection_that_is_cut_is_the_end_of_the_reply_in_plain_only() {
    Route::each(|route| {
        for (end, is_said) in [
            (Connection::close as fn(&mut Connection), false),
            (Connection::finish, true),
        ] {
            let routed = route.to(move |connection| {
                connection.request();
                connection.send(&format!("HTTP/1.1 200 OK\r\n\r\n{YES}"));
                end(connection);
            });
            let answer = routed.client().verify("s", "u", None, "1");
            if route.speaks_tls() && !is_said {
                let error = answer.unwrap_err();
                assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
            } else {
                assert!(answer.unwrap().verified);
            }
            assert_eq!(routed.peer.received().len(), 1);
        }
    });
}

#[test]
fn a_request_whose_answer_was_lost_is_repeated_only_when_that_is_harmless() {
    Route::each(|route| {
        let routed = route.to(|connection| {
            connection.request();
            connection.close();
        });
        let client = routed.client();
        for error in [
            client.initiate("s", "u", Method::Sms).unwrap_err(),
            refused(&client),
        ] {
            assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
            assert!(error.maybe_sent() && !error.retry_safe());
        }
        assert_eq!(routed.peer.received().len(), 2);

        let error = client.service("s").unwrap_err();
        assert_eq!(error.status(), Status::DISCONNECTED);
        assert!(error.maybe_sent() && error.retry_safe());
        assert_eq!(routed.peer.received().len(), 2 + 3);
    });
}

#[test]
fn calls_one_after_the_other_share_a_connection() {
    Route::each(|route| {
        let routed = route.to_one_that_always_answers(reply(200, SERVICE));
        let client = routed.client();
        for _ in 0..20 {
            client.service("s").unwrap();
        }
        assert_eq!(routed.peer.connections(), 1);
        if let Some(proxy) = &routed.proxy {
            assert_eq!(proxy.peer().connections(), 1);
        }
    });
}

#[test]
fn calls_at_the_same_time_have_a_connection_each() {
    Route::each(|route| {
        // Each connection answers only once both have asked.
        let barrier = Arc::new(Barrier::new(2));
        let routed = route.to(move |connection| {
            while connection.request().is_some() {
                barrier.wait();
                connection.send(&reply(200, SERVICE));
            }
        });
        let client = routed.client();
        for _ in 0..3 {
            thread::scope(|scope| {
                let other = scope.spawn(|| client.service("s"));
                client.service("s").unwrap();
                other.join().unwrap().unwrap();
            });
        }
        assert_eq!(routed.peer.connections(), 2);
    });
}

#[test]
fn an_idle_connection_is_dropped_after_its_time() {
    Route::each(|route| {
        let routed = route.to_one_that_always_answers(reply(200, SERVICE));
        let mut config = routed.config();
        config.set_idle_timeout(Duration::from_millis(1)).unwrap();
        let client = crate::client(&config);
        client.service("s").unwrap();
        thread::sleep(Duration::from_millis(2));
        client.service("s").unwrap();
        assert_eq!(routed.peer.connections(), 2);
    });
}

const BURST: usize = 16;

/// A service that answers the first calls only once they are as many as this, and tells of each of the
/// connections that the client closes.
fn bursting(route: Route) -> (Routed, Receiver<()>) {
    let together = Barrier::new(BURST);
    let (closed, closing) = channel();
    let routed = route.to(move |connection| {
        if connection.request().is_some() {
            if connection.number < BURST {
                together.wait();
            }
            connection.send(&reply(200, SERVICE));
            always(reply(200, SERVICE))(connection);
            let _ = closed.send(());
        }
    });
    (routed, closing)
}

/// As many calls at once, whose connections rest from then on.
fn burst(client: &Client) {
    thread::scope(|scope| {
        for _ in 0..BURST {
            scope.spawn(|| client.service("s").unwrap());
        }
    });
}

fn are_closed(count: usize, closing: &Receiver<()>) {
    (0..count).for_each(|_| closing.recv_timeout(PLENTY).unwrap());
}

/// A burst leaves more connections behind than the calls after it take.
#[test]
fn one_call_closes_all_connections_that_rested_for_too_long() {
    const TIME: Duration = Duration::from_millis(100);
    Route::each(|route| {
        // Each of these calls has a thread of its own, and so takes another connection in its turn.
        if crate::blocks_on_a_thread(route) {
            return;
        }
        let (routed, closing) = bursting(route);
        let mut config = routed.config();
        config.set_idle_timeout(TIME).unwrap();
        let client = crate::client(&config);
        burst(&client);
        // One of them has enough to do.
        let rest_since = Instant::now();
        while rest_since.elapsed() < TIME {
            client.service("s").unwrap();
        }
        client.service("s").unwrap();
        are_closed(BURST - 1, &closing);
    });
}

#[test]
fn all_connections_that_rest_are_closed_when_the_host_says_so() {
    Route::each(|route| {
        let (routed, closing) = bursting(route);
        let mut config = routed.config();
        config.set_idle_timeout(Duration::from_secs(3600)).unwrap();
        let client = crate::client(&config);
        burst(&client);
        assert!(closing.try_recv().is_err(), "none is closed before");
        client.close_idle();
        are_closed(BURST, &closing);
        client.service("s").unwrap();
        assert_eq!(routed.peer.connections(), BURST + 1);
    });
}

#[test]
fn no_idle_connection_is_kept_when_none_may_be() {
    Route::each(|route| {
        let routed = route.to_one_that_always_answers(reply(200, SERVICE));
        let mut config = routed.config();
        config.set_max_idle_connections(0).unwrap();
        let client = crate::client(&config);
        client.service("s").unwrap();
        client.service("s").unwrap();
        assert_eq!(routed.peer.connections(), 2);
    });
}

#[test]
fn one_whose_call_failed_is_not_used_again() {
    Route::each(|route| {
        within_a_deadline(|deadline| a_late_answer_is_nobodys(deadline, route));
    });
}

/// Whether the calls that are answered at once were answered in time.
fn a_late_answer_is_nobodys(deadline: Duration, route: Route) -> bool {
    let (answer, answering) = channel();
    let answering = std::sync::Mutex::new(answering);
    let routed = route.to(move |connection| {
        while connection.request().is_some() {
            if connection.number == 0 {
                // The first answer comes when nobody waits for it any more.
                answering.lock().unwrap().recv().unwrap();
                connection.send(&reply(200, YES));
            } else {
                connection.send(&reply(200, r#"{"verified":false}"#));
            }
        }
    });
    let mut config = routed.config();
    config.set_timeout(deadline).unwrap();
    let first = crate::client(&config);
    let error = refused(&first);
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    answer.send(()).unwrap();
    error.maybe_sent()
        && (0..5).all(|_| match first.verify("s", "u", None, "2") {
            Ok(verification) => {
                assert!(!verification.verified);
                true
            }
            Err(error) => {
                assert_eq!(error.status(), Status::TIMEOUT, "{error}");
                false
            }
        })
}
