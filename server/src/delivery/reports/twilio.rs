//! Twilio's reports: a form, with the base64 of HMAC-SHA1 over the address and the sorted form, under the
//! token of the account, in `X-Twilio-Signature` (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use url::form_urlencoded;

use super::{Report, Unusable};
use crate::delivery::state::MessageState;

const SIGNATURE: &str = "x-twilio-signature";

/// Whether a form that was sent to an address, which has some spellings, is signed with a token. The time
/// taken does not tell how much of a signature is right.
pub(super) fn is_signed(token: &str, urls: &[String], headers: &HeaderMap, body: &[u8]) -> bool {
    let signature = headers
        .get(SIGNATURE)
        .and_then(|value| BASE64.decode(value.as_bytes()).ok());
    let Some(signature) = signature else {
        return false;
    };
    // By name and then by value, each once: what Twilio sorts is a set.
    let fields: BTreeSet<_> = form_urlencoded::parse(body).collect();
    urls.iter().any(|url| {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(url.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(&signature).is_ok()
    })
}

/// What a report says. There is no time in it, and its address is signed.
pub(super) fn read(body: &[u8]) -> Result<Report, Unusable> {
    let status = form_urlencoded::parse(body).find(|(name, _)| name == "MessageStatus");
    let (_, status) = status.ok_or(Unusable::Malformed)?;
    let became = match status.as_ref() {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => Some(MessageState::HandedOver),
        "delivered" | "read" => Some(MessageState::Delivered),
        "undelivered" | "failed" | "canceled" => Some(MessageState::Undelivered),
        _ => None,
    };
    Ok(Report {
        became,
        gateway_ids: [None, None],
        time: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's documentation.
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const FORM: &str = "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234\
                        &From=%2B12349013030&To=%2B18005551212";

    fn is_signed_by(signature: &str, form: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE, signature.parse().unwrap());
        let urls = ["https://mycompany.com:443/".to_owned(), URL.to_owned()];
        is_signed("12345", &urls, &headers, form.as_bytes())
    }

    #[test]
    fn the_documentations_own_example_is_signed_as_there() {
        assert!(is_signed_by("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", FORM));
        let reversed: Vec<_> = FORM.split('&').rev().collect();
        let twice = format!("{}&Digits=1234", reversed.join("&"));
        assert!(is_signed_by("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", &twice));
        for (wrong, form) in [
            ("0/KCTR6DLpKmkAf8muzZqo1nDgR=", FORM),
            ("", FORM),
            ("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "Digits=1234"),
        ] {
            assert!(!is_signed_by(wrong, form), "{wrong} {form}");
        }
    }

    #[test]
    fn each_status_of_the_documentation_is_read() {
        for (status, became) in [
            ("accepted", Some(MessageState::HandedOver)),
            ("sent", Some(MessageState::HandedOver)),
            ("delivered", Some(MessageState::Delivered)),
            ("undelivered", Some(MessageState::Undelivered)),
            ("failed", Some(MessageState::Undelivered)),
            ("received", None),
        ] {
            let form = format!("MessageSid=SM1&MessageStatus={status}");
            assert_eq!(read(form.as_bytes()).unwrap().became, became, "{status}");
        }
        assert_eq!(read(b"{}"), Err(Unusable::Malformed));
    }
}
