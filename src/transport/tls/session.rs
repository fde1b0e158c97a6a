//! TLS over any stream of bytes: a socket, or another TLS session.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

/// One session. Its reads and writes end with `WouldBlock` where those beneath it do.
pub(in super::super) struct Session<S> {
    connection: ClientConnection,
    inner: S,
    /// Whether there may be plaintext to read, and records to write: rustls takes its time to tell.
    may_be_read: bool,
    may_be_flushed: bool,
}

impl<S: Read + Write> Session<S> {
    /// A session with the server of this name or address. The handshake is yet to be made.
    pub(super) fn new(config: &Arc<ClientConfig>, host: &str, inner: S) -> io::Result<Self> {
        let name = ServerName::try_from(host.to_owned()).map_err(invalid)?;
        let mut connection = ClientConnection::new(Arc::clone(config), name).map_err(invalid)?;
        // Who writes flushes, and a request is small: how much waits need not be counted each time.
        connection.set_buffer_limit(None);
        Ok(Self {
            connection,
            inner,
            may_be_read: true,
            may_be_flushed: true,
        })
    }

    /// What its records come and go through.
    pub(in super::super) fn inner(&self) -> &S {
        &self.inner
    }

    /// Whether something can be read without a record more.
    pub(in super::super) fn may_be_read(&self) -> bool {
        self.may_be_read
    }

    /// Goes on with the handshake until it is done. Its last words are left to be sent together with
    /// the first ones that are written.
    pub(in super::super) fn handshake(&mut self) -> io::Result<()> {
        loop {
            if !self.connection.is_handshaking() {
                return Ok(());
            }
            self.flush()?;
            // There is none who writes before it has read.
            if self.connection.wants_read() {
                self.read_records()?;
            }
        }
    }

    /// Reads what there is, which may end a record or not.
    fn read_records(&mut self) -> io::Result<()> {
        if self.connection.read_tls(&mut self.inner)? == 0 && self.connection.is_handshaking() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (self.may_be_read, self.may_be_flushed) = (true, true);
        match self.connection.process_new_packets() {
            Ok(_) => Ok(()),
            Err(error) => {
                // Tells the peer why, if that can be done at once.
                let _ = self.flush();
                Err(invalid(error))
            }
        }
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl<S: Read + Write> Read for Session<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.connection.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.may_be_read = false;
                    self.read_records()?;
                }
                result => return result,
            }
        }
    }
}

impl<S: Read + Write> Write for Session<S> {
    /// What was taken is yet to be flushed.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.may_be_flushed = true;
        self.connection.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.may_be_flushed && self.connection.wants_write() {
            if self.connection.write_tls(&mut self.inner)? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        self.may_be_flushed = false;
        self.inner.flush()
    }
}
