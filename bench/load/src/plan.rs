//! The requests that are to be made: a file with one a line, its parts between tabs. These are the method, the path, the
//! credentials, what a right answer has in it, and the body, of which the last three may be empty.

use std::io;

/// A request, and its answer.
pub struct Step {
    /// The request as it goes over the wire.
    pub request: Vec<u8>,
    /// What a right answer has in it; empty where any answer is right.
    pub answer: String,
}

/// Reads a plan; `auth` is for the requests that name no credentials.
pub fn read(file: &str, auth: &str) -> io::Result<Vec<Step>> {
    let text = std::fs::read_to_string(file)?;
    text.lines().map(|line| step(line, auth)).collect()
}

fn step(line: &str, auth: &str) -> io::Result<Step> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [method, path, own, answer, body] = parts.as_slice() else {
        return Err(io::Error::other(format!("not a request of a plan: {line}")));
    };
    let auth = if own.is_empty() { auth } else { own };
    Ok(Step {
        request: request(method, path, auth, body),
        answer: answer.to_string(),
    })
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, auth: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Service-Auth: {auth}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
