//! Which pages may ask for the routes under `/_/`: none but the server's own.
//!
//! A browser sends what any page wants it to. A page of another site could so change something here
//! (the browser names that site in `Origin`), and one whose name was made to lead to this machine
//! could read it, too (DNS rebinding; the browser names it in `Host`).

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, Uri};

use crate::error::ApiError;

/// Says how the page that asks and what is asked for are related (W3C Fetch Metadata).
const SEC_FETCH_SITE: &str = "sec-fetch-site";
/// The most characters of a foreign name that are told.
const LONGEST_TOLD: usize = 255;

/// A host, and its port where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// In lower case, without a final dot.
    name: String,
    port: Option<u16>,
}

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let authority = text.parse::<Authority>().ok();
        authority
            .and_then(|authority| Self::of(&authority))
            .ok_or_else(|| {
                "write a host name, as in login.example.com or login.example.com:8443".to_owned()
            })
    }
}

impl Host {
    fn of(authority: &Authority) -> Option<Self> {
        let is_plain = !authority.as_str().contains('@');
        let name = authority.host().to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name).to_owned();
        (is_plain && !name.is_empty()).then(|| Self {
            name,
            port: authority.port_u16(),
        })
    }

    /// Whether nobody else can make the name lead here. The owner of a host name can, of an address
    /// nobody.
    fn is_fixed(&self) -> bool {
        let address = self.name.trim_start_matches('[').trim_end_matches(']');
        self.name == "localhost" || address.parse::<IpAddr>().is_ok()
    }
}

/// Where a page is from: scheme, host and port (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    name: String,
    port: u16,
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .ok_or_else(|| "write an origin, as in https://login.example.com".to_owned())
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        // A path is none of an origin's parts; what is parsed has one at least.
        let is_bare = uri.path() == "/" && uri.query().is_none() && !text.ends_with('/');
        let host = Host::of(uri.authority()?)?;
        Self::at(uri.scheme_str()?, &host).filter(|_| is_bare)
    }

    /// The origin of the pages that a host serves.
    fn at(scheme: &str, host: &Host) -> Option<Self> {
        let usual = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        Some(Self {
            scheme: scheme.to_owned(),
            name: host.name.clone(),
            port: host.port.unwrap_or(usual),
        })
    }
}

/// The names that the server's own pages are loaded by.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// The ports that the server listens on, with which `localhost` and addresses are its own.
    pub ports: Vec<u16>,
    /// Further names, with any port unless one is named.
    pub hosts: Vec<Host>,
    /// Where pages are from that may ask by another name than their own.
    pub origins: Vec<Origin>,
}

impl Sites {
    /// Refuses what a page of another site asks for, and logs both names.
    pub fn check(&self, request: &Parts) -> Result<(), ApiError> {
        self.mismatch(request).map_or(Ok(()), |mismatch| {
            let (host, origin) = (told(host_named(request)), told(request.headers.get(ORIGIN)));
            tracing::warn!(
                ?host,
                ?origin,
                "refused a request for /_/: {}",
                mismatch.advice()
            );
            Err(mismatch.reply(&host, &origin))
        })
    }

    fn mismatch(&self, request: &Parts) -> Option<Mismatch> {
        let host = host_of(request);
        match &host {
            Some(Some(host)) if self.is_own(host) => (),
            // No browser leaves it out.
            None => (),
            Some(_) => return Some(Mismatch::Host),
        }
        let host = host.flatten();
        let mut origins = request.headers.get_all(ORIGIN).iter().peekable();
        let is_named = origins.peek().is_some();
        let is_own = origins.all(|origin| self.may_ask(origin, host.as_ref()));
        let is_foreign = !is_own || (!is_named && is_change_by_another_site(request));
        is_foreign.then_some(Mismatch::Origin)
    }

    fn is_own(&self, host: &Host) -> bool {
        let is_ours = |port| self.ports.contains(&port);
        let has_port = match host.port {
            Some(port) => is_ours(port),
            // One that is only reached through a socket in the file system is asked for without a port.
            None => self.ports.is_empty() || is_ours(80) || is_ours(443),
        };
        (host.is_fixed() && has_port)
            || self.hosts.iter().any(|allowed| {
                allowed.name == host.name && (allowed.port.is_none() || allowed.port == host.port)
            })
    }

    fn may_ask(&self, origin: &HeaderValue, host: Option<&Host>) -> bool {
        let origin = origin.to_str().ok().and_then(Origin::parse);
        origin.is_some_and(|origin| {
            // A proxy may have added TLS: the scheme of the page need not be the server's.
            let own = host.and_then(|host| Origin::at(&origin.scheme, host));
            own.as_ref() == Some(&origin) || self.origins.contains(&origin)
        })
    }
}

/// Whether a form or a script of another site wants a change. A browser that does not say from where may
/// say so much.
fn is_change_by_another_site(request: &Parts) -> bool {
    let site = request
        .headers
        .get(SEC_FETCH_SITE)
        .map(HeaderValue::as_bytes);
    !request.method.is_safe() && !matches!(site, None | Some(b"same-origin" | b"none"))
}

