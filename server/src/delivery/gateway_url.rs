//! Where a gateway may be: messages hold PINs, so they leave this machine encrypted or not at all.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The address of a gateway: `https`, or `http` to this machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayUrl(Url);

impl GatewayUrl {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether requests to it are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

/// Shown without its query, which may hold a key.
impl fmt::Display for GatewayUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.query().is_some() {
            shown.set_query(Some("..."));
        }
        shown.fmt(formatter)
    }
}

impl FromStr for GatewayUrl {
    type Err = String;

    /// Fails with what is wrong. What was written is not repeated: there may be a key in it.
    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| {
            format!("the URL cannot be read: {error}; write it as in https://gateway.example/sms")
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the URL has a name or password in it, which every list of processes would show"
                    .to_owned(),
            );
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_this_machine(&url) => Ok(Self(url)),
            "http" => Err(
                "the URL is http, and its host is not this machine: PINs go there by https only"
                    .to_owned(),
            ),
            other => Err(format!("the URL is {other}; it must be https")),
        }
    }
}

/// Whether the host of an URL is this machine.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    host == "localhost" || address.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_elsewhere_are_reached_by_https_only() {
        for good in [
            "https://gateway.example/sms",
            "http://127.0.0.1:8080/",
            "http://127.9.9.9/",
            "http://[::1]:8080/sms",
            "http://localhost/sms",
        ] {
            assert!(good.parse::<GatewayUrl>().is_ok(), "{good}");
        }
        for (bad, told) in [
            ("http://gateway.example/sms", "https only"),
            ("http://10.0.0.1/", "https only"),
            ("http://localhost.example/", "https only"),
            ("ftp://127.0.0.1/", "must be https"),
            ("gateway.example/sms", "cannot be read"),
            ("https://me:secret@gateway.example/", "name or password"),
        ] {
            let problem = bad.parse::<GatewayUrl>().unwrap_err();
            assert!(problem.contains(told), "{bad}: {problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }

    #[test]
    fn a_key_in_the_query_is_not_shown() {
        let url: GatewayUrl = "https://gateway.example/sms?key=secret".parse().unwrap();
        assert_eq!(url.to_string(), "https://gateway.example/sms?...");
    }
}
