//! The contract's nouns, and how each is read from a reply.
//!
//! Reading is strict where a wrong yes could hide: a reply is a JSON object, all of which can be read, a
//! boolean is a JSON boolean, a key stands once. It is lenient where the contract is: unknown keys are passed over,
//! and what may be absent may be null.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use crate::token;

/// The deepest nesting of objects and arrays in a reply. The contract's own goes three deep.
const DEEPEST: usize = 100;

/// The longest string in a reply, in bytes. What is wrong with a string is told by
/// serde with the whole of it, escaped, so that it can take several times its own length.
const LONGEST_STRING: usize = 256 << 10;

/// A way to prove a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// A PIN in a text message.
    Sms,
    /// A code from an authenticator app (RFC 6238).
    Totp,
    /// One of the user's recovery codes. A verification may have had it; none can be started with it.
    #[serde(rename = "recovery_code")]
    RecoveryCode,
}

/// A registered service: what its users log in to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Service {
    /// The service's id: opaque, not empty.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The name that users see.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// When it was made: an RFC 3339 timestamp, as the service wrote it.
    #[serde(deserialize_with = "text")]
    pub ctime: String,
}

/// A user of a service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The user's id at Verigator: opaque, not empty.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// When it was made: an RFC 3339 timestamp, as the service wrote it.
    #[serde(deserialize_with = "text")]
    pub ctime: String,
    /// The user's id within the caller's own service, such as an e-mail address.
    #[serde(deserialize_with = "text")]
    pub id_in_service: String,
}

/// The users of one service, or a page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserList {
    /// The users, in the order of the reply.
    pub users: Vec<User>,
    /// How many users the service has, as it says; the length of `users` when it says nothing.
    pub total: u64,
    /// What the next page is asked for with; none on the last one.
    pub next_cursor: Option<String>,
}

/// A page of the services of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceList {
    /// The services, in the order of the reply.
    pub services: Vec<Service>,
    /// How many services the account has, as the server says; the length of `services` when it says
    /// nothing.
    pub total: u64,
    /// What the next page is asked for with; none on the last one.
    pub next_cursor: Option<String>,
}

/// What an authenticator app is enrolled with. All but `replaced` is the secret in some form: it is shown
/// to its user once, is in no `Debug` output, and is wiped when this ends.
#[non_exhaustive]
pub struct Enrolment {
    /// The secret in base32 (RFC 4648 section 6), for who cannot scan: not empty.
    pub secret: Zeroizing<String>,
    /// The same as a URI for the app, which begins with `otpauth://`.
    pub uri: Zeroizing<String>,
    /// The URI as a QR code: an SVG image.
    pub qr_svg: Zeroizing<String>,
    /// Whether an enrolment that was begun before and not confirmed has ended by this one.
    pub replaced: bool,
}

/// A link by which a user sets an authenticator app up. Its URL is for the user alone: it is in no `Debug` output, and
/// is wiped when this ends.
#[non_exhaustive]
pub struct EnrolmentLink {
    /// Where the user opens it: `https`, or `http` to a server for development.
    pub url: Zeroizing<String>,
    /// When it ends (RFC 3339), as the server says it.
    pub expires_at: String,
    /// Whether it ends a link that was good, or an enrolment that was begun and not confirmed.
    pub replaced: bool,
}

/// How far the enrolment of a user's authenticator app has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TotpState {
    /// Whether an app is confirmed, so that logins use it.
    pub confirmed: bool,
    /// Whether an enrolment was begun that waits for its first token.
    pub pending: bool,
}

/// A user's recovery codes, each a token for one verification. They are shown to their user once, are in
/// no `Debug` output, and are wiped when this ends.
#[non_exhaustive]
pub struct RecoveryCodes {
    /// The codes, in the order of the reply: at least one.
    pub codes: Vec<Zeroizing<String>>,
}

