//! Setting up an authenticator app: what the app has to be told.

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use crate::clock::{UnixMilliseconds, as_rfc3339};
use crate::model::{Service, User};
use crate::otp;

/// What RFC 3986 calls unreserved stays as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The most characters of a name that an app is told. Each may take 12 bytes, and three names at their
/// longest still fit into a QR code.
const LONGEST_NAME: usize = 64;
/// What is left of a service's name at least, where its host name is long.
const SHORTEST_NAME: usize = 16;
/// The least width and height of the QR code, in pixels.
const QR_PIXELS: u32 = 240;

/// What an authenticator app is told, in three forms.
#[derive(Serialize)]
pub struct Enrolment {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// The `otpauth://` URI, to be opened.
    pub uri: String,
    /// The URI as a QR code, to be scanned.
    pub qr_svg: String,
    /// Whether this ends an enrolment that was begun before and not confirmed: codes by its secret no
    /// longer confirm anything.
    pub replaced: bool,
    /// The time of the server, which the phone's has to agree with.
    #[serde(serialize_with = "as_rfc3339")]
    pub server_time: UnixMilliseconds,
}

impl Enrolment {
    /// Describes a secret that a user of a service is given, perhaps in place of one not confirmed.
    pub fn new(
        service: &Service,
        user: &User,
        secret: &[u8],
        replaced: bool,
        now: UnixMilliseconds,
    ) -> Self {
        let secret = BASE32_NOPAD.encode(secret);
        let uri = uri(&issuer(service), &user.id_in_service, &secret);
        let qr_svg = qr_svg(&uri);
        Self {
            secret,
            uri,
            qr_svg,
            replaced,
            server_time: now,
        }
    }
}

/// Who an app says that an account is with: apps keep one entry for an issuer and an account, and of services by
/// one name there may be several.
fn issuer(service: &Service) -> String {
    let (name, fqdn) = (&service.name, &service.fqdn);
    match name.contains(fqdn.as_str()) {
        true => name.clone(),
        // What is cut off is never what tells them apart.
        false => {
            let room = LONGEST_NAME.saturating_sub(fqdn.chars().count() + 3);
            format!("{} ({fqdn})", shortened(name, room.max(SHORTEST_NAME)))
        }
    }
}

/// The key URI format that authenticator apps read.
fn uri(issuer: &str, account: &str, secret: &str) -> String {
    // A colon would end the issuer, encoded or not, and some apps look for the last one.
    let issuer = shortened(&issuer.replace(':', " "), LONGEST_NAME);
    let account = shortened(&account.replace(':', " "), LONGEST_NAME);
    let issuer = utf8_percent_encode(&issuer, ESCAPED);
    let account = utf8_percent_encode(&account, ESCAPED);
    let (digits, period) = (otp::DIGITS, otp::PERIOD_SECONDS);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
         &algorithm=SHA1&digits={digits}&period={period}"
    )
}

/// A name, cut if it is too long to be told.
fn shortened(name: &str, longest: usize) -> String {
    match name.chars().count() <= longest {
        true => name.to_owned(),
        false => name.chars().take(longest - 1).chain(['…']).collect(),
    }
}

/// The QR code of a URI. One that is too long for the usual error correction has less of it.
fn qr_svg(uri: &str) -> String {
    QrCode::new(uri)
        .or_else(|_| QrCode::with_error_correction_level(uri, EcLevel::L))
        .expect("a URI whose names are shortened fits")
        .render::<svg::Color>()
        .min_dimensions(QR_PIXELS, QR_PIXELS)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_told_issuer_account_and_secret() {
        let service = Service {
            id: String::new(),
            fqdn: "example.com".to_owned(),
            name: "Ex: & Co".to_owned(),
            ctime: 0,
        };
        let user = User {
            id: String::new(),
            phone_number: "+4401234567".to_owned(),
            id_in_service: "jane@example.com".to_owned(),
            ctime: 0,
        };
        let enrolment = Enrolment::new(&service, &user, b"12345678901234567890", false, 0);
        assert_eq!(enrolment.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            enrolment.uri,
            "otpauth://totp/Ex%20%20%26%20Co%20%28example.com%29:jane%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ex%20%20%26%20Co%20%28example.com%29\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert!(enrolment.qr_svg.contains("<svg"));
    }

    #[test]
    fn services_by_one_name_are_told_apart_and_no_colon_splits_an_account() {
        let service = |name: &str, fqdn: &str| Service {
            id: String::new(),
            fqdn: fqdn.to_owned(),
            name: name.to_owned(),
            ctime: 0,
        };
        assert_eq!(issuer(&service("Mail", "a.example")), "Mail (a.example)");
        assert_eq!(issuer(&service("a.example", "a.example")), "a.example");
        let long = issuer(&service(&"x".repeat(255), "a.example"));
        assert!(
            long.ends_with("… (a.example)") && long.chars().count() == 64,
            "{long}"
        );
        assert!(uri("Mail", "a:b", "A").starts_with("otpauth://totp/Mail:a%20b?"));
    }

    #[test]
    fn the_longest_names_still_have_a_qr_code() {
        for character in ["x", "é", "字", "🔑", ":"] {
            let long = character.repeat(255);
            let uri = uri(&long, &long, &"A".repeat(32));
            assert!(qr_svg(&uri).contains("<svg"), "{uri}");
        }
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let account = format!("{}éé", "x".repeat(63));
        let uri = uri("Ex", &account, "A");
        let cut = format!("Ex:{}%E2%80%A6?", "x".repeat(63));
        assert!(uri.contains(&cut), "{uri}");
    }
}
