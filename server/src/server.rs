//! The server: binds, answers connections, and stops gracefully.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future;

use crate::accounts::Accounts;
use crate::chaos::Chaos;
use crate::clock::{AdjustableClock, Clock, SystemClock};
use crate::connections::{self, Connections};
use crate::conversation::{Accepted, Conversations, Terms};
use crate::delivery::worker::Worker;
use crate::delivery::{Delivery, Route};
use crate::endpoint::Endpoint;
use crate::listener::Listener;
use crate::live::{self, Live};
use crate::metrics::{Counter, Metrics};
use crate::opening::Opening;
use crate::page::enrolment::texts::PageTexts;
use crate::password::HashCost;
use crate::public_url::PublicUrl;
use crate::randomness::{Randomness, SystemRandomness};
use crate::readiness::Readiness;
use crate::recovery_code::RecoveryHasher;
use crate::reply::SuccessCodes;
use crate::routes;
use crate::sites::{Host, Origin, Sites};
use crate::state::{Administration, Shared, State};
use crate::storage::Storage;
use crate::unsent::Unsent;

/// How long running requests may go on after the server was told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// How often what is no longer needed is removed.
const CLEANING_INTERVAL: Duration = Duration::from_secs(60);
/// Who may connect to a socket in the file system, unless something else is said: its owner and group.
pub const SOCKET_MODE: u32 = 0o660;

/// How a server behaves.
pub struct Settings {
    /// Where to listen.
    pub listen: Vec<Endpoint>,
    /// The mode of sockets in the file system.
    pub socket_mode: u32,
    /// Sockets that were made already, to be listened on as well.
    pub listeners: Vec<Listener>,
    /// What connections begin with, and who is believed to pass on those of others.
    pub opening: Opening,
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
    /// Where the server is reached from outside. If nothing is said, one for development is reached where it listens.
    pub public_url: Option<PublicUrl>,
    /// What the page behind an enrolment link says.
    pub page_texts: PageTexts,
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
    /// How often what is no longer needed is removed.
    pub cleaning_interval: Duration,
    /// Lines of the log that were dropped, to be shown with what the server counts.
    pub log_lines_dropped: Counter,
}

impl Settings {
    /// The defaults: any free port on loopback, the system's clock and randomness, messages
    /// stay in the outbox, nobody administrates.
    pub fn new(storage: Storage) -> Self {
        Self {
            listen: vec![Endpoint::Network(SocketAddr::from(([127, 0, 0, 1], 0)))],
            socket_mode: SOCKET_MODE,
            listeners: Vec::new(),
            opening: Opening::default(),
            storage,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            delivery: Delivery::by(Route::Shown),
            administration: Administration::Closed,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            public_url: None,
            page_texts: PageTexts::default(),
            success_codes: SuccessCodes::Documented,
            chaos: None,
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            hash_cost: HashCost::Full,
            max_connections: connections::MOST,
            cleaning_interval: CLEANING_INTERVAL,
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
        let mut metrics = Metrics::beside(settings.log_lines_dropped, &settings.storage);
        metrics.password_checks_waiting = accounts.waiting.clone();
        if let Some(certificates) = &settings.opening.certificates {
            metrics.certificate_expires = certificates.expires();
        }
        Self {
            metrics,
            storage: settings.storage,
            accounts: Arc::new(accounts),
            clock,
            randomness: settings.randomness,
            recovery: RecoveryHasher::default(),
            chaos: settings.chaos,
            readiness: Readiness::default(),
            unsent: Unsent::default(),
            delivery: settings.delivery,
            administration: settings.administration,
            sites: Sites {
                ports: Vec::new(),
                hosts: settings.allowed_hosts,
                origins: settings.allowed_origins,
            },
            public_url: settings.public_url,
            page_texts: settings.page_texts,
            success_codes: settings.success_codes,
            live: Live::default(),
            request_timeout: settings.request_timeout,
        }
    }
}

/// A server that has its sockets and waits to serve.
pub struct Server {
    listeners: Vec<Listener>,
    state: Shared,
    connections: Arc<Connections>,
    opening: Opening,
    write_timeout: Duration,
    cleaning_interval: Duration,
}

/// An endpoint that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {endpoint}: {source}")]
pub struct CannotListen {
    /// Which one.
    pub endpoint: Endpoint,
    /// Why.
    pub source: io::Error,
}

impl Server {
    /// Takes the sockets. From here on clients can connect.
    pub async fn bind(mut settings: Settings) -> Result<Self, CannotListen> {
        let mut listeners = std::mem::take(&mut settings.listeners);
        for endpoint in &settings.listen {
            let listener = Listener::bind(endpoint, settings.socket_mode).await;
            listeners.push(listener.map_err(|source| CannotListen {
                endpoint: endpoint.clone(),
                source,
            })?);
        }
        let (write_timeout, max_connections) = (settings.write_timeout, settings.max_connections);
        let cleaning_interval = settings.cleaning_interval;
        let opening = settings.opening.clone();
        let mut state = State::from(settings);
        state.sites.ports = addresses(&listeners)
            .map(|address| address.port())
            .collect();
        if state.public_url.is_none() && state.administration.is_development() {
            let urls = urls(&listeners, &opening);
            state.public_url = urls.iter().find_map(|url| url.parse().ok());
        }
        let state = Arc::new(state);
        let connections = Connections::new(max_connections, state.metrics.connections.clone());
        Ok(Self {
            listeners,
            state,
            connections,
            opening,
            write_timeout,
            cleaning_interval,
        })
    }