/// How many recovery codes of a user are left.
#[derive(Deserialize)]
pub(crate) struct RecoveryCodesLeft {
    pub(crate) remaining: u32,
}

/// That an enrolment is confirmed.
pub(crate) struct Confirmation;

/// A started authentication that waits for its token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Challenge {
    /// The method that is really used: a user without an authenticator falls back to SMS.
    #[serde(deserialize_with = "started_method")]
    pub method: Method,
    /// The id of this authentication; the service may give one for SMS.
    #[serde(default, deserialize_with = "optional_text")]
    pub auth_id: Option<String>,
}

/// What the service says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Whether the token proves the login. Only this field is a yes.
    pub verified: bool,
    /// The method that was checked, when the service says.
    pub method: Option<Method>,
    /// Too many checks: wait before the next one.
    pub throttled: bool,
    /// The token was too old.
    pub expired: bool,
    /// The token was wrong.
    pub invalid: bool,
    /// The service's word for the outcome, such as `INVALID`.
    pub result: Option<String>,
}

impl Challenge {
    /// A challenge from its parts, as another process that started it may have stored them.
    pub fn new(method: Method, auth_id: Option<&str>) -> Self {
        Self {
            method,
            auth_id: auth_id.map(str::to_owned),
        }
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolment")
            .field("replaced", &self.replaced)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EnrolmentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrolmentLink")
            .field("expires_at", &self.expires_at)
            .field("replaced", &self.replaced)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes")
            .field("count", &self.codes.len())
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Enrolment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            secret: SecretText,
            uri: SecretText,
            qr_svg: SecretText,
            replaced: bool,
        }
        let reply = Reply::deserialize(deserializer)?;
        if !reply.uri.0.starts_with("otpauth://") {
            return Err(D::Error::custom("`uri` does not begin with otpauth://"));
        }
        Ok(Self {
            secret: reply.secret.0,
            uri: reply.uri.0,
            qr_svg: reply.qr_svg.0,
            replaced: reply.replaced,
        })
    }
}

impl<'de> Deserialize<'de> for EnrolmentLink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            url: SecretText,
            #[serde(deserialize_with = "text")]
            expires_at: String,
            replaced: bool,
        }
        let reply = Reply::deserialize(deserializer)?;
        // It is opened by a browser, which does other things with other addresses.
        if !["https://", "http://"]
            .iter()
            .any(|scheme| reply.url.0.starts_with(scheme))
        {
            return Err(D::Error::custom("`url` is neither https nor http"));
        }
        Ok(Self {
            url: reply.url.0,
            expires_at: reply.expires_at,
            replaced: reply.replaced,
        })
    }
}

impl<'de> Deserialize<'de> for Confirmation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            confirmed: bool,
        }
        match Reply::deserialize(deserializer)?.confirmed {
            true => Ok(Self),
            false => Err(D::Error::custom("`confirmed` is not true")),
        }
    }
}

impl<'de> Deserialize<'de> for RecoveryCodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            recovery_codes: Vec<SecretText>,
        }
        let codes = Reply::deserialize(deserializer)?.recovery_codes;
        let codes: Vec<_> = codes.into_iter().map(|code| code.0).collect();
        if codes.is_empty() {
            return Err(D::Error::custom("`recovery_codes` is empty"));
        }
        if let Some(problem) = codes.iter().find_map(|code| token::problem(code)) {
            return Err(D::Error::custom(format_args!("a recovery code {problem}")));
        }
        Ok(Self { codes })
    }
}

impl<'de> Deserialize<'de> for ServiceList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            services: Vec<Object<Service>>,
            total: Option<u64>,
            #[serde(default, deserialize_with = "cursor")]
            next_cursor: Option<String>,
        }
        let reply = Reply::deserialize(deserializer)?;
        let services: Vec<Service> = reply.services.into_iter().map(|one| one.0).collect();
        Ok(Self {
            total: reply.total.unwrap_or(services.len() as u64),
            services,
            next_cursor: reply.next_cursor,
        })
    }
}

