//! The server: binds, answers connections, and stops gracefully.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;

use crate::accounts::{Accounts, HashCost};
use crate::chaos::{Chaos, CloseConnection};
use crate::clock::{AdjustableClock, Clock, SystemClock};
use crate::metrics::Metrics;
use crate::randomness::{Randomness, SystemRandomness};
use crate::reply::SuccessCodes;
use crate::routes;
use crate::sites::{Host, Origin, Sites};
use crate::state::{Administration, Shared, State};
use crate::storage::Storage;

/// How long a client may take to send the head of a request, and so also how long an idle
/// connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long running requests may go on after the server was told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// How often what is no longer needed is removed.
const CLEANING_INTERVAL: Duration = Duration::from_secs(60);
/// How long to wait when no connection can be accepted, as when no descriptor is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How many connections may wait to be accepted, if the system allows as many. Of more at once, some
/// clients would have to knock again after a second; the usual number is 128.
const BACKLOG: u32 = 4096;

type Connection = Pin<Box<TimeoutStream<TcpStream>>>;

/// How a server behaves.
pub struct Settings {
    /// The address to listen on; port 0 stands for any free one.
    pub listen: SocketAddr,
    /// What is kept, and where.
    pub storage: Arc<dyn Storage>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where PINs, secrets and ids come from.
    pub randomness: Arc<dyn Randomness>,
    /// Who may use the routes under `/_/`.
    pub administration: Administration,
    /// Names, beside its addresses, that pages may ask for those routes by.
    pub allowed_hosts: Vec<Host>,
    /// Where pages may be from that ask for those routes by another name than their own.
    pub allowed_origins: Vec<Origin>,
    /// Which status codes successes have.
    pub success_codes: SuccessCodes,
    /// How the server misbehaves, if it may.
    pub chaos: Option<Chaos>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long a client may take nothing of what it is sent.
    pub write_timeout: Duration,
    /// How costly the hash is that an unknown username is checked against: as costly as the
    /// hashes in storage.
    pub hash_cost: HashCost,
}

impl Settings {
    /// The defaults: any free port on loopback, the system's clock and randomness, nobody
    /// administrates.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            storage,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            administration: Administration::Closed,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            success_codes: SuccessCodes::Documented,
            chaos: None,
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            hash_cost: HashCost::Full,
        }
    }
}

impl From<Settings> for State {
    fn from(settings: Settings) -> Self {
        let accounts = Accounts::new(
            settings.storage.clone(),
            &*settings.randomness,
            settings.hash_cost,
            settings.administration.is_development(),
        );
        Self {
            storage: settings.storage,
            accounts: Arc::new(accounts),
            clock: AdjustableClock::new(settings.clock),
            randomness: settings.randomness,
            chaos: settings.chaos,
            metrics: Metrics::default(),
            administration: settings.administration,
            sites: Sites {
                port: settings.listen.port(),
                hosts: settings.allowed_hosts,
                origins: settings.allowed_origins,
            },
            success_codes: settings.success_codes,
            request_timeout: settings.request_timeout,
        }
    }
}

/// A server that has its port and waits to serve.
pub struct Server {
    listener: TcpListener,
    state: Shared,
    write_timeout: Duration,
}

impl Server {
    /// Takes the port. From here on clients can connect.
    pub async fn bind(mut settings: Settings) -> io::Result<Self> {
        let listener = listen(settings.listen)?;
        let write_timeout = settings.write_timeout;
        settings.listen = listener.local_addr()?;
        let state = Arc::new(State::from(settings));
        Ok(Self {
            listener,
            state,
            write_timeout,
        })
    }

    /// The address that the server listens on.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests until `stop` completes; then finishes those that are running.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let router = routes::router(self.state.clone());
        let cleaning = tokio::spawn(clean_regularly(self.state));
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let stream = prepare(stream, self.write_timeout);
                        converse(stream, router.clone(), &graceful);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                () = &mut stop => break,
            }
        }
        drop(self.listener);
        cleaning.abort();
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not finish in time and were cut off");
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

/// A connection that fails once its client has taken nothing of a reply for so long.
fn prepare(stream: TcpStream, write_timeout: Duration) -> Connection {
    // Replies are small and whole: there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    Box::pin(stream)
}

/// Answers the requests of one connection, in a task of its own.
fn converse(stream: Connection, router: Router, graceful: &GracefulShutdown) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut router = router.clone();
        async move { sendable(router.call(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // A client that says that it has no further request still wants the answer to this one.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

/// An answer that is withheld on purpose, which makes hyper close the connection.
#[derive(Debug, thiserror::Error)]
#[error("the answer was withheld by a chaos rule")]
struct Withheld;

fn sendable(response: Result<Response, Infallible>) -> Result<hyper::Response<Body>, Withheld> {
    let Ok(response) = response;
    match response.extensions().get::<CloseConnection>() {
        Some(CloseConnection) => Err(Withheld),
        None => Ok(response),
    }
}

async fn clean_regularly(state: Shared) {
    let mut interval = tokio::time::interval(CLEANING_INTERVAL);
    loop {
        interval.tick().await;
        let now = state.now();
        // A failure was logged already, and the next turn tries again.
        let _ = state.stored(move |storage| storage.clean(now)).await;
    }
}
