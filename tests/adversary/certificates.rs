//! Servers that are not whom they say they are, and peers that speak no TLS: refused, and never
//! spoken to in plain. `tests/tls.rs` has the certificates that are accepted.

use rcgen::{DnType, ExtendedKeyUsagePurpose, SanType, date_time_ymd};
use rustls::ServerConfig;
use std::sync::Arc;

use crate::support::certificates::{Authority, Signed};
use crate::support::peer::{Peer, reply};
use crate::{YES, config, refused};
use verigator::{Client, Error, Status};

const HOST: &str = "verigator.test";

/// A client that trusts this authority and knows the peer as [`HOST`].
fn client(peer: &Peer, authority: &Authority) -> Client {
    let mut config = config(&peer.https_url(HOST));
    config.set_address("127.0.0.1").unwrap();
    config.set_ca_pem(authority.pem.as_bytes()).unwrap();
    crate::client(&config)
}

fn assert_is_tls(error: &Error) {
    assert_eq!(error.status(), Status::TLS, "{error}");
    assert!(!error.maybe_sent() && error.retry_safe());
}

fn is_refused(authority: &Authority, server: Arc<ServerConfig>) {
    let peer = Peer::start_tls(server, |connection| {
        connection.request();
        connection.send(&reply(200, YES));
    });
    assert_is_tls(&refused(&client(&peer, authority)));
    assert_eq!(
        peer.bytes(),
        Vec::<Vec<u8>>::new(),
        "nothing was said to it"
    );
    assert_eq!(peer.connections(), 1, "nor was it asked again");
}

fn certificate_is_refused(authority: &Authority, signed: &Signed) {
    is_refused(authority, signed.server());
}

#[test]
fn for_another_host() {
    let authority = Authority::new();
    for name in [
        "other.test",
        "*.verigator.test",
        "verigator.test.evil.test",
        "127.0.0.1",
    ] {
        certificate_is_refused(&authority, &authority.sign(&[name]));
    }
}

#[test]
fn for_another_address() {
    let authority = Authority::new();
    let server = authority.sign(&["127.0.0.2", "localhost"]).server();
    let peer = Peer::start_tls(server, |connection| {
        connection.request();
    });
    let mut config = config(&peer.https_url("127.0.0.1"));
    config.set_ca_pem(authority.pem.as_bytes()).unwrap();
    assert_is_tls(&refused(&crate::client(&config)));
}

/// The common name is no name of a host (RFC 9525 section 6.4).
#[test]
fn with_a_common_name_only() {
    let authority = Authority::new();
    let signed = authority.sign_with(&[], |params| {
        params.distinguished_name.push(DnType::CommonName, HOST);
        let other = "other@verigator.test".try_into().unwrap();
        params.subject_alt_names.push(SanType::Rfc822Name(other));
    });
    certificate_is_refused(&authority, &signed);
}

#[test]
fn out_of_its_time() {
    let authority = Authority::new();
    certificate_is_refused(&authority, &authority.sign_expired(&[HOST]));
    let not_yet = authority.sign_with(&[HOST], |params| {
        params.not_before = date_time_ymd(4000, 1, 1);
        params.not_after = date_time_ymd(4001, 1, 1);
    });
    certificate_is_refused(&authority, &not_yet);
}

#[test]
fn signed_by_nobody_known() {
    let authority = Authority::new();
    certificate_is_refused(&authority, &Authority::new().sign(&[HOST]));
    certificate_is_refused(&authority, &Signed::by_itself(&[HOST]));
}

#[test]
fn for_clients_only() {
    let authority = Authority::new();
    let signed = authority.sign_with(&[HOST], |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    certificate_is_refused(&authority, &signed);
}

/// What a server of an old version answers to a client that begins with TLS 1.2 or 1.3.
fn server_hello(minor_version: u8) -> Vec<u8> {
    let record = [0x16, 3, minor_version, 0, 42];
    let handshake = [2, 0, 0, 38, 3, minor_version];
    let random = [7; 32];
    let no_session_and_aes_128_cbc_sha = [0, 0x00, 0x2f, 0];
    [
        &record[..],
        &handshake,
        &random,
        &no_session_and_aes_128_cbc_sha,
    ]
    .concat()
}

#[test]
fn of_a_version_before_1_2() {
    let authority = Authority::new();
    for minor_version in 0..=2 {
        let peer = Peer::start(move |connection| {
            connection.read(1);
            connection.is_sent(server_hello(minor_version));
            connection.wait_for_close();
        });
        assert_is_tls(&refused(&client(&peer, &authority)));
        assert_only_tls_was_spoken(&peer);
    }
}

#[test]
fn without_tls() {
    let authority = Authority::new();
    let silent_end = "";
    let alert = "\x15\x03\x03\x00\x02\x02\x28";
    for answer in [
        reply(200, YES),
        reply(400, "{}"),
        silent_end.into(),
        alert.into(),
    ] {
        let peer = Peer::start(move |connection| {
            connection.read(1);
            connection.send(&answer);
        });
        assert_is_tls(&refused(&client(&peer, &authority)));
        assert_only_tls_was_spoken(&peer);
    }
}

/// One connection, which began with a handshake and in which no secret can be read.
fn assert_only_tls_was_spoken(peer: &Peer) {
    let bytes = peer.bytes();
    assert_eq!(bytes.len(), 1);
    assert!(bytes[0].starts_with(&[0x16, 3]), "{:?}", bytes[0]);
    let secret = b"the-password";
    assert!(
        !bytes[0]
            .windows(secret.len())
            .any(|window| window == secret)
    );
}
