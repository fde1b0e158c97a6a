//! Memory and descriptors: how much a hostile reply can make the library use, and what happens when
//! there is none left.

use crate::support::limit::Limit;
use crate::support::peer::{Connection, Peer, reply};
use crate::support::route::{Route, config_from_variables};
use crate::{YES, config, in_a_process_of_its_own, in_a_process_with_a_route, refused, variable};
use verigator::Status;

/// The most memory that a call with the default limits may take, whatever the reply.
const MOST_BYTES: usize = 8 << 20;

/// What each connection but the first gets: more than anybody should read.
fn too_much(connection: &mut Connection) {
    connection.request();
    let (head, again): (String, String) = match connection.number {
        0 => return connection.send(&reply(200, YES)),
        1 => (
            "Content-Length: 1073741824\r\n\r\n".into(),
            "x".repeat(65536),
        ),
        2 => (
            "Transfer-Encoding: chunked\r\n\r\n".into(),
            format!("10000\r\n{}\r\n", "x".repeat(65536)),
        ),
        3 => ("\r\n".into(), "x".repeat(65536)),
        4 => (String::new(), "X: y\r\n".repeat(10_000)),
        5 => ("X: ".into(), "x".repeat(65536)),
        // Within the limit of a body, and as deep as it is long.
        6 => (
            format!("Content-Length: 1000000\r\n\r\n{}", "[".repeat(1_000_000)),
            String::new(),
        ),
        7 => (
            format!(
                "Content-Length: 999999\r\n\r\n{{\"a\":[{}",
                "{},".repeat(333_331)
            ),
            String::new(),
        ),
        // A chunk's size and what follows the last chunk are bounded too.
        8 => (
            "Transfer-Encoding: chunked\r\n\r\n1;".into(),
            "x".repeat(65536),
        ),
        9 => (
            "Transfer-Encoding: chunked\r\n\r\n0\r\n".into(),
            "X: y\r\n".repeat(10_000),
        ),
        // Where what is wrong with it could be told with all of it, and at several times its length.
        10 => (
            whole(&format!(
                "{{\"verified\":\"{}\"}}",
                "\x7f".repeat(1_000_000)
            )),
            String::new(),
        ),
        _ => (
            whole(&format!("{{\"verified\":\"{}\"}}", "\x7f".repeat(200_000))),
            String::new(),
        ),
    };
    connection.send(&format!("HTTP/1.1 200 OK\r\n{head}"));
    while !again.is_empty() && connection.is_sent(&again) {}
}

/// The rest of a reply's head, and this body.
fn whole(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn of_a_reply_no_more_is_held_than_the_limit_allows() {
    Route::each(|route| {
        // The allocator keeps something of each thread, and each of these calls has one.
        if crate::blocks_on_a_thread(route) {
            return;
        }
        let routed = route.to(too_much);
        let test = "resources::calls_that_are_answered_with_too_much";
        let output = in_a_process_with_a_route(test, &routed);
        print!("{output}");
        assert_eq!(routed.peer.connections(), 12);
    });
}

#[test]
#[ignore = "run by of_a_reply_no_more_is_held_than_the_limit_allows, in a process of its own"]
fn calls_that_are_answered_with_too_much() {
    let mut config = config_from_variables();
    config.set_max_idle_connections(0).unwrap();
    let client = crate::client(&config);
    assert!(client.verify("s", "u", None, "1").unwrap().verified);
    let before = memory("VmHWM");
    for call in 1..12 {
        let error = refused(&client);
        println!("{call}: {error}");
        assert!(
            matches!(
                error.status(),
                Status::TOO_LARGE | Status::PROTOCOL | Status::DISCONNECTED
            ),
            "{call}: {error}"
        );
    }
    let more = memory("VmHWM") - before;
    println!("{more} bytes more");
    assert!(more < MOST_BYTES, "{more} bytes");
}

/// A line of `/proc/self/status`, in bytes.
fn memory(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let kibibytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes << 10
}

/// Answers a body of 48 MiB the first time, and a yes from then on.
fn much_once(connection: &mut Connection) {
    connection.request();
    if connection.number == 0 {
        let blanks = " ".repeat(48 << 20);
        connection.send(&reply(200, &format!("{blanks}{YES}")));
    } else {
        connection.send(&reply(200, YES));
    }
}

#[test]
fn without_memory_for_a_body_the_call_fails_and_the_next_works() {
    let peer = Peer::start(much_once);
    in_a_process_of_its_own(
        "resources::a_call_without_memory",
        &[("PEER", &peer.base_url())],
    );
    assert_eq!(peer.received().len(), 2);
}

#[test]
#[ignore = "run by without_memory_for_a_body_the_call_fails_and_the_next_works, alone"]
fn a_call_without_memory() {
    let mut config = config(&variable("PEER"));
    config.set_max_response_bytes(64 << 20).unwrap();
    let client = crate::client(&config);
    let limit = Limit::new(libc::RLIMIT_AS, (memory("VmSize") + (16 << 20)) as u64);
    let error = refused(&client);
    drop(limit);
    assert_eq!(error.status(), Status::SYSTEM, "{error}");
    assert!(error.maybe_sent() && !error.retry_safe());
    assert!(client.verify("s", "u", None, "1").unwrap().verified);
}
