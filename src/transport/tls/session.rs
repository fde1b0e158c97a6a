//! TLS over whatever bytes come and go through, another TLS session among it.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

/// One session. Its reads and writes end with `WouldBlock` where those beneath it do.
pub(in super::super) struct Session<S> {
    connection: ClientConnection,
    inner: S,
}

impl<S: Read + Write> Session<S> {
    /// A session with the server of this name or address. The handshake is yet to be made.
    pub(super) fn new(config: &Arc<ClientConfig>, host: &str, inner: S) -> io::Result<Self> {
        let name = ServerName::try_from(host.to_owned()).map_err(invalid)?;
        let connection = ClientConnection::new(Arc::clone(config), name).map_err(invalid)?;
        Ok(Self { connection, inner })
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
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.read_records()?,
                result => return result,
            }
        }
    }
}

impl<S: Read + Write> Write for Session<S> {
    /// What was taken may have to be flushed.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.connection.writer().write(bytes)? {
            // No room is left beside what was not sent yet.
            0 if !bytes.is_empty() => {
                self.flush()?;
                self.connection.writer().write(bytes)
            }
            taken => Ok(taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            if self.connection.write_tls(&mut self.inner)? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        self.inner.flush()
    }
}
