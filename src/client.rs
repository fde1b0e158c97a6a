//! The operations of the contract. This is the only place that knows the routes.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Error, Result, Status};
use crate::model::{self, Challenge, Method, Service, User, UserList, Verification};
use crate::sanitise::{redact, sanitise};
use crate::segment;
use crate::transport::{Reply, Request, Transport};

/// Where services live, under the base URL.
const SERVICES: &str = "/v1/service/service";

/// Enough for every path with UUIDs in it, so that it is allocated once.
const PATH_CAPACITY: usize = 160;

/// The longest token accepted, in bytes. A code has 6 digits.
const LONGEST_TOKEN: usize = 64;

/// The longest name, phone number and the like accepted, in bytes.
const LONGEST_TEXT: usize = 4096;

/// A client of one Verigator service with one account.
///
/// It may be used from any number of threads at once, and after `fork()` in the child as well as
/// in the parent. A call blocks the thread that makes it until the reply is there or the deadline
/// passes; no other thread is made but one for the lookup of a name. Within an asynchronous
/// runtime, call it where blocking is allowed (such as `spawn_blocking`).
///
/// ```no_run
/// use verigator::{Client, Config, Method};
///
/// let client = Client::new(&Config::new("api-username", "api-password")?)?;
/// let challenge = client.initiate("service-id", "user-id", Method::Totp)?;
/// let answer = client.verify("service-id", "user-id", Some(&challenge), "123456")?;
/// if answer.verified {
///     println!("welcome");
/// }
/// # Ok::<(), verigator::Error>(())
/// ```
pub struct Client {
    transport: Transport,
    /// Kept to be cut out of what the service says.
    password: Zeroizing<String>,
}

impl Client {
    /// A client with this configuration. Nothing is sent and nothing is looked up yet.
    ///
    /// # Errors
    ///
    /// [`Status::INVALID_CONFIG`] when the options cannot be used together.
    pub fn new(config: &Config) -> Result<Self> {
        config.check()?;
        Ok(Self {
            transport: Transport::new(config, headers(config)?)?,
            password: config.password.clone(),
        })
    }

    /// Creates a service: `POST /v1/service/service`.
    ///
    /// `fqdn` is its host name, `name` what users see.
    pub fn create_service(&self, fqdn: &str, name: &str) -> Result<Service> {
        check_text("fqdn", fqdn)?;
        check_text("name", name)?;
        let body = json(&ServiceBody { fqdn, name });
        self.exchange(Request::post(SERVICES.to_owned(), body), &[])
    }

    /// Reads a service: `GET /v1/service/service/{sid}`.
    pub fn service(&self, service_id: &str) -> Result<Service> {
        self.exchange(Request::get(service_path(service_id)?), &[])
    }

    /// Deletes a service and its users: `DELETE /v1/service/service/{sid}`.
    pub fn delete_service(&self, service_id: &str) -> Result<()> {
        self.send(&Request::delete(service_path(service_id)?), &[])
            .map(drop)
    }

    /// Registers a user: `POST /v1/service/service/{sid}/users`.
    ///
    /// `phone_number` has its country prefix (E.164), such as `+3725555555`; `id_in_service` is the
    /// caller's own name for the user, such as an e-mail address.
    pub fn create_user(
        &self,
        service_id: &str,
        phone_number: &str,
        id_in_service: &str,
    ) -> Result<User> {
        check_text("phone_number", phone_number)?;
        check_text("id_in_service", id_in_service)?;
        let body = json(&UserBody {
            id_in_service,
            phone_number,
        });
        let request = Request::post(users_path(service_id)?, body);
        // A service may say it without the sign.
        let digits = phone_number.trim_start_matches('+');
        self.exchange(
            request,
            &[(phone_number, PHONE_NUMBER), (digits, PHONE_NUMBER)],
        )
    }

    /// Lists the users of a service: `GET /v1/service/service/{sid}/users`.
    pub fn users(&self, service_id: &str) -> Result<UserList> {
        self.exchange(Request::get(users_path(service_id)?), &[])
    }

    /// Reads a user: `GET /v1/service/service/{sid}/users/{uid}`.
    pub fn user(&self, service_id: &str, user_id: &str) -> Result<User> {
        self.exchange(Request::get(user_path(service_id, user_id)?), &[])
    }

    /// Deletes a user: `DELETE /v1/service/service/{sid}/users/{uid}`.
    pub fn delete_user(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.send(&Request::delete(user_path(service_id, user_id)?), &[])
            .map(drop)
    }

    /// Starts an authentication: `POST /v1/service/service/{sid}/users/{uid}/auth`.
    ///
    /// [`Method::Totp`] prefers the authenticator app; for a user who has none set up the service
    /// falls back to SMS, and the challenge says so. It is never sent twice, since that would send
    /// a second message.
    pub fn initiate(&self, service_id: &str, user_id: &str, method: Method) -> Result<Challenge> {
        let path = auth_path(service_id, user_id)?;
        self.exchange(Request::post(path, json(&StartBody { method })), &[])
    }

    /// Checks a token: `PUT /v1/service/service/{sid}/users/{uid}/auth`.
    ///
    /// With a `challenge`, its `method` and `auth_id` are sent along; without one, `token` alone.
    /// Only `verified` in the answer is a yes; every error is a no. It is never sent twice, since a
    /// token is good for one check.
    ///
    /// `token` is 1 to 64 printable ASCII characters.
    pub fn verify(
        &self,
        service_id: &str,
        user_id: &str,
        challenge: Option<&Challenge>,
        token: &str,
    ) -> Result<Verification> {
        let path = auth_path(service_id, user_id)?;
        check_token(token)?;
        let auth_id = challenge.and_then(|challenge| challenge.auth_id.as_deref());
        check_text("auth_id", auth_id.unwrap_or_default())?;
        let body = VerifyBody {
            method: challenge.map(|challenge| challenge.method),
            auth_id,
            token,
        };
        self.exchange(Request::put(path, json(&body)), &[(token, "[token]")])
    }

