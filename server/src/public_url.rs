//! Where the server can be reached from outside.

use std::str::FromStr;

use reqwest::Url;

use crate::delivery::gateway_url::is_this_machine;

/// The address that others reach the server by, without a slash at its end. It is what an operator says
/// that it is: of a request, neither `Host` nor what a proxy adds counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address of a path, which begins with a slash.
    pub fn of(&self, path: &str) -> String {
        let base = self.0.as_str().trim_end_matches('/');
        format!("{base}{path}")
    }

    /// The same with the port, though it be that of the scheme, and without one: some that sign an address
    /// drop it, or add it.
    pub fn spellings_of(&self, path: &str) -> [String; 2] {
        let (scheme, host) = (self.0.scheme(), self.0.host_str().unwrap_or_default());
        let port = self.0.port_or_known_default().unwrap_or_default();
        let base = self.0.path().trim_end_matches('/');
        [
            format!("{scheme}://{host}{base}{path}"),
            format!("{scheme}://{host}:{port}{base}{path}"),
        ]
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| {
            format!("the URL cannot be read: {error}; write it as in https://login.example.com")
        })?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_bare {
            return Err("write scheme, host and perhaps a path alone".to_owned());
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_this_machine(&url) => Ok(Self(url)),
            _ => Err("the URL must be https, or http on this machine".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_spelt_with_and_without_its_port() {
        for (url, of, without, with) in [
            (
                "https://login.example.com",
                "https://login.example.com/r",
                "https://login.example.com/r",
                "https://login.example.com:443/r",
            ),
            (
                "https://Login.example.com:8443/base/",
                "https://login.example.com:8443/base/r",
                "https://login.example.com/base/r",
                "https://login.example.com:8443/base/r",
            ),
        ] {
            let url: PublicUrl = url.parse().unwrap();
            assert_eq!(url.of("/r"), of);
            assert_eq!(url.spellings_of("/r"), [without, with]);
        }
    }

    #[test]
    fn what_nobody_outside_can_reach_safely_is_refused() {
        for wrong in [
            "login.example.com",
            "http://login.example.com",
            "https://login.example.com/?a=b",
            "https://me@login.example.com",
            "ftp://login.example.com",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
