//! Every option of a client, its default and its limits.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Error, Result, Status};
use crate::log::{LogLevel, Logger};
use crate::no_proxy::NoProxy;
use crate::proxies::{Proxies, Proxy, ProxyServer, parse_proxy};
use crate::{option, pem, text, url_text};

/// The options of a [`Client`](crate::Client), each with a default but the credentials.
///
/// A setter checks its value at once. When it refuses, the option stays as it was, and no client is
/// made with this configuration until the option is set well: its default could be weaker than what
/// was asked for.
///
/// ```
/// # use std::time::Duration;
/// let mut config = verigator::Config::new("api-username", "api-password")?;
/// config.set_timeout(Duration::from_secs(10))?.set_max_retries(1)?;
/// # Ok::<(), verigator::Error>(())
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) username: String,
    pub(crate) password: Zeroizing<String>,
    pub(crate) base_url: Url,
    pub(crate) allow_plain_http: bool,
    pub(crate) address: Option<IpAddr>,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) max_retries: u32,
    pub(crate) max_retry_wait: Duration,
    pub(crate) proxies: Proxies,
    pub(crate) tls: TlsOptions,
    pub(crate) user_agent: String,
    pub(crate) user_agent_prefix: Option<String>,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) max_connections: usize,
    pub(crate) max_idle_connections: usize,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) logger: Logger,
    /// The options that were refused and not set well since, in that order.
    refused: Vec<(&'static str, Error)>,
}

/// How the server proves who it is, and how this side does.
#[derive(Clone, Default)]
pub(crate) struct TlsOptions {
    /// The only authorities trusted; the operating system's when empty.
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    pub(crate) client_certificate: Option<Arc<CertifiedKey>>,
    /// SHA-256 of the SubjectPublicKeyInfo of each acceptable server key; any when empty.
    pub(crate) pinned_keys: Vec<[u8; 32]>,
    pub(crate) min_version: TlsVersion,
}

