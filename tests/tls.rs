//! TLS for real: a certificate authority made for the test, and whom it does not vouch for.

mod support;

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;

use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};

use support::certificates::{Authority, OneForAll, Signed};
use support::peer::{Peer, reply};
use verigator::{Client, Config, Status, TlsVersion};

const YES: &str = r#"{"verified":true,"method":"totp"}"#;
const VERSIONS: [&[&SupportedProtocolVersion]; 2] = [&[&TLS12], &[&TLS13]];

fn answer(connection: &mut support::peer::Connection) {
    while connection.request().is_some() {
        connection.send(&reply(200, YES));
    }
}

fn serve(signed: &Signed) -> Peer {
    Peer::start_tls(signed.server(), answer)
}

/// A configuration for `https://verigator.test`, whose address is the peer's.
fn config(peer: &Peer, authority: &Authority) -> Config {
    let mut config = Config::new("user", "password").unwrap();
    config
        .set_base_url(&peer.https_url("verigator.test"))
        .unwrap();
    config.set_address("127.0.0.1").unwrap();
    config.set_ca_pem(authority.pem.as_bytes()).unwrap();
    config.set_max_retries(0).unwrap();
    config
}

/// A client that makes a connection for each call.
fn client_of(peer: &Peer, authority: &Authority, pin: Option<&str>) -> Client {
    let mut config = config(peer, authority);
    config.set_max_idle_connections(0).unwrap();
    if let Some(pin) = pin {
        config.add_pinned_key(pin).unwrap();
    }
    Client::new(&config).unwrap()
}

fn verify(config: &Config) -> Result<bool, Status> {
    verify_with(&Client::new(config).unwrap())
}

fn verify_with(client: &Client) -> Result<bool, Status> {
    let answer = client.verify("s", "u", None, "123456");
    answer.map(|answer| answer.verified).map_err(|error| {
        assert!(
            error.status() != Status::TLS || !error.maybe_sent(),
            "{error:?}"
        );
        error.status()
    })
}

#[test]
fn a_certificate_of_the_given_authority_is_accepted() {
    let authority = Authority::new();
    let peer = serve(&authority.sign(&["verigator.test"]));
    assert_eq!(verify(&config(&peer, &authority)), Ok(true));
    assert_eq!(
        peer.received()[0].line,
        "PUT /v1/service/service/s/users/u/auth HTTP/1.1"
    );
    let host = format!("verigator.test:{}", peer.address().port());
    assert_eq!(peer.received()[0].header("host"), Some(host.as_str()));
}

#[test]
fn an_address_is_accepted_by_its_own_name_only() {
    let authority = Authority::new();
    for (names, expected) in [(["127.0.0.1"], Ok(true)), (["127.0.0.2"], Err(Status::TLS))] {
        let peer = serve(&authority.sign(&names));
        let mut config = config(&peer, &authority);
        config.set_base_url(&peer.https_url("127.0.0.1")).unwrap();
        assert_eq!(verify(&config), expected);
    }
}

#[test]
fn whom_the_authority_does_not_vouch_for_is_refused() {
    let authority = Authority::new();
    for signed in [
        authority.sign(&["other.test"]),
        authority.sign(&["*.verigator.test"]),
        authority.sign_expired(&["verigator.test"]),
        Authority::new().sign(&["verigator.test"]),
    ] {
        let peer = serve(&signed);
        assert_eq!(verify(&config(&peer, &authority)), Err(Status::TLS));
        assert_eq!(peer.received(), []);
    }
}

/// What a person reads of a call that must fail.
fn message(config: &Config) -> String {
    let error = Client::new(config).unwrap().service("s").unwrap_err();
    error.message().to_owned()
}