impl<'de> Deserialize<'de> for UserList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            users: Vec<Object<User>>,
            total: Option<u64>,
            count: Option<u64>,
            #[serde(default, deserialize_with = "cursor")]
            next_cursor: Option<String>,
        }
        let reply = Reply::deserialize(deserializer)?;
        let users: Vec<User> = reply.users.into_iter().map(|user| user.0).collect();
        let total = reply.total.or(reply.count).unwrap_or(users.len() as u64);
        Ok(Self {
            users,
            total,
            next_cursor: reply.next_cursor,
        })
    }
}

impl<'de> Deserialize<'de> for Verification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Reply {
            verified: bool,
            method: Option<Method>,
            status: Option<Object<Failure>>,
        }
        #[derive(Default, Deserialize)]
        struct Failure {
            #[serde(default)]
            throttled: bool,
            #[serde(default)]
            expired: bool,
            #[serde(default)]
            invalid: bool,
            #[serde(default, deserialize_with = "optional_text")]
            result: Option<String>,
        }
        let reply = Reply::deserialize(deserializer)?;
        let status = reply.status.map(|status| status.0).unwrap_or_default();
        let verification = Self {
            verified: reply.verified,
            method: reply.method,
            throttled: status.throttled,
            expired: status.expired,
            invalid: status.invalid,
            result: status.result,
        };
        if verification.verified && verification.has_failed() {
            return Err(D::Error::custom(
                "`verified` is true but `status` says that it failed",
            ));
        }
        Ok(verification)
    }
}

impl Verification {
    fn has_failed(&self) -> bool {
        self.throttled
            || self.expired
            || self.invalid
            || self.result.as_deref().is_some_and(names_a_failure)
    }
}

/// Whether `status.result` is the contract's word for a failure, or the name of one of its flags.
fn names_a_failure(result: &str) -> bool {
    ["INVALID", "EXPIRED", "THROTTLED"]
        .iter()
        .any(|failure| result.trim().eq_ignore_ascii_case(failure))
}

/// Reads one reply: a JSON object and nothing after it.
pub(crate) fn from_reply<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let body = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    serde_json::from_str::<Json>(body)?;
    serde_json::from_str::<Object<T>>(body).map(|object| object.0)
}

/// Reads one reply that holds secrets: what is wrong with it is told without its values, which serde
/// quotes.
pub(crate) fn from_secret_reply<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    from_reply(body).map_err(|error| {
        let words = error.to_string();
        match (words.split_once(": "), words.rsplit_once(", expected ")) {
            (Some((problem, _)), Some((_, expected))) => {
                serde_json::Error::custom(format_args!("{problem}, expected {expected}"))
            }
            _ => error,
        }
    })
}

/// Any JSON text, read in full. serde_json does not look into the values that it passes over: neither
/// at their strings and numbers nor at how deep they go.
struct Json;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value { left: DEEPEST }.deserialize(deserializer)?;
        Ok(Self)
    }
}

/// Looks at one value.
#[derive(Clone, Copy)]
struct Value {
    /// How much deeper it may go.
    left: usize,
}

impl Value {
    /// The values within an object or array.
    fn within<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(E::custom(format_args!(
                "it is nested more than {DEEPEST} deep"
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.len() > LONGEST_STRING {
            return Err(E::custom(format_args!(
                "it holds a string of more than {LONGEST_STRING} bytes"
            )));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let within = self.within()?;
        while array.next_element_seed(within)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let within = self.within()?;
        while object.next_key_seed(within)?.is_some() {
            object.next_value_seed(within)?;
        }
        Ok(())
    }
}

/// A value that is read from a JSON object only. Serde's derived structs also read themselves from
/// an array, so that `[true]` would be a verified login.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// A secret, or what holds one: not empty, and without U+0000.
struct SecretText(Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        if text.is_empty() || text.contains('\0') {
            return Err(D::Error::custom("a secret is empty or holds U+0000"));
        }
        Ok(Self(text))
    }
}

/// An id: not empty, and without the control characters that a request could not carry back.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if id.is_empty() || id.chars().any(char::is_control) {
        return Err(D::Error::custom("an id is empty or has control characters"));
    }
    Ok(id)
}

