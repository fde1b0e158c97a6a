//! A service that answers by script: what no real one would say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// It lives until the test's process ends.
pub struct Scripted {
    pub base_url: String,
    /// The request lines that came.
    pub asked: Arc<Mutex<Vec<String>>>,
}

/// Status and body of a reply; none breaks the connection off.
pub type Reply = Option<(u16, String)>;

impl Scripted {
    /// Answers each request by its line, such as `GET /v1/service/service/a HTTP/1.1`.
    pub fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, told) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (answer, told) = (Arc::clone(&answer), Arc::clone(&told));
                thread::spawn(move || {
                    let line = receive(connection.as_ref().unwrap());
                    told.lock().unwrap().push(line.clone());
                    if let Some((status, body)) = answer(&line) {
                        send(connection.unwrap(), status, &body);
                    }
                });
            }
        });
        Self { base_url, asked }
    }
}

/// A service, as one is answered.
pub fn service() -> Value {
    json!({ "id": "s", "name": "Shop", "ctime": "2026" })
}

/// A user, as one is answered.
pub fn user(id: &str, name: &str) -> Value {
    json!({ "id": id, "id_in_service": name, "ctime": "2026" })
}

/// The answer to a question: all users where it is about their list, or else the service.
pub fn found(line: &str, users: &[Value]) -> Reply {
    let body = match line.contains("/users?") {
        true => json!({ "users": users, "total": users.len() }),
        false => service(),
    };
    Some((200, body.to_string()))
}

fn receive(connection: &TcpStream) -> String {
    let mut lines = BufReader::new(connection);
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let mut length = 0;
    loop {
        let mut header = String::new();
        lines.read_line(&mut header).unwrap();
        let header = header.trim().to_lowercase();
        match header.strip_prefix("content-length: ") {
            Some(text) => length = text.parse().unwrap(),
            None if header.is_empty() => break,
            None => (),
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).unwrap();
    line.trim().to_owned()
}

fn send(mut connection: TcpStream, status: u16, body: &str) {
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    // A test may have ended meanwhile.
    let _ = connection.write_all(reply.as_bytes());
}
