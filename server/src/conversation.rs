//! The requests of one connection, from the first to the last.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;

use crate::chaos::CloseConnection;
use crate::client_address::ClientAddress;
use crate::connection::{RequestBody, Stream};
use crate::connections::Place;

/// How long a client may take to send the head of a request, and so also how long an idle
/// connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// A connection that was let in.
pub struct Accepted {
    /// Its bytes.
    pub stream: TcpStream,
    /// Where they come from.
    pub peer: SocketAddr,
    /// Its place among all connections.
    pub place: Place,
}

/// A stream that fails once its client has taken nothing of a reply for so long.
fn prepare(stream: TcpStream, write_timeout: Duration) -> TimeoutStream<TcpStream> {
    // Replies are small and whole: there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    stream
}

/// Answers the requests of one connection, in a task of its own.
pub fn converse(
    accepted: Accepted,
    write_timeout: Duration,
    router: Router,
    graceful: &GracefulShutdown,
) {
    let Accepted {
        stream,
        peer,
        place,
    } = accepted;
    let connection = place.connection.clone();
    let stream = Stream::new(prepare(stream, write_timeout), connection.clone());
    let address = ClientAddress::of_peer(peer);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let (mut router, connection) = (router.clone(), connection.clone());
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
        .serve_connection(TokioIo::new(stream), service);
    let conversation = graceful.watch(conversation);
    tokio::spawn(async move {
        // Free when the descriptor is: what is declared later is dropped first.
        let place = place;
        let conversation = pin!(conversation);
        tokio::select! {
            ended = conversation => if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            },
            () = place.connection.closed() => {
                tracing::debug!("an idle connection was closed for another");
            }
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
