//! The conformance peer as a process of its own.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{announced_url, built};

pub struct Peer {
    process: Child,
    pub url: String,
}

impl Peer {
    /// Builds it, starts it and waits until it listens.
    pub fn start() -> Self {
        let mut process = Command::new(built("conformance-peer"))
            .arg(super::cases_folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let url = announced_url(&mut process);
        Self { process, url }
    }

    /// The peer's judgement of what it was sent for a case; `Err` says what was wrong.
    pub fn verdict(&self, language: &str, name: &str) -> Result<(), String> {
        let body = self.get(&format!("/_/verdict/{language}/{name}"));
        let verdict: Value = serde_json::from_str(&body).unwrap();
        if verdict["ok"] == true {
            Ok(())
        } else {
            Err(verdict["why"].to_string())
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes())
            .unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The peer ends when its standard input does.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}