#[test]
fn what_is_wrong_is_told_in_a_sentence() {
    let authority = Authority::new();
    let an_authority = authority.sign_with(&["verigator.test"], |params| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    let strangers = Authority::new().sign(&["verigator.test"]);
    for (signed, why) in [
        (strangers, "signed by no authority that is trusted here"),
        (an_authority, "is that of an authority"),
        (authority.sign(&["other.test"]), "not valid for name"),
        (authority.sign_expired(&["verigator.test"]), "expired"),
    ] {
        let said = message(&config(&serve(&signed), &authority));
        assert!(said.contains(why) && said.contains("CA options"), "{said}");
        // No value as a programmer would print it.
        assert!(!said.contains("Error("), "{said}");
    }
}

#[test]
fn a_port_that_speaks_something_else_is_told() {
    let authority = Authority::new();
    let plain = Peer::start(|connection| {
        connection.send(&reply(200, YES));
        connection.wait_for_close();
    });
    let said = message(&config(&plain, &authority));
    assert!(
        said.contains("no TLS") && said.contains("the port"),
        "{said}"
    );

    let secure = serve(&authority.sign(&["127.0.0.1"]));
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&secure.base_url()).unwrap();
    let said = message(&config);
    assert!(said.contains("answers with TLS"), "{said}");
}

#[test]
fn the_systems_authorities_do_not_vouch_for_the_tests() {
    let authority = Authority::new();
    let peer = serve(&authority.sign(&["127.0.0.1"]));
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&peer.https_url("127.0.0.1")).unwrap();
    assert_eq!(verify(&config), Err(Status::TLS));
}

#[test]
fn a_server_without_tls_is_refused_and_never_spoken_to_in_plain() {
    let authority = Authority::new();
    let peer = Peer::start(|connection| {
        connection.send(&reply(200, YES));
        connection.wait_for_close();
    });
    assert_eq!(verify(&config(&peer, &authority)), Err(Status::TLS));
}

#[test]
fn a_pinned_key_is_demanded_beside_a_valid_certificate() {
    let authority = Authority::new();
    let signed = authority.sign(&["verigator.test"]);
    let peer = serve(&signed);
    let other_pin = authority.sign(&["verigator.test"]).pin();

    let mut pinned = config(&peer, &authority);
    pinned.add_pinned_key(&other_pin).unwrap();
    assert_eq!(verify(&pinned), Err(Status::TLS));
    pinned.add_pinned_key(&signed.pin()).unwrap();
    assert_eq!(verify(&pinned), Ok(true));

    let mut untrusted = config(&peer, &Authority::new());
    untrusted.add_pinned_key(&signed.pin()).unwrap();
    assert_eq!(verify(&untrusted), Err(Status::TLS));
}

/// Its signature of the handshake (RFC 8446 section 4.4.3) is not that of the key in the certificate. Also
/// for a client that has a session of the true server.
#[test]
fn a_stolen_certificate_without_its_key_is_refused() {
    let authority = Authority::new();
    let signed = authority.sign(&["verigator.test"]);
    for version in VERSIONS {
        for pin in [None, Some(signed.pin())] {
            let thief = Arc::new(signed.thief(version));
            let peer = Peer::start_tls(Arc::clone(&thief), answer);
            let client = client_of(&peer, &authority, pin.as_deref());
            assert_eq!(
                verify_with(&client),
                Err(Status::TLS),
                "{version:?} {pin:?}"
            );
            assert_eq!(peer.bytes(), Vec::<Vec<u8>>::new());

            let server = signed.server_with(version);
            let peer = Peer::start_tls_in_turn(vec![server, thief], answer);
            let client = client_of(&peer, &authority, pin.as_deref());
            assert_eq!(verify_with(&client), Ok(true));
            assert_eq!(
                verify_with(&client),
                Err(Status::TLS),
                "{version:?} {pin:?}"
            );
            assert_eq!(peer.bytes().len(), 1, "nothing but the first request");
        }
    }
}

/// Nor does it help a thief to go on, as if it knew the client's session.
#[test]
fn a_session_is_resumed_only_by_the_server_that_knows_it() {
    let (authority, thiefs_authority) = (Authority::new(), Authority::new());
    let signed = authority.sign(&["verigator.test"]);
    for version in VERSIONS {
        let sessions = Arc::new(OneForAll::default());
        let with_sessions = |mut server: ServerConfig| {
            server.session_storage = Arc::clone(&sessions) as _;
            Arc::new(server)
        };
        let own = thiefs_authority
            .sign(&["verigator.test"])
            .server_with(version);
        let peer = Peer::start_tls_in_turn(
            vec![
                with_sessions(ServerConfig::clone(&own)),
                signed.server_with(version),
                with_sessions(signed.thief(version)),
            ],
            answer,
        );
        let accomplice = client_of(&peer, &thiefs_authority, None);
        assert_eq!(verify_with(&accomplice), Ok(true));
        let client = client_of(&peer, &authority, None);
        assert_eq!(verify_with(&client), Ok(true));
        assert_eq!(verify_with(&client), Err(Status::TLS), "{version:?}");
        assert_eq!(sessions.taken(), 1, "{version:?}");
        assert_eq!(peer.bytes().len(), 2, "nothing but the first requests");
    }
}

