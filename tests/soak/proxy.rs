//! Stands before the server: passes requests on, misbehaves now and then, and counts what arrives.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Requests, as they were sent, and how often each arrived.
pub type Arrivals = Vec<(String, u32)>;

pub struct Proxy {
    address: SocketAddr,
    door: Arc<Door>,
}

struct Door {
    server: SocketAddr,
    requests: AtomicU64,
    /// Those of users whose login goes on.
    arrivals: Mutex<HashMap<String, u32>>,
    /// How many arrived, by method and fate.
    fates: Mutex<BTreeMap<(String, Fate), u64>>,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    PassedOn,
    Delayed,
    ClosedBefore,
    ClosedAfter,
    CutShort,
    ClosedWhenIdle,
    Unavailable,
    TooMany,
    ServerDown,
}

impl Fate {
    /// Of the request with this number. Which thread it comes from is chance enough.
    fn of(number: u64) -> Self {
        match number % 40 {
            3 => Self::Delayed,
            9 => Self::ClosedBefore,
            14 => Self::ClosedAfter,
            20 => Self::CutShort,
            25 => Self::ClosedWhenIdle,
            31 => Self::Unavailable,
            37 => Self::TooMany,
            _ => Self::PassedOn,
        }
    }
}

impl Proxy {
    pub fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let door = Arc::new(Door {
            server,
            requests: AtomicU64::new(0),
            arrivals: Mutex::default(),
            fates: Mutex::default(),
        });
        let shared = Arc::clone(&door);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let door = Arc::clone(&shared);
                thread::spawn(move || door.converse(&client));
            }
        });
        Self { address, door }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives, and forgets, the requests that have this text in them.
    pub fn forget(&self, text: &str) -> Arrivals {
        let mut arrivals = self.door.arrivals.lock().unwrap();
        arrivals
            .extract_if(|request, _| request.contains(text))
            .collect()
    }

    /// The PIN in the message that a user was sent, from the server itself as soon as it is up.
    pub fn pin(&self, user: &str) -> Option<String> {
        let outbox = self.ask(&format!("GET /_/outbox?user_id={user}"));
        let outbox: serde_json::Value = serde_json::from_slice(body(&outbox)).unwrap();
        outbox["messages"][0]["pin"].as_str().map(str::to_owned)
    }

    /// Empties the outbox, which would grow for a day.
    pub fn clear_outbox(&self) {
        self.ask("DELETE /_/outbox");
    }

    fn ask(&self, line: &str) -> Vec<u8> {
        let request = format!("{line} HTTP/1.1\r\nHost: {}\r\n\r\n", self.door.server);
        loop {
            let answer = TcpStream::connect(self.door.server)
                .and_then(|mut server| exchange(&mut server, request.as_bytes()));
            match answer {
                Ok(answer) => return answer,
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    pub fn print(&self) {
        for ((method, fate), count) in &*self.door.fates.lock().unwrap() {
            println!("    {method:7} {:16} {count:9}", format!("{fate:?}"));
        }
    }
}

impl Door {
    /// Answers the requests of one connection, until it ends.
    fn converse(&self, client: &TcpStream) {
        let _ = client.set_nodelay(true);
        let mut server = None;
        while let Ok(request) = message(client) {
            let fate = Fate::of(self.requests.fetch_add(1, Ordering::Relaxed));
            let fate = self.answer(client, &mut server, &request, fate);
            let method = String::from_utf8_lossy(&request);
            let method = method.split(' ').next().unwrap_or_default().to_owned();
            *self
                .fates
                .lock()
                .unwrap()
                .entry((method, fate))
                .or_default() += 1;
            if !matches!(
                fate,
                Fate::PassedOn | Fate::Delayed | Fate::Unavailable | Fate::TooMany
            ) {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
    }

    /// Does to a request what its fate is; it may turn out that the server is down.
    fn answer(
        &self,
        mut client: &TcpStream,
        server: &mut Option<TcpStream>,
        request: &[u8],
        fate: Fate,
    ) -> Fate {
        self.count(request);
        match fate {
            Fate::ClosedBefore => return fate,
            Fate::Unavailable | Fate::TooMany => {
                let _ = client.write_all(refusal(fate));
                return fate;
            }
            Fate::Delayed => thread::sleep(Duration::from_millis(50)),
            _ => (),
        }
        let Ok(answer) = self.pass_on(server, request) else {
            return Fate::ServerDown;
        };
        let shown = match fate {
            Fate::ClosedAfter => &[],
            Fate::CutShort => &answer[..answer.len() - 3],
            _ => &answer[..],
        };
        let _ = client.write_all(shown);
        fate
    }

    fn count(&self, request: &[u8]) {
        let line = request
            .split(|byte| *byte == b'\r')
            .next()
            .unwrap_or_default();
        let request = [line, b" ", body(request)].concat();
        let request = String::from_utf8_lossy(&request).into_owned();
        *self.arrivals.lock().unwrap().entry(request).or_default() += 1;
    }

    /// Asks the server, on the connection that there is or a new one; never twice.
    fn pass_on(&self, server: &mut Option<TcpStream>, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut connection = match server.take() {
            Some(connection) => connection,
            None => TcpStream::connect(self.server)?,
        };
        let answer = exchange(&mut connection, request)?;
        *server = Some(connection);
        Ok(answer)
    }
}

fn refusal(fate: Fate) -> &'static [u8] {
    match fate {
        Fate::TooMany => {
            b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
        }
        _ => b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    }
}

fn exchange(server: &mut TcpStream, request: &[u8]) -> io::Result<Vec<u8>> {
    server.set_nodelay(true)?;
    server.write_all(request)?;
    message(server)
}

/// Reads a whole request or reply; both sides tell the length of a body.
fn message(mut stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut buffer = [0; 4096];
    while missing(&message) > 0 {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => message.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(message)
}

/// How many bytes are missing, at least.
fn missing(message: &[u8]) -> usize {
    let Some(end) = head_end(message) else {
        return 1;
    };
    let head = String::from_utf8_lossy(&message[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.trim().parse().unwrap());
    (end + length).saturating_sub(message.len())
}

fn head_end(message: &[u8]) -> Option<usize> {
    let blank_line = message.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    Some(blank_line + 4)
}

fn body(message: &[u8]) -> &[u8] {
    head_end(message).map_or(&[], |end| &message[end..])
}
