//! Which proxy requests go through, if any.

use std::str;

use http::Uri;
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::no_proxy::NoProxy;
use crate::url_text;

/// The most bytes of username, password and host together that a SOCKS proxy is told.
const MOST_FOR_SOCKS: usize = 262 - 9 - 19;

/// The proxies by the scheme of the base URL, and the hosts that need none.
#[derive(Clone, Default)]
pub(crate) struct Proxies {
    pub(crate) http: Option<Proxy>,
    pub(crate) https: Option<Proxy>,
    pub(crate) none_for: NoProxy,
}

/// A proxy as it was told.
#[derive(Clone)]
pub(crate) enum Proxy {
    /// By the program, and checked at once.
    Set(ProxyServer),
    /// By a variable of the environment. Nobody knows what it holds that is not for this library, so
    /// it is judged only when it is used.
    Variable(&'static str, Zeroizing<Vec<u8>>),
}

/// One proxy and the credentials for it.
#[derive(Clone)]
pub(crate) struct ProxyServer {
    pub(crate) url: Url,
    pub(crate) credentials: Option<(String, Zeroizing<String>)>,
}

impl Proxies {
    /// The proxy for requests to `url`.
    pub(crate) fn server_for(&self, url: &Url) -> Result<Option<ProxyServer>> {
        let proxy = match url.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        match proxy {
            Some(proxy) if !self.none_for.holds_for(url) => proxy.server()?.used_for(url).map(Some),
            _ => Ok(None),
        }
    }
}

impl Proxy {
    fn server(&self) -> Result<ProxyServer> {
        match self {
            Self::Set(server) => Ok(server.clone()),
            Self::Variable(name, text) => parse_variable(name, text),
        }
    }
}

impl ProxyServer {
    /// Sets the credentials: for `Proxy-Authorization` (RFC 7617), where a colon ends the username,
    /// or for SOCKS (RFC 1929).
    pub(crate) fn set_credentials(
        &mut self,
        name: &str,
        username: String,
        password: Zeroizing<String>,
    ) -> Result<()> {
        if !self.is_socks() && username.contains(':') {
            return Err(Error::invalid_config(format!(
                "the username of {name} has a colon, which ends it in Basic authentication; pass \
                 username and password apart"
            )));
        }
        self.credentials = Some((username, password));
        Ok(())
    }

    /// Whether it looks up the name in the base URL itself.
    pub(crate) fn looks_names_up(&self) -> bool {
        self.url.scheme() != "socks5"
    }

    fn is_socks(&self) -> bool {
        self.url.scheme().starts_with("socks")
    }

    /// This proxy as it is used on the way to `url`.
    fn used_for(mut self, url: &Url) -> Result<Self> {
        if self.is_socks() {
            self.check_room(url)?;
            if url_text::literal(url).is_some() {
                // There is no name, and a lookup of an IPv6 address would stumble over its brackets.
                let _ = self.url.set_scheme("socks5h");
            }
        }
        Ok(self)
    }

