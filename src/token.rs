//! What a token may be: a PIN, a code of an authenticator app, or a recovery code.

use crate::error::{Error, Result, Status};
use crate::text;

/// The longest token accepted, in bytes. A code has 6 digits, a recovery code 10 characters and a hyphen.
pub(crate) const LONGEST: usize = 64;

/// What is wrong with a token, if anything is.
pub(crate) fn problem(token: &str) -> Option<&'static str> {
    if token.is_empty() {
        Some("is empty")
    } else if token.len() > LONGEST {
        Some("is longer than 64 bytes")
    } else if !token.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Some("has a character that is not printable ASCII")
    } else {
        None
    }
}

/// Refuses what is no token.
pub(crate) fn check(token: &str) -> Result<()> {
    text::check(Status::INVALID_ARGUMENT, "token", token)?;
    match problem(token) {
        None => Ok(()),
        Some(problem) => Err(Error::invalid_argument(
            ["token ", problem, "; pass what the user typed"].concat(),
        )),
    }
}
