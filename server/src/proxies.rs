//! Which client a request comes from, where proxies stand between: what a trusted one says of whom it
//! passes on is believed, and nothing else.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use crate::client_address::{ClientAddress, Peer};

/// To which each proxy appends the address that it was connected to from.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// How whoever comes through a socket in the file system is named.
const LOCAL: &str = "unix";

/// Proxies that are believed: what `--trusted-proxy` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trusted {
    /// Those of a network, or of one address.
    Network(IpNet),
    /// Those that come through a socket in the file system.
    Local,
}

impl FromStr for Trusted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == LOCAL {
            return Ok(Self::Local);
        }
        let network = text.parse::<IpNet>().ok();
        let network = network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        if let Some(network) = network {
            return Ok(Self::Network(canonical(network)));
        }
        let why = match text.parse::<SocketAddr>() {
            Ok(_) => "a proxy connects from any port; leave the port out",
            Err(_) => "this is neither an address nor a network",
        };
        Err(format!(
            "{why}: write 10.0.0.1, 10.0.0.0/8, 2001:db8::/32 or {LOCAL}"
        ))
    }
}

/// The network of IPv4 that is written as one of IPv6 here.
fn canonical(network: IpNet) -> IpNet {
    let address = network.addr().to_canonical();
    let length = network.prefix_len().saturating_sub(96);
    match (network, address) {
        (IpNet::V6(_), IpAddr::V4(_)) => IpNet::new(address, length).unwrap_or(network),
        _ => network,
    }
}

/// All proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<Trusted>);

impl Proxies {
    /// These, and no others.
    pub fn new(trusted: Vec<Trusted>) -> Self {
        Self(trusted)
    }

    /// Whether everybody is believed, so that everybody can say to be anybody.
    pub fn are_all(&self) -> bool {
        let is_all =
            |trusted: &Trusted| matches!(trusted, Trusted::Network(all) if all.prefix_len() == 0);
        self.0.iter().any(is_all)
    }

    /// Whether one is believed.
    pub fn trust(&self, peer: Peer) -> bool {
        self.0.iter().any(|trusted| match (trusted, peer) {
            (Trusted::Network(network), Peer::Network(address)) => network.contains(&address),
            (Trusted::Local, Peer::Local) => true,
            _ => false,
        })
    }

    /// The client that a request came from, by whoever sent it and its headers: the one that the last
    /// trusted proxy on the way was connected to from. What it wrote before that a stranger may have made up.
    pub fn client(&self, peer: Peer, headers: &HeaderMap) -> ClientAddress {
        let mut said = said(headers);
        let mut client = peer;
        while self.trust(client)
            && let Some(Some(before)) = said.next()
        {
            client = before;
        }
        client.into()
    }
}

/// What proxies say, the last one first; `None` where it is no address.
fn said(headers: &HeaderMap) -> impl Iterator<Item = Option<Peer>> {
    let lines = headers.get_all(FORWARDED_FOR).into_iter().rev();
    let entries = lines.flat_map(|line: &HeaderValue| line.as_bytes().rsplit(|byte| *byte == b','));
    entries.map(|entry| {
        std::str::from_utf8(entry)
            .ok()
            .and_then(|entry| address(entry.trim()))
    })
}

/// An address, as proxies write it: with a port or without, of IPv6 in brackets or without.
fn address(text: &str) -> Option<Peer> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(Peer::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(trusted: &[&str]) -> Proxies {
        Proxies::new(trusted.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn peer(text: &str) -> Peer {
        match text {
            LOCAL => Peer::Local,
            text => Peer::of(text.parse().unwrap()),
        }
    }

    /// The client where a peer sends these lines.
    fn client(proxies: &Proxies, from: &str, lines: &[&str]) -> String {
        let lines = lines.iter().map(|line| {
            let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            (FORWARDED_FOR.parse().unwrap(), line)
        });
        proxies.client(peer(from), &lines.collect()).to_string()
    }

    #[test]
    fn networks_addresses_and_sockets_are_told_from_other_text() {
        for (text, other) in [
            ("10.0.0.1", "10.0.0.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
        ] {
            assert_eq!(text.parse::<Trusted>(), other.parse::<Trusted>());
        }
        for (wrong, told) in [
            ("10.0.0.1:80", "leave the port out"),
            ("[2001:db8::1]:443", "leave the port out"),
            ("proxy.example.com", "neither an address nor a network"),
            ("10.0.0.0/33", "neither"),
            ("", "neither"),
        ] {
            let problem = wrong.parse::<Trusted>().unwrap_err();
            assert!(problem.contains(told), "{wrong}: {problem}");
        }
    }

    #[test]
    fn the_rightmost_that_is_not_trusted_is_the_client() {
        let two = proxies(&["10.0.0.0/8", "2001:db8::/32"]);
        for (from, lines, expected) in [
            ("10.0.0.1", &["203.0.113.7"][..], "203.0.113.7"),
            (
                "10.0.0.1",
                &["198.51.100.1, 203.0.113.7, 10.0.0.2"],
                "203.0.113.7",
            ),
            (
                "10.0.0.1",
                &["198.51.100.1", "203.0.113.7,10.0.0.2"],
                "203.0.113.7",
            ),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
            ("2001:db8::1", &["[2001:db9::1:2:3:4]:443"], "2001:db9::"),
            ("10.0.0.1", &["203.0.113.7:50000"], "203.0.113.7"),
            // All on the way are proxies.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            assert_eq!(client(&two, from, lines), expected, "{from} {lines:?}");
        }
    }

    #[test]
    fn what_a_stranger_says_is_not_believed() {
        let one = proxies(&["10.0.0.1"]);
        assert_eq!(client(&one, "203.0.113.9", &["10.9.9.9"]), "203.0.113.9");
        assert_eq!(client(&one, "10.0.0.2", &["203.0.113.7"]), "10.0.0.2");
        assert_eq!(client(&one, LOCAL, &["203.0.113.7"]), LOCAL);
        let local = proxies(&[LOCAL]);
        assert_eq!(client(&local, LOCAL, &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(&local, "10.0.0.1", &["203.0.113.7"]), "10.0.0.1");
    }

    #[test]
    fn nonsense_is_the_word_of_the_last_proxy_and_no_more() {
        let one = proxies(&["10.0.0.1"]);
        for nonsense in [
            "",
            " ",
            ",",
            "unknown",
            "_hidden",
            "1.2.3",
            "1.2.3.4.5",
            "[::1",
            "\"",
            "\u{fc}",
            "1.2.3.4:99999",
            "203.0.113.7, ",
            "203.0.113.7, unknown",
        ] {
            assert_eq!(
                client(&one, "10.0.0.1", &[nonsense]),
                "10.0.0.1",
                "{nonsense:?}"
            );
        }
    }

    #[test]
    fn it_is_noticed_that_everybody_is_believed() {
        assert!(proxies(&["10.0.0.1", "0.0.0.0/0"]).are_all());
        assert!(proxies(&["::/0"]).are_all());
        assert!(!proxies(&["10.0.0.0/8", LOCAL]).are_all());
    }
}
