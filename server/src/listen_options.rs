//! Options that say how the server is reached, and by whom.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::certificates::Certificates;
use crate::endpoint::Endpoint;
use crate::opening::Opening;
use crate::proxies::{Proxies, Trusted};

/// Where a server listens if nothing is said.
const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// How the server is reached.
#[derive(Debug, Args)]
pub struct ListenOptions {
    /// Where to listen: an address and port, of which port 0 takes any free one, or unix:PATH for a
    /// socket in the file system; may be repeated. Unless given, 127.0.0.1:8080, or the sockets that systemd
    /// passes
    #[arg(long, value_name = "ADDRESS:PORT|unix:PATH")]
    pub listen: Vec<Endpoint>,

    /// Who may connect to sockets in the file system, as chmod has it
    #[arg(long, value_name = "MODE", default_value = "660", value_parser = mode)]
    pub socket_mode: u32,

    /// File with the server's certificate and those above it (PEM): it then speaks TLS, but on sockets
    /// in the file system. Read again on SIGHUP, and when it changes
    #[arg(long, value_name = "PATH", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,

    /// File with the key of that certificate (PEM)
    #[arg(long, value_name = "PATH", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,

    /// Listen on other addresses than loopback without TLS: passwords and PINs can be read on the way,
    /// unless a proxy on the same private network adds it
    #[arg(long)]
    pub allow_plain_http: bool,

    /// Proxy, as an address or network such as 10.0.0.0/8, or unix for whoever connects to a socket in the
    /// file system, that is believed when it says in X-Forwarded-For whose request it passes on; may be
    /// repeated
    #[arg(long, value_name = "ADDRESS|NETWORK|unix")]
    pub trusted_proxy: Vec<Trusted>,

    /// Trusted proxies begin each connection with a header that says whose it is (PROXY protocol, version 1
    /// or 2)
    #[arg(long, requires = "trusted_proxy")]
    pub proxy_protocol: bool,
}

impl ListenOptions {
    /// Where to listen, beside sockets that were passed.
    pub fn endpoints(&self, are_passed: bool) -> Vec<Endpoint> {
        match self.listen.is_empty() && !are_passed {
            true => vec![Endpoint::Network(ADDRESS)],
            false => self.listen.clone(),
        }
    }

    /// What connections begin with.
    ///
    /// # Errors
    ///
    /// The certificate or its key cannot be used.
    pub fn opening(&self) -> Result<Opening, String> {
        let certificates = match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Arc::new(Certificates::load(certificate, key)?)),
            _ => None,
        };
        Ok(Opening {
            certificates,
            proxies: Proxies::new(self.trusted_proxy.clone()),
            proxy_protocol: self.proxy_protocol,
        })
    }
}

fn mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8).ok();
    let mode = mode.filter(|mode| *mode <= 0o777);
    mode.ok_or_else(|| "write it in octal digits, such as 660".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_octal() {
        assert_eq!(mode("660"), Ok(0o660));
        assert_eq!(mode("0600"), Ok(0o600));
        for wrong in ["", "888", "1777", "rw", "-1"] {
            assert!(mode(wrong).is_err(), "{wrong}");
        }
    }
}
