//! What every handler is given. None of it changes how a login goes: that is all in storage.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::accounts::Accounts;
use crate::chaos::Chaos;
use crate::clock::{AdjustableClock, Clock, UnixMilliseconds};
use crate::delivery::Delivery;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::page::enrolment::texts::PageTexts;
use crate::page::session::SessionKey;
use crate::public_url::PublicUrl;
use crate::randomness::Randomness;
use crate::readiness::Readiness;
use crate::recovery_code::RecoveryHasher;
use crate::reply::SuccessCodes;
use crate::sites::Sites;
use crate::storage::Storage;
use crate::token::Token;
use crate::unsent::Unsent;

/// [`State`], shared by all requests.
pub type Shared = Arc<State>;

/// What every handler is given.
pub struct State {
    /// What is kept.
    pub storage: Storage,
    /// Who may call.
    pub accounts: Arc<Accounts>,
    /// Whether logins can be answered.
    pub readiness: Readiness,
    /// How long messages wait.
    pub unsent: Unsent,
    /// What time it is.
    pub clock: Arc<AdjustableClock>,
    /// Where PINs, secrets and ids come from.
    pub randomness: Arc<dyn Randomness>,
    /// Makes what is kept of recovery codes.
    pub recovery: RecoveryHasher,
    /// How the server misbehaves, if it may.
    pub chaos: Option<Chaos>,
    /// How messages go out.
    pub delivery: Delivery,
    /// What is counted.
    pub metrics: Metrics,
    /// Who may use the routes under `/_/`.
    pub administration: Administration,
    /// Whose pages may ask for them.
    pub sites: Sites,
    /// Where users reach the server, if that is known.
    pub public_url: Option<PublicUrl>,
    /// What the page behind an enrolment link says.
    pub page_texts: PageTexts,
    /// Which status codes successes have.
    pub success_codes: SuccessCodes,
    /// Who is told when there is anything new to look at.
    pub live: Live,
    /// How long a request may take.
    pub request_timeout: Duration,
}

impl State {
    /// The current time.
    pub fn now(&self) -> UnixMilliseconds {
        self.clock.now()
    }

    /// Reads the time where an operation of storage wants to know it.
    pub fn reading_time(self: &Arc<Self>) -> impl Fn() -> UnixMilliseconds + Send + 'static {
        let state = self.clone();
        move || state.now()
    }
}

/// Who may use the routes under `/_/`.
pub enum Administration {
    /// Nobody.
    Closed,
    /// Whoever has the token with this SHA-256, or a session that was begun with it.
    Token(Token, SessionKey),
    /// Everybody, and they may see PINs and move the clock: development.
    Development,
}

impl Administration {
    /// Access with a token.
    pub fn with_token(token: &str) -> Self {
        let digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(token.as_bytes())));
        Self::Token(Token::new(*digest), SessionKey::of(digest.as_slice()))
    }

    /// Whether this is a development server.
    pub fn is_development(&self) -> bool {
        matches!(self, Self::Development)
    }

    /// What a session of a page is signed with, where it takes a token to have one.
    pub fn session_key(&self) -> Option<&SessionKey> {
        match self {
            Self::Token(_, key) => Some(key),
            Self::Closed | Self::Development => None,
        }
    }

    /// Whether an `Authorization` header gives access.
    pub fn admits(&self, header: Option<&[u8]>) -> bool {
        match self {
            Self::Closed => false,
            Self::Development => true,
            Self::Token(expected, _) => {
                let token = header.and_then(bearer_token);
                token.is_some_and(|token| digest(token).equals(expected))
            }
        }
    }
}

/// The token in an `Authorization` header. The scheme is read without case, and blanks follow it
/// (RFC 9110 section 11).
fn bearer_token(header: &[u8]) -> Option<&[u8]> {
    let blank = header.iter().position(|byte| *byte == b' ')?;
    let (scheme, token) = header.split_at(blank);
    let is_bearer = scheme.eq_ignore_ascii_case(b"bearer");
    is_bearer.then(|| token.trim_ascii_start())
}

/// The SHA-256 of a token: the token itself is not kept, and its length not told.
fn digest(token: &[u8]) -> Token {
    Token::new(Sha256::digest(token).as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_token_gives_access() {
        let administration = Administration::with_token("correct horse");
        for right in ["Bearer correct horse", "bEARER  correct horse"] {
            assert!(administration.admits(Some(right.as_bytes())), "{right:?}");
        }
        for wrong in [
            "Bearer wrong",
            "Bearer Correct horse",
            "Basic correct horse",
            "Bearercorrect horse",
            "correct horse",
            "bearer",
            "Bearer ",
            "",
        ] {
            assert!(!administration.admits(Some(wrong.as_bytes())), "{wrong:?}");
        }
        assert!(!administration.admits(None));
        assert!(!Administration::Closed.admits(Some(b"Bearer ")));
        assert!(Administration::Development.admits(None));
    }
}
