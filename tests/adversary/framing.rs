//! Replies whose end is in doubt. Where two readers could disagree on where a reply ends, what
//! follows could be taken for the answer to the next call; so such a reply is refused, and nothing
//! after a reply is ever read.

use crate::YES;
use crate::support::peer::reply;
use crate::support::route::Route;
use verigator::Status;

/// What a verification comes to on a route, whose reply is this and ends with the connection, in
/// order; `BODY`, `LENGTH` and `HEX` stand for a yes and its length.
fn answer_on(route: Route, reply: &str) -> Result<bool, Status> {
    let reply = reply
        .replace("LENGTH", &YES.len().to_string())
        .replace("HEX", &format!("{:x}", YES.len()))
        .replace("BODY", YES);
    let routed = route.to(move |connection| {
        connection.request();
        connection.send(&reply);
        connection.finish();
    });
    let answer = routed.client().verify("s", "u", None, "1");
    assert_eq!(routed.peer.received().len(), 1);
    answer
        .map(|answer| answer.verified)
        .map_err(|error| error.status())
}

/// On every route the verification comes to what is expected.
fn answers(reply: &str, is_expected: impl Fn(&Result<bool, Status>) -> bool + Sync) {
    Route::each(|route| {
        let answer = answer_on(route, reply);
        let start = &reply[..reply.len().min(200)];
        assert!(is_expected(&answer), "{start:?}: {answer:?}");
    });
}

fn is_refused(answer: &Result<bool, Status>) -> bool {
    answer.is_err()
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
        answers(&format!("HTTP/1.1 200 OK\r\n{head}\r\nBODY"), |answer| {
            matches!(answer, Err(Status::PROTOCOL | Status::TOO_LARGE))
        });
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
        answers(&reply, |answer| *answer == Err(Status::PROTOCOL));
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
        answers(&reply, is_refused);
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
        let reply = format!("HTTP/1.1 200 OK\r\n{head}\r\n\x1f\u{8b}\x08garbage");
        answers(&reply, is_refused);
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
        answers(reply, |answer| *answer == Ok(true));
    }
}

/// A no, with a yes after it in the same packet: the next call must not find it.
#[test]
fn nothing_after_a_reply_is_the_next_ones_answer() {
    Route::each(|route| {
        let no = reply(200, r#"{"verified":false}"#);
        let yes = reply(200, YES);
        let routed = route.to_one_that_always_answers(format!("{no}{yes}"));
        let client = routed.client();
        for _ in 0..50 {
            // Refusing the connection is as good as a no.
            if let Ok(answer) = client.verify("s", "u", None, "1") {
                assert!(!answer.verified);
            }
        }
    });
}

#[test]
fn too_much_of_a_reply_is_refused() {
    let headers = |count: usize| format!("HTTP/1.1 200 OK\r\n{}", "X: y\r\n".repeat(count));
    for (head, expected) in [
        (headers(98), Ok(true)),
        (headers(101), Err(Status::TOO_LARGE)),
        (headers(100_000), Err(Status::TOO_LARGE)),
    ] {
        answers(
            &format!("{head}Content-Length: LENGTH\r\n\r\nBODY"),
            |answer| *answer == expected,
        );
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let deep = reply(200, &format!(r#"{{"x":{deep},"verified":true}}"#));
    answers(&deep, |answer| *answer == Err(Status::PROTOCOL));
    let large = reply(200, &format!("{}{YES}", " ".repeat(1 << 20)));
    answers(&large, |answer| *answer == Err(Status::TOO_LARGE));
}
