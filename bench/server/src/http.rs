//! As much of HTTP/1.1 as the bench needs: requests with a Content-Length, one after another.

use std::io::{self, Read};

/// The request that is measured; see `../clients/measure.h`.
const VERIFY_PATH: &str = "/v1/service/service/3896f6a5-4fa5-45b0-845a-be6f99f9e11a\
                           /users/d9f3516b-c3c4-4fe9-962a-cc8bf232688f/auth";
const SERVICE_AUTH: &[u8] = b"bench:bench-password";
const TOKEN: &[u8] = br#""123456""#;

/// The longest request; those that are measured have a few hundred bytes.
const LONGEST_REQUEST: usize = 16 * 1024;

/// What was asked.
pub enum Request {
    /// The verification, exactly as the contract has it.
    Verify,
    /// How the connections so far were.
    Counts,
    /// Anything else.
    Other,
}

/// Reads the requests of one connection.
pub struct Requests {
    buffer: Box<[u8]>,
    filled: usize,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            buffer: vec![0; LONGEST_REQUEST].into(),
            filled: 0,
        }
    }
}

impl Requests {
    /// The next request, or `None` at the end of the connection.
    pub fn next(&mut self, peer: &mut impl Read) -> io::Result<Option<Request>> {
        loop {
            if let Some((request, length)) = parse(&self.buffer[..self.filled])? {
                self.buffer.copy_within(length..self.filled, 0);
                self.filled -= length;
                return Ok(Some(request));
            }
            match peer.read(&mut self.buffer[self.filled..])? {
                0 => return Ok(None),
                length => self.filled += length,
            }
        }
    }
}

/// The first request in `bytes` and its length, if all of it is there.
fn parse(bytes: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(body_start) = head.parse(bytes).map_err(io::Error::other)?
    else {
        return Ok(None);
    };
    let value = |name: &str| {
        let header = head
            .headers
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case(name));
        header.map_or(&b""[..], |header| header.value)
    };
    let length = std::str::from_utf8(value("content-length"))
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let Some(body) = bytes.get(body_start..body_start + length) else {
        return Ok(None);
    };
    let is_json = value("content-type") == b"application/json";
    let request = match (head.method, head.path) {
        (Some("PUT"), Some(VERIFY_PATH))
            if is_json && value("x-service-auth") == SERVICE_AUTH && has_token(body) =>
        {
            Request::Verify
        }
        (Some("GET"), Some("/counts")) => Request::Counts,
        _ => Request::Other,
    };
    Ok(Some((request, body_start + length)))
}

fn has_token(body: &[u8]) -> bool {
    body.windows(TOKEN.len()).any(|window| window == TOKEN)
}

/// A reply with a JSON body.
pub fn reply(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
