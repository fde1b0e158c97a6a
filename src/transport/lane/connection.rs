//! An HTTP/1.1 connection of hyper's, driven by the call that is made on it and by nobody else: no
//! runtime, no task, no timer, nothing that is bound to a thread.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self, Builder, SendRequest};

use super::super::message::{TooMuch, append};
use super::super::socket::Socket;
use super::super::waiting::{Ended, Waiting};
use super::stream::{Io, Progress, Stream};

pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    hyper: http1::Connection<Io, Full<Bytes>>,
    /// Whether hyper is done with it.
    has_ended: bool,
    progress: Arc<Progress>,
    waker: Waker,
    socket: Arc<Socket>,
}

/// What came in between.
pub(super) enum Trouble {
    Ended(Ended),
    Broken(hyper::Error),
    /// hyper ended, and said so to nobody.
    Gone,
    /// The host took the descriptor.
    Taken,
    TooLarge,
    NoMemory,
}

impl From<Ended> for Trouble {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

impl From<hyper::Error> for Trouble {
    fn from(error: hyper::Error) -> Self {
        Self::Broken(error)
    }
}

impl Connection {
    /// HTTP over this stream, whose socket and progress these are.
    pub(super) fn new(
        stream: Stream,
        socket: Arc<Socket>,
        progress: Arc<Progress>,
    ) -> Result<Self, hyper::Error> {
        let io = Io::new(stream, Arc::clone(&progress));
        let waker = Waker::from(Arc::clone(&progress));
        let mut builder = Builder::new();
        // Head and body in one write.
        builder.writev(false);
        let made = pin!(builder.handshake(io)).poll(&mut Context::from_waker(&waker));
        let Poll::Ready(made) = made else {
            unreachable!("HTTP/1.1 begins without a handshake")
        };
        let (sender, hyper) = made?;
        Ok(Self {
            sender,
            hyper,
            has_ended: false,
            progress,
            waker,
            socket,
        })
    }

    /// Whether its descriptor still is what it was.
    pub(super) fn is_ours(&self) -> bool {
        self.socket.is_ours()
    }

    pub(super) fn socket(&self) -> &Arc<Socket> {
        &self.socket
    }

    /// Whether a byte went out since the last request was begun.
    pub(super) fn has_sent(&self) -> bool {
        self.progress.has_sent.load(Relaxed)
    }

    /// Whether a byte came in since then.
    pub(super) fn has_heard(&self) -> bool {
        self.progress.has_heard.load(Relaxed)
    }

    /// Whether TLS came in since then, where none was spoken.
    pub(super) fn has_heard_tls(&self) -> bool {
        self.progress.has_heard_tls.load(Relaxed)
    }

    /// Sends a request and reads the head of its reply. hyper looks whether the connection still
    /// stands, and whether something came that nobody asked for, before it writes.
    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
        waiting: &Waiting<'_>,
    ) -> Result<Response<Incoming>, Trouble> {
        self.progress.begin();
        let mut sending = pin!(self.sender.send_request(request));
        self.drive(waiting, |cx| sending.as_mut().poll(cx))
            .await?
            .map_err(Trouble::Broken)
    }

    /// Reads a body of at most `most` bytes to its end.
    pub(super) async fn read(
        &mut self,
        mut body: Incoming,
        most: usize,
        waiting: &Waiting<'_>,
    ) -> Result<Vec<u8>, Trouble> {
        if body.size_hint().lower() > most as u64 {
            return Err(Trouble::TooLarge);
        }
        let mut whole = Vec::new();
        while let Some(frame) = self
            .drive(waiting, |cx| Pin::new(&mut body).poll_frame(cx))
            .await?
        {
            // Copied, so that hyper can use its buffer again.
            if let Ok(chunk) = frame?.into_data() {
                append(&mut whole, &chunk, most).map_err(|too_much| match too_much {
                    TooMuch::Bytes => Trouble::TooLarge,
                    TooMuch::Memory => Trouble::NoMemory,
                })?;
            }
        }
        Ok(whole)
    }

    /// Whether another request can be sent, now that the last one was answered.
    pub(super) fn is_ready(&mut self) -> bool {
        if !self.sender.is_ready() {
            // It has yet to see that the body was read to its end.
            self.poll();
        }
        self.sender.is_ready() && !self.has_ended
    }

    /// The stream beneath, once hyper is done with it; None if something came that nobody asked for.
    pub(super) fn into_stream(self) -> Option<Stream> {
        let parts = self.hyper.into_parts();
        parts.read_buf.is_empty().then(|| parts.io.into_stream())
    }

    fn poll(&mut self) {
        if !self.has_ended {
            let hyper = Pin::new(&mut self.hyper);
            self.has_ended = hyper.poll(&mut Context::from_waker(&self.waker)).is_ready();
        }
    }

    /// Goes on until `poll` is ready.
    async fn drive<T>(
        &mut self,
        waiting: &Waiting<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Result<T, Trouble> {
        let mut has_waited = false;
        loop {
            self.progress.is_woken.store(false, Relaxed);
            self.poll();
            if let Poll::Ready(done) = poll(&mut Context::from_waker(&self.waker)) {
                return Ok(done);
            }
            if self.progress.is_woken.load(Relaxed) {
                waiting.left()?;
                self.progress.goes_on();
            } else if self.has_ended {
                return Err(Trouble::Gone);
            } else {
                // Not before the first wait, when it has just been looked at.
                if has_waited && !self.is_ours() {
                    return Err(Trouble::Taken);
                }
                has_waited = true;
                self.progress.wait(&self.socket, waiting).await?;
            }
        }
    }
}
