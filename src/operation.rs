//! The operations of the contract, each as a value: its request, and how its reply is read. This is the
//! only place that knows the routes, and what may be repeated.

use bytes::Bytes;
use http::Method as Verb;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::answer::{Answer, Noun};
use crate::error::{Error, Result, Status};
use crate::model::{
    Challenge, Confirmation, Enrolment, EnrolmentLink, Method, RecoveryCodes, RecoveryCodesLeft,
    Service, ServiceList, TotpState, User, UserList, Verification,
};
use crate::option;
use crate::transport::Request;
use crate::{segment, text, token};

/// Where services live, under the base URL.
const SERVICES: &str = "/v1/service/service";

/// As long as the longest path with UUIDs in it, so that it is allocated once, and a call that waits
/// in a queue takes no more.
const PATH_CAPACITY: usize = 104;

/// The longest name, phone number and the like accepted, in bytes.
const LONGEST_TEXT: usize = 4096;

/// One operation that is about to happen, with its arguments.
pub(crate) struct Operation<T> {
    pub(crate) request: Request,
    pub(crate) private: Option<Private>,
    /// Whether there are servers without its route.
    pub(crate) is_optional: bool,
    /// Whether servers that do not know its query answer with a list of users.
    pub(crate) is_search: bool,
    /// Reads the body of a success.
    pub(crate) read: fn(&[u8]) -> serde_json::Result<T>,
}

/// What a request holds that no message may repeat, and what stands there instead.
pub(crate) struct Private {
    pub(crate) text: Zeroizing<String>,
    pub(crate) instead: &'static str,
}

impl Operation<Service> {
    /// `POST /v1/service/service`.
    pub(crate) fn create_service(fqdn: &str, name: &str) -> Result<Self> {
        check_text("fqdn", fqdn)?;
        check_text("name", name)?;
        Ok(Self::new(
            Verb::POST,
            SERVICES.to_owned(),
            Some(json(&ServiceBody { fqdn, name })),
        ))
    }

    /// `GET /v1/service/service/{sid}`.
    pub(crate) fn service(service_id: &str) -> Result<Self> {
        Ok(Self::new(Verb::GET, service_path(service_id)?, None))
    }

    /// `GET /v1/service/service?fqdn={fqdn}`.
    pub(crate) fn find_service(fqdn: &str) -> Result<Self> {
        check_text("fqdn", fqdn)?;
        if fqdn.is_empty() {
            return Err(Error::invalid_argument("fqdn is empty; pass a host name"));
        }
        let mut path = SERVICES.to_owned();
        segment::push_query(&mut path, "fqdn", fqdn);
        Ok(Self::new(Verb::GET, path, None).optional())
    }
}

impl Operation<ServiceList> {
    /// `GET /v1/service/service?limit={limit}&cursor={cursor}`.
    pub(crate) fn page_services(limit: i64, cursor: Option<&str>) -> Result<Self> {
        let path = page_path(SERVICES.to_owned(), limit, cursor)?;
        Ok(Self::new(Verb::GET, path, None).optional())
    }
}

impl Operation<User> {
    /// `POST /v1/service/service/{sid}/users`.
    pub(crate) fn create_user(
        service_id: &str,
        phone_number: &str,
        id_in_service: &str,
    ) -> Result<Self> {
        check_text("phone_number", phone_number)?;
        check_text("id_in_service", id_in_service)?;
        let body = UserBody {
            id_in_service,
            phone_number,
        };
        let operation = Self::new(Verb::POST, users_path(service_id)?, Some(json(&body)));
        Ok(operation.private(phone_number, "[phone number]"))
    }

    /// `GET /v1/service/service/{sid}/users?id_in_service={id}`.
    pub(crate) fn find_user(service_id: &str, id_in_service: &str) -> Result<Self> {
        check_text("id_in_service", id_in_service)?;
        if id_in_service.is_empty() {
            return Err(Error::invalid_argument(
                "id_in_service is empty; pass what the service calls the user",
            ));
        }
        let mut path = users_path(service_id)?;
        segment::push_query(&mut path, "id_in_service", id_in_service);
        Ok(Self {
            is_search: true,
            ..Self::new(Verb::GET, path, None).optional()
        })
    }

