//! The nine operations of the contract, called by number, and the bodies that answer them.

use verigator::{Challenge, Client, Error, Method};

/// The token that is verified. No message may show it.
pub const TOKEN: &str = "token-that-nobody-may-see";

/// How many operations there are.
pub const COUNT: u8 = 9;

/// The number of the operation that verifies a token.
pub const VERIFY: u8 = 8;

/// The operation that the first byte chooses (`0` to `8`, and round again), and the bytes after it.
pub fn choose(data: &[u8]) -> Option<(u8, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((first.wrapping_sub(b'0') % COUNT, rest))
}

/// What a call came to.
pub enum Outcome {
    /// A token was verified: a yes.
    Yes,
    /// Anything else that succeeded.
    Fine,
    /// The call failed.
    Failed(Error),
}

/// Makes one call.
pub fn call(client: &Client, operation: u8) -> Outcome {
    let (service, user) = ("service", "user");
    let challenge = Challenge::new(Method::Sms, Some("auth"));
    let result = match operation {
        0 => client.create_service("fqdn", "name").map(drop),
        1 => client.service(service).map(drop),
        2 => client.delete_service(service),
        3 => client
            .create_user(service, "+37255555555", "jane")
            .map(drop),
        4 => client.users(service).map(drop),
        5 => client.user(service, user).map(drop),
        6 => client.delete_user(service, user),
        7 => client.initiate(service, user, Method::Totp).map(drop),
        _ => match client.verify(service, user, Some(&challenge), TOKEN) {
            Ok(answer) if answer.verified => return Outcome::Yes,
            other => other.map(drop),
        },
    };
    result.map_or_else(Outcome::Failed, |()| Outcome::Fine)
}
