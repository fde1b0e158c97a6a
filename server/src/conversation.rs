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
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
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
/// How much longer a client may take to begin, and then to send its first request, once no further one is let in:
/// whoever was let in before is answered, since nobody else is listening for it.
const LATE_BEGINNING: Duration = Duration::from_secs(1);
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
    /// Whether no further one begins. Each has a receiver until it ends.
    ending: watch::Sender<bool>,
}

impl Conversations {
    /// None yet.
    pub fn new(terms: Terms) -> Self {
        Self {
            terms: Arc::new(terms),
            ending: watch::Sender::new(false),
        }
    }

    /// Answers the requests of one connection, in a task of its own.
    pub fn begin(&self, accepted: Accepted) {
        let Accepted { bytes, peer, place } = accepted;
        let (terms, mut ending) = (self.terms.clone(), self.ending.subscribe());
        tokio::spawn(async move {
            // Free when the descriptor is: what is declared later is dropped first.
            let place = place;
            let connection = &place.connection;
            let conversation = pin!(async {
                let stream = Stream::new(prepare(bytes, terms.write_timeout), connection.clone());
                let late = async {
                    is_over(&mut ending).await;
                    sleep(LATE_BEGINNING).await;
                };
                let opened = tokio::select! {
                    biased;
                    opened = terms.opening.open(stream, peer) => opened?,
                    () = late => return Ok(()),
                };
                connection.opened();
                converse(opened, connection, &terms, ending).await
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
        self.ending.send_replace(true);
        self.ending.closed().await;
    }
}

/// Completes when no further conversation begins.
async fn is_over(ending: &mut watch::Receiver<bool>) {
    let _ = ending.wait_for(|is_over| *is_over).await;
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
    mut ending: watch::Receiver<bool>,
) -> io::Result<()> {
    let asked = Notify::new();
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        let (mut router, connection) = (terms.router.clone(), connection.clone());
        let address = terms.opening.proxies.client(peer, request.headers());
        request.extensions_mut().insert(address);
        asked.notify_one();
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
    let mut conversation = pin!(conversation);
    let over = async {
        is_over(&mut ending).await;
        // hyper would close at once what nothing has come from.
        let _ = timeout(LATE_BEGINNING, asked.notified()).await;
    };
    let ended = tokio::select! {
        biased;
        ended = conversation.as_mut() => ended,
        () = over => {
            conversation.as_mut().graceful_shutdown();
            conversation.await
        }
    };
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;
    use crate::connections::Connections;
    use crate::metrics::ConnectionCounters;

    fn terms() -> Terms {
        Terms {
            opening: Opening::default(),
            write_timeout: HEAD_TIMEOUT,
            router: Router::new().route("/", get(async || "there")),
        }
    }

    /// Where systemd listens, its client has nobody else to ask: the next process never sees that connection.
    #[tokio::test]
    async fn who_was_let_in_before_the_end_is_answered() {
        let all = Connections::new(1, ConnectionCounters::default());
        // Whether the end was looked at first was a matter of chance.
        for _ in 0..50 {
            let (mut client, bytes) = duplex(1024);
            let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            client.write_all(request).await.unwrap();
            let conversations = Conversations::new(terms());
            conversations.begin(Accepted {
                bytes: Box::new(bytes),
                peer: Peer::Local,
                place: all.admit().await.unwrap(),
            });
            conversations.end().await;
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            assert!(answer.ends_with("there"), "{answer:?}");
        }
    }
}
