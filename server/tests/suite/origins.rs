//! The routes under `/_/`, asked for by pages of other sites: a browser sends what any page wants it to.

use reqwest::Method;

use crate::harness::{Harness, http_client};
use crate::process::Files;

/// Asks for a path with these headers, and gives the status and the body.
async fn ask(url: &str, method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let request = http_client().request(method, format!("{url}{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn port(url: &str) -> &str {
    url.rsplit(':').next().unwrap()
}

#[tokio::test]
async fn the_pages_are_there_under_this_machines_names_only() {
    let harness = Harness::start().await;
    let port = port(&harness.url);
    for name in ["127.0.0.1", "localhost", "LocalHost", "localhost.", "[::1]"] {
        let host = format!("{name}:{port}");
        let (status, _) = ask(&harness.url, Method::GET, "/_/outbox", &[("Host", &host)]).await;
        assert_eq!(status, 200, "{host}");
    }
    for host in [
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        "127.0.0.1:1".to_owned(),
        "localhost".to_owned(),
        "evil.example".to_owned(),
        format!("user@127.0.0.1:{port}"),
        String::new(),
    ] {
        for path in ["/_", "/_/", "/_/outbox", "/_/clock", "/_/audit"] {
            let (status, text) = ask(&harness.url, Method::GET, path, &[("Host", &host)]).await;
            assert_eq!(status, 421, "{host} {path}: {text}");
            assert!(text.contains("--allowed-host"), "{text}");
            assert!(!text.contains("messages"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_is_told_nothing_and_changes_nothing() {
    let harness = Harness::start().await;
    let here = harness.url.clone();
    for origin in ["https://evil.example", "http://localhost:1", "null", "x"] {
        for (method, path) in [
            (Method::GET, "/_/outbox"),
            (Method::DELETE, "/_/outbox"),
            (Method::PUT, "/_/clock"),
            (Method::POST, "/_/services/s/users/u/unlock"),
        ] {
            let (status, text) = ask(&here, method.clone(), path, &[("Origin", origin)]).await;
            assert_eq!(status, 403, "{origin} {method} {path}: {text}");
            assert!(text.contains("--allowed-origin"), "{text}");
        }
    }
    let own = ask(&here, Method::DELETE, "/_/outbox", &[("Origin", &here)]).await;
    assert_eq!(own.0, 200, "{}", own.1);
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing_where_no_origin_is_told() {
    let harness = Harness::start().await;
    let url = &harness.url;
    for site in ["cross-site", "same-site"] {
        let headers = [("Sec-Fetch-Site", site)];
        let (status, text) = ask(url, Method::DELETE, "/_/outbox", &headers).await;
        assert_eq!(status, 403, "{site}: {text}");
        // A link to the page is no attack: the other site cannot read what it leads to.
        assert_eq!(
            ask(url, Method::GET, "/_/", &headers).await.0,
            200,
            "{site}"
        );
    }
    for site in ["same-origin", "none"] {
        let headers = [("Sec-Fetch-Site", site)];
        assert_eq!(
            ask(url, Method::DELETE, "/_/outbox", &headers).await.0,
            200,
            "{site}"
        );
    }
}

#[tokio::test]
async fn the_contract_is_answered_under_any_name() {
    let harness = Harness::start().await;
    let headers = [
        ("Host", "login-api.example.com"),
        ("Origin", "https://x.example"),
    ];
    for (path, expected) in [("/healthz", 200), ("/metrics", 200), ("/v1/service/x", 401)] {
        assert_eq!(
            ask(&harness.url, Method::GET, path, &headers).await.0,
            expected,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_server_behind_a_proxy_is_told_its_names() {
    let files = Files::new();
    let process = files.serve(&[
        "--dev",
        "--allowed-host",
        "Login.Example.com",
        "--allowed-host",
        "other.example:8443",
        "--allowed-origin",
        "https://admin.example.com",
    ]);
    for (host, origin, expected) in [
        // The proxy hands the name on; the page was loaded by it, with TLS.
        ("login.example.com", "https://login.example.com", 200),
        ("login.example.com:443", "https://login.example.com", 200),
        (
            "login.example.com:8443",
            "https://login.example.com:8443",
            200,
        ),
        ("other.example:8443", "https://other.example:8443", 200),
        ("other.example", "https://other.example", 421),
        (
            "login.example.com",
            "https://login.example.com.evil.example",
            403,
        ),
        ("login.example.com", "https://admin.example.com", 200),
        ("login.example.com", "http://admin.example.com", 403),
        ("evil.example", "https://admin.example.com", 421),
    ] {
        let headers = [("Host", host), ("Origin", origin)];
        let (status, text) = ask(&process.url, Method::DELETE, "/_/outbox", &headers).await;
        assert_eq!(status, expected, "{host} {origin}: {text}");
    }
    // The proxy asks by the server's own address.
    let headers = [("Origin", "https://admin.example.com")];
    assert_eq!(
        ask(&process.url, Method::DELETE, "/_/outbox", &headers)
            .await
            .0,
        200
    );
    let headers = [("Origin", "https://login.example.com")];
    assert_eq!(
        ask(&process.url, Method::DELETE, "/_/outbox", &headers)
            .await
            .0,
        403
    );

    let (_, _, log) = process.stop("-KILL");
    for told in [
        "evil.example",
        "http://admin.example.com",
        "--allowed-host",
        "--allowed-origin",
    ] {
        assert!(log.contains(told), "{told} in {log}");
    }
}
