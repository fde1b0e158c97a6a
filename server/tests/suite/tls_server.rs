//! TLS in the server: real certificates, real clients, and files that change while it serves.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use verigator_server::certificates::Certificates;
use verigator_server::server::Settings;

use crate::certificates::{Authority, Signed};
use crate::harness::{Client, Harness};
use crate::process::{Files, Process};
use crate::program::fails;

const PATIENCE: Duration = Duration::from_secs(20);

/// Writes a certificate that vouches for itself and its key into a directory, and says where.
pub fn write_pair(directory: &Path, names: &[&str]) -> (String, String) {
    let signed = Signed::by_itself(names);
    write(directory, &signed)
}

fn write(directory: &Path, signed: &Signed) -> (String, String) {
    let (certificate, key) = (directory.join("chain.pem"), directory.join("key.pem"));
    fs::write(&certificate, &signed.pem).unwrap();
    fs::write(&key, signed.key_pem()).unwrap();
    let name = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    (name(certificate), name(key))
}

/// A client that trusts the certificates in a file, makes a connection for each request, and believes the
/// clock.
pub fn trusting(file: &str) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certificates = reqwest::Certificate::from_pem_bundle(&fs::read(file).unwrap()).unwrap();
    let builder = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0);
    builder.tls_certs_only(certificates).build().unwrap()
}

fn serve(files: &Files, certificate: &str, key: &str) -> Process {
    files.serve(&["--tls-certificate", certificate, "--tls-key", key])
}

/// The certificate that is shown at an address, in some version of TLS.
fn shown(
    address: &str,
    versions: &[&'static rustls::SupportedProtocolVersion],
    protocols: &[&[u8]],
) -> std::io::Result<(
    CertificateDer<'static>,
    rustls::ProtocolVersion,
    Option<Vec<u8>>,
)> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything(provider)))
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let own = stream.conn.peer_certificates().unwrap()[0]
        .clone()
        .into_owned();
    let protocol = stream.conn.alpn_protocol().map(<[u8]>::to_vec);
    Ok((own, stream.conn.protocol_version().unwrap(), protocol))
}

/// Takes any certificate: the tests look at it themselves.
#[derive(Debug)]
struct Anything(Arc<rustls::crypto::CryptoProvider>);

impl rustls::client::danger::ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn der(signed: &Signed) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(signed.pem.as_bytes()).unwrap()
}

/// The certificate that is shown at an address.
fn now_shown(address: &str) -> CertificateDer<'static> {
    shown(address, rustls::ALL_VERSIONS, &[]).unwrap().0
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_and_nothing_else() {
    let files = Files::new();
    let signed = Signed::by_itself(&["127.0.0.1"]);
    let (certificate, key) = write(files.directory.path(), &signed);
    let process = serve(&files, &certificate, &key);
    assert!(
        process.url.starts_with("https://127.0.0.1:"),
        "{}",
        process.url
    );
    let address = process.address();
    for (version, number) in [
        (&rustls::version::TLS12, rustls::ProtocolVersion::TLSv1_2),
        (&rustls::version::TLS13, rustls::ProtocolVersion::TLSv1_3),
    ] {
        let (own, spoken, protocol) = shown(address, &[version], &[b"h2", b"http/1.1"]).unwrap();
        assert_eq!((own, spoken), (der(&signed), number));
        assert_eq!(protocol.as_deref(), Some(&b"http/1.1"[..]));
    }
    assert!(shown(address, rustls::ALL_VERSIONS, &[b"h2"]).is_err());
    let mut plain = TcpStream::connect(address).unwrap();
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{}", answer.escape_ascii());
    // A program that was written elsewhere, and a whole login.
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--cacert", &certificate])
        .arg(format!("{}/healthz", process.url))
        .output()
        .unwrap();
    assert_eq!(curl.stdout, b"{\"status\":\"ok\"}", "{curl:?}");
    let client = Client::with(&process.url, trusting(&certificate));
    client.create_service("example.com").await;
    let metrics = client.get("/metrics").await.text;
    // What a certificate of rcgen has, the first of January 4096.
    let expires = "\nverigator_certificate_expires_seconds 67090118400\n";
    let line = metrics
        .lines()
        .find(|line| line.starts_with("verigator_certificate"));
    assert!(metrics.contains(expires), "{line:?}");
}