    /// Refuses credentials that do not fit into what hyper-util says to a SOCKS proxy: it has 262 bytes,
    /// of which 9 go with the credentials, and 4 more with a name or 19 with an address.
    fn check_room(&self, url: &Url) -> Result<()> {
        let Some((username, password)) = &self.credentials else {
            return Ok(());
        };
        let host = url.host_str().unwrap_or_default();
        let length = username.len() + password.len() + host.len();
        if length > MOST_FOR_SOCKS {
            return Err(Error::invalid_config(format!(
                "the username and password of the proxy {} and the host {host} have {length} bytes, \
                 and SOCKS has room for {MOST_FOR_SOCKS}; use shorter ones",
                self.url
            )));
        }
        Ok(())
    }
}

/// A proxy as the environment has it: without a scheme it is an `http` proxy.
fn parse_variable(name: &str, text: &[u8]) -> Result<ProxyServer> {
    let text = str::from_utf8(text).map_err(|_| {
        Error::invalid_config(format!("{name} is not UTF-8; set it to the URL of a proxy"))
    })?;
    if text.contains("://") {
        return parse_proxy(name, text);
    }
    parse_proxy(name, &Zeroizing::new(format!("http://{text}")))
}

/// A proxy's address; credentials in the URL itself are the environment's custom.
pub(crate) fn parse_proxy(name: &str, text: &str) -> Result<ProxyServer> {
    let refuse = |why: &str| {
        Error::invalid_config(format!(
            "{name} {} {why}; use one such as http://proxy.example:3128 or \
             socks5h://proxy.example:1080",
            url_text::shown(text)
        ))
    };
    let mut url = url_text::parse(text).map_err(|why| refuse(&why))?;
    match url.scheme() {
        "http" | "https" => {}
        "socks5" | "socks5h" => spell_host(&mut url).map_err(|why| refuse(&why))?,
        "socks" | "socks4" | "socks4a" => {
            return Err(refuse("is a proxy of SOCKS 4, and only SOCKS 5 is spoken"));
        }
        _ => return Err(refuse("is no http, https, socks5 or socks5h proxy")),
    }
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let username = decode(url.username());
    let password = url.password().map(decode).map(Zeroizing::new);
    // Neither fails for a URL that has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    // reqwest would use no proxy at all, and say nothing.
    if url.as_str().parse::<Uri>().is_err() {
        return Err(refuse("has a host that is no name and no address"));
    }
    let mut server = ProxyServer {
        url,
        credentials: None,
    };
    if password.is_some() || !username.is_empty() {
        server.set_credentials(name, username, password.unwrap_or_default())?;
    }
    Ok(server)
}

/// Spells the host of a SOCKS proxy as that of an `http` URL is, where Url does it by itself: in lower
/// case, in ASCII, and an address in its usual form.
fn spell_host(url: &mut Url) -> std::result::Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    let spelt = url_text::parse(&format!("http://{host}"))?;
    url.set_host(spelt.host_str())
        .map_err(|error| format!("is not a URL ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(text: &str) -> Option<Proxy> {
        let text = Zeroizing::new(text.as_bytes().to_vec());
        Some(Proxy::Variable("http_proxy", text))
    }

    fn url_of(server: Option<ProxyServer>) -> Option<String> {
        server.map(|server| server.url.to_string())
    }

    #[test]
    fn a_proxy_keeps_its_credentials_out_of_its_url() {
        let server = parse_proxy("HTTPS_PROXY", "http://us%65r:p%40ss@proxy.example:3128").unwrap();
        assert_eq!(server.url.as_str(), "http://proxy.example:3128/");
        let (username, password) = server.credentials.unwrap();
        assert_eq!((username.as_str(), password.as_str()), ("user", "p@ss"));
    }

    #[test]
    fn a_proxy_may_have_no_username_but_a_password() {
        let server = parse_proxy("the proxy", "http://:pass@proxy.example").unwrap();
        let (username, password) = server.credentials.unwrap();
        assert_eq!((username.as_str(), password.as_str()), ("", "pass"));
        let server = parse_proxy("the proxy", "http://proxy.example").unwrap();
        assert!(server.credentials.is_none());
    }

    #[test]
    fn only_a_username_of_http_must_have_no_colon() {
        let error = parse_proxy("HTTPS_PROXY", "http://us%3Aer:pass@h:1").err();
        let error = error.unwrap();
        assert!(
            error.message().contains("HTTPS_PROXY has a colon"),
            "{error}"
        );
        let server = parse_proxy("the proxy", "socks5://us%3Aer:pass@h:1").unwrap();
        assert_eq!(server.credentials.unwrap().0, "us:er");
    }

    #[test]
    fn the_host_of_a_socks_proxy_is_spelt_as_that_of_any_other() {
        for (text, url) in [
            ("socks5://proxy.example", "socks5://proxy.example"),
            ("SOCKS5H://Proxy.Example:80", "socks5h://proxy.example:80"),
            ("socks5://127.1:1080", "socks5://127.0.0.1:1080"),
            ("socks5://user:p%5Cs@[::0:1]:1080", "socks5://[::1]:1080"),
            (
                "socks5://b\u{fc}cher.example",
                "socks5://xn--bcher-kva.example",
            ),
            ("socks5://%66ree.example", "socks5://free.example"),
        ] {
            let server = parse_proxy("the proxy", text).unwrap();
            assert_eq!(server.url.as_str(), url, "{text}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for (text, why) in [
            ("proxy.example", "is not a URL"),
            (
                "ftp://proxy.example",
                "is no http, https, socks5 or socks5h proxy",
            ),
            ("socks4://proxy.example", "SOCKS 4"),
            ("socks4a://proxy.example", "SOCKS 4"),
            ("socks://proxy.example", "SOCKS 4"),
            ("http://", "empty host"),
            ("socks5://", "empty host"),
            ("socks5:///path", "empty host"),
            ("socks5:proxy.example", "empty host"),
            ("socks5://pro%20xy", "is not a URL"),
            ("http://pro\"xy", "no name and no address"),
            ("socks5://pro{xy", "no name and no address"),
        ] {
            let error = parse_proxy("the proxy", text).err().expect(text);
            assert!(error.message().contains(why), "{error}");
        }
    }

    #[test]
    fn a_proxy_is_chosen_by_scheme_and_host() {
        let proxies = Proxies {
            http: variable("plain.example"),
            https: variable("http://tls.example"),
            none_for: NoProxy::parse("direct.example, 192.0.2.0/24"),
        };
        for (url, expected) in [
            ("http://verigator.example", Some("http://plain.example/")),
            ("https://verigator.example", Some("http://tls.example/")),
            ("https://direct.example", None),
            ("https://eu.direct.example", None),
            ("http://192.0.2.9:8080", None),
            ("http://198.51.100.9", Some("http://plain.example/")),
        ] {
            let server = proxies.server_for(&url.parse().unwrap()).unwrap();
            assert_eq!(url_of(server).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_variable_is_judged_only_when_it_is_used() {
        for text in ["socks4://user:secret@h", "user:secret@:", "http://pro xy"] {
            let proxies = Proxies {
                http: variable(text),
                https: None,
                none_for: NoProxy::parse("direct.example"),
            };
            let server_for = |url: &str| proxies.server_for(&url.parse().unwrap());
            assert_eq!(
                url_of(server_for("https://verigator.example").unwrap()),
                None
            );
            assert_eq!(url_of(server_for("http://direct.example").unwrap()), None);
            let error = server_for("http://verigator.example").err().expect(text);
            assert!(error.message().contains("http_proxy"), "{error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
        let latin_1 = Zeroizing::new(b"http://\xfc".to_vec());
        let error = Proxy::Variable("ALL_PROXY", latin_1).server().err();
        assert!(error.unwrap().message().contains("ALL_PROXY is not UTF-8"));
    }

    #[test]
    fn an_address_is_not_looked_up() {
        let proxies = Proxies {
            http: variable("socks5://proxy.example"),
            ..Proxies::default()
        };
        for (url, expected) in [
            ("http://verigator.example", "socks5://proxy.example"),
            ("http://192.0.2.1", "socks5h://proxy.example"),
            ("http://[2001:db8::1]", "socks5h://proxy.example"),
        ] {
            let server = proxies.server_for(&url.parse().unwrap()).unwrap();
            assert_eq!(url_of(server).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn credentials_that_socks_has_no_room_for_are_refused() {
        let url: Url = "http://verigator.example".parse().unwrap();
        let used = |bytes: usize| {
            let password = "p".repeat(bytes - "user".len() - "verigator.example".len());
            let text = format!("socks5h://user:{password}@proxy.example");
            parse_proxy("the proxy", &text).unwrap().used_for(&url)
        };
        assert!(used(234).is_ok());
        let error = used(235).err().unwrap();
        assert!(error.message().contains("have 235 bytes"), "{error}");
        assert!(!error.message().contains("ppp"), "{error}");
    }
}
