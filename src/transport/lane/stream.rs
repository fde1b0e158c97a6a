//! The bytes of one connection: a socket, or TLS over one, as a stream for hyper. It never blocks unless it
//! is told to.

use std::io::{self, IoSlice, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};
use std::task::{Context, Poll, Wake};

use hyper::rt::ReadBufCursor;

use super::super::closing::Registration;
use super::super::socket::Socket;
use super::super::tls::Session;
use super::super::waiting::{Ended, Readable, Waiting};

/// As much as is read at once.
const BUFFER_BYTES: usize = 8192;

/// How often is read before it is looked at the time: a server may send for ever.
const MOST_READS: u8 = 32;

pub(super) enum Stream {
    Plain(Plain),
    Tls(Box<Session<Stream>>),
}

pub(super) struct Plain {
    socket: Arc<Socket>,
    progress: Arc<Progress>,
    /// Closing the context shuts the socket down.
    _registration: Registration,
}

/// How far a connection is, shared by its stream and by what drives it: never at the same time, so
/// that no order between them needs to be kept.
#[derive(Default)]
pub(super) struct Progress {
    /// One of the constants below.
    reading: AtomicU8,
    reads: AtomicU8,
    /// Whether the thread slept in vain: for a slice of time, or until a signal.
    has_slept: AtomicBool,
    /// Whether a write has to wait for room.
    is_full: AtomicBool,
    /// Whether what waits on the connection is to be looked at again.
    pub(super) is_woken: AtomicBool,
    /// Whether a byte went out, and whether one came in, since the exchange began.
    pub(super) has_sent: AtomicBool,
    pub(super) has_heard: AtomicBool,
    /// Whether what came in began as a record of TLS does.
    pub(super) has_heard_tls: AtomicBool,
}

/// What records of TLS begin with: an alert's and a handshake's type (RFC 8446 section 5.1).
const TLS_RECORDS: [u8; 2] = [21, 22];

/// Looks whether there is something.
const TRY: u8 = 0;
/// There is nothing: the last read took it all.
const EMPTY: u8 = 1;
/// May wait for something.
const BLOCK: u8 = 2;

impl Progress {
    /// A new exchange begins.
    pub(super) fn begin(&self) {
        self.reading.store(TRY, Relaxed);
        self.reads.store(0, Relaxed);
        self.has_sent.store(false, Relaxed);
        self.has_heard.store(false, Relaxed);
    }

    /// Waits for what stood in the way: room to write, or else something to read.
    pub(super) async fn wait(
        &self,
        socket: &Arc<Socket>,
        waiting: &Waiting<'_>,
    ) -> Result<(), Ended> {
        if self.has_slept.swap(false, Relaxed) {
            waiting.pause().await;
        }
        if self.is_full.swap(false, Relaxed) {
            waiting.writable(socket).await?;
        } else {
            let reading = match waiting.readable(socket).await? {
                Readable::Now => TRY,
                Readable::Soon => BLOCK,
            };
            self.reading.store(reading, Relaxed);
        }
        self.goes_on();
        Ok(())
    }

    /// It was looked at the time.
    pub(super) fn goes_on(&self) {
        self.reads.store(0, Relaxed);
    }

    /// Whether another read has to wait until it was looked at the time.
    fn takes_a_turn(&self) -> bool {
        let reads = self.reads.load(Relaxed);
        self.reads.store(reads.saturating_add(1), Relaxed);
        reads >= MOST_READS
    }
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Relaxed);
    }
}

impl Plain {
    pub(super) fn new(
        socket: Arc<Socket>,
        progress: Arc<Progress>,
        registration: Registration,
    ) -> Self {
        Self {
            socket,
            progress,
            _registration: registration,
        }
    }
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let reading = self.progress.reading.load(Relaxed);
        if reading == EMPTY {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let result = self.socket.read(buffer, reading == BLOCK);
        // Only a full buffer leaves something to be read, and the end stays to be seen.
        let is_more = matches!(result, Ok(count) if count == 0 || count == buffer.len());
        self.progress
            .reading
            .store(if is_more { TRY } else { EMPTY }, Relaxed);
        if reading == BLOCK && result.is_err() {
            self.progress.has_slept.store(true, Relaxed);
        }
        match result {
            Ok(count) => {
                if count > 0 && !self.progress.has_heard.swap(true, Relaxed) {
                    let is_tls = TLS_RECORDS.contains(&buffer[0]);
                    self.progress.has_heard_tls.store(is_tls, Relaxed);
                }
                Ok(count)
            }
            // A signal is not waited through: it is looked at the time first.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                Err(io::ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        }
    }
}

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.socket.write(bytes);
        let is_full = |error: &io::Error| {
            matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
            )
        };
        match result {
            Ok(count) => {
                self.progress.has_sent.store(true, Relaxed);
                Ok(count)
            }
            Err(error) if is_full(&error) => {
                self.progress.is_full.store(true, Relaxed);
                Err(io::ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        }
    }

    /// TLS writes records: what lies ready goes out at once.
    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        match buffers {
            [one] => self.write(one),
            several => self.write(
                &several
                    .iter()
                    .flat_map(|one| one.iter().copied())
                    .collect::<Vec<_>>(),
            ),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream {
    /// Whether nothing can be read before it was waited for.
    fn is_empty(&self) -> bool {
        match self {
            Self::Plain(plain) => plain.progress.reading.load(Relaxed) == EMPTY,
            Self::Tls(session) => !session.may_be_read() && session.inner().is_empty(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.read(buffer),
            Self::Tls(session) => session.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.write(bytes),
            Self::Tls(session) => session.write(bytes),
        }
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.write_vectored(buffers),
            Self::Tls(session) => session.write_vectored(buffers),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(plain) => plain.flush(),
            Self::Tls(session) => session.flush(),
        }
    }
}

/// The stream as hyper takes it.
pub(super) struct Io {
    stream: Stream,
    progress: Arc<Progress>,
    /// hyper's own buffer is not initialised, which no safe read can be given.
    buffer: Box<[u8]>,
}

impl Io {
    pub(super) fn new(stream: Stream, progress: Arc<Progress>) -> Self {
        Self {
            stream,
            progress,
            buffer: vec![0; BUFFER_BYTES].into(),
        }
    }

    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }
}

fn poll<T>(result: io::Result<T>) -> Poll<io::Result<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}

impl hyper::rt::Read for Io {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // hyper asks several times for what is not there yet.
        if this.stream.is_empty() {
            return Poll::Pending;
        }
        if this.progress.takes_a_turn() {
            this.progress.is_woken.store(true, Relaxed);
            return Poll::Pending;
        }
        let most = buffer.remaining().min(this.buffer.len());
        let room = &mut this.buffer[..most];
        poll(this.stream.read(room)).map_ok(|count| buffer.put_slice(&room[..count]))
    }
}

impl hyper::rt::Write for Io {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        poll(self.get_mut().stream.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll(self.get_mut().stream.flush())
    }

    /// A connection ends when its socket is closed.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
