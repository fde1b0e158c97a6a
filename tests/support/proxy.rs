//! Proxies as they are met in the field, on loopback: HTTP (CONNECT, and the forwarding of plain
//! http), the same behind TLS, and SOCKS5. Each connects to the address that the test says, whatever
//! it is asked for, and keeps what it was asked.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;

use super::peer::{Connection, Peer, Received, reply_with};

/// How a proxy was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// For a tunnel, by HTTP.
    Connect,
    /// To forward a request whose target is a whole URL.
    Forward,
    /// By SOCKS, for an IPv4 address.
    V4,
    /// By SOCKS, for an IPv6 address.
    V6,
    /// By SOCKS, for a name, which the proxy looks up.
    Name,
}

/// What a proxy was asked for once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub how: How,
    /// Host and port as they were written, or the URL.
    pub target: String,
    /// `Proxy-Authorization`, or for SOCKS `username:password`.
    pub credentials: Option<String>,
}

/// What a proxy does with each connection.
#[derive(Clone, Debug)]
pub enum Manner {
    /// What it is asked.
    Obliging,
    /// The same for these credentials (as in [`Asked`]); others are refused.
    Demanding(String),
    /// Answers what it is asked with these bytes, and hangs up.
    Answering(String),
    /// Says that there is a tunnel, and hangs up.
    HangingUp,
    /// Says that there is a tunnel, and then this itself.
    Talking(String),
    /// Hears what it is asked, and says nothing.
    Silent,
    /// Hangs up before it has heard anything.
    Closed,
    /// Refuses with this code of SOCKS5 (RFC 1928 section 6).
    Refusing(u8),
}

/// A proxy on a free loopback port; it stops when it is dropped.
pub struct Proxy {
    peer: Peer,
    scheme: &'static str,
    log: Log,
}

type Log = Arc<Mutex<Vec<Asked>>>;

impl Proxy {
    pub fn http(target: SocketAddr, manner: Manner) -> Self {
        Self::start("http", |log| {
            Peer::start(move |connection| {
                let _ = http(connection, target, &manner, &log);
            })
        })
    }

    /// An HTTP proxy that is itself spoken to by TLS.
    pub fn https(tls: Arc<ServerConfig>, target: SocketAddr, manner: Manner) -> Self {
        Self::start("https", |log| {
            Peer::start_tls(tls, move |connection| {
                let _ = http(connection, target, &manner, &log);
            })
        })
    }

    pub fn socks(target: SocketAddr, manner: Manner) -> Self {
        Self::start("socks5h", |log| {
            Peer::start(move |connection| {
                let _ = socks(connection, target, &manner, &log);
            })
        })
    }

    fn start(scheme: &'static str, peer: impl FnOnce(Log) -> Peer) -> Self {
        let log = Log::default();
        Self {
            peer: peer(Arc::clone(&log)),
            scheme,
            log,
        }
    }

    /// Its URL, without credentials. A SOCKS proxy is told names; see [`Proxy::url_with_scheme`].
    pub fn url(&self) -> String {
        self.url_with_scheme(self.scheme)
    }

    /// `socks5` names what it is told addresses by, which are looked up before it is asked.
    pub fn url_with_scheme(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.peer.address())
    }

    /// All that it was asked so far, in the order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    /// What it was connected by, as a server sees it.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }
}

fn http(connection: &mut Connection, target: SocketAddr, manner: &Manner, log: &Log) -> Option<()> {
    if matches!(manner, Manner::Closed) {
        return None;
    }
    let request = connection.request()?;
    let asked = asked_by_http(&request);
    log.lock().unwrap().push(asked.clone());
    match manner {
        Manner::Demanding(credentials) if asked.credentials.as_ref() != Some(credentials) => {
            connection.send(&reply_with(
                407,
                "Proxy-Authenticate: Basic realm=\"proxy\"\r\n",
                "",
            ));
            return None;
        }
        Manner::Answering(reply) => {
            connection.send(reply);
            return None;
        }
        Manner::Silent => {
            connection.wait_for_close();
            return None;
        }
        _ => {}
    }
    if asked.how == How::Connect {
        let Some(server) = connected(target, manner) else {
            connection.send(&reply_with(502, "", ""));
            return None;
        };
        connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
        tunnel(connection, server, manner)
    } else {
        let Ok(mut server) = TcpStream::connect(target) else {
            connection.send(&reply_with(502, "", ""));
            return None;
        };
        write_request(&mut server, &request)?;
        relay(connection, &mut server, |connection, server| {
            let request = connection.request()?;
            log.lock().unwrap().push(asked_by_http(&request));
            write_request(server, &request)
        })
    }
}

fn asked_by_http(request: &Received) -> Asked {
    let mut words = request.line.split(' ');
    let how = match words.next() {
        Some("CONNECT") => How::Connect,
        _ => How::Forward,
    };
    Asked {
        how,
        target: words.next().unwrap_or_default().to_owned(),
        credentials: request.header("proxy-authorization").map(str::to_owned),
    }
}

