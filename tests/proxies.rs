//! Proxies as people have them: SOCKS, and what is reached without one.

mod support;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use support::peer::{Connection, Peer, echo, reply};
use verigator::{Client, Config, ErrorKind, Method};

/// A SOCKS proxy that itself answers in the place of what is behind it.
struct Socks {
    peer: Peer,
    told: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    /// Runs `behind` on each connection once the way is open.
    fn start(behind: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let peer = Peer::start({
            let told = Arc::clone(&told);
            move |connection| {
                told.lock().unwrap().push(open(connection));
                behind(connection);
            }
        });
        Self { peer, told }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.peer.address())
    }

    /// The credentials and the host of each connection.
    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// Opens the way (RFC 1928, RFC 1929) and says what it was told, as `username password host:port`.
fn open(connection: &mut Connection) -> String {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let with_length = |connection: &mut Connection| {
        let length = connection.take(1)[0];
        text(connection.take(length.into()))
    };
    let mut told = String::new();
    let greeting = connection.take(3);
    assert_eq!(greeting[..2], [5, 1]);
    connection.is_sent([5, greeting[2]]);
    if greeting[2] == 2 {
        assert_eq!(connection.take(1), [1]);
        for _ in ["username", "password"] {
            told.push_str(&with_length(connection));
            told.push(' ');
        }
        connection.is_sent([1, 0]);
    }
    let request = connection.take(4);
    assert_eq!(request[..3], [5, 1, 0]);
    told.push_str(&match request[3] {
        1 => Ipv4Addr::from(array::<4>(connection.take(4))).to_string(),
        3 => with_length(connection),
        4 => {
            let address = Ipv6Addr::from(array::<16>(connection.take(16)));
            format!("[{address}]")
        }
        kind => panic!("an address of the kind {kind}"),
    });
    let port = u16::from_be_bytes(array(connection.take(2)));
    connection.is_sent([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    format!("{told}:{port}")
}

fn array<const N: usize>(bytes: Vec<u8>) -> [u8; N] {
    bytes.try_into().unwrap()
}

fn config(base_url: &str) -> Config {
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(base_url).unwrap();
    config.set_allow_plain_http(true);
    config.set_max_retries(0).unwrap();
    config
}

#[test]
fn a_socks_proxy_is_told_a_name_or_an_address() {
    for (scheme, base_url, address, expected) in [
        (
            "socks5h",
            "http://verigator.test:8080",
            None,
            "verigator.test:8080",
        ),
        ("socks5h", "http://localhost", None, "localhost:80"),
        ("socks5h", "http://192.0.2.1", None, "192.0.2.1:80"),
        ("socks5h", "http://[2001:db8::1]", None, "[2001:db8::1]:80"),
        ("socks5", "http://localhost", None, "127.0.0.1:80"),
        ("socks5", "http://192.0.2.1:8080", None, "192.0.2.1:8080"),
        ("socks5", "http://[2001:db8::1]", None, "[2001:db8::1]:80"),
        (
            "socks5",
            "http://verigator.test",
            Some("192.0.2.7"),
            "192.0.2.7:80",
        ),
        (
            "socks5",
            "http://verigator.test",
            Some("2001:db8::7"),
            "[2001:db8::7]:80",
        ),
    ] {
        let proxy = Socks::start(echo);
        let mut config = config(base_url);
        config.set_proxy(&proxy.url(scheme), None).unwrap();
        if let Some(address) = address {
            config.set_address(address).unwrap();
        }
        Client::new(&config).unwrap().service("s").unwrap();
        assert_eq!(proxy.told(), [expected], "{scheme} {base_url}");
        let request = &proxy.peer.received()[0];
        assert_eq!(request.line, "GET /v1/service/service/s HTTP/1.1");
        assert_eq!(request.header("x-service-auth"), Some("user:password"));
    }
}

#[test]
fn a_socks_proxy_alone_is_told_its_credentials() {
    let proxy = Socks::start(echo);
    let mut config = config("http://verigator.test");
    let (username, password) = ("us:er", r##" !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~ "##.trim());
    config
        .set_proxy(&proxy.url("socks5h"), Some((username, password)))
        .unwrap();
    Client::new(&config).unwrap().service("s").unwrap();
    let expected = format!("{username} {password} verigator.test:80");
    assert_eq!(proxy.told(), [expected]);
    assert_eq!(proxy.peer.received()[0].header("proxy-authorization"), None);
}

#[test]
fn as_much_as_is_allowed_fits_into_what_a_socks_proxy_is_told() {
    for (scheme, host) in [
        ("socks5h", "verigator.test"),
        ("socks5h", "[2001:db8:1111:2222:3333:4444:5555:6666]"),
        ("socks5", "v.test"),
    ] {
        let proxy = Socks::start(echo);
        let mut config = config(&format!("http://{host}"));
        if scheme == "socks5" {
            config.set_address("2001:db8::7").unwrap();
        }
        let password = "p".repeat(234 - "user".len() - host.len());
        config
            .set_proxy(&proxy.url(scheme), Some(("user", &password)))
            .unwrap();
        Client::new(&config).unwrap().service("s").unwrap();
    }
}

#[test]
fn a_socks_proxy_sees_nothing_of_https() {
    let proxy = Socks::start(|connection| connection.read(2));
    let mut config = config("https://verigator.test");
    config.set_proxy(&proxy.url("socks5h"), None).unwrap();
    let client = Client::new(&config).unwrap();
    let error = client.initiate("s", "u", Method::Sms).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error}");
    assert_eq!(proxy.told(), ["verigator.test:443"]);
    // A TLS handshake (RFC 8446 section 5.1) follows what opened the way.
    let opening = 3 + 4 + 1 + "verigator.test".len() + 2;
    assert_eq!(proxy.peer.bytes()[0][opening..opening + 2], [22, 3]);
}

#[test]
fn a_socks_proxy_that_refuses_is_a_failure_before_anything_was_sent() {
    let wants_credentials: &[u8] = &[5, 0xff];
    let not_allowed: &[u8] = &[5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0];
    for reply in [
        wants_credentials,
        not_allowed,
        b"HTTP/1.1 400 Bad\r\n\r\n",
        b"",
    ] {
        let proxy = Peer::start(move |connection| {
            connection.read(3);
            connection.is_sent(reply);
        });
        let mut config = config("http://verigator.test");
        let url = format!("socks5h://{}", proxy.address());
        config.set_proxy(&url, None).unwrap();
        let client = Client::new(&config).unwrap();
        let error = client.initiate("s", "u", Method::Sms).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{error}");
        assert!(!error.maybe_sent() && error.retry_safe(), "{error}");
    }
}

#[test]
fn an_http_proxy_is_told_credentials_of_any_characters() {
    let proxy = Peer::start(echo);
    let mut config = config("http://verigator.test");
    let password = r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##;
    config
        .set_proxy(&proxy.base_url(), Some(("user", password)))
        .unwrap();
    Client::new(&config).unwrap().service("s").unwrap();
    let basic = data_encoding::BASE64.encode(format!("user:{password}").as_bytes());
    let told = proxy.received()[0]
        .header("proxy-authorization")
        .map(str::to_owned);
    assert_eq!(told, Some(format!("Basic {basic}")));
}

#[derive(Deserialize)]
struct Case {
    list: String,
    url: String,
    /// Whether curl goes there directly; none where curls from 7.86 on do not agree.
    curl: Option<bool>,
}

#[test]
fn curl_reads_no_proxy_as_is_said() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/no_proxy.json")).unwrap();
    let proxy = Peer::always(reply(502, ""));
    for Case { list, url, curl } in cases {
        let Some(is_direct) = curl else { continue };
        let before = proxy.connections();
        // What is direct ends at a closed port of this machine, and no name is looked up.
        let output = Command::new("curl")
            .args(["-q", "--silent", "--show-error", "--max-time", "60"])
            .args(["--connect-to", "::127.0.0.1:1", "--", &url])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("http_proxy", proxy.base_url())
            .env("https_proxy", proxy.base_url())
            .env("no_proxy", &list)
            .output()
            .unwrap();
        let was_asked = proxy.connections() > before;
        assert_eq!(!was_asked, is_direct, "{list:?} {url}: {output:?}");
        // CURLE_COULDNT_CONNECT: it did try.
        assert!(was_asked || output.status.code() == Some(7), "{output:?}");
    }
}
