//! The targets that read whole replies, as they come over a connection.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use verigator::{Client, Config, Error};

use crate::bodies::{confirms, says_yes};
use crate::operation::{self, CONFIRM, Outcome, TOKEN, VERIFY};
use crate::peer::{Afterwards, Peer, reply};

/// The API password. No message may show it.
const PASSWORD: &str = "password-that-nobody-may-see";

/// Statuses that a reply may have.
const STATUSES: [u16; 10] = [200, 201, 202, 204, 302, 400, 404, 422, 429, 503];

/// The most bytes read of a body.
const MOST_BYTES: usize = 16 * 1024;

/// The deadline of a call. Nothing here lets a call wait that long.
const TIMEOUT: Duration = Duration::from_secs(5);

struct Setup {
    peer: Peer,
    client: Client,
}

/// One client and its server, for all runs.
fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let peer = Peer::start();
        let client = client(&peer).expect("the options fit together");
        Setup { peer, client }
    })
}

fn client(peer: &Peer) -> verigator::Result<Client> {
    let mut config = Config::new("username", PASSWORD)?;
    config
        .set_base_url(&peer.base_url)?
        .set_max_retries(0)?
        .set_max_response_bytes(MOST_BYTES)?
        .set_timeout(TIMEOUT)?;
    Client::new(&config)
}

/// Answers an operation (first byte) with a status (second byte, `0` to `9`) and the rest as the
/// body.
///
/// Only a 2xx with an object whose `verified` is the boolean `true` is a yes.
pub fn answers(data: &[u8]) {
    let Some((operation, rest)) = operation::choose(data) else {
        return;
    };
    let Some((status, body)) = rest.split_first() else {
        return;
    };
    let status = STATUSES[usize::from(status.wrapping_sub(b'0')) % STATUSES.len()];
    let Setup { peer, client } = setup();
    peer.answer(reply(status, b"", body), Afterwards::Keep);
    match operation::call(client, operation) {
        Outcome::Yes => assert!(
            (200..300).contains(&status) && says_yes(body),
            "a wrong yes"
        ),
        Outcome::Fine => {
            assert!(
                (200..300).contains(&status),
                "{status} passed for a success"
            );
            assert!(operation != CONFIRM || confirms(body), "a wrong yes");
        }
        Outcome::Failed(error) => check(operation, &error),
    }
}

/// Answers an operation (first byte) with the rest, whatever it is, and closes the connection.
///
/// What one reply leaves behind must not answer the next call.
pub fn http_replies(data: &[u8]) {
    let Some((operation, bytes)) = operation::choose(data) else {
        return;
    };
    let Setup { peer, client } = setup();
    peer.answer(bytes.to_vec(), Afterwards::Close);
    let started = Instant::now();
    let outcome = operation::call(client, operation);
    assert!(started.elapsed() < TIMEOUT, "waited for what cannot come");
    if let Outcome::Failed(error) = outcome {
        check(operation, &error);
        return;
    }
    assert!(
        contains(bytes, b"HTTP/1.1 2") || contains(bytes, b"HTTP/1.0 2"),
        "a success without a 2xx"
    );
    // A verification on a connection that is just being closed fails, and is not sent again.
    peer.wait_until_closed();
    peer.answer(reply(200, b"", br#"{"verified":false}"#), Afterwards::Keep);
    let next = operation::call(client, VERIFY);
    assert!(matches!(next, Outcome::Fine), "the last reply goes on");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What every error keeps: one line, no secret, no more of the body than was to be read.
/// Only a verification has a token; to the others it is a word like any other.
fn check(operation: u8, error: &Error) {
    let debug = format!("{error:?}");
    for text in [error.message(), &debug] {
        assert!(!text.contains(PASSWORD), "{text}");
        assert!(operation != VERIFY || !text.contains(TOKEN), "{text}");
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    assert!(error.body().is_none_or(|body| body.len() <= MOST_BYTES));
}
