//! Messente's reports: JSON, with the hexadecimal HMAC-SHA256 of the body, under the password of the API, in
//! `X-Messente-Signature` (<https://messente.com/documentation/api-setup/security>).

use axum::http::HeaderMap;
use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use sha2::Sha256;

use super::{Report, Unusable};
use crate::clock::UnixMilliseconds;
use crate::delivery::state::MessageState;

const SIGNATURE: &str = "x-messente-signature";

#[derive(Deserialize)]
struct Written {
    status: String,
    timestamp: Option<String>,
    message_id: Option<String>,
    omnimessage_id: Option<String>,
}

/// Whether a body is signed with a password. The time taken does not tell how much of a signature is right.
pub(super) fn is_signed(password: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let signature = headers
        .get(SIGNATURE)
        .and_then(|value| HEXLOWER_PERMISSIVE.decode(value.as_bytes()).ok());
    let mut mac =
        Hmac::<Sha256>::new_from_slice(password.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    signature.is_some_and(|signature| mac.verify_slice(&signature).is_ok())
}

/// What a report says.
pub(super) fn read(body: &[u8]) -> Result<Report, Unusable> {
    let report: Written = serde_json::from_slice(body).map_err(|_| Unusable::Malformed)?;
    let became = match report.status.as_str() {
        "ACK" | "ACCEPTD" | "SENT" => Some(MessageState::HandedOver),
        "DELIVRD" | "SEEN" => Some(MessageState::Delivered),
        "UNDELIV" | "FAILED" | "REJECTD" | "EXPIRED" | "NACK" => Some(MessageState::Undelivered),
        _ => None,
    };
    Ok(Report {
        became,
        gateway_ids: [report.message_id, report.omnimessage_id],
        time: report.timestamp.as_deref().map(time).transpose()?,
    })
}

/// A time as in `2020-02-04T08:09:42.389630`, which is taken for UTC, or with a zone.
fn time(text: &str) -> Result<UnixMilliseconds, Unusable> {
    let timestamp = text.parse::<jiff::Timestamp>().or_else(|_| {
        let time: DateTime = text.parse()?;
        TimeZone::UTC.to_timestamp(time)
    });
    match timestamp {
        Ok(timestamp) => Ok(timestamp.as_millisecond()),
        Err(_) => Err(Unusable::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_of_the_documentation_is_read() {
        let read = |status: &str| {
            let body = format!(
                "{{\"status\": \"{status}\", \"err\": 0, \"timestamp\": \"2020-02-04T08:09:42.389630\"}}"
            );
            read(body.as_bytes()).unwrap()
        };
        for (state, statuses) in [
            (MessageState::HandedOver, vec!["ACK", "ACCEPTD", "SENT"]),
            (MessageState::Delivered, vec!["DELIVRD", "SEEN"]),
            (
                MessageState::Undelivered,
                vec!["UNDELIV", "FAILED", "REJECTD", "EXPIRED", "NACK"],
            ),
        ] {
            for status in statuses {
                let report = read(status);
                assert_eq!(report.became, Some(state), "{status}");
                assert_eq!(report.time, Some(1_580_803_782_389));
            }
        }
        assert_eq!(read("UNKNOWN").became, None);
    }

    #[test]
    fn what_is_no_report_is_told_apart() {
        for wrong in [
            "",
            "status=DELIVRD",
            "{}",
            "{\"status\": \"DELIVRD\", \"timestamp\": \"yesterday\"}",
        ] {
            assert_eq!(read(wrong.as_bytes()), Err(Unusable::Malformed), "{wrong}");
        }
        let zoned = b"{\"status\": \"ACK\", \"timestamp\": \"2020-02-04T10:09:42+02:00\"}";
        assert_eq!(read(zoned).unwrap().time, Some(1_580_803_782_000));
    }
}
