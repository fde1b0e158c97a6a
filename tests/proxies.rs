//! Proxies as people have them: SOCKS, and what is reached without one.

mod support;

use std::process::Command;

use serde::Deserialize;
use support::peer::{Peer, echo, reply};
use support::proxy::{How, Manner, Proxy};
use support::route::{PLENTY, signed};
use verigator::{Client, Config, ErrorKind, Method};

fn config(base_url: &str) -> Config {
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(base_url).unwrap();
    config.set_allow_plain_http(true);
    config.set_max_retries(0).unwrap();
    config.set_timeout(PLENTY).unwrap();
    config.set_connect_timeout(PLENTY).unwrap();
    config
}

/// A SOCKS proxy that has a plain service behind it, whatever it is asked for.
fn before_a_service() -> (Peer, Proxy) {
    let peer = Peer::start(echo);
    let proxy = Proxy::socks(peer.address(), Manner::Obliging);
    (peer, proxy)
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
        let (peer, proxy) = before_a_service();
        let mut config = config(base_url);
        config
            .set_proxy(&proxy.url_with_scheme(scheme), None)
            .unwrap();
        if let Some(address) = address {
            config.set_address(address).unwrap();
        }
        Client::new(&config).unwrap().service("s").unwrap();
        let asked = &proxy.asked()[0];
        assert_eq!(asked.target, expected, "{scheme} {base_url}");
        assert_eq!(asked.credentials, None);
        let is_name = expected.starts_with(char::is_alphabetic);
        assert_eq!(asked.how == How::Name, is_name, "{asked:?}");
        let request = &peer.received()[0];
        assert_eq!(request.line, "GET /v1/service/service/s HTTP/1.1");
        assert_eq!(request.header("x-service-auth"), Some("user:password"));
    }
}

#[test]
fn a_socks_proxy_alone_is_told_its_credentials() {
    let (peer, proxy) = before_a_service();
    let mut config = config("http://verigator.test");
    let (username, password) = ("us:er", r##" !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~ "##.trim());
    config
        .set_proxy(&proxy.url(), Some((username, password)))
        .unwrap();
    Client::new(&config).unwrap().service("s").unwrap();
    let expected = format!("{username}:{password}");
    assert_eq!(proxy.asked()[0].credentials, Some(expected));
    assert_eq!(peer.received()[0].header("proxy-authorization"), None);
}

#[test]
fn as_much_as_is_allowed_fits_into_what_a_socks_proxy_is_told() {
    for (scheme, host) in [
        ("socks5h", "verigator.test"),
        ("socks5h", "[2001:db8:1111:2222:3333:4444:5555:6666]"),
        ("socks5", "v.test"),
    ] {
        let (_peer, proxy) = before_a_service();
        let mut config = config(&format!("http://{host}"));
        if scheme == "socks5" {
            config.set_address("2001:db8::7").unwrap();
        }
        let password = "p".repeat(234 - "user".len() - host.len());
        config
            .set_proxy(&proxy.url_with_scheme(scheme), Some(("user", &password)))
            .unwrap();
        Client::new(&config).unwrap().service("s").unwrap();
    }
}

#[test]
fn a_socks_proxy_sees_nothing_of_https() {
    // Its authority is unknown, which ends the handshake.
    let peer = Peer::start_tls(signed().server(), echo);
    let proxy = Proxy::socks(peer.address(), Manner::Obliging);
    let mut config = config("https://verigator.test");
    config.set_proxy(&proxy.url(), None).unwrap();
    let client = Client::new(&config).unwrap();
    let error = client.initiate("s", "u", Method::Sms).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error}");
    assert_eq!(proxy.asked()[0].target, "verigator.test:443");
    // A TLS handshake (RFC 8446 section 5.1) follows what opened the way.
    let opening = 3 + 4 + 1 + "verigator.test".len() + 2;
    assert_eq!(proxy.peer().bytes()[0][opening..opening + 2], [22, 3]);
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
