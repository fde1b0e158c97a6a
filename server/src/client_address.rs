//! The address that a client comes from: what its failures are counted by.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What of an IPv6 address tells one client from another. The rest of it a client chooses freely.
const NETWORK: Ipv6Addr = Ipv6Addr::new(0xffff, 0xffff, 0xffff, 0xffff, 0, 0, 0, 0);

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Somebody with an address; see [`Peer::of`].
    Network(IpAddr),
    /// A process of this machine, through a socket in the file system.
    Local,
}

impl Peer {
    /// Somebody with this address, which is one of IPv4 also where it came written as one of IPv6.
    pub fn of(address: IpAddr) -> Self {
        Self::Network(address.to_canonical())
    }
}

/// The address of a client: one of IPv4 in full; of one of IPv6 the network, its first 64 bits; or `unix`
/// where it comes through a socket in the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// The client at the other end of a connection.
    pub fn of_peer(peer: SocketAddr) -> Self {
        Peer::of(peer.ip()).into()
    }
}

impl From<Peer> for ClientAddress {
    fn from(peer: Peer) -> Self {
        Self(match peer {
            Peer::Network(IpAddr::V4(address)) => Some(IpAddr::V4(address)),
            Peer::Network(IpAddr::V6(address)) => Some(IpAddr::V6(address & NETWORK)),
            Peer::Local => None,
        })
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(formatter),
            None => formatter.write_str("unix"),
        }
    }
}

/// Nobody's: that of a request that came through no connection.
impl Default for ClientAddress {
    fn default() -> Self {
        Self(Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str) -> ClientAddress {
        ClientAddress::of_peer(peer.parse().unwrap())
    }

    #[test]
    fn a_client_is_the_same_whatever_port_spelling_or_interface_it_has() {
        assert_eq!(of("10.0.0.1:1"), of("10.0.0.1:2"));
        assert_eq!(of("10.0.0.1:1"), of("[::ffff:10.0.0.1]:1"));
        assert_eq!(of("[2001:db8::1]:1"), of("[2001:db8::ffff:2:3]:1"));
        assert_ne!(of("10.0.0.1:1"), of("10.0.0.2:1"));
        assert_ne!(of("[2001:db8::1]:1"), of("[2001:db8:0:1::1]:1"));
    }
}
