//! Connections that break, at any byte. Whatever was sent is not sent again, and half a reply is no
//! reply.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::certificates::Authority;
use crate::support::peer::{Connection, Peer, reply};
use crate::{YES, client, config, refused};
use verigator::{Client, Method, Status};

/// How a connection may end: in order, or with a reset.
const ENDINGS: [fn(&mut Connection); 2] = [Connection::close, Connection::reset];

/// Answers the first request with no byte of the reply, the next with one byte, and so on.
fn one_byte_more_each_time(reply: String, end: fn(&mut Connection)) -> Peer {
    Peer::start(move |connection| {
        connection.request();
        connection.send(&reply[..connection.number]);
        end(connection);
    })
}

#[test]
fn a_reply_that_breaks_off_is_no_answer_wherever_it_breaks_off() {
    for end in ENDINGS {
        let whole = reply(200, YES);
        let peer = one_byte_more_each_time(whole.clone(), end);
        let client = client(&peer);
        for cut in 0..whole.len() {
            let error = refused(&client);
            assert_eq!(error.status(), Status::DISCONNECTED, "{cut}: {error}");
            assert!(error.maybe_sent() && !error.retry_safe(), "{cut}");
        }
        assert_eq!(peer.received().len(), whole.len(), "each was sent once");
    }
}

#[test]
fn a_chunked_reply_that_breaks_off_is_no_answer() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let whole = format!("{head}{:x}\r\n{YES}\r\n0\r\n\r\n", YES.len());
    let peer = one_byte_more_each_time(whole.clone(), Connection::close);
    let client = client(&peer);
    for cut in 0..whole.len() {
        let status = refused(&client).status();
        assert_eq!(status, Status::DISCONNECTED, "{cut}");
    }
    assert_eq!(peer.received().len(), whole.len());
}

/// Only a byte that was never read leaves the question open whether anything arrived.
#[test]
fn a_request_that_breaks_off_is_not_sent_again() {
    for end in ENDINGS {
        let read = AtomicUsize::new(1);
        let peer = Peer::start(move |connection| {
            connection.read(read.fetch_add(7, Ordering::SeqCst));
            end(connection);
        });
        let client = client(&peer);
        for calls in 1..30 {
            let error = match calls % 2 {
                0 => client.initiate("s", "u", Method::Sms).unwrap_err(),
                _ => refused(&client),
            };
            assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
            assert!(error.maybe_sent() && !error.retry_safe());
            assert_eq!(peer.connections(), calls);
        }
    }
}

/// The end of a body that has no length is the end of the connection: over TLS anybody on the way
/// could bring that about, so it counts only when the server says so itself (RFC 8446 section 6.1).
#[test]
fn a_tls_connection_that_is_cut_is_not_taken_for_the_end_of_the_reply() {
    let authority = Authority::new();
    let tls = authority.sign(&["127.0.0.1"]).server();
    let peer = Peer::start_tls(tls, |connection| {
        connection.request();
        connection.send(&format!("HTTP/1.1 200 OK\r\n\r\n{YES}"));
    });
    let mut config = config(&peer.https_url("127.0.0.1"));
    config.set_ca_pem(authority.pem.as_bytes()).unwrap();
    let error = refused(&Client::new(&config).unwrap());
    assert_eq!(error.status(), Status::DISCONNECTED, "{error}");
    assert_eq!(peer.received().len(), 1);
}
