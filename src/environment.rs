//! The environment, read only when the caller asks for it by [`Config::from_env`].

use std::env::{self, VarError};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::proxies::{Proxies, ProxyServer, parse_proxy};

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
    /// | `NO_PROXY` or `no_proxy` | hosts that are reached directly: names (with those below them; `*` is all) and IP addresses or networks, with commas between |
    ///
    /// This and [`Config::new`] are the only ways to make a configuration, and nothing else in
    /// this library reads the environment. Do not call it in a program that runs with more rights
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
        config.proxies = Proxies {
            https: proxy(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?,
            http: proxy(&["http_proxy", "ALL_PROXY", "all_proxy"])?,
            none_for: first(&["NO_PROXY", "no_proxy"])?.map(|(_, hosts)| hosts),
        };
        Ok(config)
    }
}

/// The proxy that the first of these variables names; without a scheme it is an `http` proxy.
fn proxy(names: &[&'static str]) -> Result<Option<ProxyServer>> {
    let Some((name, address)) = first(names)? else {
        return Ok(None);
    };
    let url = if address.contains("://") {
        address
    } else {
        format!("http://{address}")
    };
    parse_proxy(name, &url).map(Some)
}

/// The first of these variables that is set, and its value.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
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
