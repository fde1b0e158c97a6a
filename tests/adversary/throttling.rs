//! A server that puts the caller off for ever.

use std::time::{Duration, Instant};

use crate::config;
use crate::support::peer::{Peer, reply_with};
use verigator::Status;

/// What a server may say of when to come again, sense and nonsense.
const RETRY_AFTER: [&str; 10] = [
    "-1",
    "0",
    "1",
    "1000000000000000000",
    "99999999999999999999999999",
    "1e18",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "soon",
    "",
];

#[test]
fn attempts_and_waiting_are_bounded_whatever_the_server_asks_for() {
    for value in RETRY_AFTER {
        let headers = format!("Retry-After: {value}\r\n");
        let peer = Peer::always(reply_with(429, &headers, "{}"));
        let mut config = config(&peer.base_url());
        config.set_max_retries(10).unwrap();
        config
            .set_max_retry_wait(Duration::from_secs(3600))
            .unwrap();
        let timeout = Duration::from_millis(200);
        config.set_timeout(timeout).unwrap();
        let started = Instant::now();
        let error = crate::client(&config).service("s").unwrap_err();
        // The last attempt may be cut off, when a wait ended just before the deadline; on a slow
        // machine even the first.
        let attempts = match error.status() {
            Status::TOO_MANY_REQUESTS => 1..=11,
            Status::TIMEOUT => 0..=11,
            _ => panic!("{value}: {error}"),
        };
        assert!(attempts.contains(&peer.received().len()), "{value}");
        assert!(
            started.elapsed() < timeout + Duration::from_secs(5),
            "{value}"
        );
    }
}

#[test]
fn a_context_stops_repeating_what_never_succeeds() {
    let peer = Peer::always(reply_with(503, "Retry-After: 0\r\n", "{}"));
    let mut config = config(&peer.base_url());
    config.set_max_retries(10).unwrap();
    let client = crate::client(&config);
    for _ in 0..100 {
        client.service("s").unwrap_err();
    }
    // 100 calls, and the 100 repetitions that the context's budget pays for.
    assert_eq!(peer.received().len(), 200);
}
