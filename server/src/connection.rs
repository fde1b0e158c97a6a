//! One connection: whether its client or the server has to act next, when a byte last moved, and how many
//! bytes it holds.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio_io_timeout::TimeoutStream;

use crate::connections::Connections;
use crate::listener::ByteStream;

/// It is the client's turn: to send a request, or to take the reply.
const CLIENTS: u8 = 0;
/// It is the client's turn in the middle of a request: its body is not there yet.
const CLIENTS_BODY: u8 = 1;
/// The server is working on a request.
const SERVERS: u8 = 2;
/// It was closed in favour of another.
const CLOSED: u8 = 3;

/// What a request that waits for its body costs beside the bytes that came.
const WAITING_REQUEST: usize = 16 * 1024;

/// What is known of a connection, shared by the task that serves it and [`Connections`].
pub struct Connection {
    all: Arc<Connections>,
    turn: AtomicU8,
    /// By the clock of [`Connections`].
    moved: AtomicU64,
    held: AtomicUsize,
    last_read: AtomicUsize,
    close: Notify,
}

impl Connection {
    /// A connection that was just let in: it is the client's turn.
    pub fn new(all: Arc<Connections>) -> Self {
        Self {
            turn: AtomicU8::new(CLIENTS),
            moved: AtomicU64::new(all.now()),
            held: AtomicUsize::new(0),
            last_read: AtomicUsize::new(0),
            close: Notify::new(),
            all,
        }
    }

    /// Whether the server waits for the client.
    pub fn is_clients_turn(&self) -> bool {
        [CLIENTS, CLIENTS_BODY].contains(&self.turn.load(SeqCst))
    }

    /// When a byte last came or went, in microseconds.
    pub fn moved(&self) -> u64 {
        self.moved.load(SeqCst)
    }

    /// How many bytes it takes for what came and is not worked off yet.
    pub fn held(&self) -> usize {
        self.held.load(SeqCst)
    }

    /// Closes it if it is the client's turn. What it holds counts no more.
    pub fn close(&self) -> bool {
        let closes = self.take_turn(CLIENTS, CLOSED) || self.take_turn(CLIENTS_BODY, CLOSED);
        if closes {
            self.hold(0);
            self.close.notify_one();
        }
        closes
    }

    /// Completes when it was closed.
    pub async fn closed(&self) {
        self.close.notified().await;
    }

    /// What comes from here on are requests: nothing of what came before is still held.
    pub fn opened(&self) {
        self.hold(0);
    }

    /// The server begins, or goes on, to work; `false` if it was closed meanwhile.
    pub fn work(&self) -> bool {
        if self.take_turn(CLIENTS_BODY, SERVERS) {
            self.hold(self.held().saturating_sub(WAITING_REQUEST));
        }
        self.take_turn(CLIENTS, SERVERS) || self.turn.load(SeqCst) == SERVERS
    }

    /// The server waits for more of the request.
    fn wait(&self) {
        if self.take_turn(SERVERS, CLIENTS_BODY) {
            self.hold(self.held() + WAITING_REQUEST);
        }
    }

    /// The reply is ready. What was read last may have the beginning of the next request in it.
    pub fn answered(&self) {
        self.hold(self.last_read.load(SeqCst));
        self.moved.store(self.all.now(), SeqCst);
        if !self.take_turn(SERVERS, CLIENTS) {
            self.take_turn(CLIENTS_BODY, CLIENTS);
        }
    }

    /// Counts nothing of it any more.
    pub fn ended(&self) {
        self.hold(0);
    }

    fn take_turn(&self, from: u8, to: u8) -> bool {
        let change = self.turn.compare_exchange(from, to, SeqCst, SeqCst);
        change.is_ok()
    }

    fn received(&self, bytes: usize) {
        self.moved.store(self.all.now(), SeqCst);
        self.last_read.store(bytes, SeqCst);
        self.hold(self.held() + bytes);
    }

    fn hold(&self, bytes: usize) {
        let before = self.held.swap(bytes, SeqCst);
        self.all.hold(bytes, before);
    }
}

/// The bytes of a connection, whose coming and going it takes note of.
pub struct Stream {
    bytes: Pin<Box<TimeoutStream<Box<dyn ByteStream>>>>,
    connection: Arc<Connection>,
}

impl Stream {
    /// The bytes of this connection.
    pub fn new(bytes: TimeoutStream<Box<dyn ByteStream>>, connection: Arc<Connection>) -> Self {
        Self {
            bytes: Box::pin(bytes),
            connection,
        }
    }

    /// Takes note that some bytes went. `began` is from before that: the client may have answered since.
    fn sent(&self, began: u64, written: io::Result<usize>) -> Poll<io::Result<usize>> {
        self.connection.moved.store(began, SeqCst);
        Poll::Ready(written)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(self.bytes.as_mut().poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        if read > 0 {
            self.connection.received(read);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let began = self.connection.all.now();
        let written = ready!(self.bytes.as_mut().poll_write(context, bytes));
        self.sent(began, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let began = self.connection.all.now();
        let written = ready!(self.bytes.as_mut().poll_write_vectored(context, bytes));
        self.sent(began, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.bytes.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bytes.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bytes.as_mut().poll_shutdown(context)
    }
}

/// The body of a request. While more of it is to come it is the client's turn.
pub struct RequestBody {
    /// What hyper reads of it.
    pub incoming: Incoming,
    /// The connection that it comes through.
    pub connection: Arc<Connection>,
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) else {
            self.connection.wait();
            return Poll::Pending;
        };
        match self.connection.work() {
            true => Poll::Ready(frame),
            // The task that asks ends before it could be woken.
            false => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