/// A version of TLS. Nothing older than 1.2 is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    #[default]
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl Config {
    /// The address of the hosted service.
    pub const DEFAULT_BASE_URL: &'static str = option::DEFAULT_BASE_URL;

    /// A configuration with these API credentials and the defaults of the setters below.
    ///
    /// They travel as `username:password` in `X-Service-Auth`: so the username has no colon, both
    /// are visible ASCII with blanks only inside, and neither is empty or longer than 1024 bytes.
    ///
    /// # Errors
    ///
    /// [`Status::INVALID_CONFIG`](crate::Status::INVALID_CONFIG) says which rule is broken, never
    /// with the password.
    pub fn new(username: &str, password: &str) -> Result<Self> {
        check_header_text(option::USERNAME, username)?;
        check_header_text(option::PASSWORD, password)?;
        if username.contains(':') {
            return Err(Error::invalid_config(
                "the API username has a colon, which ends the username in X-Service-Auth; \
                 pass username and password apart",
            ));
        }
        Ok(Self {
            username: username.to_owned(),
            password: Zeroizing::new(password.to_owned()),
            base_url: parse_base_url(Self::DEFAULT_BASE_URL)?,
            allow_plain_http: option::DEFAULT_ALLOW_PLAIN_HTTP,
            address: None,
            connect_timeout: option::CONNECT_TIMEOUT.default_time(),
            timeout: option::TIMEOUT.default_time(),
            max_retries: option::MAX_RETRIES.default,
            max_retry_wait: option::MAX_RETRY_WAIT.default_time(),
            proxies: Proxies::default(),
            tls: TlsOptions::default(),
            user_agent: option::DEFAULT_USER_AGENT.to_owned(),
            user_agent_prefix: None,
            user_agent_suffix: None,
            max_connections: option::MAX_CONNECTIONS.default as usize,
            max_idle_connections: option::MAX_IDLE_CONNECTIONS.default as usize,
            idle_timeout: option::IDLE_TIMEOUT.default_time(),
            max_response_bytes: option::MAX_RESPONSE_BYTES.default as usize,
            logger: Logger::default(),
            refused: Vec::new(),
        })
    }

    /// Sets an option by `change`, and remembers whether it was refused.
    pub(crate) fn set(
        &mut self,
        option: &'static str,
        change: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<&mut Self> {
        let is_option = |refused: &(&str, Error)| refused.0 == option;
        match change(self) {
            Ok(()) => {
                self.refused.retain(|refused| !is_option(refused));
                Ok(self)
            }
            Err(error) => {
                if !self.refused.iter().any(is_option) {
                    self.refused.push((option, error.clone()));
                }
                Err(error)
            }
        }
    }

    /// Sets where the service is. Default: [`Config::DEFAULT_BASE_URL`].
    ///
    /// An `https` or `http` URL of at most 2048 bytes, without credentials, query or fragment; a path
    /// is put before the contract's own, which begins with `/v1`. `http` is for a loopback address or `localhost`, unless
    /// [`set_allow_plain_http`](Self::set_allow_plain_http) says otherwise.
    pub fn set_base_url(&mut self, base_url: &str) -> Result<&mut Self> {
        self.set("base_url", |config| {
            config.base_url = parse_base_url(base_url)?;
            Ok(())
        })
    }

    /// Allows `http` to an address that is not loopback. Default: false.
    ///
    /// Whoever can touch the traffic can then read the credentials and answer "verified".
    pub fn set_allow_plain_http(&mut self, allow: bool) -> &mut Self {
        self.allow_plain_http = allow;
        self
    }

    /// Connects to this IP address instead of looking up the name in the base URL. Default: none.
    ///
    /// The name still goes into `Host` and is what the server's certificate must match. For a host
    /// program that resolves names itself or must not have a thread started for a lookup. Not beside
    /// a base URL that holds another IP address, or a proxy that looks the name up itself, which all
    /// but `socks5` do.
    pub fn set_address(&mut self, address: &str) -> Result<&mut Self> {
        self.set("address", |config| {
        check_text(option::ADDRESS, address)?;
        config.address = Some(address.parse().map_err(|_| {
            Error::invalid_config(format!(
                "the address {address:?} is not an IP address; pass one such as 192.0.2.7 or 2001:db8::7"
            ))
        })?);
        Ok(())
        })
    }

    /// Sets how long a connection may take to be made: name, TCP and TLS. Default: 5 s; 1 ms to 1 hour.
    pub fn set_connect_timeout(&mut self, timeout: Duration) -> Result<&mut Self> {
        self.set("connect_timeout", |config| {
            config.connect_timeout = option::CONNECT_TIMEOUT.check_time(timeout)?;
            Ok(())
        })
    }

    /// Sets the deadline of a whole call, with its retries and its waiting. Default: 30 s; 1 ms to 1 hour.
    pub fn set_timeout(&mut self, timeout: Duration) -> Result<&mut Self> {
        self.set("timeout", |config| {
            config.timeout = option::TIMEOUT.check_time(timeout)?;
            Ok(())
        })
    }

    /// Sets how often a call that can safely be repeated is repeated. Default: 2; 0 to 10.
    ///
    /// Repeated is a request of which no byte was sent, and a GET or DELETE that met a broken
    /// connection, 429, 502, 503 or 504. A start or a verify that may have arrived never is, nor is
    /// what took too long.
    /// A kept connection that breaks on its next use is replaced at once, which is not counted.
    pub fn set_max_retries(&mut self, retries: u32) -> Result<&mut Self> {
        self.set("max_retries", |config| {
            config.max_retries = option::MAX_RETRIES.check(retries)?;
            Ok(())
        })
    }

    /// Sets the longest wait between two attempts. Default: 2 s; 1 ms to 1 hour.
    ///
    /// A longer `Retry-After` is not waited for: the call ends with the service's status.
    pub fn set_max_retry_wait(&mut self, wait: Duration) -> Result<&mut Self> {
        self.set("max_retry_wait", |config| {
            config.max_retry_wait = option::MAX_RETRY_WAIT.check_time(wait)?;
            Ok(())
        })
    }

    /// Sends all requests through a proxy. Default: none.
    ///
    /// | `url` | the proxy |
    /// |---|---|
    /// | `http://host:port`, `https://host:port` | of HTTP; it looks the name in the base URL up |
    /// | `socks5h://host:port` | of SOCKS 5 (RFC 1928); it looks the name up |
    /// | `socks5://host:port` | of SOCKS 5; the name is looked up here, and the proxy told the address |
    ///
    /// Without a port it is 80, 443 or 1080. An `https` base URL is reached by CONNECT or SOCKS, so
    /// that no proxy sees any of it.
    ///
    /// The credentials are for Basic authentication (RFC 7617) or that of SOCKS (RFC 1929). Only an
    /// `https` proxy gets them by TLS. A SOCKS proxy that is given them must ask for them, and they and
    /// the host of the base URL are at most 234 bytes together.
    pub fn set_proxy(&mut self, url: &str, credentials: Option<(&str, &str)>) -> Result<&mut Self> {
        self.set("proxy", |config| {
            let name = option::PROXY;
            check_text(name, url)?;
            let mut server = parse_proxy(name, url)?;
            if let Some((username, password)) = credentials {
                check_header_text(option::PROXY_USERNAME, username)?;
                check_header_text(option::PROXY_PASSWORD, password)?;
                let password = Zeroizing::new(password.to_owned());
                server.set_credentials(name, username.to_owned(), password)?;
            }
            let proxy = Proxy::Set(server);
            config.proxies = Proxies {
                http: Some(proxy.clone()),
                https: Some(proxy),
                none_for: NoProxy::default(),
            };
            Ok(())
        })
    }

    /// Uses no proxy, whatever was set before or is in the environment.
    pub fn unset_proxy(&mut self) -> &mut Self {
        self.refused.retain(|(option, _)| *option != "proxy");
        self.proxies = Proxies::default();
        self
    }

    /// Trusts these certificate authorities and no others. Default: those of the operating system.
    ///
    /// `pem` holds one or more certificates; it replaces what was set before.
    pub fn set_ca_pem(&mut self, pem: &[u8]) -> Result<&mut Self> {
        self.set("ca", |config| {
            config.tls.authorities = authorities(option::CA_PEM, pem)?;
            Ok(())
        })
    }

    /// [`set_ca_pem`](Self::set_ca_pem) from a file, which is read now.
    pub fn set_ca_file(&mut self, path: impl AsRef<Path>) -> Result<&mut Self> {
        let path = path.as_ref();
        self.set("ca", |config| {
            let pem = pem::read_file(option::CA_FILE, path)?;
            let name = format!("{} {path:?}", option::CA_FILE);
            config.tls.authorities = authorities(&name, &pem)?;
            Ok(())
        })
    }

    /// Presents a client certificate. Default: none.
    ///
    /// `chain` is PEM, the client's own certificate first; `key` its unencrypted private key.
    pub fn set_client_certificate_pem(&mut self, chain: &[u8], key: &[u8]) -> Result<&mut Self> {
        self.set("client_certificate", |config| {
            let chain = pem::certificates(option::CLIENT_CERTIFICATE, chain)?;
            let key = pem::private_key(option::CLIENT_KEY, key)?;
            let certified = CertifiedKey::from_der(chain, key, &ring::default_provider());
            config.tls.client_certificate = Some(Arc::new(certified.map_err(|error| {
                Error::invalid_config(format!(
                    "the client certificate and its key cannot be used: {}",
                    pem::words(&error)
                ))
            })?));
            Ok(())
        })
    }

    /// [`set_client_certificate_pem`](Self::set_client_certificate_pem) from files, read now.
    pub fn set_client_certificate_file(
        &mut self,
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<&mut Self> {
        self.set("client_certificate", |config| {
            let chain = pem::read_file(option::CLIENT_CERTIFICATE_FILE, chain.as_ref())?;
            let key = Zeroizing::new(pem::read_file(option::CLIENT_KEY_FILE, key.as_ref())?);
            config.set_client_certificate_pem(&chain, &key).map(drop)
        })
    }

    /// Accepts only a server whose public key is pinned; call again for a second key. Default: any.
    ///
    /// `pin` is `sha256//` and the base64 of the SHA-256 of the key's SubjectPublicKeyInfo (the
    /// form of curl's `--pinnedpubkey`). The certificate must be valid as well.
    pub fn add_pinned_key(&mut self, pin: &str) -> Result<&mut Self> {
        self.set("pinned_key", |config| {
            check_text(option::PINNED_KEY, pin)?;
            let digest = pin
                .strip_prefix("sha256//")
                .and_then(|base64| BASE64.decode(base64.as_bytes()).ok())
                .and_then(|digest| digest.try_into().ok())
                .ok_or_else(|| {
                    Error::invalid_config(format!(
                        "the pinned key {pin:?} is not sha256// and the base64 of 32 bytes"
                    ))
                })?;
            config.tls.pinned_keys.push(digest);
            Ok(())
        })
    }

    /// Sets the oldest TLS version spoken. Default: 1.2.
    pub fn set_min_tls_version(&mut self, version: TlsVersion) -> &mut Self {
        self.tls.min_version = version;
        self
    }

    /// Sets what stands in the place of the library's own product in the `User-Agent`, as a binding
    /// does to name itself. Default: `libverigator/` and the version.
    ///
    /// One product or more; 1 to 1024 bytes of printable ASCII. The prefix is before them, the suffix after.
    pub fn set_user_agent(&mut self, products: &str) -> Result<&mut Self> {
        self.set("user_agent", |config| {
            check_header_text(option::USER_AGENT, products)?;
            config.user_agent = products.to_owned();
            Ok(())
        })
    }

    /// Puts a product of the caller's into the `User-Agent` before the library's or the binding's, such as
    /// `my-library/1.0`. Default: none.
    pub fn set_user_agent_prefix(&mut self, prefix: &str) -> Result<&mut Self> {
        self.set("user_agent_prefix", |config| {
            check_header_text(option::USER_AGENT_PREFIX, prefix)?;
            config.user_agent_prefix = Some(prefix.to_owned());
            Ok(())
        })
    }

    /// Adds a product of the caller's to the `User-Agent` after the library's or the binding's, such as
    /// `my-vpn/2.1`. Default: none.
    pub fn set_user_agent_suffix(&mut self, suffix: &str) -> Result<&mut Self> {
        self.set("user_agent_suffix", |config| {
            check_header_text(option::USER_AGENT_SUFFIX, suffix)?;
            config.user_agent_suffix = Some(suffix.to_owned());
            Ok(())
        })
    }

    /// Sets how many idle connections are kept for later calls. Default: 16; 0 to 1024.
    ///
    /// It does not limit how many calls run at once.
    pub fn set_max_idle_connections(&mut self, most: usize) -> Result<&mut Self> {
        self.set("max_idle_connections", |config| {
            config.max_idle_connections = option::MAX_IDLE_CONNECTIONS.check(most)? as usize;
            Ok(())
        })
    }

    /// Sets how many connections a queue makes at most, and so how many of its calls run at once.
    /// Default: 256; 1 to 65536.
    ///
    /// The others wait in order, their deadlines running. It does not limit calls that block.
    pub fn set_max_connections(&mut self, most: usize) -> Result<&mut Self> {
        self.set("max_connections", |config| {
            config.max_connections = option::MAX_CONNECTIONS.check(most)? as usize;
            Ok(())
        })
    }

    /// Sets how long an idle connection may be used again. Default: 30 s; 1 ms to 1 hour.
    ///
    /// Keep it below the idle timeout of the server and of what stands before it.
    pub fn set_idle_timeout(&mut self, timeout: Duration) -> Result<&mut Self> {
        self.set("idle_timeout", |config| {
            config.idle_timeout = option::IDLE_TIMEOUT.check_time(timeout)?;
            Ok(())
        })
    }

    /// Sets the most bytes read of a reply's body. Default: 1048576; 1 to 67108864.
    pub fn set_max_response_bytes(&mut self, most: usize) -> Result<&mut Self> {
        self.set("max_response_bytes", |config| {
            config.max_response_bytes = option::MAX_RESPONSE_BYTES.check(most)? as usize;
            Ok(())
        })
    }

    /// Hands log lines of `level` and above to `callback`. Default: none.
    ///
    /// It is called on the thread that makes the call, between the steps of the call, and may
    /// itself use the library. No line holds a password, a token or a body.
    pub fn set_log(
        &mut self,
        level: LogLevel,
        callback: impl Fn(LogLevel, &str) + Send + Sync + 'static,
    ) -> &mut Self {
        self.logger = Logger::Callback(level, Arc::new(callback));
        self
    }

    /// Has each call keep its log lines of `level` and above. Not beside a callback.
    #[cfg_attr(not(feature = "capi"), allow(dead_code))]
    pub(crate) fn set_call_log(&mut self, level: LogLevel) -> &mut Self {
        self.logger = Logger::Kept(level);
        self
    }

    /// Refuses options that were refused before, and what only shows when all are known.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some((option, error)) = self.refused.first() {
            let why = format!(
                "{option} was refused, and not set since: {}",
                error.message()
            );
            return Err(Error::new(error.status(), why));
        }
        let proxy = self.proxies.server_for(&self.base_url)?;
        self.check_address(proxy.as_ref())?;
        let is_plain = self.base_url.scheme() == "http";
        if is_plain && !self.allow_plain_http && !self.is_loopback(proxy.as_ref()) {
            return Err(Error::invalid_config(format!(
                "the base URL {} is plain http and leaves this machine, so credentials and answers \
                 could be read and forged on the way; use https, or allow plain http",
                self.base_url
            )));
        }
        Ok(())
    }

    /// Whether the server, or the proxy before it, is spoken to over TLS.
    pub(crate) fn speaks_tls(&self) -> Result<bool> {
        let is_https = |url: &Url| url.scheme() == "https";
        let proxy = self.proxies.server_for(&self.base_url)?;
        Ok(is_https(&self.base_url) || proxy.is_some_and(|proxy| is_https(&proxy.url)))
    }

    /// An address that would be passed over is a mistake.
    fn check_address(&self, proxy: Option<&ProxyServer>) -> Result<()> {
        let Some(address) = self.address else {
            return Ok(());
        };
        let why = match (url_text::literal(&self.base_url), proxy) {
            (Some(literal), _) if literal != address => {
                format!("the base URL {} holds another", self.base_url)
            }
            (None, Some(proxy)) if proxy.looks_names_up() => {
                format!("the proxy {} looks the name up itself", proxy.url)
            }
            _ => return Ok(()),
        };
        Err(Error::invalid_config(format!(
            "the address {address} cannot be used, since {why}; leave out one of them"
        )))
    }

    /// Whether requests stay on this machine. A proxy may send them anywhere by their name.
    fn is_loopback(&self, proxy: Option<&ProxyServer>) -> bool {
        let is_loopback = |url: &Url| match url_text::literal(url) {
            Some(address) => address.is_loopback(),
            // Not the names below it, which are looked up like any other.
            None => url.host_str() == Some("localhost"),
        };
        let is_service_here = match self.address {
            Some(address) => address.is_loopback(),
            None => is_loopback(&self.base_url),
        };
        is_service_here && proxy.is_none_or(|proxy| is_loopback(&proxy.url))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("username", &self.username)
            .field("base_url", &self.base_url.as_str())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn parse_base_url(text: &str) -> Result<Url> {
    check_text(option::BASE_URL, text)?;
    let refuse = |why: &str| {
        Error::invalid_config(format!(
            "{} {} {why}; pass one such as {}",
            option::BASE_URL,
            url_text::shown(text),
            Config::DEFAULT_BASE_URL
        ))
    };
    let mut url = url_text::parse(text).map_err(|why| refuse(&why))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("is neither https nor http"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds credentials, which have their own arguments"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or fragment"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/v1") {
        return Err(refuse("ends in /v1, which is put there anyway"));
    }
    url.set_path(&path);
    Ok(url)
}

fn authorities(name: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = pem::certificates(name, pem)?;
    let mut store = rustls::RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|error| {
            Error::invalid_config(format!(
                "{name} holds a certificate that cannot be used: {}",
                pem::words(&error)
            ))
        })?;
    }
    Ok(certificates)
}

