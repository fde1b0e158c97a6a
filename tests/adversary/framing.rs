//! Replies whose end is in doubt. Where two readers could disagree on where a reply ends, what
//! follows could be taken for the answer to the next call; so such a reply is refused, and nothing
//! after a reply is ever read.

use crate::support::peer::{Peer, reply};
use crate::{YES, client, refused};
use verigator::Status;

/// A verification's reply of this head; `BODY` and `LENGTH` stand for a yes and its length.
fn answer(reply: &str) -> Result<bool, Status> {
    let reply = reply
        .replace("LENGTH", &YES.len().to_string())
        .replace("HEX", &format!("{:x}", YES.len()))
        .replace("BODY", YES);
    let peer = Peer::start(move |connection| {
        connection.request();
        connection.send(&reply);
    });
    let answer = client(&peer).verify("s", "u", None, "1");
    assert_eq!(peer.received().len(), 1);
    answer
        .map(|answer| answer.verified)
        .map_err(|error| error.status())
}

#[test]
fn a_length_in_doubt_is_refused() {
    for head in [
        "Content-Length: LENGTH\r\nContent-Length: 7\r\n",
        "Content-Length: LENGTH\r\nContent-Length: LENGTH\r\n",
        "Content-Length: +LENGTH\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0xLENGTH\r\n",
        "Content-Length: 99999999999999999999999999\r\n",
        "Content-Length : LENGTH\r\n",
        "Content-Length: LENGTH\r\n folded: line\r\n",
        "Content-Length: LENGTH\r\nNo colon\r\n",
        "Content-Length: LENGTH\r\nX: a\0b\r\n",
    ] {
        let answer = answer(&format!("HTTP/1.1 200 OK\r\n{head}\r\nBODY"));
        assert!(
            matches!(answer, Err(Status::PROTOCOL | Status::TOO_LARGE)),
            "{head:?}: {answer:?}"
        );
    }
}

#[test]
fn chunks_beside_a_length_are_refused() {
    for head in [
        "Transfer-Encoding: chunked\r\nContent-Length: LENGTH\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\n{head}\r\nHEX\r\nBODY\r\n0\r\n\r\n");
        assert_eq!(answer(&reply), Err(Status::PROTOCOL), "{head:?}");
    }
}

#[test]
fn a_broken_chunk_is_refused() {
    for chunks in [
        "10000000000000000\r\nBODY\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nBODY\r\n0\r\n\r\n",
        "-1\r\nBODY\r\n0\r\n\r\n",
        "0xHEX\r\nBODY\r\n0\r\n\r\n",
        "\r\nBODY\r\n0\r\n\r\n",
        "HEX\r\nBODYx\r\n0\r\n\r\n",
        "1\r\nBODY\r\n0\r\n\r\n",
        "HEX\r\nBODY\r\n0\r\nX: y",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        let answer = answer(&reply);
        assert!(answer.is_err(), "{chunks:?}: {answer:?}");
    }
}

#[test]
fn a_coding_that_is_not_asked_for_is_no_yes() {
    for head in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Content-Encoding: gzip\r\nContent-Length: 9\r\n",
    ] {
        let answer = answer(&format!(
            "HTTP/1.1 200 OK\r\n{head}\r\n\x1f\u{8b}\x08garbage"
        ));
        assert!(answer.is_err(), "{head:?}: {answer:?}");
    }
}

/// RFC 9112 allows it of the first (section 2.2) and the second (section 6.3); none says a yes that
/// the server did not say, and none leaves in doubt where the reply ends.
#[test]
fn what_is_read_though_a_stricter_reader_would_not() {
    for reply in [
        "HTTP/1.1 200 OK\nContent-Length: LENGTH\n\nBODY",
        "HTTP/1.1 200 OK\r\nContent-Length: LENGTH, LENGTH\r\n\r\nBODY",
        "HTTP/1.1 205 Reset Content\r\nContent-Length: LENGTH\r\n\r\nBODY",
        "HTTP/1.0 200 OK\r\n\r\nBODY",
        "HTTP/1.1 200\r\nContent-Length: LENGTH\r\n\r\nBODY",
    ] {
        assert_eq!(answer(reply), Ok(true), "{reply:?}");
    }
}

/// A no, with a yes after it in the same packet: the next call must not find it.
#[test]
fn nothing_after_a_reply_is_the_next_ones_answer() {
    let no = reply(200, r#"{"verified":false}"#);
    let yes = reply(200, YES);
    let both = format!("{no}{yes}");
    let peer = Peer::start(move |connection| {
        while connection.request().is_some() {
            connection.send(&both);
        }
    });
    let client = client(&peer);
    for _ in 0..50 {
        // Refusing the connection is as good as a no.
        if let Ok(answer) = client.verify("s", "u", None, "1") {
            assert!(!answer.verified);
        }
    }
}

#[test]
fn too_much_of_a_reply_is_refused() {
    let headers = |count: usize| format!("HTTP/1.1 200 OK\r\n{}", "X: y\r\n".repeat(count));
    for (head, expected) in [
        (headers(98), Ok(true)),
        (headers(101), Err(Status::TOO_LARGE)),
        (headers(100_000), Err(Status::TOO_LARGE)),
    ] {
        let answer = answer(&format!("{head}Content-Length: LENGTH\r\n\r\nBODY"));
        assert_eq!(answer, expected, "{} bytes", head.len());
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let body = format!(r#"{{"x":{deep},"verified":true}}"#);
    let peer = Peer::always(reply(200, &body));
    assert_eq!(refused(&client(&peer)).status(), Status::PROTOCOL);
}