    /// The address that the server listens on; of several the first.
    pub fn address(&self) -> io::Result<SocketAddr> {
        let mut addresses = addresses(&self.listeners);
        addresses
            .next()
            .ok_or(io::ErrorKind::AddrNotAvailable.into())
    }

    /// Where the server can be reached.
    pub fn urls(&self) -> Vec<String> {
        urls(&self.listeners, &self.opening)
    }

    /// What is asked whether logins can be answered.
    pub fn state(&self) -> &Shared {
        &self.state
    }

    /// Answers requests until `stop` completes; then finishes those that are running.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let conversations = Conversations::new(Terms {
            opening: self.opening,
            write_timeout: self.write_timeout,
            router: routes::router(self.state.clone()),
        });
        let cleaning = tokio::spawn(clean_regularly(self.state.clone(), self.cleaning_interval));
        let watching = tokio::spawn(live::watch(self.state.clone()));
        let worker = Worker::start(&self.state);
        let listeners = self.listeners.iter();
        let accepting = future::join_all(
            listeners.map(|listener| accept_all(listener, &self.connections, &conversations)),
        );
        tokio::select! {
            _ = accepting => (),
            () = stop => (),
        }
        drop(self.listeners);
        cleaning.abort();
        watching.abort();
        // They would never end by themselves.
        self.state.live.end();
        let finish = async {
            conversations.end().await;
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

fn urls(listeners: &[Listener], opening: &Opening) -> Vec<String> {
    let scheme = match opening.certificates {
        Some(_) => "https",
        None => "http",
    };
    let endpoints = listeners
        .iter()
        .filter_map(|listener| listener.endpoint().ok());
    let url = |endpoint| match endpoint {
        Endpoint::Network(address) => format!("{scheme}://{address}"),
        socket => socket.to_string(),
    };
    endpoints.map(url).collect()
}

fn addresses(listeners: &[Listener]) -> impl Iterator<Item = SocketAddr> {
    let endpoints = listeners
        .iter()
        .filter_map(|listener| listener.endpoint().ok());
    endpoints.filter_map(|endpoint| match endpoint {
        Endpoint::Network(address) => Some(address),
        Endpoint::Socket(_) => None,
    })
}

/// Lets connections in, for ever.
async fn accept_all(
    listener: &Listener,
    connections: &Arc<Connections>,
    conversations: &Conversations,
) {
    loop {
        if let Some(accepted) = accept(listener, connections).await {
            conversations.begin(accepted);
        }
    }
}

/// Waits for a connection; `None` if the next was none, or was not let in.
async fn accept(listener: &Listener, connections: &Arc<Connections>) -> Option<Accepted> {
    match listener.accept().await {
        Ok((bytes, peer)) => Some(Accepted {
            bytes,
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

async fn clean_regularly(state: Shared, every: Duration) {
    let mut interval = tokio::time::interval(every);
    loop {
        interval.tick().await;
        let now = state.now();
        if let Err(cause) = state.storage.clean(now).await {
            tracing::error!(%cause, "what is no longer needed could not be removed");
        }
        if let Err(cause) = state.storage.tend_keys(now).await {
            tracing::error!(%cause, "the keys could not be looked after");
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
