//! Signatures of requests to webhooks, as Standard Webhooks 1.0.0 has them: HMAC-SHA256 over the id, the
//! time and the body.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret_file;

/// How many bytes a secret has, by the standard.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// How many secrets there may be: while they are changed, the old one and the new one.
const MOST_SECRETS: usize = 2;

/// A secret that a webhook checks signatures with.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl FromStr for Secret {
    type Err = String;

    /// Reads `whsec_` and base64, or base64 alone. What is wrong is told without the secret.
    fn from_str(text: &str) -> Result<Self, String> {
        for (prefix, what) in [
            ("v1,", "a signature, or a secret with the version before it"),
            (
                "v1a,",
                "a signature, or a secret with the version before it",
            ),
            (
                "whsk_",
                "a private key: signatures here are by a shared secret",
            ),
            (
                "whpk_",
                "a public key: signatures here are by a shared secret",
            ),
        ] {
            if text.starts_with(prefix) {
                return Err(format!(
                    "starts with {prefix}, as {what}; write whsec_ and base64"
                ));
            }
        }
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        let bytes = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| "is neither base64 nor whsec_ and base64 (with = at its end, if any)")?;
        let bytes = Zeroizing::new(bytes);
        match SECRET_BYTES.contains(&bytes.len()) {
            true => Ok(Self(bytes)),
            false => Err(format!(
                "has {} bytes, and must have 24 to 64; make one with: \
                 echo \"whsec_$(openssl rand -base64 32)\"",
                bytes.len()
            )),
        }
    }
}

/// The secrets of a webhook: one, or two while they are changed.
#[derive(Clone)]
pub struct Secrets(Vec<Secret>);

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} secrets", self.0.len())
    }
}

impl Secrets {
    /// Reads a file with one secret a line.
    ///
    /// # Errors
    ///
    /// What is wrong, and in which line; never the secret.
    pub fn from_file(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = secret_file::read(path)
            .map_err(|error| format!("the webhook secret file {shown} cannot be read: {error}"))?;
        text.parse()
            .map_err(|problem| format!("the webhook secret file {shown}: {problem}"))
    }

    /// The header `webhook-signature`: a signature by each secret, with blanks between.
    pub fn sign(&self, id: &str, timestamp: u64, body: &str) -> String {
        let by = |secret: &Secret| {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(&secret.0).expect("HMAC takes keys of any length");
            mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
            format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
        };
        let signatures: Vec<_> = self.0.iter().map(by).collect();
        signatures.join(" ")
    }
}

impl FromStr for Secrets {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut secrets = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if !line.trim().is_empty() {
                let secret = line.trim().parse();
                secrets.push(
                    secret.map_err(|problem| format!("the secret in line {number} {problem}"))?,
                );
            }
        }
        match secrets.len() {
            0 => Err("there is no secret in it; write one a line".to_owned()),
            1..=MOST_SECRETS => Ok(Self(secrets)),
            more => Err(format!(
                "there are {more} secrets in it, and may be two: the old and the new one"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn signed(secrets: &str) -> String {
        let secrets: Secrets = secrets.parse().unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        secrets.sign(id, 1_614_265_330, "{\"test\": 2432232314}")
    }

    #[test]
    fn the_standards_own_example_is_signed_as_there() {
        assert_eq!(signed(SECRET), SIGNATURE);
        assert_eq!(signed(&format!("whsec_{SECRET}\r\n")), SIGNATURE);
    }

    #[test]
    fn while_secrets_are_changed_there_is_a_signature_by_each() {
        let other = BASE64.encode(&[7; 32]);
        let both = signed(&format!("whsec_{other}\n\n{SECRET}\n"));
        let (new, old) = both.split_once(' ').unwrap();
        assert_eq!((new, old), (signed(&other).as_str(), SIGNATURE));
    }

    #[test]
    fn other_secrets_are_refused_by_name_and_not_repeated() {
        let three = format!("{SECRET}\n{SECRET}\n{SECRET}");
        for (text, told) in [
            (
                "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "starts with v1,",
            ),
            ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a private key"),
            ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a public key"),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", "neither base64"),
            ("MfKQ9r8GKYqrTwjU", "has 12 bytes"),
            ("\n\n", "no secret in it"),
            (&three, "there are 3"),
        ] {
            let problem = text.parse::<Secrets>().unwrap_err();
            assert!(problem.contains(told), "{text}: {problem}");
            assert!(!problem.contains("MfKQ9r8G"), "{problem}");
        }
    }
}
