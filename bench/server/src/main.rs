//! A loopback server that answers every verification with yes, as fast as it can: plain on one
//! port, TLS on another, a thread for each connection. A third port is a proxy to the second.
//!
//! It prints where it listens as one line of JSON and ends when its standard input does. A request
//! that is not the one that the bench measures is answered 400, so every client sends the same.
//! `GET /counts` tells how many connections there were and how their handshakes went, so that the
//! bench can tell that a client kept its connection, resumed its TLS session, or came through the
//! proxy, when it should.

mod http;
mod proxy;
mod tls;

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use socket2::{Domain, Socket, Type};

use http::Request;

/// How many connections may wait to be accepted: 10,000 are made at once, and one that finds no room is
/// made a second later.
const BACKLOG: i32 = 16_384;

/// Of each of as many threads.
const STACK_BYTES: usize = 256 * 1024;

const VERIFIED: &str = r#"{"verified":true,"method":"totp"}"#;

/// What the connections so far were.
#[derive(Default)]
struct Counts {
    connections: AtomicU64,
    full_handshakes: AtomicU64,
    resumed_handshakes: AtomicU64,
    /// Connections through the proxy.
    tunnels: AtomicU64,
}

struct Server {
    /// The answer to a verification, and how long it takes.
    verified: String,
    delay: Duration,
    counts: Counts,
}

fn main() -> io::Result<()> {
    let (ca_file, delay) = arguments();
    let tls = tls::config(&ca_file)?;
    let server = Arc::new(Server {
        verified: http::reply("200 OK", VERIFIED),
        delay,
        counts: Counts::default(),
    });
    let plain_port = listen(&server, |server, peer| server.answer_all(peer))?;
    let tls_port = listen(&server, move |server, peer| server.answer_tls(&tls, peer))?;
    let tls_address = format!("127.0.0.1:{tls_port}");
    let proxy_port = listen(&server, move |server, peer| {
        proxy::serve(peer, &tls_address, || {
            server.counts.tunnels.fetch_add(1, Relaxed);
        })
    })?;
    let addresses = json!({
        "plain": format!("http://127.0.0.1:{plain_port}"),
        "tls": format!("https://127.0.0.1:{tls_port}"),
        "proxy": format!("http://127.0.0.1:{proxy_port}"),
        "ca": ca_file,
    });
    println!("{addresses}");
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// The file to write the authority's certificate to, and the delay.
fn arguments() -> (PathBuf, Duration) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ca_file, delay_ms] = arguments.as_slice() else {
        usage();
    };
    let Ok(delay_ms) = delay_ms.parse() else {
        usage();
    };
    (ca_file.into(), Duration::from_millis(delay_ms))
}

fn usage() -> ! {
    eprintln!("usage: bench-server CA_FILE DELAY_MS");
    std::process::exit(2)
}

/// Listens on a port of the system's choice and returns it; `serve` has a thread per connection.
fn listen(
    server: &Arc<Server>,
    serve: impl Fn(&Server, TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<u16> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from(socket);
    let port = listener.local_addr()?.port();
    let server = Arc::clone(server);
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for peer in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            let serve = Arc::clone(&serve);
            // How a connection ends is its client's business.
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            if let Err(error) = thread.spawn(move || serve(&server, peer)) {
                eprintln!("there is no thread for a connection: {error}");
            }
        }
    });
    Ok(port)
}

impl Server {
    fn answer_tls(&self, config: &Arc<ServerConfig>, mut peer: TcpStream) -> io::Result<()> {
        peer.set_nodelay(true)?;
        let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut peer)?;
        }
        match tls.handshake_kind() {
            Some(HandshakeKind::Resumed) => &self.counts.resumed_handshakes,
            _ => &self.counts.full_handshakes,
        }
        .fetch_add(1, Relaxed);
        self.answer(StreamOwned::new(tls, peer))
    }

    fn answer_all(&self, peer: TcpStream) -> io::Result<()> {
        peer.set_nodelay(true)?;
        self.answer(peer)
    }

    /// Answers the requests of one connection until its end.
    fn answer(&self, mut peer: impl Read + Write) -> io::Result<()> {
        let mut requests = http::Requests::default();
        let mut counted = false;
        while let Some(request) = requests.next(&mut peer)? {
            if let Request::Verify = request {
                if !counted {
                    counted = true;
                    self.counts.connections.fetch_add(1, Relaxed);
                }
                thread::sleep(self.delay);
            }
            peer.write_all(self.reply(&request).as_bytes())?;
        }
        Ok(())
    }

    fn reply(&self, request: &Request) -> Cow<'_, str> {
        match request {
            Request::Verify => Cow::Borrowed(&self.verified),
            Request::Counts => http::reply("200 OK", &self.counts.to_json()).into(),
            Request::Other => {
                http::reply("400 Bad Request", r#"{"message":"not measured"}"#).into()
            }
        }
    }
}

impl Counts {
    fn to_json(&self) -> String {
        json!({
            "connections": self.connections.load(Relaxed),
            "full_handshakes": self.full_handshakes.load(Relaxed),
            "resumed_handshakes": self.resumed_handshakes.load(Relaxed),
            "tunnels": self.tunnels.load(Relaxed),
        })
        .to_string()
    }
}
