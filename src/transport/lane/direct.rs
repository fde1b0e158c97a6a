//! A lane to the server itself, or through a tunnel that an HTTP proxy opens (CONNECT): one socket, and
//! hyper's connection over it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, PROXY_AUTHORIZATION,
};
use http::uri::{PathAndQuery, Uri};
use http_body_util::Full;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::proxies::ProxyServer;

use super::super::fault::{Cause, Fault, Party};
use super::super::message::{Reply, Request, has_two_lengths};
use super::super::names::{Names, needless};
use super::super::socket::Socket;
use super::super::tls::{Session, Settings, until};
use super::super::waiting::{Ended, Waiting};
use super::connect::{Unconnected, connect};
use super::connection::{Connection, Trouble};
use super::stream::{Plain, Progress, Stream};

/// What the direct lanes of a context are made from.
pub(in super::super) struct Blueprint {
    server: Party,
    is_https: bool,
    proxy: Option<Tunnel>,
    address: Option<IpAddr>,
    connect_timeout: Duration,
    max_response_bytes: usize,
    /// What precedes the path of a request.
    prefix: String,
    /// The header lines of a request without a body, and of one with.
    headers: HeaderMap,
    headers_with_body: HeaderMap,
}

/// A proxy that opens the way.
struct Tunnel {
    proxy: Party,
    is_https: bool,
    authorization: Option<HeaderValue>,
}

pub(in super::super) struct Lane {
    connection: Connection,
}

/// Why there is no connection yet, the deadline left to be told from the time to connect.
enum Unmade {
    Ended(Ended),
    Fault(Fault),
}

impl From<Ended> for Unmade {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

impl From<Fault> for Unmade {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A stream in the making.
struct Way {
    stream: Stream,
    socket: Arc<Socket>,
    progress: Arc<Progress>,
}

impl Blueprint {
    pub(super) fn new(
        config: &Config,
        proxy: Option<&ProxyServer>,
        mut headers: HeaderMap,
    ) -> Result<Self> {
        let url = &config.base_url;
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let host = HeaderValue::try_from(host)
            .map_err(|_| Error::invalid_config("the host in the base URL does not fit a header"))?;
        headers.insert(HOST, host);
        // A place for each body's length, and room within, so that no copy has to grow.
        let mut headers_with_body = HeaderMap::with_capacity(2 * headers.len() + 2);
        headers_with_body.extend(headers.clone());
        headers_with_body.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers_with_body.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        Ok(Self {
            server: Party::server(url),
            is_https: url.scheme() == "https",
            proxy: proxy.map(Tunnel::new),
            address: config.address,
            connect_timeout: config.connect_timeout,
            max_response_bytes: config.max_response_bytes,
            prefix: url.path().trim_end_matches('/').to_owned(),
            headers,
            headers_with_body,
        })
    }

    pub(super) fn server(&self) -> &Party {
        &self.server
    }

    /// Whom a connection is made with first.
    fn first(&self) -> &Party {
        self.proxy
            .as_ref()
            .map_or(&self.server, |tunnel| &tunnel.proxy)
    }

