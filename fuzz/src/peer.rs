//! The other end of the library's connection: it answers every request with the bytes it was given.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What the server does after an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// Keeps the connection for the next request.
    Keep,
    /// Closes the connection, so that nobody waits for more.
    Close,
}

/// A server for one client with one connection at a time, on a free loopback port.
pub struct Peer {
    /// Where it listens.
    pub base_url: String,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<Script>,
    closed: Condvar,
}

struct Script {
    answer: Vec<u8>,
    afterwards: Afterwards,
    request_line: Option<String>,
    /// Which of the scripts this is.
    number: u64,
    /// The last one that closed a connection.
    last_closed: u64,
}

impl Peer {
    /// Starts it, for as long as the process runs.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("the port just taken");
        let script = Script {
            answer: Vec::new(),
            afterwards: Afterwards::Close,
            request_line: None,
            number: 0,
            last_closed: 0,
        };
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            closed: Condvar::new(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let closed_by = converse(&stream, &server);
                drop(stream);
                if let Some(number) = closed_by {
                    server.lock().last_closed = number;
                    server.closed.notify_all();
                }
            }
        });
        Self {
            base_url: format!("http://{address}"),
            shared,
        }
    }

    /// Sets what every request from now on is answered with, and forgets the last request.
    pub fn answer(&self, answer: Vec<u8>, afterwards: Afterwards) {
        let mut script = self.shared.lock();
        script.answer = answer;
        script.afterwards = afterwards;
        script.request_line = None;
        script.number += 1;
    }

    /// Waits until the connection that was answered is closed: so that the client can know.
    pub fn wait_until_closed(&self) {
        let is_open = |script: &mut Script| script.last_closed != script.number;
        let script = self.shared.closed.wait_while(self.shared.lock(), is_open);
        drop(script.unwrap_or_else(PoisonError::into_inner));
    }

    /// The line of the last request, such as `GET /v1/service/service/s HTTP/1.1`.
    pub fn request_line(&self) -> Option<String> {
        self.shared.lock().request_line.take()
    }
}

/// A whole reply, whose connection can be kept.
pub fn reply(status: u16, headers: &[u8], body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n",
        body.len()
    );
    [head.as_bytes(), headers, b"\r\n", body].concat()
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers until the client, or the script, has the connection closed; gives the script's number.
fn converse(mut stream: &TcpStream, shared: &Shared) -> Option<u64> {
    let _ = stream.set_nodelay(true);
    let mut requests = BufReader::new(stream);
    while let Some(line) = request(&mut requests) {
        let (answer, afterwards, number) = {
            let mut script = shared.lock();
            script.request_line = Some(line);
            (script.answer.clone(), script.afterwards, script.number)
        };
        // A client that has seen enough may be gone.
        let sent = stream.write_all(&answer);
        if afterwards == Afterwards::Close {
            return Some(number);
        }
        sent.ok()?;
    }
    None
}

/// Reads a whole request and gives its first line; `None` when the client has closed.
fn request(requests: &mut impl BufRead) -> Option<String> {
    let first = line(requests)?;
    let mut length = 0;
    loop {
        let header = line(requests)?;
        match header.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().expect("the library writes a number");
            }
            Some(_) => (),
            None => break,
        }
    }
    let mut body = requests.take(length);
    std::io::copy(&mut body, &mut std::io::sink()).ok()?;
    Some(first)
}

fn line(requests: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match requests.read_line(&mut line) {
        Ok(count) if count > 0 => Some(line.trim_end().to_owned()),
        _ => None,
    }
}
