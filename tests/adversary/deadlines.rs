//! Servers that take their time: the deadline is one for the whole call, not for each read.

use std::iter::repeat_n;
use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::full::Full;
use crate::support::peer::{Connection, Peer, always, reply};
use crate::support::proxy::Manner;
use crate::support::route::{PLENTY, Route, Routed};
use crate::{DEADLINE, YES, config, within_a_deadline};
use verigator::{Config, Error, Status};

/// Far shorter than the deadline: a deadline for each read would never pass.
const PAUSE: Duration = Duration::from_millis(10);

fn call(config: Config) -> (Error, Duration) {
    call_within(DEADLINE, config)
}

fn call_within(deadline: Duration, mut config: Config) -> (Error, Duration) {
    config.set_timeout(deadline).unwrap();
    let client = crate::client(&config);
    let started = Instant::now();
    let error = client.verify("s", "u", None, "123456").unwrap_err();
    (error, started.elapsed())
}

/// A service that does this to a request.
fn slow(route: Route, script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Routed {
    route.to(move |connection| {
        connection.request();
        script(connection);
    })
}

/// On every route the call ends with the deadline, once, and the connection with it.
fn times_out(script: impl Fn(&mut Connection) + Copy + Send + Sync + 'static) {
    Route::each(|route| {
        within_a_deadline(|deadline| times_out_within(deadline, route, script));
    });
}

/// Whether the request came.
fn times_out_within(
    deadline: Duration,
    route: Route,
    script: impl Fn(&mut Connection) + Copy + Send + Sync + 'static,
) -> bool {
    let (closed, closing) = channel();
    let routed = slow(route, move |connection| {
        script(connection);
        connection.wait_for_close();
        let _ = closed.send(());
    });
    let (error, elapsed) = call_within(deadline, routed.config());
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(elapsed >= deadline, "{elapsed:?}");
    if routed.peer.received().is_empty() {
        return false;
    }
    assert!(error.maybe_sent() && !error.retry_safe());
    closing.recv().unwrap();
    assert_eq!(routed.peer.connections(), 1);
    true
}

fn for_ever(bytes: &'static [u8]) -> impl Fn(&mut Connection) + Copy + Send + Sync {
    move |connection| connection.drip(bytes.iter().copied().cycle(), PAUSE)
}

/// `head` at once, then `bytes` one by one for ever.
fn after(
    head: &'static str,
    bytes: &'static [u8],
) -> impl Fn(&mut Connection) + Copy + Send + Sync {
    move |connection| {
        connection.send(head);
        for_ever(bytes)(connection);
    }
}

#[test]
fn a_server_that_says_nothing() {
    times_out(|_| ());
}

#[test]
fn one_byte_of_the_reply_at_a_time() {
    times_out(|connection| connection.drip(reply(200, YES).bytes(), PAUSE));
}

#[test]
fn a_header_without_end() {
    times_out(after("HTTP/1.1 200 OK\r\nX: ", b"x"));
}

#[test]
fn headers_without_end() {
    times_out(after("HTTP/1.1 200 OK\r\n", b"X: y\r\n"));
}

#[test]
fn interim_replies_without_end() {
    times_out(after("", b"HTTP/1.1 100 Continue\r\n\r\n"));
    // As fast as they come.
    times_out(|connection| {
        let many = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000);
        while connection.is_sent(&many) {}
    });
}

#[test]
fn a_body_without_end() {
    times_out(after(
        "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b" ",
    ));
    times_out(after("HTTP/1.1 200 OK\r\n\r\n", b" "));
}

#[test]
fn chunks_without_end() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    times_out(after(HEAD, b"1\r\n \r\n"));
    // A size that never ends is an extension that never ends.
    times_out(after(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"x",
    ));
}

/// A record of TLS that announces more than ever comes.
fn begin_a_record(connection: &mut Connection) {
    let record = [0x16, 3, 3, 0x40, 0].into_iter().chain(repeat_n(0, 9999));
    connection.drip(record, PAUSE);
    connection.wait_for_close();
}

#[test]
fn a_handshake_without_end() {
    let (closed, closing) = channel();
    let peer = Peer::start(move |connection| {
        begin_a_record(connection);
        closed.send(()).unwrap();
    });
    let (error, elapsed) = call(config(&peer.https_url("127.0.0.1")));
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(!error.maybe_sent() && elapsed >= DEADLINE);
    closing.recv().unwrap();
}

/// Also one that is answered, but drop by drop.
#[test]
fn a_proxy_that_never_makes_the_tunnel() {
    for route in Route::TUNNELS {
        let routed = route.to_with(Manner::Silent, |_| ());
        let (error, elapsed) = call(routed.config());
        assert_eq!(error.status(), Status::TIMEOUT, "{error}");
        assert!(!error.maybe_sent() && elapsed >= DEADLINE);
        assert_eq!(routed.peer.connections(), 0);
    }

    let proxy = Peer::start(|connection| {
        connection.request();
        after("HTTP/1.1 200 OK\r\n", b"X: y\r\n")(connection);
    });
    let mut config = config("https://verigator.test");
    config.set_proxy(&proxy.base_url(), None).unwrap();
    let (error, elapsed) = call(config);
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(!error.maybe_sent() && elapsed >= DEADLINE);
}

#[test]
fn a_tunnel_in_which_nothing_comes() {
    let proxy = Peer::start(|connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\n\r\n");
        connection.wait_for_close();
    });
    let mut config = config("https://verigator.test");
    config.set_proxy(&proxy.base_url(), None).unwrap();
    let (error, elapsed) = call(config);
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(!error.maybe_sent() && elapsed >= DEADLINE);
}

