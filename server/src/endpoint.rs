//! Where a server can be reached: at an address, or at a socket in the file system.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;

/// What comes before the path of a socket.
const SOCKET: &str = "unix:";

/// What `--listen` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// An address and a port; port 0 stands for any free one.
    Network(SocketAddr),
    /// A Unix socket.
    Socket(PathBuf),
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let problem =
            |why: &str| format!("{why}; write ADDRESS:PORT, as in 127.0.0.1:8080, or unix:PATH");
        match text.strip_prefix(SOCKET) {
            Some("") => return Err(problem("the path of the socket is missing")),
            Some(path) => return Ok(Self::Socket(path.into())),
            None => (),
        }
        let mut addresses = text
            .to_socket_addrs()
            .map_err(|error| problem(&error.to_string()))?;
        let address = addresses.next();
        address
            .map(Self::Network)
            .ok_or_else(|| problem("no such address"))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => address.fmt(formatter),
            Self::Socket(path) => write!(formatter, "{SOCKET}{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_sockets_are_told_apart() {
        for text in [
            "127.0.0.1:8080",
            "[::1]:0",
            "unix:/run/verigator/socket",
            "unix:s",
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
        for wrong in ["", "127.0.0.1", "unix:", "unix", ":80:"] {
            let problem = wrong.parse::<Endpoint>().unwrap_err();
            assert!(problem.contains("ADDRESS:PORT"), "{wrong}: {problem}");
        }
    }
}
