//! Asks a server on this machine whether it is ready: for those who watch containers, in which there is nothing else
//! that could ask.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::HOST;
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Problem;
use crate::authorities;
use crate::client_address::Peer;
use crate::deadline;
use crate::endpoint::Endpoint;
use crate::listen_options::ListenOptions;
use crate::listener::ByteStream;
use crate::proxies::Proxies;
use crate::proxy_protocol;

/// How long an answer may take: longer than the server waits for its database.
const LIMIT: Duration = Duration::from_secs(5);
/// As whom the server is asked.
const NAME: &str = "localhost";

/// Asks at all places where a server with these options listens, and fails with the first that is not ready.
pub(super) async fn run(listening: &ListenOptions) -> Result<(), Problem> {
    for endpoint in listening.endpoints(false) {
        let endpoint = from_here(endpoint);
        let asked = deadline::within(LIMIT, ask(&endpoint, listening)).await;
        let problem = match asked {
            Some(Ok((StatusCode::OK, _))) => continue,
            Some(Ok((status, said))) => format!("answers {}: {said}", status.as_u16()),
            Some(Err(error)) => format!("cannot be asked: {error}{}", advice(&endpoint)),
            None => format!("does not answer within {} s", LIMIT.as_secs()),
        };
        return Err(format!("the server at {endpoint} {problem}"));
    }
    Ok(())
}

/// Where somebody on this machine comes to what listens there.
fn from_here(endpoint: Endpoint) -> Endpoint {
    match endpoint {
        Endpoint::Network(mut address) if address.ip().is_unspecified() => {
            address.set_ip(match address {
                SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            });
            Endpoint::Network(address)
        }
        other => other,
    }
}

/// What to do where nobody was reached.
fn advice(endpoint: &Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Network(address) if address.port() == 0 => {
            "; nobody knows which port the server took: choose one with --listen"
        }
        _ => {
            "; if it listens elsewhere, say so where both are told, in VERIGATOR_SERVER_LISTEN or the file of --config"
        }
    }
}

/// The status and the body of what the server answers.
async fn ask(endpoint: &Endpoint, listening: &ListenOptions) -> io::Result<(StatusCode, String)> {
    let stream = open(endpoint, listening).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    let request = Request::get("/readyz").header(HOST, NAME);
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(io::Error::other)?;
    let answer = sender.send_request(request).await;
    let (head, body) = answer.map_err(io::Error::other)?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    Ok((head.status, String::from_utf8_lossy(&body).into_owned()))
}

/// A connection that begins as the server expects it.
async fn open(endpoint: &Endpoint, listening: &ListenOptions) -> io::Result<Box<dyn ByteStream>> {
    let (mut stream, peer) = connect(endpoint).await?;
    if listening.proxy_protocol && Proxies::new(listening.trusted_proxy.clone()).trust(peer) {
        stream.write_all(&proxy_protocol::for_itself()).await?;
    }
    match (&listening.tls_certificate, peer) {
        (Some(_), Peer::Network(_)) => encrypted(stream).await,
        _ => Ok(stream),
    }
}

/// A connection, and what the server sees at its other end.
async fn connect(endpoint: &Endpoint) -> io::Result<(Box<dyn ByteStream>, Peer)> {
    match endpoint {
        Endpoint::Network(address) => {
            let stream = TcpStream::connect(address).await?;
            let peer = Peer::of(stream.local_addr()?.ip());
            Ok((Box::new(stream), peer))
        }
        Endpoint::Socket(path) => Ok((connect_to_socket(path).await?, Peer::Local)),
    }
}

#[cfg(unix)]
async fn connect_to_socket(path: &Path) -> io::Result<Box<dyn ByteStream>> {
    Ok(Box::new(tokio::net::UnixStream::connect(path).await?))
}

#[cfg(not(unix))]
async fn connect_to_socket(_: &Path) -> io::Result<Box<dyn ByteStream>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// TLS, whatever certificate the server shows: it has the name that its clients know, may have expired, which is
/// told elsewhere, and nothing that is secret is sent.
async fn encrypted(stream: Box<dyn ByteStream>) -> io::Result<Box<dyn ByteStream>> {
    let config = authorities::trusting_anybody().map_err(io::Error::other)?;
    let name = ServerName::try_from(NAME).map_err(io::Error::other)?;
    let connector = TlsConnector::from(Arc::new(config));
    Ok(Box::new(connector.connect(name, stream).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_asked_on_loopback() {
        for (listening, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8443", "[::1]:8443"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("unix:/run/socket", "unix:/run/socket"),
        ] {
            assert_eq!(from_here(listening.parse().unwrap()).to_string(), asked);
        }
    }
}
