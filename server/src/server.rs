//! The server: binds, answers connections, and stops gracefully.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};

use crate::accounts::Accounts;
use crate::chaos::Chaos;
use crate::clock::{AdjustableClock, Clock, SystemClock};
use crate::connections::{self, Connections};
use crate::conversation::{Accepted, converse};
use crate::delivery::worker::Worker;
use crate::delivery::{Delivery, Route};
use crate::metrics::{Counter, Metrics};
use crate::password::HashCost;
use crate::randomness::{Randomness, SystemRandomness};
use crate::readiness::Readiness;
use crate::recovery_code::RecoveryHasher;
use crate::reply::SuccessCodes;
use crate::routes;
use crate::sites::{Host, Origin, Sites};
use crate::state::{Administration, Shared, State};
use crate::storage::Storage;

/// How long running requests may go on after the server was told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// How often what is no longer needed is removed.
const CLEANING_INTERVAL: Duration = Duration::from_secs(60);
/// How many connections may wait to be accepted, if the system allows as many. Of more at once, some
/// clients would have to knock again after a second; the usual number is 128.
const BACKLOG: u32 = 4096;

/// How a server behaves.
pub struct Settings {
    /// The address to listen on; port 0 stands for any free one.
    pub listen: SocketAddr,
    /// What is kept, and where.
    pub storage: Storage,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where PINs, secrets and ids come from.
    pub randomness: Arc<dyn Randomness>,
    /// How messages go out.
    pub delivery: Delivery,
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
    /// How many connections there may be.
    pub max_connections: usize,
    /// Lines of the log that were dropped, to be shown with what the server counts.
    pub log_lines_dropped: Counter,
}

impl Settings {
    /// The defaults: any free port on loopback, the system's clock and randomness, messages
    /// stay in the outbox, nobody administrates.
    pub fn new(storage: Storage) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            storage,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            delivery: Delivery::by(Route::Shown),
            administration: Administration::Closed,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            success_codes: SuccessCodes::Documented,
            chaos: None,
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            hash_cost: HashCost::Full,
            max_connections: connections::MOST,
            log_lines_dropped: Counter::default(),
        }
    }
}

impl From<Settings> for State {
    fn from(settings: Settings) -> Self {
        let clock = Arc::new(AdjustableClock::new(settings.clock));
        let accounts = Accounts::new(
            settings.storage.clone(),
            clock.clone(),
            &*settings.randomness,
            settings.hash_cost,
            settings.administration.is_development(),
        );
        Self {
            metrics: Metrics::beside(settings.log_lines_dropped, settings.storage.counters()),
            storage: settings.storage,
            accounts: Arc::new(accounts),
            clock,
            randomness: settings.randomness,
            recovery: RecoveryHasher::default(),
            chaos: settings.chaos,
            readiness: Readiness::default(),
            delivery: settings.delivery,
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
    connections: Arc<Connections>,
    write_timeout: Duration,
}

impl Server {
    /// Takes the port. From here on clients can connect.
    pub async fn bind(mut settings: Settings) -> io::Result<Self> {
        let listener = listen(settings.listen)?;
        let (write_timeout, max_connections) = (settings.write_timeout, settings.max_connections);
        settings.listen = listener.local_addr()?;
        let state = Arc::new(State::from(settings));
        let connections = Connections::new(max_connections, state.metrics.connections.clone());
        Ok(Self {
            listener,
            state,
            connections,
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
        let cleaning = tokio::spawn(clean_regularly(self.state.clone()));
        let worker = Worker::start(&self.state);
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                accepted = accept(&self.listener, &self.connections) => {
                    if let Some(accepted) = accepted {
                        converse(accepted, self.write_timeout, router.clone(), &graceful);
                    }
                }
                () = &mut stop => break,
            }
        }
        drop(self.listener);
        cleaning.abort();
        let finish = async {
            graceful.shutdown().await;
            if let Some(worker) = worker {
                worker.stop().await;
            }
        };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, finish)
            .await
            .is_err()
        {
            tracing::warn!("some requests or messages did not finish in time and were cut off");
        }
        write_refusals_down(&self.state).await;
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

/// Waits for a connection; `None` if the next was none, or was not let in.
async fn accept(listener: &TcpListener, connections: &Arc<Connections>) -> Option<Accepted> {
    match listener.accept().await {
        Ok((stream, peer)) => Some(Accepted {
            stream,
            peer,
            place: connections.admit().await?,
        }),
        Err(error) if is_one_clients(&error) => None,
        Err(error) => {
            // As when no descriptor is free.
            match connections.make_room().await {
                true => tracing::debug!(%error, "connections were closed for one to be accepted"),
                false => tracing::warn!(%error, "a connection could not be accepted"),
            }
            None
        }
    }
}

/// Whether accepting failed because of the client, who is gone already.
fn is_one_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    let kinds = [
        ConnectionAborted,
        ConnectionRefused,
        ConnectionReset,
        Interrupted,
    ];
    kinds.contains(&error.kind())
}

async fn clean_regularly(state: Shared) {
    let mut interval = tokio::time::interval(CLEANING_INTERVAL);
    loop {
        interval.tick().await;
        let now = state.now();
        if let Err(cause) = state.storage.clean(now).await {
            tracing::error!(%cause, "what is no longer needed could not be removed");
        }
        write_refusals_down(&state).await;
    }
}

/// What is lost here if the database is away is in the metrics still.
async fn write_refusals_down(state: &Shared) {
    let refusals = state.accounts.take_refusals();
    if refusals.is_empty() {
        return;
    }
    if let Err(cause) = state.storage.record_refusals(refusals).await {
        tracing::error!(%cause, "the refused logins could not be written down");
    }
}
