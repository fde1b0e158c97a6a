//! The requests of one connection, from the first to the last.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;

use crate::chaos::CloseConnection;
use crate::client_address::Peer;
use crate::connection::{Connection, RequestBody, Stream};
use crate::connections::Place;
use crate::listener::ByteStream;
use crate::opening::Opening;

/// How long a client may take to send the head of a request, and so also how long an idle
/// connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// A connection that was let in.
pub struct Accepted {
    /// Its bytes.
    pub bytes: Box<dyn ByteStream>,
    /// Where they come from.
    pub peer: Peer,
    /// Its place among all connections.
    pub place: Place,
}

/// How connections are talked to.
pub struct Terms {
    /// What they begin with.
    pub opening: Opening,
    /// How long a client may take nothing of what it is sent.
    pub write_timeout: Duration,
    /// What answers.
    pub router: Router,
}

/// All conversations that are going on.
pub struct Conversations {
    terms: Arc<Terms>,
    graceful: GracefulShutdown,
    /// Dropped when no further one begins.
    going_on: watch::Sender<()>,
}

impl Conversations {
    /// None yet.
    pub fn new(terms: Terms) -> Self {
        Self {
            terms: Arc::new(terms),
            graceful: GracefulShutdown::new(),
            going_on: watch::Sender::new(()),
        }
    }

    /// Answers the requests of one connection, in a task of its own.
    pub fn begin(&self, accepted: Accepted) {
        let Accepted { bytes, peer, place } = accepted;
        let (terms, watcher) = (self.terms.clone(), self.graceful.watcher());
        let mut going_on = self.going_on.subscribe();
        tokio::spawn(async move {
            // Free when the descriptor is: what is declared later is dropped first.
            let place = place;
            let connection = &place.connection;
            let conversation = pin!(async {
                let stream = Stream::new(prepare(bytes, terms.write_timeout), connection.clone());
                let opened = tokio::select! {
                    opened = terms.opening.open(stream, peer) => opened?,
                    _ = going_on.changed() => return Ok(()),
                };
                connection.opened();
                converse(opened, connection, &terms, watcher).await
            });
            tokio::select! {
                ended = conversation => if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                },
                () = connection.closed() => {
                    tracing::debug!("an idle connection was closed for another");
                }
            }
        });
    }

    /// Finishes the requests that are under way, and then the conversations.
    pub async fn end(self) {
        drop(self.going_on);
        self.graceful.shutdown().await;
    }
}

/// A stream that fails once its client has taken nothing of a reply for so long.
fn prepare(
    bytes: Box<dyn ByteStream>,
    write_timeout: Duration,
) -> TimeoutStream<Box<dyn ByteStream>> {
    let mut stream = TimeoutStream::new(bytes);
    stream.set_write_timeout(Some(write_timeout));
    stream
}

/// Answers requests until there are no more.
async fn converse(
    (bytes, peer): (Box<dyn ByteStream>, Peer),
    connection: &Arc<Connection>,
    terms: &Terms,
    watcher: Watcher,
) -> io::Result<()> {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let (mut router, connection) = (terms.router.clone(), connection.clone());
        let address = terms.opening.proxies.client(peer, request.headers());
        request.extensions_mut().insert(address);
        async move {
            if !connection.work() {
                // This task is about to end.
                pending::<()>().await;
            }
            let request = request.map(|incoming| RequestBody {
                incoming,
                connection: connection.clone(),
            });
            let response = router.call(request).await;
            connection.answered();
            sendable(response)
        }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        // A client that says that it has no further request still wants the answer to this one.
        .half_close(true)
        .serve_connection(TokioIo::new(bytes), service);
    let ended = watcher.watch(conversation).await;
    ended.map_err(io::Error::other)
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
