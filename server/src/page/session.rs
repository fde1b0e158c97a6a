//! Sessions of pages: whoever has shown the admin token need not show it for an hour.
//!
//! A session is a cookie that says until when it lasts, signed with a key that is made of the token. So all servers
//! with that token know it, none has to keep it, and it ends when the token is another one.

use axum::http::header::{COOKIE, ORIGIN};
use axum::http::request::Parts;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::clock::UnixMilliseconds;

/// How long a session lasts: an hour.
const LIFETIME: i64 = 3_600_000;
const NAME: &str = "verigator-session";

/// What sessions are signed with.
pub struct SessionKey(Zeroizing<[u8; 32]>);

impl SessionKey {
    /// The key that is made of a token, by the digest of that.
    pub fn of(digest: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, digest)
            .expand(b"verigator session of a page", key.as_mut_slice())
            .expect("HKDF gives that many bytes");
        Self(key)
    }

    /// The cookie that begins a session. No script can read it, and no other site has it sent.
    pub fn cookie(&self, now: UnixMilliseconds, is_secure: bool) -> String {
        let expires = now + LIFETIME;
        let signature = data_encoding::HEXLOWER.encode(&self.mac(expires).finalize().into_bytes());
        cookie(
            &format!("{expires}.{signature}"),
            LIFETIME / 1000,
            is_secure,
        )
    }

    /// Whether a request is one of a session. What it wants to change, a page must ask for that says where it
    /// is from; whether that is here is looked at elsewhere.
    pub fn admits(&self, request: &Parts, now: UnixMilliseconds) -> bool {
        let is_told = request.headers.contains_key(ORIGIN);
        let may_ask = request.method.is_safe() || is_told;
        may_ask && self.expires(request).is_some_and(|expires| now < expires)
    }

    /// When the session of a request ends, if that is signed.
    fn expires(&self, request: &Parts) -> Option<UnixMilliseconds> {
        let cookies = request.headers.get_all(COOKIE).into_iter();
        let mut values = cookies
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='));
        values.find_map(|value| {
            let (expires, signature) = value.split_once('.')?;
            let signature = data_encoding::HEXLOWER.decode(signature.as_bytes()).ok()?;
            let expires = expires.parse().ok()?;
            self.mac(expires).verify_slice(&signature).ok()?;
            Some(expires)
        })
    }

    fn mac(&self, expires: UnixMilliseconds) -> Hmac<Sha256> {
        let key = self.0.as_slice();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(&expires.to_be_bytes());
        mac
    }
}

/// The cookie that ends a session.
pub fn ending_cookie(is_secure: bool) -> String {
    cookie("", 0, is_secure)
}

/// Without a path it is for the folder of the page that set it, which a proxy may have put anywhere.
fn cookie(value: &str, max_age: i64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{NAME}={value}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}")
}

/// Whether a request comes from a page that was loaded by TLS, as only the browser knows behind a proxy.
pub fn is_secure(request: &Parts) -> bool {
    let origin = request.headers.get(ORIGIN);
    origin.is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn request(method: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::builder().method(method);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).unwrap().into_parts().0
    }

    fn value(cookie: &str) -> String {
        cookie.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn a_session_lasts_an_hour_and_is_signed_with_the_token() {
        let key = SessionKey::of(b"one");
        let cookie = value(&key.cookie(1000, false));
        let request = |cookie: &str| request("GET", &[("cookie", cookie)]);
        assert!(key.admits(&request(&cookie), 1000));
        assert!(key.admits(&request(&format!("a=b; {cookie}")), 3_600_999));
        assert!(!key.admits(&request(&cookie), 3_601_000));
        assert!(!SessionKey::of(b"other").admits(&request(&cookie), 1000));
        let later = cookie.replace("=3601000.", "=9601000.");
        assert_ne!(later, cookie);
        for wrong in [
            later.as_str(),
            "verigator-session=",
            "verigator-session=1",
            "",
        ] {
            assert!(!key.admits(&request(wrong), 1000), "{wrong}");
        }
    }

    #[test]
    fn a_change_needs_a_page_that_says_where_it_is_from() {
        let key = SessionKey::of(b"one");
        let cookie = value(&key.cookie(0, false));
        let session = ("cookie", cookie.as_str());
        assert!(!key.admits(&request("POST", &[session]), 0));
        let origin = ("origin", "http://localhost");
        assert!(key.admits(&request("POST", &[session, origin]), 0));
        assert!(!key.admits(&request("POST", &[origin]), 0));
    }

    #[test]
    fn no_script_reads_the_cookie_and_no_other_site_has_it_sent() {
        let cookie = SessionKey::of(b"one").cookie(0, true);
        for attribute in [
            "; HttpOnly",
            "; SameSite=Strict",
            "; Secure",
            "; Max-Age=3600",
        ] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(
            !cookie.contains("Path") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
}