    /// Makes a connection.
    pub(super) async fn connect(
        &self,
        tls: &Settings,
        names: &Names,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Lane, Cause> {
        let limited = waiting.until(Instant::now() + self.connect_timeout);
        match self.make(tls, names, &limited).await {
            Ok(connection) => Ok(Lane { connection }),
            Err(Unmade::Fault(fault)) => Err(fault.into()),
            Err(Unmade::Ended(ended)) => match waiting.left() {
                Err(ended) => Err(self.first().ended(ended, false)),
                Ok(_) if ended != Ended::Deadline => Err(self.first().ended(ended, false)),
                Ok(_) => Err(self.first().too_slow().into()),
            },
        }
    }

    async fn make(
        &self,
        tls: &Settings,
        names: &Names,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Connection, Unmade> {
        let first = self.first();
        let mut way = self.reach(first, names, waiting).await?;
        if let Some(tunnel) = &self.proxy {
            if tunnel.is_https {
                let session = |stream| tls.with_proxy(&first.host, stream);
                way = way
                    .secure(session, |error| first.handshake(error), waiting)
                    .await?;
            }
            way = tunnel.open(way, &self.server, waiting).await?;
        }
        if self.is_https {
            let session = |stream| tls.with_server(&self.server.host, stream);
            let fault = |error: &io::Error| match &self.proxy {
                None => self.server.handshake(error),
                Some(tunnel) => self.server.handshake_behind(&tunnel.proxy, error),
            };
            way = way.secure(session, fault, waiting).await?;
        }
        way.http()
            .map_err(|error| self.server.unreachable(&error).into())
    }

    async fn reach(
        &self,
        party: &Party,
        names: &Names,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Way, Unmade> {
        let mut addresses = match (self.address, needless(&party.host)) {
            (Some(address), _) => vec![SocketAddr::new(address, party.port)],
            (None, Some(addresses)) => addresses,
            (None, None) => names
                .look_up(&party.host)
                .map_err(|error| party.not_found(&error))?
                .wait(waiting)
                .await?
                .map_err(|error| party.not_found(&error))?,
        };
        for address in &mut addresses {
            address.set_port(party.port);
        }
        let (socket, registration) =
            connect(&addresses, waiting)
                .await
                .map_err(|error| match error {
                    Unconnected::Ended(ended) => Unmade::Ended(ended),
                    Unconnected::Failed(error) => party.unreachable(&error).into(),
                })?;
        let progress = Arc::new(Progress::default());
        let plain = Plain::new(Arc::clone(&socket), Arc::clone(&progress), registration);
        Ok(Way {
            stream: Stream::Plain(plain),
            socket,
            progress,
        })
    }

    fn request(&self, request: &Request) -> http::Request<Full<Bytes>> {
        let (headers, body) = match &request.body {
            Some(body) => {
                let mut headers = self.headers_with_body.clone();
                headers.insert(CONTENT_LENGTH, body.len().into());
                (headers, body.clone())
            }
            None => {
                let mut headers = self.headers.clone();
                if request.names_no_body() {
                    headers.insert(CONTENT_LENGTH, 0.into());
                }
                (headers, Bytes::new())
            }
        };
        let path = match self.prefix.as_str() {
            "" => Bytes::copy_from_slice(request.path.as_bytes()),
            prefix => [prefix, &request.path].concat().into(),
        };
        let mut message = http::Request::new(Full::new(body));
        *message.method_mut() = request.method.clone();
        // Percent-encoded, so it fits.
        *message.uri_mut() =
            PathAndQuery::from_maybe_shared(path).map_or_else(|_| Uri::default(), Uri::from);
        *message.headers_mut() = headers;
        message
    }
}

impl Tunnel {
    fn new(server: &ProxyServer) -> Self {
        Self {
            proxy: Party::proxy(&server.url),
            is_https: server.url.scheme() == "https",
            authorization: server.credentials.as_ref().map(basic),
        }
    }

    /// Has the proxy open the way to the server (RFC 9110 section 9.3.6).
    async fn open(
        &self,
        way: Way,
        server: &Party,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Way, Unmade> {
        let Way {
            stream,
            socket,
            progress,
        } = way;
        let no_way = |trouble: Trouble| match trouble {
            Trouble::Ended(ended) => Unmade::Ended(ended),
            Trouble::Broken(error) => self.proxy.no_way(server, &error).into(),
            _ => self.proxy.no_way(server, &hung_up()).into(),
        };
        let mut connection = Connection::new(stream, Arc::clone(&socket), Arc::clone(&progress))
            .map_err(|error| no_way(error.into()))?;
        let reply = connection
            .send(self.request(server), waiting)
            .await
            .map_err(no_way)?;
        if !reply.status().is_success() {
            return Err(self.proxy.refused(server, reply.status().as_u16()).into());
        }
        drop(reply);
        let stream = connection
            .into_stream()
            .ok_or_else(|| no_way(Trouble::Gone))?;
        Ok(Way {
            stream,
            socket,
            progress,
        })
    }

    fn request(&self, server: &Party) -> http::Request<Full<Bytes>> {
        let authority = server.authority();
        let mut message = http::Request::new(Full::default());
        *message.method_mut() = http::Method::CONNECT;
        *message.uri_mut() = authority.parse().unwrap_or_default();
        if let Ok(host) = HeaderValue::try_from(authority) {
            message.headers_mut().insert(HOST, host);
        }
        if let Some(authorization) = &self.authorization {
            message
                .headers_mut()
                .insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        message
    }
}

/// What a proxy asks for (RFC 7617).
fn basic((username, password): &(String, Zeroizing<String>)) -> HeaderValue {
    let pair = Zeroizing::new([username.as_bytes(), b":", password.as_bytes()].concat());
    let encoded = Zeroizing::new(format!("Basic {}", BASE64.encode(&pair)));
    // Base64 always fits.
    let mut value =
        HeaderValue::from_str(&encoded).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

fn hung_up() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

impl Way {
    /// Puts TLS over it, with the session that `begin` makes; `fault` says what failed.
    async fn secure(
        self,
        begin: impl FnOnce(Stream) -> io::Result<Session<Stream>>,
        fault: impl Fn(&io::Error) -> Fault,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Self, Unmade> {
        let mut session = begin(self.stream).map_err(|error| fault(&error))?;
        while let Err(error) = until(waiting.deadline(), || session.handshake()) {
            // Closing the context is seen as the end of the connection, as cancelling the call is.
            waiting.left()?;
            if error.kind() != io::ErrorKind::WouldBlock {
                return Err(fault(&error).into());
            }
            self.progress.wait(&self.socket, waiting).await?;
        }
        Ok(Self {
            stream: Stream::Tls(Box::new(session)),
            ..self
        })
    }

    fn http(self) -> std::result::Result<Connection, hyper::Error> {
        Connection::new(self.stream, self.socket, self.progress)
    }
}

impl Lane {
    pub(super) fn is_ours(&self) -> bool {
        self.connection.is_ours()
    }

    pub(super) fn has_sent(&self) -> bool {
        self.connection.has_sent()
    }

    pub(super) fn has_heard(&self) -> bool {
        self.connection.has_heard()
    }

    /// Whether it can be used again.
    pub(super) fn is_ready(&mut self) -> bool {
        self.connection.is_ready()
    }

    /// Sends a request and reads the whole reply.
    pub(super) async fn exchange(
        &mut self,
        blueprint: &Blueprint,
        request: &Request,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Reply, Cause> {
        let server = &blueprint.server;
        let most = blueprint.max_response_bytes;
        // Closing the context is seen as the end of the connection, as cancelling the call is.
        let cause = |trouble| match (waiting.is_given_up(), trouble) {
            (Some(ended), _) | (None, Trouble::Ended(ended)) => server.ended(ended, true),
            (None, Trouble::Broken(error)) => server.broken(&error).into(),
            (None, Trouble::Gone) => server.broken(&hung_up()).into(),
            (None, Trouble::Taken) => server.taken().into(),
            (None, Trouble::TooLarge) => server.too_large(most).into(),
            (None, Trouble::NoMemory) => server.no_memory().into(),
        };
        let _cancelling = waiting.listen_with(self.connection.socket());
        let message = blueprint.request(request);
        let reply = self.connection.send(message, waiting).await;
        let reply = reply.map_err(|trouble| match trouble {
            Trouble::Broken(_) if !blueprint.is_https && self.connection.has_heard_tls() => {
                server.speaks_tls().into()
            }
            trouble => cause(trouble),
        })?;
        let (head, body) = reply.into_parts();
        if has_two_lengths(&head.headers) {
            return Err(server.two_lengths().into());
        }
        let body = self
            .connection
            .read(body, most, waiting)
            .await
            .map_err(cause)?;
        Ok(Reply {
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that whoever logs HTTP does not show them.
    #[test]
    fn the_proxys_credentials_are_marked_as_sensitive() {
        let url = "http://proxy.example".parse().unwrap();
        let credentials = ("user".to_owned(), Zeroizing::new("password".to_owned()));
        let tunnel = Tunnel::new(&ProxyServer {
            url,
            credentials: Some(credentials),
        });
        let server = Party::server(&"https://verigator.test".parse().unwrap());
        let request = tunnel.request(&server);
        let authorization = &request.headers()[PROXY_AUTHORIZATION];
        assert_eq!(authorization, "Basic dXNlcjpwYXNzd29yZA==");
        assert!(authorization.is_sensitive());
    }
}
