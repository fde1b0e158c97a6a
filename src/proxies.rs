//! Which proxy requests go through, if any.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::url_text;

/// The proxies by the scheme of the base URL, and the hosts that need none.
#[derive(Clone, Default)]
pub(crate) struct Proxies {
    pub(crate) http: Option<ProxyServer>,
    pub(crate) https: Option<ProxyServer>,
    /// Hosts reached directly, in the form of `NO_PROXY`.
    pub(crate) none_for: Option<String>,
}

/// One proxy and the credentials for it.
#[derive(Clone)]
pub(crate) struct ProxyServer {
    pub(crate) url: Url,
    pub(crate) credentials: Option<(String, Zeroizing<String>)>,
}

impl ProxyServer {
    /// Sets what goes into `Proxy-Authorization` (RFC 7617), where a colon ends the username.
    pub(crate) fn set_credentials(
        &mut self,
        username: String,
        password: Zeroizing<String>,
    ) -> Result<()> {
        if username.contains(':') {
            return Err(Error::invalid_config(
                "the proxy username has a colon, which ends it in Basic authentication; pass \
                 username and password apart",
            ));
        }
        self.credentials = Some((username, password));
        Ok(())
    }
}

impl Proxies {
    /// The proxy for requests to `url`.
    pub(crate) fn server_for(&self, url: &Url) -> Option<&ProxyServer> {
        let server = match url.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        server.as_ref().filter(|_| !self.is_direct(url))
    }

    /// Whether `url` is one of the hosts reached directly.
    fn is_direct(&self, url: &Url) -> bool {
        let (Some(none_for), Ok(uri)) = (&self.none_for, url.as_str().parse()) else {
            return false;
        };
        // By the rules of reqwest, which asks this matcher too: one for all others than those.
        let others = Matcher::builder().all("http://proxy").no(none_for.as_str());
        others.build().intercept(&uri).is_none()
    }
}

/// A proxy's address; credentials in the URL itself are the environment's custom.
pub(crate) fn parse_proxy(name: &str, text: &str) -> Result<ProxyServer> {
    let refuse = |why: &str| {
        Error::invalid_config(format!(
            "{name} {} {why}; pass one such as http://proxy.example:3128",
            url_text::shown(text)
        ))
    };
    let mut url = url_text::parse(text).map_err(|why| refuse(&why))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refuse("is no http or https proxy"));
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
    let mut server = ProxyServer {
        url,
        credentials: None,
    };
    if password.is_some() || !username.is_empty() {
        server.set_credentials(username, password.unwrap_or_default())?;
    }
    Ok(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_keeps_its_credentials_out_of_its_url() {
        let server = parse_proxy("HTTPS_PROXY", "http://us%65r:p%40ss@proxy.example:3128").unwrap();
        assert_eq!(server.url.as_str(), "http://proxy.example:3128/");
        let (username, password) = server.credentials.unwrap();
        assert_eq!((username.as_str(), password.as_str()), ("user", "p@ss"));
        assert!(parse_proxy("the proxy", "socks5://h:1").is_err());
        assert!(parse_proxy("the proxy", "http://us%3Aer:pass@h:1").is_err());
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
    fn a_proxy_is_chosen_by_scheme_and_host() {
        let proxy = |name: &str| parse_proxy("the proxy", &format!("http://{name}.example")).ok();
        let proxies = Proxies {
            http: proxy("plain"),
            https: proxy("tls"),
            none_for: Some("direct.example, 192.0.2.0/24".to_owned()),
        };
        for (url, expected) in [
            ("http://verigator.example", Some("plain.example")),
            ("https://verigator.example", Some("tls.example")),
            ("https://direct.example", None),
            ("https://eu.direct.example", None),
            ("http://192.0.2.9:8080", None),
            ("http://198.51.100.9", Some("plain.example")),
        ] {
            let server = proxies.server_for(&url.parse().unwrap());
            let host = server.and_then(|server| server.url.host_str());
            assert_eq!(host, expected, "{url}");
        }
    }
}
