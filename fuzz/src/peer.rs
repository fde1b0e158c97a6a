//! The other end of the library's connection: it answers every request with the bytes it was given.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
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
    script: Arc<Mutex<Script>>,
}

struct Script {
    answer: Vec<u8>,
    afterwards: Afterwards,
    request_line: Option<String>,
}

impl Peer {
    /// Starts it, for as long as the process runs.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("the port just taken");
        let script = Arc::new(Mutex::new(Script {
            answer: Vec::new(),
            afterwards: Afterwards::Close,
            request_line: None,
        }));
        let shared = Arc::clone(&script);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                converse(stream, &shared);
            }
        });
        Self {
            base_url: format!("http://{address}"),
            script,
        }
    }

    /// Sets what every request from now on is answered with, and forgets the last request.
    pub fn answer(&self, answer: Vec<u8>, afterwards: Afterwards) {
        *lock(&self.script) = Script {
            answer,
            afterwards,
            request_line: None,
        };
    }

    /// The line of the last request, such as `GET /v1/service/service/s HTTP/1.1`.
    pub fn request_line(&self) -> Option<String> {
        lock(&self.script).request_line.take()
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

fn lock(script: &Mutex<Script>) -> std::sync::MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers until the client, or the script, closes the connection.
fn converse(stream: TcpStream, script: &Mutex<Script>) {
    let _ = stream.set_nodelay(true);
    let mut requests = BufReader::new(&stream);
    while let Some(line) = request(&mut requests) {
        let (answer, afterwards) = {
            let mut script = lock(script);
            script.request_line = Some(line);
            (script.answer.clone(), script.afterwards)
        };
        // A client that has seen enough may be gone.
        let sent = (&stream).write_all(&answer);
        if sent.is_err() || afterwards == Afterwards::Close {
            return;
        }
    }
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
