//! A gateway on this machine that does what gateways do on bad days.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How a gateway answers a request.
#[derive(Clone)]
pub enum Answer {
    /// With a status.
    Status(u16),
    /// With a status and a header.
    Header(u16, String),
    /// With a status and a body.
    Body(u16, String),
    /// The same, and resets the connection when half of the body is sent.
    Cut(u16, String),
    /// With 200, after a while.
    Slow(Duration),
    /// By resetting the connection when it has all of the request.
    Reset,
    /// Never.
    Hang,
}

/// A request that a gateway has received.
pub struct Received {
    /// Its first line.
    pub line: String,
    pub headers: HashMap<String, String>,
    pub text: String,
}

impl Received {
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn id(&self) -> String {
        self.body()["id"].as_str().unwrap().to_owned()
    }

    /// What stands between the digits at its beginning and whatever else.
    pub fn pin(&self) -> String {
        self.body()["text"].as_str().unwrap()[..6].to_owned()
    }
}

/// A gateway that answers one request after the other as it was told, the last answer for all further ones.
pub struct Gateway {
    pub url: String,
    requests: UnboundedReceiver<Received>,
}

impl Gateway {
    pub async fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sms", listener.local_addr().unwrap());
        let (received, requests) = unbounded_channel();
        let mut answers = answers.to_vec();
        answers.reverse();
        let answers = Arc::new(Mutex::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, received.clone(), answers.clone()));
            }
        });
        Self { url, requests }
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(Duration::from_secs(30), self.requests.recv());
        next.await.expect("a request comes").unwrap()
    }

    /// Asserts that there was no further request so far.
    pub fn has_no_more(&mut self) {
        assert!(self.requests.try_recv().is_err());
    }
}

async fn serve(
    mut stream: TcpStream,
    received: UnboundedSender<Received>,
    answers: Arc<Mutex<Vec<Answer>>>,
) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let answer = {
        let mut answers = answers.lock().unwrap();
        match answers.len() {
            1 => answers[0].clone(),
            _ => answers.pop().unwrap(),
        }
    };
    let _ = received.send(request);
    let head = match answer {
        Answer::Status(status) => format!("HTTP/1.1 {status} x\r\n"),
        Answer::Header(status, header) => format!("HTTP/1.1 {status} x\r\n{header}\r\n"),
        Answer::Body(status, body) => {
            answer_with(&mut stream, status, &body, body.len()).await;
            return;
        }
        Answer::Cut(status, body) => {
            answer_with(&mut stream, status, &body, body.len() / 2).await;
            stream.set_zero_linger().unwrap();
            return;
        }
        Answer::Slow(time) => {
            tokio::time::sleep(time).await;
            "HTTP/1.1 200 x\r\n".to_owned()
        }
        Answer::Reset => {
            stream.set_zero_linger().unwrap();
            return;
        }
        Answer::Hang => std::future::pending().await,
    };
    // The length is a lie: nobody is to wait for the body.
    let answer = format!("{head}content-length: 1000\r\n\r\nno");
    let _ = stream.write_all(answer.as_bytes()).await;
    let mut rest = [0; 16];
    let _ = stream.read(&mut rest).await;
}

/// Answers with as many bytes of a body as are wanted.
async fn answer_with(stream: &mut TcpStream, status: u16, body: &str, sent: usize) {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{}",
        &body[..sent]
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let headers: HashMap<_, _> = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length");
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(Received {
                line: head.lines().next().unwrap().to_owned(),
                text: body.to_owned(),
                headers,
            });
        }
    }
}