    /// `GET /v1/service/service/{sid}/users/{uid}`.
    pub(crate) fn user(service_id: &str, user_id: &str) -> Result<Self> {
        Ok(Self::new(Verb::GET, user_path(service_id, user_id)?, None))
    }
}

impl Operation<UserList> {
    /// `GET /v1/service/service/{sid}/users`.
    pub(crate) fn users(service_id: &str) -> Result<Self> {
        Ok(Self::new(Verb::GET, users_path(service_id)?, None))
    }

    /// `GET /v1/service/service/{sid}/users?limit={limit}&cursor={cursor}`. A server without pages
    /// passes both over, and answers with all users: a last page.
    pub(crate) fn page_users(service_id: &str, limit: i64, cursor: Option<&str>) -> Result<Self> {
        let path = page_path(users_path(service_id)?, limit, cursor)?;
        Ok(Self::new(Verb::GET, path, None))
    }
}

impl Operation<()> {
    /// `DELETE /v1/service/service/{sid}`.
    pub(crate) fn delete_service(service_id: &str) -> Result<Self> {
        Ok(Self::new(Verb::DELETE, service_path(service_id)?, None))
    }

    /// `DELETE /v1/service/service/{sid}/users/{uid}`.
    pub(crate) fn delete_user(service_id: &str, user_id: &str) -> Result<Self> {
        let path = user_path(service_id, user_id)?;
        Ok(Self::new(Verb::DELETE, path, None))
    }

    /// `DELETE /v1/service/service/{sid}/users/{uid}/totp`.
    pub(crate) fn delete_totp(service_id: &str, user_id: &str) -> Result<Self> {
        let path = totp_path(service_id, user_id)?;
        Ok(Self::new(Verb::DELETE, path, None).optional())
    }

    /// `DELETE /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    pub(crate) fn delete_recovery_codes(service_id: &str, user_id: &str) -> Result<Self> {
        let path = recovery_codes_path(service_id, user_id)?;
        Ok(Self::new(Verb::DELETE, path, None).optional())
    }

    /// `POST /v1/service/service/{sid}/users/{uid}/unlock`.
    pub(crate) fn unlock_user(service_id: &str, user_id: &str) -> Result<Self> {
        let path = user_path(service_id, user_id)? + "/unlock";
        Ok(Self::new(Verb::POST, path, None).optional())
    }
}

impl Operation<Enrolment> {
    /// `POST /v1/service/service/{sid}/users/{uid}/totp`.
    pub(crate) fn begin_totp(service_id: &str, user_id: &str) -> Result<Self> {
        let path = totp_path(service_id, user_id)?;
        Ok(Self::new(Verb::POST, path, None).optional())
    }
}

impl Operation<EnrolmentLink> {
    /// `POST /v1/service/service/{sid}/users/{uid}/totp/link`.
    pub(crate) fn create_totp_link(
        service_id: &str,
        user_id: &str,
        lifetime_seconds: i64,
    ) -> Result<Self> {
        let path = totp_path(service_id, user_id)? + "/link";
        let lifetime = option::argument(option::LINK_LIFETIME.check(lifetime_seconds))?;
        let body = LinkBody { lifetime };
        Ok(Self::new(Verb::POST, path, Some(json(&body))).optional())
    }
}

impl Operation<Confirmation> {
    /// `PUT /v1/service/service/{sid}/users/{uid}/totp`.
    pub(crate) fn confirm_totp(service_id: &str, user_id: &str, token: &str) -> Result<Self> {
        let path = totp_path(service_id, user_id)?;
        token::check(token)?;
        let operation = Self::new(Verb::PUT, path, Some(json(&ConfirmBody { token })));
        Ok(operation.private(token, "[token]").optional())
    }
}

