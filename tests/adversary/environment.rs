//! An environment that somebody else has set. In a set-uid program it is the attacker's.

use crate::support::certificates::Authority;
use crate::support::peer::{Connection, Peer, reply};
use crate::{YES, config, in_a_process_of_its_own, variable};

fn answer(connection: &mut Connection) {
    while connection.request().is_some() {
        connection.send(&reply(200, YES));
    }
}

#[test]
fn is_ignored_unless_it_is_asked_for() {
    let authority = Authority::new();
    let plain = Peer::start(answer);
    let tls = Peer::start_tls(authority.sign(&["127.0.0.1"]).server(), answer);
    let hostile = Peer::start(answer);
    let proxy = hostile.base_url();
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, &authority.pem).unwrap();
    let key_log = folder.path().join("keys");

    in_a_process_of_its_own(
        "environment::calls_in_a_hostile_environment",
        &[
            ("PLAIN", &plain.base_url()),
            ("TLS", &tls.https_url("127.0.0.1")),
            ("CA_FILE", ca_file.to_str().unwrap()),
            ("HTTP_PROXY", &proxy),
            ("http_proxy", &proxy),
            ("HTTPS_PROXY", &proxy),
            ("https_proxy", &proxy),
            ("ALL_PROXY", &proxy),
            ("all_proxy", &proxy),
            ("SSL_CERT_FILE", "/nonexistent"),
            ("SSL_CERT_DIR", "/nonexistent"),
            ("SSLKEYLOGFILE", key_log.to_str().unwrap()),
            ("VERIGATOR_BASE_URL", &proxy),
            ("VERIGATOR_USERNAME", "somebody"),
            ("VERIGATOR_PASSWORD", "else"),
        ],
    );
    assert_eq!((plain.received().len(), tls.received().len()), (1, 1));
    assert_eq!(
        plain.received()[0].header("x-service-auth"),
        Some("user:the-password")
    );
    assert_eq!(hostile.connections(), 0);
    assert!(
        !key_log.exists(),
        "no key of a TLS session was written down"
    );
}

#[test]
#[ignore = "run by is_ignored_unless_it_is_asked_for, in a process of its own"]
fn calls_in_a_hostile_environment() {
    for base_url in [variable("PLAIN"), variable("TLS")] {
        let mut config = config(&base_url);
        config.set_ca_file(variable("CA_FILE")).unwrap();
        let answer = crate::client(&config).verify("s", "u", None, "1");
        assert!(answer.unwrap().verified);
    }
}
