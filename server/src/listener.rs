//! What takes connections: sockets of a network, and of the file system.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};

use crate::client_address::Peer;
use crate::endpoint::Endpoint;
#[cfg(unix)]
use crate::unix_socket::UnixSocket;

/// How many connections may wait to be accepted, if the system allows as many. Of more at once, some
/// clients would have to knock again after a second; the usual number is 128.
pub(crate) const BACKLOG: u32 = 4096;

/// The bytes of a connection, whatever it goes over.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// A socket that takes connections.
pub enum Listener {
    /// Of a network.
    Network(TcpListener),
    /// Of the file system.
    #[cfg(unix)]
    Socket(UnixSocket),
}

impl Listener {
    /// Takes an endpoint, of which a socket in the file system gets this mode. From here on clients can
    /// connect.
    pub async fn bind(endpoint: &Endpoint, mode: u32) -> io::Result<Self> {
        match endpoint {
            Endpoint::Network(address) => Ok(Self::Network(listen(*address)?)),
            #[cfg(unix)]
            Endpoint::Socket(path) => Ok(Self::Socket(UnixSocket::bind(path, mode).await?)),
            #[cfg(not(unix))]
            Endpoint::Socket(_) => {
                let _ = mode;
                Err(io::ErrorKind::Unsupported.into())
            }
        }
    }

    /// Where it listens.
    pub fn endpoint(&self) -> io::Result<Endpoint> {
        match self {
            Self::Network(listener) => listener.local_addr().map(Endpoint::Network),
            #[cfg(unix)]
            Self::Socket(socket) => socket.path().map(Endpoint::Socket),
        }
    }

    /// Waits for a connection.
    pub async fn accept(&self) -> io::Result<(Box<dyn ByteStream>, Peer)> {
        match self {
            Self::Network(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Replies are small and whole: there is nothing to gather.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Peer::of(peer.ip())))
            }
            #[cfg(unix)]
            Self::Socket(socket) => Ok((Box::new(socket.accept().await?), Peer::Local)),
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that is started again takes its port back at once. Windows means another thing by it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
