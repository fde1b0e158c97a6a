//! As much of HTTP/1.1 as a client of the bench needs: one request after another on a connection.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

/// How much is read at once.
const PIECE: usize = 16 * 1024;
/// What ends a body in chunks, with the end of the last chunk before it.
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";

/// A connection.
pub struct Connection {
    peer: TcpStream,
    received: Vec<u8>,
}

/// The answer to a request.
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// Its body; of one in chunks, the end.
    pub body: &'a [u8],
}

/// How long a body is.
enum Length {
    Known(usize),
    Chunked,
}

impl Connection {
    /// Connects, from one of many addresses of the loopback interface.
    pub fn open(address: &str, source: usize) -> io::Result<Self> {
        let address: SocketAddr = address.parse().map_err(io::Error::other)?;
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        if source > 0 {
            let source = u8::try_from(source).map_err(io::Error::other)?;
            socket.bind(&SocketAddr::from(([127, 0, 1, source], 0)).into())?;
        }
        socket.connect(&address.into())?;
        let peer = TcpStream::from(socket);
        peer.set_nodelay(true)?;
        let received = Vec::new();
        Ok(Self { peer, received })
    }

    /// Makes a request and waits for its answer.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.peer.write_all(request)?;
        self.received.clear();
        let (status, length, start) = loop {
            self.receive()?;
            if let Some(head) = head(&self.received)? {
                break head;
            }
        };
        match length {
            Length::Known(length) => {
                while self.received.len() < start + length {
                    self.receive()?;
                }
            }
            Length::Chunked => self.skip_chunks()?,
        }
        let body = &self.received[start.min(self.received.len())..];
        Ok(Answer { status, body })
    }

    /// Reads a body to its end and keeps little of it.
    fn skip_chunks(&mut self) -> io::Result<()> {
        while !self.received.ends_with(LAST_CHUNK) {
            let surplus = self.received.len().saturating_sub(LAST_CHUNK.len());
            self.received.drain(..surplus);
            self.receive()?;
        }
        Ok(())
    }

    fn receive(&mut self) -> io::Result<()> {
        let filled = self.received.len();
        self.received.resize(filled + PIECE, 0);
        let length = self.peer.read(&mut self.received[filled..])?;
        self.received.truncate(filled + length);
        match length {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Status, length of the body, and where that begins, if all of the head is there.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, Length, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = head.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    let length = length.map_or(Length::Chunked, Length::Known);
    Ok(Some((head.code.unwrap_or_default(), length, start)))
}