    /// Ends the calls that wait on this client with [`Status::CANCELLED`], and refuses later ones
    /// with [`Status::CLOSED`]. Cannot be undone. Any thread may call it.
    pub fn close(&self) {
        self.transport.close();
    }

    /// Sends `request` and reads the reply's body as a `T`.
    fn exchange<T: DeserializeOwned>(&self, request: Request, private: Private) -> Result<T> {
        let reply = self.send(&request, private)?;
        model::from_reply(&reply.body).map_err(|error| {
            let message = format!(
                "the service's answer to {} {} breaks the contract: {}",
                request.method,
                request.path,
                self.quote(&error.to_string(), private)
            );
            Error::new(Status::PROTOCOL, message)
                .sent(true, request.is_idempotent())
                .with_reply(reply.body.into(), reply.request_id, reply.retry_after)
        })
    }

    /// Sends `request`; only a 2xx is a reply, everything else is an error.
    fn send(&self, request: &Request, private: Private) -> Result<Reply> {
        let reply = self.transport.call(request)?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        let service_message = service_message(&reply.body);
        let said = service_message
            .as_deref()
            .map(|message| self.quote(message, private));
        let retry_safe = request.is_idempotent() || refuses(reply.status);
        Err(
            Error::new(Status::from_http(reply.status), refusal(reply.status, said))
                .sent(true, retry_safe)
                .with_service_message(service_message)
                .with_reply(reply.body.into(), reply.request_id, reply.retry_after),
        )
    }

    /// The network's words, fit for a message: without what we sent in confidence, should they
    /// repeat that, sanitised and short.
    fn quote(&self, words: &str, private: Private) -> String {
        let password = (self.password.as_str(), "[password]");
        sanitise(&redact(words, &[private, &[password]].concat()))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url = self.transport.base_url().as_str();
        f.debug_struct("Client")
            .field("base_url", &base_url)
            .finish_non_exhaustive()
    }
}

/// The headers of every request.
fn headers(config: &Config) -> Result<HeaderMap> {
    let product = Some(concat!("libverigator/", env!("CARGO_PKG_VERSION")));
    let (prefix, suffix) = (&config.user_agent_prefix, &config.user_agent_suffix);
    let products: Vec<&str> = [prefix.as_deref(), product, suffix.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let user_agent = products.join(" ");
    let credentials =
        Zeroizing::new([config.username.as_bytes(), b":", config.password.as_bytes()].concat());
    // Shares the wiped buffer with every request instead of copying it.
    let mut service_auth = header(HeaderValue::from_maybe_shared(Bytes::from_owner(
        credentials,
    )))?;
    service_auth.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (USER_AGENT, header(HeaderValue::try_from(user_agent))?),
        (HeaderName::from_static("x-service-auth"), service_auth),
    ]))
}

fn header<E>(value: std::result::Result<HeaderValue, E>) -> Result<HeaderValue> {
    value
        .map_err(|_| Error::invalid_config("the credentials or the user agent do not fit a header"))
}

/// What a request holds that no message may repeat, and what stands there instead.
type Private<'a> = &'a [(&'a str, &'static str)];

const PHONE_NUMBER: &str = "[phone number]";

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

fn check_text(name: &str, text: &str) -> Result<()> {
    if text.len() > LONGEST_TEXT {
        return Err(Error::invalid_argument(format!(
            "{name} is longer than {LONGEST_TEXT} bytes"
        )));
    }
    Ok(())
}

fn check_token(token: &str) -> Result<()> {
    let problem = if token.is_empty() {
        "is empty"
    } else if token.len() > LONGEST_TOKEN {
        "is longer than 64 bytes"
    } else if !token.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        "has a character that is not printable ASCII"
    } else {
        return Ok(());
    };
    let advice = "; pass the digits the user was given";
    Err(Error::invalid_argument(
        ["the token ", problem, advice].concat(),
    ))
}

/// The `message` of an error reply, if it has one.
fn service_message(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Refusal {
        message: String,
    }
    model::from_reply::<Refusal>(body)
        .ok()
        .map(|refusal| refusal.message)
}

/// Whether a status says that nothing was done. A 408 or 499 may come from a proxy that gave up
/// after it had handed the request on.
fn refuses(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 499)
}

/// What a person reads of an error status.
fn refusal(status: u16, said: Option<String>) -> String {
    let (meaning, advice) = match status {
        300..400 => ("a redirect, which is not followed", "; check the base URL"),
        400 | 422 => ("invalid data", ""),
        401 => (
            "authentication required",
            "; check the API username and password",
        ),
        403 => ("forbidden: the account may not touch this resource", ""),
        404 => (
            "not found: no such service, user or pending verification",
            "",
        ),
        409 => (
            "conflict: it exists already, or an authentication cannot start now",
            "",
        ),
        429 => ("too many requests", "; wait before the next one"),
        500..600 => ("the service failed", "; try again later"),
        _ => ("an unexpected status", ""),
    };
    let said = said
        .map(|said| format!(" (\"{said}\")"))
        .unwrap_or_default();
    format!("the service answered {status}, {meaning}{said}{advice}")
}
