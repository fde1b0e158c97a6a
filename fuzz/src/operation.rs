//! The operations of the contract, and those of self-service, called by number, and the bodies that answer them.

use verigator::{Challenge, Client, Error, Method};

/// The token that is verified. No message may show it.
pub const TOKEN: &str = "token-that-nobody-may-see";

/// How many operations there are.
pub const COUNT: u8 = 22;

/// The number of the operation that verifies a token.
pub const VERIFY: u8 = 8;

/// The number of the operation that confirms an enrolment.
pub const CONFIRM: u8 = 9;

/// The operation that the first byte chooses (from `0` on, and round again), and the bytes after it.
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
        CONFIRM => client.confirm_totp(service, user, TOKEN),
        10 => client.find_service("fqdn").map(drop),
        11 => client.page_services(1, Some("cursor")).map(drop),
        12 => client.page_users(service, 1, None).map(drop),
        13 => client.unlock_user(service, user),
        14 => client.begin_totp(service, user).map(drop),
        15 => client.totp(service, user).map(drop),
        16 => client.delete_totp(service, user),
        17 => client.create_recovery_codes(service, user).map(drop),
        18 => client.count_recovery_codes(service, user).map(drop),
        19 => client.delete_recovery_codes(service, user),
        20 => client.create_totp_link(service, user, 60).map(drop),
        21 => client.find_user(service, "jane").map(drop),
        _ => match client.verify(service, user, Some(&challenge), TOKEN) {
            Ok(answer) if answer.verified => return Outcome::Yes,
            other => other.map(drop),
        },
    };
    result.map_or_else(Outcome::Failed, |()| Outcome::Fine)
}