/// However often it is repeated, a call has one deadline: none of its attempts begins another.
#[test]
fn all_attempts_have_one_deadline() {
    Route::each(|route| {
        within_a_deadline(|deadline| attempts_end_within(deadline, route));
    });
}

/// Whether there was time for a second attempt, and the deadline ended it. Had it one of its own, it
/// would break off as the first did.
fn attempts_end_within(deadline: Duration, route: Route) -> bool {
    // Each takes a half of the deadline before it breaks off, so that a third one would begin after it.
    let routed = slow(route, move |connection| {
        connection.drip(*b"HTTP", deadline / 8);
    });
    let mut config = routed.config();
    config.set_timeout(deadline).unwrap();
    config.set_max_retries(10).unwrap();
    let error = crate::client(&config).service("s").unwrap_err();
    let attempts = routed.peer.received().len();
    assert!(attempts <= 2, "{attempts} attempts: {error}");
    attempts == 2 && error.status() == Status::TIMEOUT
}

/// A call ends with the time to connect, though its deadline is far away.
fn is_never_connected(mut config: Config, statuses: &[Status]) {
    config
        .set_connect_timeout(Duration::from_millis(200))
        .unwrap();
    config.set_timeout(Duration::from_secs(3600)).unwrap();
    let (end, ended) = channel();
    thread::spawn(move || {
        let client = crate::client(&config);
        end.send(client.service("s").unwrap_err()).unwrap();
    });
    let error = ended.recv_timeout(PLENTY).expect("it waits for longer");
    assert!(statuses.contains(&error.status()), "{error:?}");
    assert!(!error.maybe_sent() && error.retry_safe(), "{error:?}");
}

#[test]
fn a_connection_that_is_not_made_in_its_time_is_given_up() {
    let full = Full::new();
    let address = full.address;
    for scheme in ["http", "https"] {
        let base_url = format!("{scheme}://{address}");
        is_never_connected(config(&base_url), &[Status::TIMEOUT]);
        for (proxy, statuses) in [
            ("http", &[Status::TIMEOUT][..]),
            ("https", &[Status::TIMEOUT]),
            // Of the two that look at the time, the one that may be first does not say why.
            ("socks5h", &[Status::PROXY, Status::TIMEOUT]),
        ] {
            let mut config = config(&base_url);
            config
                .set_proxy(&format!("{proxy}://{address}"), None)
                .unwrap();
            is_never_connected(config, statuses);
        }
    }
}

#[test]
fn a_handshake_that_is_not_made_in_its_time_is_given_up() {
    for script in [begin_a_record, Connection::wait_for_close] {
        let peer = Peer::start(script);
        is_never_connected(config(&peer.https_url("127.0.0.1")), &[Status::TIMEOUT]);
    }
}

#[test]
fn a_tunnel_that_is_not_made_in_its_time_is_given_up() {
    for route in Route::TUNNELS {
        let routed = route.to_with(Manner::Silent, |_| ());
        is_never_connected(routed.config(), &[Status::TIMEOUT]);
    }
}

/// Beyond what a call takes here that is answered at once. A machine with other work may be late once,
/// but not each time.
#[test]
fn the_deadline_is_met_within_100_ms() {
    for route in Route::ALL {
        let refusing = route.to_one_that_always_answers(reply(422, ""));
        let dripping = slow(route, for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"));
        let is_met = (0..10).any(|_| {
            let (_, work) = call_within(PLENTY, refusing.config());
            let (_, taken) = call_within(DEADLINE, dripping.config());
            taken < DEADLINE + work + Duration::from_millis(100)
        });
        assert!(is_met, "{route:?}: ten calls were later than 100 ms");
    }
}

/// As after a suspended machine, a failover or a forgetful NAT: none is closed, and none answers. One
/// call pays for that, and not as many as connections were kept.
#[test]
fn many_kept_connections_that_went_deaf_at_once_cost_one_deadline() {
    Route::each(|route| {
        within_a_deadline(|deadline| deaf_connections_cost_one_deadline(deadline, route));
    });
}

/// Whether all but the one call were answered, and by one new connection: with a deadline that is long
/// enough for the machine, they are.
fn deaf_connections_cost_one_deadline(deadline: Duration, route: Route) -> bool {
    const KEPT: usize = 8;
    let together = Barrier::new(KEPT);
    let routed = route.to(move |connection| {
        if connection.number < KEPT {
            if connection.request().is_some() {
                together.wait();
                connection.send(&reply(200, YES));
                connection.wait_for_close();
            }
        } else {
            always(reply(200, YES))(connection);
        }
    });
    let mut config = routed.config();
    config.set_timeout(deadline).unwrap();
    let client = crate::client(&config);
    let verify = || client.verify("s", "u", None, "1").map(drop);
    let are_kept = thread::scope(|scope| {
        let calls: Vec<_> = (0..KEPT).map(|_| scope.spawn(verify)).collect();
        let ended: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
        ended.iter().all(Result::is_ok)
    });
    if !are_kept {
        return false;
    }

    let error = verify().unwrap_err();
    assert_eq!(error.status(), Status::TIMEOUT, "{error}");
    assert!(error.maybe_sent());
    let are_answered = (0..2 * KEPT).all(|_| verify().is_ok());
    if are_answered {
        assert_eq!(routed.peer.connections(), KEPT + 1);
    }
    are_answered
}
