//! `NO_PROXY`: the hosts that are reached without the environment's proxy.
//!
//! No standard says how it is read, and no two programs agree. Here it is read as curl does, and more
//! of what people write is understood; `tests/data/no_proxy.json` has the cases, with curl's answers.

use std::borrow::Cow;
use std::net::IpAddr;

use url::Url;

use crate::url_text;

/// The entries of a list that mean something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NoProxy(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// The only port that it holds for; all when none.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// A name and those below it, in lower case.
    Name(String),
    /// The addresses that begin with these many bits of this one.
    Network(IpAddr, u32),
}

impl NoProxy {
    /// Reads a list. What is malformed in it is left out: it holds for nothing.
    pub(crate) fn parse(list: &str) -> Self {
        let entries = list.split([',', ' ', '\t']);
        Self(entries.filter_map(parse_entry).collect())
    }

    /// Whether the host of `url` is reached without a proxy.
    pub(crate) fn holds_for(&self, url: &Url) -> bool {
        self.0.iter().any(|entry| entry.holds_for(url))
    }
}

impl Entry {
    fn holds_for(&self, url: &Url) -> bool {
        let is_port = |port| url.port_or_known_default() == Some(port);
        self.port.is_none_or(is_port) && self.hosts.hold(url)
    }
}

impl Hosts {
    fn hold(&self, url: &Url) -> bool {
        match (self, url_text::literal(url)) {
            (Self::All, _) => true,
            (Self::Network(network, bits), Some(address)) => is_within(address, *network, *bits),
            // The end of an address says nothing, and that of a name much.
            (Self::Name(name), None) => url.host_str().is_some_and(|host| is_below(host, name)),
            _ => false,
        }
    }
}

/// `host` or `host:port`; an address with more than one colon has its port after brackets.
fn parse_entry(text: &str) -> Option<Entry> {
    if let Some(hosts) = parse_network(text) {
        return Some(Entry { hosts, port: None });
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(number(port)?)),
        None => (text, None),
    };
    let hosts = parse_network(host).or_else(|| parse_name(host))?;
    Some(Entry { hosts, port })
}

/// `*`, `example`, `.example` or `*.example`.
fn parse_name(text: &str) -> Option<Hosts> {
    if text == "*" {
        return Some(Hosts::All);
    }
    let above = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
    let name = above.unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_name = !name.is_empty() && !name.contains([':', '/', '[', ']', '*']);
    is_name.then(|| Hosts::Name(name.to_ascii_lowercase()))
}

/// An address, or an address and the number of bits that count.
fn parse_network(text: &str) -> Option<Hosts> {
    let text = without_brackets(text)?;
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(number(bits)?)),
        None => (&*text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(most, u32::from);
    (bits <= most).then_some(Hosts::Network(address, bits))
}

/// `::/0` of that, `[::]/0` and `[::/0]`.
fn without_brackets(text: &str) -> Option<Cow<'_, str>> {
    let Some(rest) = text.strip_prefix('[') else {
        return Some(text.into());
    };
    let (inside, after) = rest.split_once(']')?;
    let is_length = after.is_empty() || after.starts_with('/');
    is_length.then(|| [inside, after].concat().into())
}

/// Digits only: what the standard library reads may have a sign.
fn number(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let differing = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            u128::from(address.to_bits() ^ network.to_bits()) << (128 - 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => address.to_bits() ^ network.to_bits(),
        _ => return false,
    };
    differing.leading_zeros() >= bits
}

/// Whether `host` is `name` or below it. The host of a URL is in lower case.
fn is_below(host: &str, name: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    match host.strip_suffix(name) {
        Some(before) => before.is_empty() || before.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        list: String,
        url: String,
        here: bool,
    }

    #[test]
    fn each_list_holds_for_what_it_says() {
        let cases = include_str!("../tests/data/no_proxy.json");
        let cases: Vec<Case> = serde_json::from_str(cases).unwrap();
        for Case { list, url, here } in cases {
            let holds = NoProxy::parse(&list).holds_for(&url.parse().unwrap());
            assert_eq!(holds, here, "{list:?} {url}");
        }
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        for entry in [
            "",
            ".",
            "*.",
            "..",
            "*example",
            "www.*",
            "a*b",
            "example:",
            "example:http",
            "example:65536",
            "example:+80",
            "[::1",
            "::1]",
            "[example]",
            "[::1]8080",
            "[]:80",
            "::/129",
            "[::/0]/0",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/x",
            "192.0.2.0/+24",
            "192.0.2.0/-1",
            "http://example",
            "example/",
            "example/24",
            "/24",
            ":80",
        ] {
            assert_eq!(NoProxy::parse(entry), NoProxy::default(), "{entry:?}");
        }
    }
}
