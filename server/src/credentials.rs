//! Which usernames and passwords an account may have: what every client can send in `X-Service-Auth`.
//!
//! The client library has the same rule; `tests/data/credentials.json` is held against both.

use zeroize::Zeroizing;

use crate::randomness::Randomness;

/// The longest username and password, in bytes.
const LONGEST: usize = 1024;
/// The shortest password of an account that is not for development only, in characters.
pub const SHORTEST_PASSWORD: usize = 12;
/// Bytes of a generated password: 160 bits, 32 characters.
const GENERATED_BYTES: usize = 20;

/// How long a password must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// [`SHORTEST_PASSWORD`] characters.
    Full,
    /// Any that can be sent: development.
    Any,
}

/// Why a username cannot be one.
pub fn username_problem(name: &str) -> Option<&'static str> {
    match header_problem(name) {
        None if name.contains(':') => {
            Some("has a colon, which ends the username in X-Service-Auth")
        }
        problem => problem,
    }
}

/// Why a password cannot be one.
pub fn password_problem(password: &str, strength: Strength) -> Option<String> {
    let too_short = strength == Strength::Full && password.len() < SHORTEST_PASSWORD;
    match header_problem(password) {
        None if too_short => Some(format!("is shorter than {SHORTEST_PASSWORD} characters")),
        problem => problem.map(str::to_owned),
    }
}

/// Why a text cannot be a part of a header: visible ASCII, blanks only inside (outer ones are lost on
/// the way).
fn header_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > LONGEST {
        Some("is longer than 1024 bytes")
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Some("has a character that is not printable ASCII")
    } else if text.starts_with(' ') || text.ends_with(' ') {
        Some("starts or ends with a blank, which HTTP would drop")
    } else {
        None
    }
}

/// Draws a password that nobody can guess: small letters and digits.
pub fn generate_password(randomness: &dyn Randomness) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; GENERATED_BYTES]);
    randomness.fill(bytes.as_mut());
    Zeroizing::new(data_encoding::BASE32_DNSSEC.encode(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::{SeededRandomness, SystemRandomness};

    #[test]
    fn what_the_client_library_takes_is_taken_and_nothing_else() {
        let cases = include_str!("../../tests/data/credentials.json");
        let cases: Vec<serde_json::Value> = serde_json::from_str(cases).unwrap();
        for case in cases {
            let text = |key: &str| match &case[key] {
                serde_json::Value::String(text) => text.clone(),
                long => long["repeat"]
                    .as_str()
                    .unwrap()
                    .repeat(long["times"].as_u64().unwrap() as usize),
            };
            let username = username_problem(&text("username")).map(str::to_owned);
            let problem = username.or(password_problem(&text("password"), Strength::Any));
            let expected = case["problem"].as_str();
            match (&problem, expected) {
                (None, None) => (),
                (Some(problem), Some(expected)) if problem.contains(expected) => (),
                _ => panic!("{case}: {problem:?}"),
            }
        }
    }

    #[test]
    fn a_password_has_twelve_characters_except_for_development() {
        assert_eq!(password_problem("twelve chars", Strength::Full), None);
        let problem = password_problem("eleven char", Strength::Full).unwrap();
        assert_eq!(problem, "is shorter than 12 characters");
        assert_eq!(password_problem("p", Strength::Any), None);
    }

    #[test]
    fn a_generated_password_may_be_one_and_is_another_each_time() {
        let one = generate_password(&SystemRandomness);
        assert_eq!(password_problem(&one, Strength::Full), None);
        assert_eq!(one.len(), 32);
        assert_ne!(one, generate_password(&SystemRandomness));
        let seeded = |seed| generate_password(&SeededRandomness::new(seed));
        assert_eq!(seeded(1), seeded(1));
    }
}