#[test]
fn what_cannot_be_a_certificate_and_its_key_is_told() {
    let files = Files::new();
    let directory = files.directory.path();
    let (certificate, key) = write_pair(directory, &["localhost"]);
    let other = directory.join("other.pem");
    fs::write(&other, Signed::by_itself(&["localhost"]).key_pem()).unwrap();
    let text = directory.join("text.pem");
    fs::write(&text, "nothing of use").unwrap();
    let cut = directory.join("cut.pem");
    let whole = fs::read(&certificate).unwrap();
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let [other, text, cut] = [&other, &text, &cut].map(|path| path.to_str().unwrap());
    for (certificate, key, told) in [
        (
            certificate.as_str(),
            other,
            "does not belong to the first certificate",
        ),
        (&certificate, text, "there is no key in"),
        (text, &key, "there is no certificate in"),
        (cut, &key, "cut.pem"),
        (
            "/nowhere.pem",
            &key,
            "the certificate file /nowhere.pem cannot be read",
        ),
        (
            &certificate,
            "/nowhere.pem",
            "the key file /nowhere.pem cannot be read",
        ),
    ] {
        let arguments = [
            "--no-sms",
            "--database",
            ":memory:",
            "--tls-certificate",
            certificate,
            "--tls-key",
            key,
        ];
        fails(&arguments, "", told);
    }
    let alone = [
        "--no-sms",
        "--database",
        ":memory:",
        "--tls-certificate",
        &certificate,
    ];
    fails(&alone, "", "--tls-key");
}

#[test]
fn a_certificate_that_ends_is_warned_of() {
    let authority = Authority::new();
    let soon = authority.sign_with(&["localhost"], |params| {
        let now = std::time::SystemTime::now();
        params.not_before = (now - Duration::from_secs(80 * 24 * 3600)).into();
        params.not_after = (now + Duration::from_secs(10 * 24 * 3600)).into();
    });
    for (signed, told) in [
        (soon, "the certificate expires soon"),
        (
            authority.sign_expired(&["localhost"]),
            "the certificate has expired",
        ),
    ] {
        let files = Files::new();
        let (certificate, key) = write(files.directory.path(), &signed);
        let (_, _, log) = serve(&files, &certificate, &key).stop("-TERM");
        assert!(log.contains(told), "{log}");
    }
    let files = Files::new();
    let (certificate, key) = write_pair(files.directory.path(), &["localhost"]);
    let (_, _, log) = serve(&files, &certificate, &key).stop("-TERM");
    assert!(!log.contains("expire"), "{log}");
}

/// A server in this process that looks at its certificate very often.
async fn watching(certificate: &str, key: &str) -> (Harness, Arc<Certificates>, String) {
    let certificates = Certificates::load(certificate.as_ref(), key.as_ref()).unwrap();
    let certificates = Arc::new(certificates);
    let watched = certificates.clone();
    tokio::spawn(async move { watched.watch(Duration::from_millis(5)).await });
    let shown = certificates.clone();
    let harness = Harness::with(move |settings: &mut Settings| {
        settings.opening.certificates = Some(shown);
    })
    .await;
    let address = harness.url.strip_prefix("http://").unwrap().to_owned();
    (harness, certificates, address)
}