/// The host that is asked for: `None` where the request names none, `Some(None)` where it is not one.
fn host_of(request: &Parts) -> Option<Option<Host>> {
    // What the target names counts more than the header (RFC 9112 section 3.2.2).
    if let Some(authority) = request.uri.authority() {
        return Some(Host::of(authority));
    }
    let mut named = request.headers.get_all(HOST).iter();
    let first = named.next()?;
    let host = first.to_str().ok().and_then(|text| text.parse().ok());
    Some(host.filter(|_| named.next().is_none()))
}

/// What [`host_of`] is read from.
fn host_named(request: &Parts) -> Option<&[u8]> {
    let header = || request.headers.get(HOST).map(HeaderValue::as_bytes);
    let target = request.uri.authority();
    target
        .map(|authority| authority.as_str().as_bytes())
        .or_else(header)
}

/// A name as a log and a message may show it.
fn told<T: AsRef<[u8]>>(name: Option<T>) -> String {
    let name = name.as_ref().map_or(&b"(none)"[..], AsRef::as_ref);
    String::from_utf8_lossy(name)
        .chars()
        .take(LONGEST_TOLD)
        .collect()
}

/// What is not the server's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mismatch {
    Host,
    Origin,
}

impl Mismatch {
    fn advice(self) -> &'static str {
        match self {
            Self::Host => {
                "ask by localhost or an address and the port that the server listens on, or start it \
                 with --allowed-host and this name"
            }
            Self::Origin => {
                "a page of another site asked; if it is yours, start the server with --allowed-origin \
                 and this origin"
            }
        }
    }

    fn reply(self, host: &str, origin: &str) -> ApiError {
        let (status, name) = match self {
            Self::Host => (StatusCode::MISDIRECTED_REQUEST, format!("Host {host:?}")),
            Self::Origin => (
                StatusCode::FORBIDDEN,
                format!("Origin {origin:?} (with Host {host:?})"),
            ),
        };
        ApiError::new(
            status,
            format!("{name} is not this server's: {}", self.advice()),
        )
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn sites() -> Sites {
        Sites {
            ports: vec![8080],
            hosts: vec!["login.example.com".parse().unwrap()],
            origins: vec!["https://admin.example.com".parse().unwrap()],
        }
    }

    /// What is wrong with a request for a target with these headers.
    fn mismatch(method: &str, target: &str, headers: &[(&str, &str)]) -> Option<Mismatch> {
        let request = Request::builder().method(method).uri(target);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        sites().mismatch(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_host_and_an_origin_are_told_from_other_text() {
        for host in ["localhost", "a.example:1", "[::1]:8080", "127.0.0.1"] {
            assert!(host.parse::<Host>().is_ok(), "{host}");
        }
        for wrong in [
            "",
            ":80",
            "a b",
            "u@a.example",
            "https://a.example",
            "a.example/x",
        ] {
            assert!(wrong.parse::<Host>().is_err(), "{wrong}");
        }
        for origin in [
            "http://localhost",
            "https://a.example:8443",
            "http://[::1]:1",
        ] {
            assert!(origin.parse::<Origin>().is_ok(), "{origin}");
        }
        for wrong in [
            "",
            "null",
            "a.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "file:///x",
            "ftp://a.example",
            "https://u@a.example",
            "https://a.example?x",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_names_no_host_is_no_browser() {
        assert_eq!(mismatch("GET", "/_/", &[]), None);
        let headers = [("origin", "http://localhost:8080")];
        assert_eq!(mismatch("GET", "/_/", &headers), Some(Mismatch::Origin));
    }

    #[test]
    fn the_target_counts_more_than_the_header_and_two_headers_are_none() {
        let own = ("host", "localhost:8080");
        let evil = ("host", "evil.example:8080");
        assert_eq!(mismatch("GET", "http://localhost:8080/_/", &[evil]), None);
        let target = "http://evil.example:8080/_/";
        assert_eq!(mismatch("GET", target, &[own]), Some(Mismatch::Host));
        assert_eq!(mismatch("GET", "/_/", &[own, own]), Some(Mismatch::Host));
    }

    #[test]
    fn the_usual_port_may_be_left_out() {
        for (host, origin) in [
            ("login.example.com:443", "https://login.example.com"),
            ("login.example.com", "https://login.example.com:443"),
            ("LOGIN.example.com.", "http://login.example.com"),
        ] {
            let headers = [("host", host), ("origin", origin)];
            assert_eq!(
                mismatch("PUT", "/_/clock", &headers),
                None,
                "{host} {origin}"
            );
        }
        let headers = [
            ("host", "login.example.com:443"),
            ("origin", "http://login.example.com"),
        ];
        assert_eq!(
            mismatch("PUT", "/_/clock", &headers),
            Some(Mismatch::Origin)
        );
    }

    #[test]
    fn every_origin_that_is_named_must_be_the_servers() {
        let own = ("origin", "http://localhost:8080");
        let evil = ("origin", "http://evil.example");
        let host = ("host", "localhost:8080");
        assert_eq!(mismatch("GET", "/_/", &[host, own]), None);
        assert_eq!(
            mismatch("GET", "/_/", &[host, own, evil]),
            Some(Mismatch::Origin)
        );
    }

    #[test]
    fn a_name_that_is_told_is_short() {
        assert_eq!(told(Some("x".repeat(1000))).len(), LONGEST_TOLD);
        assert_eq!(told::<&str>(None), "(none)");
    }
}