impl Operation<TotpState> {
    /// `GET /v1/service/service/{sid}/users/{uid}/totp`.
    pub(crate) fn totp(service_id: &str, user_id: &str) -> Result<Self> {
        let path = totp_path(service_id, user_id)?;
        Ok(Self::new(Verb::GET, path, None).optional())
    }
}

impl Operation<RecoveryCodes> {
    /// `POST /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    pub(crate) fn create_recovery_codes(service_id: &str, user_id: &str) -> Result<Self> {
        let path = recovery_codes_path(service_id, user_id)?;
        Ok(Self::new(Verb::POST, path, None).optional())
    }
}

impl Operation<RecoveryCodesLeft> {
    /// `GET /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    pub(crate) fn count_recovery_codes(service_id: &str, user_id: &str) -> Result<Self> {
        let path = recovery_codes_path(service_id, user_id)?;
        Ok(Self::new(Verb::GET, path, None).optional())
    }
}

impl Operation<Challenge> {
    /// `POST /v1/service/service/{sid}/users/{uid}/auth`.
    pub(crate) fn initiate(service_id: &str, user_id: &str, method: Method) -> Result<Self> {
        check_method(method)?;
        Ok(Self::new(
            Verb::POST,
            auth_path(service_id, user_id)?,
            Some(json(&StartBody { method })),
        ))
    }
}

impl Operation<Verification> {
    /// `PUT /v1/service/service/{sid}/users/{uid}/auth`.
    pub(crate) fn verify(
        service_id: &str,
        user_id: &str,
        challenge: Option<&Challenge>,
        token: &str,
    ) -> Result<Self> {
        let path = auth_path(service_id, user_id)?;
        token::check(token)?;
        if let Some(challenge) = challenge {
            check_method(challenge.method)?;
        }
        let auth_id = challenge.and_then(|challenge| challenge.auth_id.as_deref());
        check_text("auth_id", auth_id.unwrap_or_default())?;
        let body = VerifyBody {
            method: challenge.map(|challenge| challenge.method),
            auth_id,
            token,
        };
        let operation = Self::new(Verb::PUT, path, Some(json(&body)));
        Ok(operation.private(token, "[token]"))
    }
}

impl<T: Noun> Operation<T> {
    fn new(verb: Verb, path: String, body: Option<Bytes>) -> Self {
        Self {
            request: request(verb, path, body),
            private: None,
            is_optional: false,
            is_search: false,
            read: T::read,
        }
    }

    /// The same, for what does not know which operation it is.
    pub(crate) fn of_any_kind(self) -> Operation<Answer> {
        Operation {
            request: self.request,
            private: self.private,
            is_optional: self.is_optional,
            is_search: self.is_search,
            read: |body| T::read(body).map(T::into_answer),
        }
    }

    /// The same, of a route that not every server has.
    fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    fn private(mut self, text: &str, instead: &'static str) -> Self {
        self.private = Some(Private {
            text: Zeroizing::new(text.to_owned()),
            instead,
        });
        self
    }
}

impl Private {
    /// The forms in which a service may repeat it, with what stands there instead.
    pub(crate) fn forms(&self) -> [(&str, &'static str); 2] {
        // A phone number may come without its sign.
        let digits = self.text.trim_start_matches('+');
        [(&self.text, self.instead), (digits, self.instead)]
    }
}

fn request(verb: Verb, path: String, body: Option<Bytes>) -> Request {
    // PUT would be repeatable by the standard; here it checks a one-time token, and a second one
    // burns it.
    let repeatable = matches!(verb, Verb::GET | Verb::DELETE);
    Request {
        method: verb,
        path,
        body,
        repeatable,
    }
}

#[derive(Serialize)]
struct ServiceBody<'a> {
    fqdn: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct UserBody<'a> {
    id_in_service: &'a str,
    phone_number: &'a str,
}

#[derive(Serialize)]
struct StartBody {
    method: Method,
}

#[derive(Serialize)]
struct LinkBody {
    lifetime: u32,
}