fn check_text(name: &str, text: &str) -> Result<()> {
    text::check(Status::INVALID_CONFIG, name, text)
}

/// Text for a header: visible ASCII, blanks only inside (outer ones are lost on the way).
fn check_header_text(name: &str, text: &str) -> Result<()> {
    check_text(name, text)?;
    let problem = if text.is_empty() {
        "is empty"
    } else if text.len() > option::LONGEST_HEADER_TEXT {
        &format!("is longer than {} bytes", option::LONGEST_HEADER_TEXT)
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        "has a character that is not printable ASCII"
    } else if text.starts_with(' ') || text.ends_with(' ') {
        "starts or ends with a blank, which HTTP would drop"
    } else {
        return Ok(());
    };
    Err(Error::invalid_config(format!("{name} {problem}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;
    use crate::error::Status;

    const LONGEST_TIME: Duration = Duration::from_secs(3600);

    fn config() -> Config {
        Config::new("user", "secret-password").unwrap()
    }

    /// A text of a case, which may be given by what is repeated in it.
    fn text_of(value: &serde_json::Value) -> String {
        match value.as_str() {
            Some(text) => text.to_owned(),
            None => {
                let (text, times) = (&value["repeat"], &value["times"]);
                text.as_str()
                    .unwrap()
                    .repeat(times.as_u64().unwrap() as usize)
            }
        }
    }

    /// The server has the same rule for its accounts, and reads the same cases.
    #[test]
    fn what_an_account_of_the_server_may_be_called_can_be_sent_and_nothing_else() {
        let cases = include_str!("../tests/data/credentials.json");
        let cases: Vec<serde_json::Value> = serde_json::from_str(cases).unwrap();
        for case in cases {
            let outcome = Config::new(&text_of(&case["username"]), &text_of(&case["password"]));
            match (outcome, case["problem"].as_str()) {
                (Ok(_), None) => (),
                (Err(error), Some(problem)) => {
                    assert_eq!(error.status(), Status::INVALID_CONFIG, "{case}");
                    assert!(error.to_string().contains(problem), "{case}: {error}");
                }
                (outcome, _) => panic!("{case}: {outcome:?}"),
            }
        }
    }

    #[test]
    fn credentials_that_could_be_mistaken_for_others_are_refused() {
        for (username, password) in [
            ("a:b", "c"),
            ("", "p"),
            ("u", ""),
            ("u\r\nX: y", "p"),
            ("u", "p\0"),
            ("ü", "p"),
            ("u", "pä"),
            (" u", "p"),
            ("u", "p "),
            ("u\t", "p"),
        ] {
            let error = Config::new(username, password).unwrap_err();
            assert_eq!(
                error.status(),
                Status::INVALID_CONFIG,
                "{username:?} {password:?}"
            );
        }
        assert!(Config::new("user name", "pass: word").is_ok());
    }

    #[test]
    fn neither_debug_nor_a_message_shows_the_password() {
        assert!(!format!("{:?}", config()).contains("secret-password"));
        let error = Config::new("u", "secret-password\n").unwrap_err();
        assert!(!format!("{error:?}{error}").contains("secret"));
        let error = config()
            .set_base_url("ftp://user:secret@host/")
            .unwrap_err();
        assert!(!error.message().contains("secret"), "{error}");
    }

    /// And not by the names of rustls' own types.
    #[test]
    fn what_is_wrong_with_a_certificate_or_key_is_told_in_a_sentence() {
        let make = || rcgen::generate_simple_self_signed(["client.test".to_owned()]).unwrap();
        let (one, other) = (make(), make());
        let (chain, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        let garbage = |label| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        let no_certificate = garbage("CERTIFICATE");
        for (chain, key, part) in [
            (
                &chain,
                &other.signing_key.serialize_pem(),
                "the key is that of another",
            ),
            (&no_certificate, &key, "it is malformed"),
            (&chain, &garbage("PRIVATE KEY"), "the key is malformed"),
        ] {
            let mut config = config();
            let set = config.set_client_certificate_pem(chain.as_bytes(), key.as_bytes());
            let error = set.unwrap_err();
            assert!(error.message().contains(part), "{error}");
        }
        let error = config().set_ca_pem(no_certificate.as_bytes()).unwrap_err();
        assert!(error.message().contains("it is malformed"), "{error}");
    }

    #[test]
    fn a_base_url_has_a_longest() {
        let url = |length: usize| format!("https://h/{}", "p".repeat(length - "https://h/".len()));
        assert!(config().set_base_url(&url(2048)).is_ok());
        let error = config().set_base_url(&url(2049)).unwrap_err();
        assert!(error.message().len() < 512, "{error}");
    }

    #[test]
    fn a_base_url_is_checked_and_its_trailing_slash_dropped() {
        for url in [
            "",
            "api.verigator.com",
            "ftp://h",
            "https://",
            "https://u:p@h",
            "https://h?q",
            "https://h/#f",
            "file:///etc/passwd",
            "https://h/v1",
            "https://h/gateway/v1/",
        ] {
            assert!(config().set_base_url(url).is_err(), "{url}");
        }
        let mut config = config();
        config
            .set_base_url("https://gateway.example/verigator/")
            .unwrap();
        assert_eq!(config.base_url.path(), "/verigator");
    }

    #[test]
    fn plain_http_is_for_loopback_unless_allowed() {
        for (url, allowed) in [
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost:8080", true),
            ("http://192.0.2.1", false),
            ("http://localhost.example", false),
            // Looked up like any other name.
            ("http://verigator.localhost", false),
            ("https://verigator.example", true),
        ] {
            let mut config = config();
            config.set_base_url(url).unwrap();
            assert_eq!(config.check().is_ok(), allowed, "{url}");
            config.set_allow_plain_http(true);
            assert!(config.check().is_ok());
        }
    }

    #[test]
    fn plain_http_to_a_name_is_judged_by_the_address_set_for_it() {
        for (address, allowed) in [("127.0.0.1", true), ("::1", true), ("192.0.2.1", false)] {
            let mut config = config();
            config.set_base_url("http://verigator.example").unwrap();
            config.set_address(address).unwrap();
            assert_eq!(config.check().is_ok(), allowed, "{address}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine_through_a_proxy_of_its_own_only() {
        for (url, proxy, allowed) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:3128", true),
            ("http://localhost:8080", "http://localhost:3128", true),
            ("http://127.0.0.1:8080", "http://proxy.example:3128", false),
            ("http://127.0.0.1:8080", "https://proxy.example:3128", false),
            ("http://verigator.example", "http://127.0.0.1:3128", false),
            ("http://127.0.0.1:8080", "socks5://127.0.0.1:1080", true),
            ("http://localhost:8080", "socks5h://LocalHost:1080", true),
            (
                "http://127.0.0.1:8080",
                "socks5://proxy.example:1080",
                false,
            ),
            ("http://verigator.example", "socks5://127.0.0.1:1080", false),
            (
                "http://verigator.example",
                "socks5h://127.0.0.1:1080",
                false,
            ),
        ] {
            let mut config = config();
            config.set_base_url(url).unwrap();
            config.set_proxy(proxy, None).unwrap();
            assert_eq!(config.check().is_ok(), allowed, "{url} {proxy}");
            config.proxies.none_for = NoProxy::parse("127.0.0.0/8");
            let is_reached_directly = url.contains("//127.");
            assert_eq!(
                config.check().is_ok(),
                allowed || is_reached_directly,
                "{url}"
            );
        }
    }

    #[test]
    fn a_proxy_username_ends_before_its_colon() {
        let credentials = Some(("user:pass", "word"));
        let mut config = config();
        let error = config
            .set_proxy("http://proxy.example", credentials)
            .unwrap_err();
        assert!(error.message().contains("colon"), "{error}");
    }

    #[test]
    fn an_address_that_would_be_passed_over_is_refused() {
        let with_address = |url: &str| {
            let mut config = config();
            config.set_base_url(url).unwrap();
            config.set_address("127.0.0.1").unwrap();
            config
        };
        for url in ["http://192.0.2.1", "https://[2001:db8::1]"] {
            let error = with_address(url).check().unwrap_err();
            assert!(error.message().contains(url), "{error}");
        }
        for url in ["http://verigator.example", "https://verigator.example"] {
            for proxy in ["http://proxy.example:3128", "socks5h://proxy.example"] {
                let mut config = with_address(url);
                config.set_proxy(proxy, None).unwrap();
                let error = config.check().unwrap_err();
                assert!(error.message().contains("proxy.example"), "{error}");
            }
        }
    }

    #[test]
    fn an_address_is_told_to_a_proxy_that_looks_no_names_up() {
        for (address, proxy, allowed) in [
            ("127.0.0.1", "socks5://127.0.0.1:1080", true),
            ("192.0.2.1", "socks5://127.0.0.1:1080", false),
            ("127.0.0.1", "socks5://proxy.example:1080", false),
        ] {
            let mut config = config();
            config.set_base_url("http://verigator.example").unwrap();
            config.set_address(address).unwrap();
            config.set_proxy(proxy, None).unwrap();
            assert_eq!(config.check().is_ok(), allowed, "{address} {proxy}");
            config.set_allow_plain_http(true);
            assert!(config.check().is_ok(), "{address} {proxy}");
        }
    }

    #[test]
    fn a_proxy_of_the_environment_is_judged_by_the_base_url_set_after_it() {
        let mut config = config();
        let text = Zeroizing::new(b"socks4://proxy.example".to_vec());
        config.proxies.http = Some(Proxy::Variable("http_proxy", text));
        assert!(config.check().is_ok());
        config.set_base_url("http://127.0.0.1:8080").unwrap();
        let error = config.check().unwrap_err();
        assert_eq!(error.status(), Status::INVALID_CONFIG);
        assert!(error.message().contains("http_proxy"), "{error}");
        config.set_proxy("http://127.0.0.1:3128", None).unwrap();
        assert!(config.check().is_ok());
    }

    #[test]
    fn limits_are_kept_and_a_refused_value_changes_nothing() {
        let mut config = config();
        assert!(config.set_timeout(Duration::ZERO).is_err());
        assert!(config.set_timeout(Duration::from_secs(3601)).is_err());
        assert!(config.set_connect_timeout(Duration::ZERO).is_err());
        assert!(config.set_max_retries(11).is_err());
        assert!(config.set_max_idle_connections(1025).is_err());
        assert!(config.set_max_response_bytes(0).is_err());
        assert!(config.set_max_response_bytes((64 << 20) + 1).is_err());
        assert!(config.set_user_agent_suffix("a\nb").is_err());
        assert!(config.set_address("host").is_err());
        assert_eq!(config.timeout, Duration::from_secs(30));
        assert_eq!(config.max_retries, 2);
    }

    type Setter = fn(&mut Config) -> Result<&mut Config>;

    /// Each option that can be refused, by each of its setters: so that it is, and well.
    const OPTIONS: [(&str, Setter, Setter); 21] = [
        (
            "base_url",
            |config| config.set_base_url("ftp://h"),
            |config| config.set_base_url("https://verigator.example"),
        ),
        (
            "address",
            |config| config.set_address("host"),
            |config| config.set_address("192.0.2.7"),
        ),
        (
            "connect_timeout",
            |config| config.set_connect_timeout(Duration::ZERO),
            |config| config.set_connect_timeout(LONGEST_TIME),
        ),
        (
            "timeout",
            |config| config.set_timeout(LONGEST_TIME * 2),
            |config| config.set_timeout(LONGEST_TIME),
        ),
        (
            "max_retries",
            |config| config.set_max_retries(11),
            |config| config.set_max_retries(10),
        ),
        (
            "max_retry_wait",
            |config| config.set_max_retry_wait(Duration::ZERO),
            |config| config.set_max_retry_wait(LONGEST_TIME),
        ),
        (
            "proxy",
            |config| config.set_proxy("ftp://proxy.example", None),
            |config| config.set_proxy("socks5://127.0.0.1", None),
        ),
        (
            "proxy",
            |config| config.set_proxy("http://proxy.example", Some(("a:b", "c"))),
            |config| Ok(config.unset_proxy()),
        ),
        (
            "ca",
            |config| config.set_ca_pem(b"garbage"),
            |config| config.set_ca_pem(certificate_and_key().0.as_bytes()),
        ),
        (
            "ca",
            |config| config.set_ca_file("/nonexistent/ca.pem"),
            |config| config.set_ca_file(file(&certificate_and_key().0)),
        ),
        (
            "client_certificate",
            |config| config.set_client_certificate_pem(b"", b""),
            |config| {
                let (certificate, key) = certificate_and_key();
                config.set_client_certificate_pem(certificate.as_bytes(), key.as_bytes())
            },
        ),
        (
            "client_certificate",
            |config| config.set_client_certificate_file("/nonexistent/chain", "/nonexistent/key"),
            |config| {
                let (certificate, key) = certificate_and_key();
                config.set_client_certificate_file(file(&certificate), file(&key))
            },
        ),
        (
            "pinned_key",
            |config| config.add_pinned_key("sha256//"),
            |config| config.add_pinned_key(&format!("sha256//{}", BASE64.encode(&[7; 32]))),
        ),
        (
            "user_agent",
            |config| config.set_user_agent(""),
            |config| config.set_user_agent("binding/1 libverigator/1"),
        ),
        (
            "user_agent_prefix",
            |config| config.set_user_agent_prefix(""),
            |config| config.set_user_agent_prefix("my-library/1.0"),
        ),
        (
            "user_agent_suffix",
            |config| config.set_user_agent_suffix("a\nb"),
            |config| config.set_user_agent_suffix("my-vpn/2.1"),
        ),
        (
            "max_connections",
            |config| config.set_max_connections(0),
            |config| config.set_max_connections(1),
        ),
        (
            "max_idle_connections",
            |config| config.set_max_idle_connections(1025),
            |config| config.set_max_idle_connections(0),
        ),
        (
            "idle_timeout",
            |config| config.set_idle_timeout(Duration::ZERO),
            |config| config.set_idle_timeout(LONGEST_TIME),
        ),
        (
            "max_response_bytes",
            |config| config.set_max_response_bytes(0),
            |config| config.set_max_response_bytes(1),
        ),
        (
            "max_response_bytes",
            |config| config.set_max_response_bytes((64 << 20) + 1),
            |config| config.set_max_response_bytes(64 << 20),
        ),
    ];

    fn certificate_and_key() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["verigator.example".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    /// A file with this text, as long as it is kept.
    fn file(text: &str) -> tempfile::TempPath {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        file.into_temp_path()
    }

    #[test]
    fn after_a_refusal_no_client_is_made_until_the_option_itself_is_set_well() {
        for (option, refuse, set) in OPTIONS {
            let mut config = config();
            let refusal = refuse(&mut config).unwrap_err();
            let is_refused = |config: &Config| {
                let error = Client::new(config).unwrap_err();
                assert_eq!(error.status(), refusal.status(), "{option}: {error}");
                let named = format!("{option} was refused");
                assert!(error.message().starts_with(&named), "{error}");
                assert!(error.message().ends_with(refusal.message()), "{error}");
            };
            is_refused(&config);
            is_refused(&config.clone());
            for (_, _, set_other) in OPTIONS.iter().filter(|other| other.0 != option) {
                set_other(&mut config).unwrap();
                is_refused(&config);
            }
            set(&mut config).unwrap();
            assert!(Client::new(&config).is_ok(), "{option}");
        }
    }

    /// Nor is one forgotten over another.
    #[test]
    fn of_several_refusals_each_is_told_in_turn() {
        let mut config = config();
        for (_, refuse, _) in OPTIONS {
            refuse(&mut config).unwrap_err();
        }
        for (option, _, set) in OPTIONS {
            if config.refused.iter().any(|refused| refused.0 == option) {
                let error = Client::new(&config).unwrap_err();
                assert!(error.message().starts_with(option), "{option}: {error}");
            }
            set(&mut config).unwrap();
        }
        assert!(Client::new(&config).is_ok());
    }

    #[test]
    fn a_pin_is_the_base64_of_a_sha256() {
        let pin = format!("sha256//{}", BASE64.encode(&[7; 32]));
        let mut config = config();
        assert!(config.add_pinned_key(&pin).is_ok());
        for bad in ["", "sha256//", "sha1//AAAA", &pin[..pin.len() - 4]] {
            assert!(config.add_pinned_key(bad).is_err(), "{bad}");
        }
        assert_eq!(config.tls.pinned_keys, [[7; 32]]);
    }

    #[test]
    fn a_ca_bundle_must_hold_a_certificate() {
        for pem in [
            "",
            "garbage",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            assert!(config().set_ca_pem(pem.as_bytes()).is_err(), "{pem}");
        }
        let error = config().set_ca_file("/nonexistent/ca.pem").unwrap_err();
        assert!(error.message().contains("/nonexistent/ca.pem"), "{error}");
    }
}
