//! The environment, read only when the caller asks for it: by [`Config::from_env`], or for the proxies alone.

use std::env::{self, VarError};

use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::no_proxy::NoProxy;
use crate::proxies::{Proxies, Proxy};

impl Config {
    /// A configuration from the environment of this process.
    ///
    /// | variable | sets |
    /// |---|---|
    /// | `VERIGATOR_USERNAME`, `VERIGATOR_PASSWORD` | the API credentials; both must be there |
    /// | `VERIGATOR_BASE_URL` | [`Config::set_base_url`] |
    /// | `HTTPS_PROXY` or `https_proxy` | the proxy for an `https` base URL |
    /// | `http_proxy` | the proxy for an `http` base URL; in lower case only, since a CGI server sets `HTTP_PROXY` from a request's header |
    /// | `ALL_PROXY` or `all_proxy` | the proxy where the above say nothing |
    /// | `NO_PROXY` or `no_proxy` | hosts that are reached directly, see below |
    ///
    /// An empty variable counts as not set; of two, the first one named here counts. A proxy is a URL
    /// as [`Config::set_proxy`] takes it, or only `host:port` for one of HTTP; its credentials stand in
    /// the URL, percent-encoded. A proxy is judged when a [`Client`](crate::Client) is made and uses it:
    /// what is set for other programs, for the other scheme or for other hosts may be malformed.
    ///
    /// # `NO_PROXY`
    ///
    /// A list with commas or blanks between its entries:
    ///
    /// | entry | holds for |
    /// |---|---|
    /// | `*` | everything |
    /// | `example`, `.example`, `*.example` | `example` and all names below it, in any case, with a final dot or without |
    /// | `192.0.2.7`, `2001:db8::7`, `[2001:db8::7]` | this IP address, however it is spelt |
    /// | `192.0.2.0/24`, `2001:db8::/32`, `[2001:db8::]/32` | the addresses of this network |
    /// | any of these with a port: `example:8080`, `[2001:db8::7]:8080` | this port only |
    ///
    /// Any other entry holds for nothing. No name is looked up for it: an address holds for a base URL
    /// with an address, and no host is reached directly of itself, not even `localhost`.
    ///
    /// That is how curl reads it, but for what curl does not know. To curl 7.88, as Debian 12 has it,
    ///
    /// - `*` is everything only where it is the whole list, `*.example` is nothing, and neither is an
    ///   entry with a port or in brackets;
    /// - an IPv6 address must be spelt as it is in the URL, and an IPv6 network, or `/0`, is nothing;
    /// - the length of a network is what its text begins with: `192.0.2.0/24x` is `192.0.2.0/24`, and
    ///   `192.0.2.7/` is `192.0.2.7`;
    /// - of two variables, that in lower case counts.
    ///
    /// Newer ones know IPv6 networks and `/0`, and want commas. To Go, `.example` and `*.example` are
    /// only the names below `example`.
    ///
    /// This and [`Config::new`] are the only ways to make a configuration, and nothing but this and
    /// [`set_proxies_from_env`](Self::set_proxies_from_env) in this library reads the environment. Do not call it in a program that runs with more rights
    /// than its caller.
    ///
    /// # Errors
    ///
    /// [`Status::INVALID_CONFIG`](crate::Status::INVALID_CONFIG) names the variable.
    pub fn from_env() -> Result<Self> {
        let mut config = Self::new(
            &required("VERIGATOR_USERNAME")?,
            &required("VERIGATOR_PASSWORD")?,
        )?;
        if let Some(base_url) = variable("VERIGATOR_BASE_URL")? {
            config.set_base_url(&base_url)?;
        }
        config.set_proxies_from_env();
        Ok(config)
    }

    /// Uses the proxies that the environment names, as [`from_env`](Self::from_env) does, for a program whose
    /// other options come from elsewhere. Replaces what was set before.
    pub fn set_proxies_from_env(&mut self) -> &mut Self {
        self.proxies = Proxies {
            https: proxy(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            http: proxy(&["http_proxy", "ALL_PROXY", "all_proxy"]),
            none_for: no_proxy(&["NO_PROXY", "no_proxy"]),
        };
        self
    }
}

/// The proxy that the first of these variables names.
fn proxy(names: &[&'static str]) -> Option<Proxy> {
    first(names).map(|(name, text)| Proxy::Variable(name, Zeroizing::new(text)))
}

fn no_proxy(names: &[&'static str]) -> NoProxy {
    // What is not UTF-8 is no host.
    first(names).map_or_else(NoProxy::default, |(_, list)| {
        NoProxy::parse(&String::from_utf8_lossy(&list))
    })
}

/// The first of these variables that is set, and the bytes of its value.
fn first(names: &[&'static str]) -> Option<(&'static str, Vec<u8>)> {
    let set = |name: &'static str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some((name, value.into_encoded_bytes()))
    };
    names.iter().copied().find_map(set)
}

fn required(name: &'static str) -> Result<String> {
    variable(name)?.ok_or_else(|| {
        Error::invalid_config(format!("{name} is not set; set it to your API credentials"))
    })
}

/// A variable's value; an empty one counts as not set.
fn variable(name: &'static str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::invalid_config(format!(
            "{name} is not UTF-8; set it to plain text"
        ))),
    }
}
