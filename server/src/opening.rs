//! What a connection begins with, before its first request: the header of the PROXY protocol and the TLS
//! handshake.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::certificates::Certificates;
use crate::client_address::Peer;
use crate::connection::Stream;
use crate::listener::ByteStream;
use crate::proxies::Proxies;
use crate::proxy_protocol;

/// How long all of that may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How connections begin.
#[derive(Clone, Default)]
pub struct Opening {
    /// The certificate that is shown to clients from the network; without it nothing is encrypted. What comes
    /// through a socket in the file system does not leave the machine and never is.
    pub certificates: Option<Arc<Certificates>>,
    /// Which proxies are believed.
    pub proxies: Proxies,
    /// Whether those begin connections with a header that says whose they are.
    pub proxy_protocol: bool,
}

impl Opening {
    /// Reads what a connection begins with: gives the bytes that follow, and whose they are.
    ///
    /// # Errors
    ///
    /// It begins with something else, or not in time.
    pub async fn open(
        &self,
        stream: Stream,
        peer: Peer,
    ) -> io::Result<(Box<dyn ByteStream>, Peer)> {
        let opened = tokio::time::timeout(LIMIT, self.begin(stream, peer)).await;
        opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn begin(
        &self,
        mut stream: Stream,
        peer: Peer,
    ) -> io::Result<(Box<dyn ByteStream>, Peer)> {
        let client = match self.proxy_protocol && self.proxies.trust(peer) {
            true => proxy_protocol::read(&mut stream).await?.unwrap_or(peer),
            false => peer,
        };
        match &self.certificates {
            Some(certificates) if peer != Peer::Local => {
                let encrypted = certificates.acceptor().accept(stream).await?;
                Ok((Box::new(encrypted), client))
            }
            _ => Ok((Box::new(stream), client)),
        }
    }
}