async fn wait_until_shown(address: &str, signed: &Signed) {
    let (address, expected) = (address.to_owned(), der(signed));
    let waiting = tokio::task::spawn_blocking(move || while now_shown(&address) != expected {});
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_elsewhere_is_noticed_by_what_is_there() {
    // As certbot and Kubernetes do it: the names stay, and lead to other files of the same age.
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let (old, new) = (
        Signed::by_itself(&["localhost"]),
        Signed::by_itself(&["localhost"]),
    );
    for (name, signed) in [("old", &old), ("new", &new)] {
        fs::create_dir(at(name)).unwrap();
        write(&at(name), signed);
    }
    std::os::unix::fs::symlink("old", at("now")).unwrap();
    let [certificate, key] =
        ["now/chain.pem", "now/key.pem"].map(|name| at(name).to_str().unwrap().to_owned());
    let (_harness, _, address) = watching(&certificate, &key).await;
    wait_until_shown(&address, &old).await;
    std::os::unix::fs::symlink("new", at("next")).unwrap();
    fs::rename(at("next"), at("now")).unwrap();
    wait_until_shown(&address, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_half_written_takes_the_place_of_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let old = authority.sign(&["localhost"]);
    let (certificate, key) = write(directory.path(), &old);
    let (_harness, certificates, address) = watching(&certificate, &key).await;
    let new = authority.sign(&["localhost"]);
    let expired = authority.sign_expired(&["localhost"]);
    for (pem, key_pem, told) in [
        (new.pem.as_str(), old.key_pem(), "does not belong"),
        (&new.pem[..new.pem.len() / 2], new.key_pem(), "chain.pem"),
        ("", new.key_pem(), "there is no certificate"),
        (&new.pem, String::new(), "there is no key"),
        (&expired.pem, expired.key_pem(), "has expired"),
    ] {
        fs::write(&certificate, pem).unwrap();
        fs::write(&key, key_pem).unwrap();
        let problem = certificates.reload().unwrap_err();
        assert!(problem.contains(told), "{problem}");
        assert_eq!(now_shown(&address), der(&old), "{told}");
    }
    write(directory.path(), &new);
    wait_until_shown(&address, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_fails_while_certificates_change() {
    let files = Files::new();
    let authority = Authority::new();
    let roots = files.directory.path().join("roots.pem");
    fs::write(&roots, &authority.pem).unwrap();
    let (certificate, key) = write(files.directory.path(), &authority.sign(&["127.0.0.1"]));
    let process = serve(&files, &certificate, &key);
    let (calls, goes_on) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(true)),
    );
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let client = Client::with(&process.url, trusting(roots.to_str().unwrap()));
            let (calls, goes_on) = (calls.clone(), goes_on.clone());
            tokio::spawn(async move {
                while goes_on.load(Ordering::SeqCst) {
                    // Not found, by an account that was let in.
                    client
                        .get("/v1/service/service/x")
                        .await
                        .refused(404, "service");
                    calls.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let address = process.address().to_owned();
    for _ in 0..5 {
        let before = calls.load(Ordering::SeqCst);
        let new = authority.sign(&["127.0.0.1"]);
        // In between the pair does not fit, and the server is told to read it.
        fs::write(&certificate, &new.pem).unwrap();
        process.signal("-HUP");
        fs::write(&key, new.key_pem()).unwrap();
        process.signal("-HUP");
        wait_until_shown(&address, &new).await;
        let waiting = async {
            while calls.load(Ordering::SeqCst) < before + 20 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }
    goes_on.store(false, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
}

#[tokio::test]
async fn whoever_shakes_no_hands_holds_a_place_only_until_another_needs_it() {
    let files = Files::new();
    let (certificate, key) = write_pair(files.directory.path(), &["127.0.0.1"]);
    let process = files.serve(&[
        "--tls-certificate",
        &certificate,
        "--tls-key",
        &key,
        "--max-connections",
        "3",
    ]);
    let silent: Vec<_> = (0..6)
        .map(|_| TcpStream::connect(process.address()).unwrap())
        .collect();
    let client = Client::with(&process.url, trusting(&certificate));
    assert_eq!(client.get("/healthz").await.status, 200);
    // One that never says anything is closed in time by itself.
    let mut last = silent.into_iter().next_back().unwrap();
    last.set_read_timeout(Some(PATIENCE)).unwrap();
    let closed = match last.read(&mut [0; 10]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    };
    assert!(closed);
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_authority_gets_no_answer() {
    let files = Files::new();
    let (certificate, key) = write_pair(files.directory.path(), &["127.0.0.1"]);
    let process = serve(&files, &certificate, &key);
    let stranger = files.directory.path().join("stranger.pem");
    fs::write(&stranger, Authority::new().pem).unwrap();
    let client = Client::with(&process.url, trusting(stranger.to_str().unwrap()));
    assert!(
        client
            .try_send(reqwest::Method::GET, "/healthz", None)
            .await
            .is_err()
    );
}
