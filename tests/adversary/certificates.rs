//! Servers that are not whom they say they are, and peers that speak no TLS: refused, and never
//! spoken to in plain. `tests/tls.rs` has the certificates that are accepted.

use rcgen::{DnType, ExtendedKeyUsagePurpose, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls::version::TLS12;
use std::sync::Arc;

use crate::support::certificates::{Authority, Signed};
use crate::support::peer::{Connection, Peer, always, reply};
use crate::support::route::{HOST, Route, Routed, authority, signed};
use crate::{YES, config, refused};
use verigator::{Config, Error, Status, TlsVersion};

fn assert_is_tls(error: &Error) {
    assert_eq!(error.status(), Status::TLS, "{error}");
    assert!(!error.maybe_sent() && error.retry_safe());
}

/// On each route to it, by a client with this change to its configuration.
fn is_refused_by(change: impl Fn(&mut Config), server: &Arc<ServerConfig>) {
    for route in Route::BY_TLS {
        println!("{route:?}");
        let script = always(reply(200, YES));
        let routed = route.to_peer(Peer::start_tls(Arc::clone(server), script));
        let mut config = routed.config();
        change(&mut config);
        assert_is_tls(&refused(&crate::client(&config)));
        let bytes = routed.peer.bytes();
        assert_eq!(bytes, Vec::<Vec<u8>>::new(), "nothing was said to it");
        assert_eq!(routed.peer.connections(), 1, "nor was it asked again");
    }
}

fn certificate_is_refused(signed: &Signed) {
    is_refused_by(|_| {}, &signed.server());
}

#[test]
fn for_another_host() {
    for name in [
        "other.test",
        "*.verigator.test",
        "verigator.test.evil.test",
        "127.0.0.1",
    ] {
        certificate_is_refused(&authority().sign(&[name]));
    }
}

#[test]
fn for_another_address() {
    let server = authority().sign(&["127.0.0.2", "localhost"]).server();
    let peer = Peer::start_tls(server, |connection| {
        connection.request();
    });
    let mut config = config(&peer.https_url("127.0.0.1"));
    config.set_ca_pem(authority().pem.as_bytes()).unwrap();
    assert_is_tls(&refused(&crate::client(&config)));
}

/// The common name is no name of a host (RFC 9525 section 6.4).
#[test]
fn with_a_common_name_only() {
    let signed = authority().sign_with(&[], |params| {
        params.distinguished_name.push(DnType::CommonName, HOST);
        let other = "other@verigator.test".try_into().unwrap();
        params.subject_alt_names.push(SanType::Rfc822Name(other));
    });
    certificate_is_refused(&signed);
}

#[test]
fn out_of_its_time() {
    certificate_is_refused(&authority().sign_expired(&[HOST]));
    let not_yet = authority().sign_with(&[HOST], |params| {
        params.not_before = date_time_ymd(4000, 1, 1);
        params.not_after = date_time_ymd(4001, 1, 1);
    });
    certificate_is_refused(&not_yet);
}

#[test]
fn signed_by_nobody_known() {
    certificate_is_refused(&Authority::new().sign(&[HOST]));
    certificate_is_refused(&Signed::by_itself(&[HOST]));
}

#[test]
fn for_clients_only() {
    let signed = authority().sign_with(&[HOST], |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    certificate_is_refused(&signed);
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
    for minor_version in 0..=2 {
        only_tls_is_spoken_to(move |connection| {
            connection.read(1);
            connection.is_sent(server_hello(minor_version));
            connection.wait_for_close();
        });
    }
}

#[test]
fn without_tls() {
    let silent_end = "";
    let alert = "\x15\x03\x03\x00\x02\x02\x28";
    for answer in [
        reply(200, YES),
        reply(400, "{}"),
        silent_end.into(),
        alert.into(),
    ] {
        only_tls_is_spoken_to(move |connection| {
            connection.read(1);
            connection.send(&answer);
        });
    }
}

/// Nor is it believed, on any route.
fn only_tls_is_spoken_to(script: impl Fn(&mut Connection) + Clone + Send + Sync + 'static) {
    for route in Route::BY_TLS {
        println!("{route:?}");
        let routed = route.to_peer(Peer::start(script.clone()));
        let error = refused(&routed.client());
        // Where no TLS comes over a proxy, it may be the proxy that is wrong.
        let is_proxys = routed.proxy.is_some() && error.status() == Status::PROXY;
        assert!(is_proxys || error.status() == Status::TLS, "{error}");
        assert!(!error.maybe_sent() && error.retry_safe());
        assert_only_tls_was_spoken(&routed);
    }
}

/// Each connection began with a handshake, and in none a secret can be read.
fn assert_only_tls_was_spoken(routed: &Routed) {
    let bytes = routed.peer.bytes();
    assert!(!bytes.is_empty());
    let secret = b"the-password";
    for bytes in bytes {
        assert!(bytes.starts_with(&[0x16, 3]), "{bytes:?}");
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn of_another_key_than_the_pinned() {
    let pin = authority().sign(&[HOST]).pin();
    let pinned = |config: &mut Config| _ = config.add_pinned_key(&pin).unwrap();
    is_refused_by(pinned, &signed().server());
}

#[test]
fn without_its_key() {
    is_refused_by(|_| {}, &Arc::new(signed().thief(rustls::ALL_VERSIONS)));
}

#[test]
fn of_a_version_before_the_least() {
    let least = |config: &mut Config| _ = config.set_min_tls_version(TlsVersion::Tls13);
    is_refused_by(least, &signed().server_with(&[&TLS12]));
}

/// So that what is refused above is refused for what is said there.
#[test]
fn but_not_of_the_pinned_key_by_a_client_that_shows_its_own() {
    let own = authority().sign(&["client.test"]);
    for route in Route::BY_TLS {
        println!("{route:?}");
        let server = signed().server_for_clients_of(authority());
        let routed = route.to_peer(Peer::start_tls(server, always(reply(200, YES))));
        let mut config = routed.config();
        config.add_pinned_key(&signed().pin()).unwrap();
        let nobody = crate::client(&config).verify("s", "u", None, "1");
        assert!(nobody.is_err());
        let (certificate, key) = (own.pem.as_bytes(), own.key_pem());
        config
            .set_client_certificate_pem(certificate, key.as_bytes())
            .unwrap();
        let answer = crate::client(&config).verify("s", "u", None, "1");
        assert!(answer.unwrap().verified);
    }
}