#[derive(Serialize)]
struct ConfirmBody<'a> {
    token: &'a str,
}

#[derive(Serialize)]
struct VerifyBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Method>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_id: Option<&'a str>,
    token: &'a str,
}

/// A body as JSON, wiped once it is no longer used: it may hold a token.
fn json(value: &impl Serialize) -> Bytes {
    // Strings, booleans and these structs always have a JSON form.
    let body = serde_json::to_vec(value).unwrap_or_default();
    Bytes::from_owner(Zeroizing::new(body))
}

fn service_path(service_id: &str) -> Result<String> {
    let mut path = String::with_capacity(PATH_CAPACITY);
    path.push_str(SERVICES);
    segment::push(&mut path, "service_id", service_id)?;
    Ok(path)
}

fn users_path(service_id: &str) -> Result<String> {
    Ok(service_path(service_id)? + "/users")
}

fn user_path(service_id: &str, user_id: &str) -> Result<String> {
    let mut path = users_path(service_id)?;
    segment::push(&mut path, "user_id", user_id)?;
    Ok(path)
}

fn auth_path(service_id: &str, user_id: &str) -> Result<String> {
    Ok(user_path(service_id, user_id)? + "/auth")
}

fn totp_path(service_id: &str, user_id: &str) -> Result<String> {
    Ok(user_path(service_id, user_id)? + "/totp")
}

fn recovery_codes_path(service_id: &str, user_id: &str) -> Result<String> {
    Ok(user_path(service_id, user_id)? + "/recovery_codes")
}

/// The path of a page of this list.
fn page_path(mut list: String, limit: i64, cursor: Option<&str>) -> Result<String> {
    let limit = option::argument(option::PAGE_LIMIT.check(limit))?;
    segment::push_query(&mut list, "limit", &limit.to_string());
    if let Some(cursor) = cursor {
        check_text("cursor", cursor)?;
        segment::push_query(&mut list, "cursor", cursor);
    }
    Ok(list)
}

/// Refuses a method that no authentication can be started with.
fn check_method(method: Method) -> Result<()> {
    match method {
        Method::Sms | Method::Totp => Ok(()),
        Method::RecoveryCode => Err(Error::invalid_argument(
            "method is recovery_code, which starts nothing; start with totp or sms, and pass the \
             recovery code as the token",
        )),
    }
}

fn check_text(name: &str, text: &str) -> Result<()> {
    text::check(Status::INVALID_ARGUMENT, name, text)?;
    if text.len() > LONGEST_TEXT {
        return Err(Error::invalid_argument(format!(
            "{name} is longer than {LONGEST_TEXT} bytes"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_may_be_as_long_as_the_longest() {
        let accepted = |length| {
            let text = "1".repeat(length);
            let challenge = Challenge::new(Method::Sms, Some(&text));
            [
                Operation::create_service(&text, "name").is_ok(),
                Operation::create_service("fqdn", &text).is_ok(),
                Operation::create_user("s", &text, "id_in_service").is_ok(),
                Operation::create_user("s", "phone_number", &text).is_ok(),
                Operation::verify("s", "u", Some(&challenge), "token").is_ok(),
            ]
        };
        assert_eq!(accepted(LONGEST_TEXT), [true; 5]);
        assert_eq!(accepted(LONGEST_TEXT + 1), [false; 5]);
    }

    /// Of those that wait in a queue there may be thousands.
    #[test]
    fn the_longest_path_with_uuids_takes_no_more_than_it_needs() {
        let uuid = "01234567-89ab-4cde-8f01-23456789abcd";
        let path = auth_path(uuid, uuid).unwrap();
        assert_eq!(
            (path.len(), path.capacity()),
            (PATH_CAPACITY, PATH_CAPACITY)
        );
    }

    #[test]
    fn a_token_may_be_as_long_as_the_longest() {
        let accepted = |length| Operation::verify("s", "u", None, &"1".repeat(length)).is_ok();
        assert!(accepted(token::LONGEST) && !accepted(token::LONGEST + 1));
    }
}
