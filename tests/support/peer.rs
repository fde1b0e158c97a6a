//! The other end of the wire: a server that answers by script and keeps every byte it was sent.

use std::collections::HashMap;
use std::io::{Cursor, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

/// One request as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The request line, such as `GET /v1/service/service/s HTTP/1.1`.
    pub line: String,
    /// Header lines, names in lower case, sorted.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What the peer does with one connection; it may read requests and write what it likes.
pub type Script = dyn Fn(&mut Connection) + Send + Sync;

/// A server on a free loopback port; it stops when it is dropped.
pub struct Peer {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    /// What each connection sent, by its number.
    bytes: Mutex<HashMap<usize, Vec<u8>>>,
    connections: AtomicUsize,
    stopping: AtomicBool,
    open: Mutex<HashMap<usize, TcpStream>>,
    /// How many connections were ended from this side.
    ended: Mutex<usize>,
    one_ended: Condvar,
}

impl State {
    fn count_end(&self) {
        *self.ended.lock().unwrap() += 1;
        self.one_ended.notify_all();
    }
}

/// What bytes come and go through: TCP, or TLS over it.
pub trait Stream: Read + Write + Send {
    /// Says that nothing more will come, where the protocol has a word for it.
    fn say_end(&mut self) {}

    /// Whether it goes on with the TLS session of an earlier connection.
    fn is_resumed(&self) -> bool {
        false
    }
}

impl Stream for TcpStream {}

/// In the place of a connection that was reset.
impl Stream for Cursor<Vec<u8>> {}

impl Stream for StreamOwned<ServerConnection, TcpStream> {
    fn say_end(&mut self) {
        self.conn.send_close_notify();
        drop(self.flush());
    }

    fn is_resumed(&self) -> bool {
        self.conn.handshake_kind() == Some(HandshakeKind::Resumed)
    }
}

/// One accepted connection.
pub struct Connection {
    stream: Box<dyn Stream>,
    /// None once it was reset.
    tcp: Option<TcpStream>,
    /// How many connections came before it.
    pub number: usize,
    state: Arc<State>,
    unread: Vec<u8>,
}

impl Peer {
    /// Runs `script` for every connection, each on a thread of its own.
    pub fn start(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        Self::start_with(Vec::new(), script)
    }

    /// Like [`Peer::start`], with TLS.
    pub fn start_tls(
        tls: Arc<ServerConfig>,
        script: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(vec![tls], script)
    }

    /// The same, where another server comes to the place of the one before with each connection; the
    /// last one stays.
    pub fn start_tls_in_turn(
        servers: Vec<Arc<ServerConfig>>,
        script: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(servers, script)
    }

    fn start_with(
        tls: Vec<Arc<ServerConfig>>,
        script: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let script: Arc<Script> = Arc::new(script);
        let acceptor = thread::spawn({
            let state = Arc::clone(&state);
            move || accept(&listener, &tls, &state, &script)
        });
        Self {
            address,
            state,
            acceptor: Some(acceptor),
        }
    }

    /// Answers every request of every connection with these bytes.
    pub fn always(reply: impl Into<String>) -> Self {
        Self::start(always(reply.into()))
    }

    /// Answers the first request with the first reply and so on; the last one stands for the rest.
    pub fn in_turn(replies: Vec<String>) -> Self {
        let turn = AtomicUsize::new(0);
        Self::start(move |connection| {
            while connection.request().is_some() {
                let turn = turn.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1);
                connection.send(&replies[turn]);
            }
        })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn https_url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.address.port())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request so far, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Every byte of each connection so far, decrypted, in the order of arrival.
    pub fn bytes(&self) -> Vec<Vec<u8>> {
        let bytes = self.state.bytes.lock().unwrap();
        let mut numbers: Vec<_> = bytes.keys().copied().collect();
        numbers.sort_unstable();
        numbers.iter().map(|number| bytes[number].clone()).collect()
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until so many connections have been ended from this side.
    pub fn wait_until_ended(&self, count: usize) {
        let ended = self.state.ended.lock().unwrap();
        let is_missing = |ended: &mut usize| *ended < count;
        drop(self.state.one_ended.wait_while(ended, is_missing).unwrap());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then sees that it is to stop.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.join().unwrap();
        }
        for (_, stream) in self.state.open.lock().unwrap().drain() {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

fn accept(
    listener: &TcpListener,
    tls: &[Arc<ServerConfig>],
    state: &Arc<State>,
    script: &Arc<Script>,
) {
    for stream in listener.incoming() {
        if state.stopping.load(Ordering::SeqCst) {
            return;
        }
        let tcp = stream.unwrap();
        tcp.set_nodelay(true).unwrap();
        let number = state.connections.fetch_add(1, Ordering::SeqCst);
        let open = tcp.try_clone().unwrap();
        state.open.lock().unwrap().insert(number, open);
        let plain = tcp.try_clone().unwrap();
        let stream: Box<dyn Stream> = match tls.get(number).or(tls.last()) {
            None => Box::new(plain),
            Some(tls) => Box::new(StreamOwned::new(
                ServerConnection::new(Arc::clone(tls)).unwrap(),
                plain,
            )),
        };
        let mut connection = Connection {
            stream,
            tcp: Some(tcp),
            number,
            state: Arc::clone(state),
            unread: Vec::new(),
        };
        let script = Arc::clone(script);
        thread::spawn(move || {
            script(&mut connection);
            connection.close();
        });
    }
}

impl Connection {
    /// Reads the next request; `None` when the other side has closed.
    pub fn request(&mut self) -> Option<Received> {
        let end = self.read_until_blank_line()?;
        let head = String::from_utf8(self.unread.drain(..end).collect()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let mut headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").expect("a header line"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        headers.sort();
        let mut received = Received {
            line,
            headers,
            body: String::new(),
        };
        let length = received
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        while self.unread.len() < length {
            self.read_more()?;
        }
        received.body = String::from_utf8(self.unread.drain(..length).collect()).unwrap();
        self.state.received.lock().unwrap().push(received.clone());
        Some(received)
    }

    /// Writes this text; a peer that has gone is no failure of the test.
    pub fn send(&mut self, text: &str) {
        self.is_sent(text);
    }

    /// Writes these bytes; false if the other side has gone.
    pub fn is_sent(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let written = self.stream.write_all(bytes.as_ref());
        written.and_then(|()| self.stream.flush()).is_ok()
    }

    /// Writes these bytes one by one, `pause` apart, until the other side closes.
    pub fn drip(&mut self, bytes: impl IntoIterator<Item = u8>, pause: Duration) {
        for byte in bytes {
            if !self.is_sent([byte]) || self.is_closed_within(pause) {
                return;
            }
        }
    }

    /// Waits for the other side to close, no longer than `time`.
    fn is_closed_within(&mut self, time: Duration) -> bool {
        let Some(tcp) = &self.tcp else { return true };
        tcp.set_read_timeout(Some(time)).unwrap();
        let seen = tcp.peek(&mut [0]);
        tcp.set_read_timeout(None).unwrap();
        match seen {
            Ok(count) => count == 0,
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    }

    /// Whether it goes on with the TLS session of an earlier one: known once something was read.
    pub fn is_resumed(&self) -> bool {
        self.stream.is_resumed()
    }

    /// Whether something has come that was not read yet.
    pub fn has_more(&self) -> bool {
        let Some(tcp) = &self.tcp else { return false };
        tcp.set_nonblocking(true).unwrap();
        let seen = tcp.peek(&mut [0]);
        tcp.set_nonblocking(false).unwrap();
        seen.is_ok_and(|count| count > 0)
    }

    /// Reads exactly this many bytes of whatever comes; fewer if the other side closes.
    pub fn read(&mut self, count: usize) {
        while self.unread.len() < count && self.read_more().is_some() {}
    }

    /// Takes exactly this many bytes; `None` if the other side closes before.
    pub fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        self.read(count);
        (self.unread.len() >= count).then(|| self.unread.drain(..count).collect())
    }

    /// Takes what has come, or else what comes next; `None` when the other side has closed.
    pub fn take_some(&mut self) -> Option<Vec<u8>> {
        if self.unread.is_empty() {
            self.read_more()?;
        }
        Some(std::mem::take(&mut self.unread))
    }

    /// Waits until there is something to read, or an end, here or at `other`; tells where.
    pub fn wait_for_either(&self, other: &TcpStream) -> (bool, bool) {
        let Some(tcp) = &self.tcp else {
            return (true, false);
        };
        if !self.unread.is_empty() {
            return (true, false);
        }
        let mut sockets = [tcp, other].map(|socket| libc::pollfd {
            fd: socket.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        });
        // SAFETY: an array of that many places, and descriptors that are open.
        while unsafe { libc::poll(sockets.as_mut_ptr(), 2, -1) } < 0 {}
        (sockets[0].revents != 0, sockets[1].revents != 0)
    }

    /// Ends the connection in order: over TLS with the word for it (RFC 8446 section 6.1).
    pub fn finish(&mut self) {
        self.stream.say_end();
        self.close();
    }

    /// Closes the connection so that the other side's next write is answered with a reset. Over TLS
    /// it is cut, without a word.
    pub fn close(&mut self) {
        if let Some(tcp) = &self.tcp {
            drop(tcp.shutdown(Shutdown::Both));
            if self
                .state
                .open
                .lock()
                .unwrap()
                .remove(&self.number)
                .is_some()
            {
                self.state.count_end();
            }
        }
    }

    /// Ends the connection with a reset (RST) at once, and drops what was not yet delivered.
    pub fn reset(&mut self) {
        if let Some(tcp) = self.tcp.take() {
            SockRef::from(&tcp)
                .set_linger(Some(Duration::ZERO))
                .unwrap();
            // The reset is sent when the last of its handles is dropped.
            self.state.open.lock().unwrap().remove(&self.number);
            self.stream = Box::new(Cursor::new(Vec::new()));
            drop(tcp);
            self.state.count_end();
        }
    }

    /// Waits until the other side closes.
    pub fn wait_for_close(&mut self) {
        while self.read_more().is_some() {}
    }

    fn read_until_blank_line(&mut self) -> Option<usize> {
        loop {
            if let Some(at) = self
                .unread
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                return Some(at + 4);
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> Option<()> {
        let mut buffer = [0; 65536];
        match self.stream.read(&mut buffer) {
            Ok(0) => None,
            Ok(count) => {
                self.unread.extend_from_slice(&buffer[..count]);
                let mut bytes = self.state.bytes.lock().unwrap();
                let record = bytes.entry(self.number).or_default();
                record.extend_from_slice(&buffer[..count]);
                Some(())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Some(()),
            Err(_) => None,
        }
    }
}

/// A script: answers every request with these bytes.
pub fn always(reply: String) -> impl Fn(&mut Connection) + Send + Sync {
    move |connection| {
        while connection.request().is_some() {
            connection.send(&reply);
        }
    }
}

/// A whole reply with a JSON body.
pub fn reply(status: u16, body: &str) -> String {
    reply_with(status, "", body)
}

/// A whole reply with more header lines, each ended by CR LF.
pub fn reply_with(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A script: to a request for something, answers that it is there, with the id from the path.
pub fn echo(connection: &mut Connection) {
    echo_with(connection, |_, _| ());
}

/// The same, with something to do with each id before it is answered.
pub fn echo_with(connection: &mut Connection, mut before: impl FnMut(&mut Connection, &str)) {
    while let Some(request) = connection.request() {
        let path = request.line.split(' ').nth(1).unwrap();
        let id = path.rsplit('/').next().unwrap();
        before(connection, id);
        connection.send(&reply(
            200,
            &format!(r#"{{"id":"{id}","name":"n","ctime":"t"}}"#),
        ));
    }
}