/// What the next page is asked for with. An empty one would lead to the first page again.
fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let cursor = optional_text(deserializer)?;
    if cursor.as_deref() == Some("") {
        return Err(D::Error::custom("`next_cursor` is empty"));
    }
    Ok(cursor)
}

/// A method that an authentication can be started with.
fn started_method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    match Method::deserialize(deserializer)? {
        Method::RecoveryCode => Err(D::Error::custom(
            "`method` is recovery_code, which starts nothing",
        )),
        method => Ok(method),
    }
}

/// Text without U+0000, which C could not see the end of.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.contains('\0') {
        return Err(D::Error::custom("a text holds U+0000"));
    }
    Ok(text)
}

fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    if text.as_ref().is_some_and(|text| text.contains('\0')) {
        return Err(D::Error::custom("a text holds U+0000"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(body: &str) -> Option<bool> {
        from_reply::<Verification>(body.as_bytes())
            .ok()
            .map(|verification| verification.verified)
    }

    #[test]
    fn only_the_json_boolean_true_is_a_yes() {
        assert_eq!(
            verified(r#"{"verified": true, "method": "sms"}"#),
            Some(true)
        );
        assert_eq!(verified(r#"{"verified": false}"#), Some(false));
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "true",
            "[true]",
            r#"{"verified":null}"#,
            r#"{"verified":"true"}"#,
            r#"{"verified":1}"#,
            r#"{"Verified":true}"#,
            r#"{"verified":true,"verified":true}"#,
            r#"{"verified":false,"verified":true}"#,
            r#"{"verified":true}x"#,
            r#"{"verified":true}{"verified":true}"#,
            "<html>",
        ] {
            assert_eq!(verified(body), None, "{body}");
        }
    }

    #[test]
    fn what_is_no_object_is_told_what_it_should_be() {
        let error = from_reply::<Verification>(b"[true]").err().unwrap();
        let told = "invalid type: sequence, expected a JSON object";
        assert!(error.to_string().starts_with(told), "{error}");
    }

    #[test]
    fn a_reply_is_utf8_also_where_it_is_passed_over() {
        assert!(from_reply::<Verification>(b"{\"verified\":true,\"x\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_reply_is_json_also_where_it_is_passed_over() {
        for value in [
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800\ud800""#,
            r#""\ud800\u0041""#,
            r#"{"\udfff":1}"#,
            r#"["\x"]"#,
            r#""\u12""#,
            "1e999",
            "01",
            "-",
            "[1,]",
            "{1:2}",
            "nul",
        ] {
            for body in [
                format!(r#"{{"verified":true,"x":{value}}}"#),
                format!(r#"{{"x":[{{"y":{value}}}],"verified":true}}"#),
            ] {
                assert_eq!(verified(&body), None, "{body}");
            }
        }
        let body =
            r#"{"verified":true,"x":["\ud83d\ude00",-1,1e99,18446744073709551615,{"":null}]}"#;
        assert_eq!(verified(body), Some(true));
    }

    #[test]
    fn a_reply_has_a_bottom() {
        // One level is the reply's own.
        let nested = |levels: usize| {
            let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
            verified(&format!(r#"{{"x":{open}{close},"verified":true}}"#))
        };
        assert_eq!(nested(DEEPEST), Some(true));
        assert_eq!(nested(DEEPEST + 1), None);
        assert_eq!(nested(10_000), None);
    }

    #[test]
    fn brackets_in_a_text_are_no_nesting() {
        let text = r#"[{\"\\"#.repeat(DEEPEST);
        assert_eq!(
            verified(&format!(r#"{{"x":"{text}","verified":true}}"#)),
            Some(true)
        );
    }

    #[test]
    fn a_string_has_an_end() {
        let beside = |length: usize| {
            let text = r#"\""#.repeat(length);
            verified(&format!(r#"{{"x":"{text}","y":"","verified":true}}"#))
        };
        assert_eq!(beside(LONGEST_STRING), Some(true));
        assert_eq!(beside(LONGEST_STRING + 1), None);
    }

    #[test]
    fn a_yes_beside_a_failure_is_no_answer() {
        for status in [
            r#"{"throttled":true}"#,
            r#"{"expired":true}"#,
            r#"{"invalid":true}"#,
            r#"{"result":"INVALID"}"#,
            r#"{"result":" invalid"}"#,
            r#"{"result":"Expired"}"#,
            r#"{"result":"THROTTLED"}"#,
        ] {
            assert_eq!(
                verified(&format!(r#"{{"verified":true,"status":{status}}}"#)),
                None
            );
        }
        for status in [
            "null",
            r#"{"throttled":false,"result":null}"#,
            r#"{"result":"OK"}"#,
        ] {
            assert_eq!(
                verified(&format!(r#"{{"verified":true,"status":{status}}}"#)),
                Some(true)
            );
        }
        assert_eq!(
            verified(r#"{"verified":true,"status":[false,false,false]}"#),
            None
        );
    }

    #[test]
    fn a_failed_verification_says_why() {
        let body = br#"{"verified":false,"method":"totp",
            "status":{"throttled":true,"expired":false,"invalid":true,"result":"INVALID"}}"#;
        let verification: Verification = from_reply(body).unwrap();
        assert!(!verification.verified && verification.throttled && verification.invalid);
        assert!(!verification.expired);
        assert_eq!(verification.method, Some(Method::Totp));
        assert_eq!(verification.result.as_deref(), Some("INVALID"));
    }

    #[test]
    fn auth_id_may_be_absent_or_null() {
        for body in [
            r#"{"method":"sms"}"#,
            r#"{"method":"sms","auth_id":null,"extra":[1]}"#,
        ] {
            let challenge: Challenge = from_reply(body.as_bytes()).unwrap();
            assert_eq!(
                challenge,
                Challenge {
                    method: Method::Sms,
                    auth_id: None
                }
            );
        }
        assert!(from_reply::<Challenge>(br#"{"method":"push"}"#).is_err());
        assert!(from_reply::<Challenge>(br#"{"method":"SMS"}"#).is_err());
        assert!(from_reply::<Challenge>(br#"["sms"]"#).is_err());
    }

    #[test]
    fn a_list_counts_itself_when_the_reply_does_not() {
        let user = r#"{"id":"u","ctime":"t","id_in_service":"i"}"#;
        let list = |rest: &str| {
            from_reply::<UserList>(format!(r#"{{"users":[{user}]{rest}}}"#).as_bytes())
                .map(|list| (list.users.len(), list.total))
                .ok()
        };
        assert_eq!(list(""), Some((1, 1)));
        assert_eq!(list(r#","total":7"#), Some((1, 7)));
        assert_eq!(list(r#","count":7"#), Some((1, 7)));
        assert_eq!(list(r#","count":7,"total":8"#), Some((1, 8)));
        assert_eq!(list(r#","total":-1"#), None);
        assert!(from_reply::<UserList>(br#"{"users":[["u","t","i"]]}"#).is_err());
        assert!(from_reply::<UserList>(br#"{"users":null}"#).is_err());
    }

    #[test]
    fn an_id_must_be_usable_in_the_next_request() {
        let service = |id: &str| {
            from_reply::<Service>(format!(r#"{{"id":{id},"name":"n","ctime":"t"}}"#).as_bytes())
        };
        assert!(service(r#""s""#).is_ok());
        for id in [r#""""#, "7", "null", r#""a\u0000b""#, r#""a\nb""#] {
            assert!(service(id).is_err(), "{id}");
        }
    }
}