/// A context has one memory of sessions, for all the connections that are made one after the other and
/// at once.
#[test]
fn a_later_connection_resumes_the_session_of_an_earlier_one() {
    let authority = Authority::new();
    let signed = authority.sign(&["verigator.test"]);
    for version in VERSIONS {
        let (seen, seeing) = channel();
        let together = Barrier::new(2);
        let peer = Peer::start_tls(signed.server_with(version), move |connection| {
            connection.request();
            seen.send(connection.is_resumed()).unwrap();
            if connection.number > 0 {
                together.wait();
            }
            connection.send(&reply(200, YES));
            connection.wait_for_close();
        });
        let client = client_of(&peer, &authority, None);
        assert_eq!(verify_with(&client), Ok(true));
        thread::scope(|scope| {
            let other = scope.spawn(|| verify_with(&client));
            assert_eq!(verify_with(&client), Ok(true));
            assert_eq!(other.join().unwrap(), Ok(true));
        });
        let resumed: Vec<bool> = seeing.try_iter().collect();
        assert_eq!(resumed, [false, true, true], "{version:?}");
    }
}

#[test]
fn the_least_version_is_kept() {
    let authority = Authority::new();
    let signed = authority.sign(&["verigator.test"]);
    let old = Peer::start_tls(signed.server_with(&[&rustls::version::TLS12]), answer);
    let mut config = config(&old, &authority);
    assert_eq!(verify(&config), Ok(true));
    config.set_min_tls_version(TlsVersion::Tls13);
    assert_eq!(verify(&config), Err(Status::TLS));
}

#[test]
fn a_client_certificate_is_shown_to_a_server_that_asks() {
    let authority = Authority::new();
    let signed = authority.sign(&["verigator.test"]);
    let peer = Peer::start_tls(signed.server_for_clients_of(&authority), answer);
    let mut config = config(&peer, &authority);
    assert!(
        Client::new(&config)
            .unwrap()
            .verify("s", "u", None, "1")
            .is_err()
    );

    let own = authority.sign(&["client.test"]);
    config
        .set_client_certificate_pem(own.pem.as_bytes(), own.key_pem().as_bytes())
        .unwrap();
    assert_eq!(verify(&config), Ok(true));

    let other = authority.sign(&["other.test"]);
    let mismatch =
        config.set_client_certificate_pem(own.pem.as_bytes(), other.key_pem().as_bytes());
    assert_eq!(mismatch.unwrap_err().status(), Status::INVALID_CONFIG);
}

/// In a set-uid program the environment is the attacker's: it must not choose whom to trust.
#[test]
fn the_environment_names_no_authority() {
    let authority = Authority::new();
    let peer = serve(&authority.sign(&["127.0.0.1"]));
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    let key_log = folder.path().join("keys");
    std::fs::write(&bundle, &authority.pem).unwrap();
    let base_url = peer.https_url("127.0.0.1");
    support::run(
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "in_a_hostile_environment", "--ignored"])
            .env("VERIGATOR_BASE_URL", &base_url)
            .env("VERIGATOR_USERNAME", "user")
            .env("VERIGATOR_PASSWORD", "password")
            .env("NO_PROXY", "*")
            .env("SSL_CERT_FILE", &bundle)
            .env("SSL_CERT_DIR", folder.path())
            .env("SSLKEYLOGFILE", &key_log),
    );
    assert_eq!(peer.connections(), 2);
    assert_eq!(peer.received(), []);
    assert!(!key_log.exists());
}

#[test]
#[ignore = "run by the_environment_names_no_authority, in a process of its own"]
fn in_a_hostile_environment() {
    // Who asks for the environment is told of the service and of proxies, and of nobody to trust.
    let from_env = Config::from_env().unwrap();
    let base_url = std::env::var("VERIGATOR_BASE_URL").unwrap();
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&base_url).unwrap();
    for config in [config, from_env] {
        assert_eq!(verify(&config), Err(Status::TLS));
    }
}
