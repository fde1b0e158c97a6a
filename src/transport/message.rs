//! A request and its reply, as the transport carries them: HTTP's own types, and no routes.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, Method, StatusCode};

use std::time::{Duration, SystemTime};

use super::retry::parse_retry_after;

/// One request, ready to be sent any number of times.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path after the base URL's own, and the query, percent-encoded, starting with `/`.
    pub(crate) path: String,
    /// A JSON body.
    pub(crate) body: Option<Bytes>,
    /// Whether sending it twice has the effect of sending it once (RFC 9110 section 9.2.2). Who
    /// knows what the request is for says so; its method alone does not.
    pub(crate) repeatable: bool,
}

impl Request {
    /// Whether it has no body, and has to say so: what is posted has one, and some servers refuse to
    /// guess (RFC 9110 section 8.6).
    pub(crate) fn names_no_body(&self) -> bool {
        self.body.is_none() && self.method == Method::POST
    }
}

/// One reply, read to its end.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The text of a header line, if it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How long the server asks to wait (RFC 9110 section 10.2.3).
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.header(RETRY_AFTER.as_str())
            .and_then(|value| parse_retry_after(value, SystemTime::now()))
    }
}

/// Whether two readers could disagree on where the reply ends (RFC 9112 section 6.3), so that the
/// rest could be taken for the next one. hyper lets some of these pass.
pub(super) fn has_two_lengths(headers: &HeaderMap) -> bool {
    let is_length = |name: &HeaderName| *name == CONTENT_LENGTH || *name == TRANSFER_ENCODING;
    headers.iter().filter(|(name, _)| is_length(name)).count() > 1
}

/// Why no more of a body is read.
pub(super) enum TooMuch {
    /// It is larger than it may be.
    Bytes,
    /// There is no memory for it.
    Memory,
}

/// Adds a chunk to a body of at most this size. The body alone may be large: without memory for it,
/// the call fails and not the process.
pub(super) fn append(whole: &mut Vec<u8>, chunk: &[u8], most: usize) -> Result<(), TooMuch> {
    if whole.len() + chunk.len() > most {
        return Err(TooMuch::Bytes);
    }
    whole
        .try_reserve(chunk.len())
        .map_err(|_| TooMuch::Memory)?;
    whole.extend_from_slice(chunk);
    Ok(())
}