/// Forwards a request in the form that a server expects, without what was for the proxy.
fn write_request(server: &mut TcpStream, request: &Received) -> Option<()> {
    let [method, url, version] = request.line.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let (_, rest) = url.split_once("://")?;
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let headers: String = request
        .headers
        .iter()
        .filter(|(name, _)| !name.starts_with("proxy-"))
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let text = format!("{method} {path} {version}\r\n{headers}\r\n{}", request.body);
    server.write_all(text.as_bytes()).ok()
}

/// The other end of a tunnel; `None` if it cannot be reached. A proxy that does not connect through
/// needs none.
fn connected(target: SocketAddr, manner: &Manner) -> Option<Option<TcpStream>> {
    match manner {
        Manner::HangingUp | Manner::Talking(_) => Some(None),
        _ => TcpStream::connect(target).ok().map(Some),
    }
}

fn tunnel(connection: &mut Connection, server: Option<TcpStream>, manner: &Manner) -> Option<()> {
    if let Manner::Talking(words) = manner {
        // Said to the first that it hears, so that it is not read as a part of the answer before.
        connection.take_some()?;
        connection.send(words);
        connection.wait_for_close();
    }
    relay(connection, &mut server?, |connection, server| {
        let bytes = connection.take_some()?;
        server.write_all(&bytes).ok()
    })
}

/// Hands on what comes from either side until one of them ends, and ends the other in the same way.
fn relay(
    connection: &mut Connection,
    server: &mut TcpStream,
    mut hand_on: impl FnMut(&mut Connection, &mut TcpStream) -> Option<()>,
) -> Option<()> {
    server.set_nodelay(true).ok()?;
    let mut buffer = [0; 65536];
    loop {
        let (from_client, from_server) = connection.wait_for_either(server);
        if from_server {
            match server.read(&mut buffer) {
                Ok(0) => {
                    connection.finish();
                    return None;
                }
                Ok(count) if connection.is_sent(&buffer[..count]) => {}
                Ok(_) => return None,
                Err(_) => {
                    connection.reset();
                    return None;
                }
            }
        }
        if from_client {
            hand_on(connection, server)?;
        }
    }
}

/// RFC 1928, and RFC 1929 for the credentials.
fn socks(
    connection: &mut Connection,
    target: SocketAddr,
    manner: &Manner,
    log: &Log,
) -> Option<()> {
    const NO_CREDENTIALS: u8 = 0;
    const CREDENTIALS: u8 = 2;
    const NO_METHOD: u8 = 0xff;

    if matches!(manner, Manner::Closed) {
        return None;
    }
    let greeting = connection.take(2)?;
    let offered = connection.take(greeting[1].into())?;
    let method = if offered.contains(&CREDENTIALS) {
        CREDENTIALS
    } else if matches!(manner, Manner::Demanding(_)) {
        NO_METHOD
    } else {
        NO_CREDENTIALS
    };
    connection.is_sent([5, method]);
    let credentials = match method {
        CREDENTIALS => {
            let credentials = credentials(connection)?;
            let is_good =
                !matches!(manner, Manner::Demanding(demanded) if *demanded != credentials);
            connection.is_sent([1, u8::from(!is_good)]);
            is_good.then_some(Some(credentials))?
        }
        NO_METHOD => return None,
        _ => None,
    };

    let request = connection.take(4)?;
    let (how, host) = match request[3] {
        1 => {
            let address: [u8; 4] = connection.take(4)?.try_into().ok()?;
            (How::V4, Ipv4Addr::from(address).to_string())
        }
        4 => {
            let address: [u8; 16] = connection.take(16)?.try_into().ok()?;
            (How::V6, format!("[{}]", Ipv6Addr::from(address)))
        }
        _ => (How::Name, text(connection)?),
    };
    let port = u16::from_be_bytes(connection.take(2)?.try_into().ok()?);
    log.lock().unwrap().push(Asked {
        how,
        target: format!("{host}:{port}"),
        credentials,
    });

    let answer = |code| [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
    match manner {
        Manner::Silent => connection.wait_for_close(),
        Manner::Answering(reply) => connection.send(reply),
        Manner::Refusing(code) => drop(connection.is_sent(answer(*code))),
        _ => {
            let Some(server) = connected(target, manner) else {
                connection.is_sent(answer(5));
                return None;
            };
            connection.is_sent(answer(0));
            return tunnel(connection, server, manner);
        }
    }
    None
}

/// `username:password`.
fn credentials(connection: &mut Connection) -> Option<String> {
    connection.take(1)?;
    let username = text(connection)?;
    Some(format!("{username}:{}", text(connection)?))
}

/// A text after a byte with its length.
fn text(connection: &mut Connection) -> Option<String> {
    let length = connection.take(1)?[0];
    String::from_utf8(connection.take(length.into())?).ok()
}
