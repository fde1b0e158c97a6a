//! A client of one service: performs [operations](crate::operation), and says what they came to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use zeroize::Zeroizing;

use crate::answer::Noun;
use crate::config::Config;
use crate::error::{Error, Result, Status};
use crate::model::{
    self, Challenge, Confirmation, Enrolment, EnrolmentLink, Method, RecoveryCodes, Service,
    ServiceList, TotpState, User, UserList, Verification,
};
use crate::operation::Operation;
use crate::sanitise::{redact, sanitise};
#[cfg(feature = "testing")]
use crate::testing::Form;
use crate::transport::{Caller, Cause, Failure, Outcome, Reply, Request, Transport, block_on};

/// A client of one Verigator service with one account.
///
/// It may be used from any number of threads at once (a clone is the same client), and after `fork()` in the child as well as
/// in the parent. A call blocks the thread that makes it until the reply is there or the deadline
/// passes; no other thread is made but one for the lookup of a name. It works within an
/// asynchronous runtime, too, but other tasks of that thread wait meanwhile: call it where blocking is
/// allowed (such as `spawn_blocking`).
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
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    #[cfg(feature = "testing")]
    form: Option<Form>,
}

struct Shared {
    transport: Transport,
    max_connections: usize,
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
        let shared = Arc::new(Shared {
            transport: Transport::new(config, headers(config)?)?,
            max_connections: config.max_connections,
            password: config.password.clone(),
        });
        Ok(Self {
            shared,
            #[cfg(feature = "testing")]
            form: None,
        })
    }

    /// Creates a service: `POST /v1/service/service`.
    ///
    /// `fqdn` is its host name, `name` what users see.
    pub fn create_service(&self, fqdn: &str, name: &str) -> Result<Service> {
        self.run(Operation::create_service(fqdn, name)?)
    }

    /// Reads a service: `GET /v1/service/service/{sid}`.
    pub fn service(&self, service_id: &str) -> Result<Service> {
        self.run(Operation::service(service_id)?)
    }

    /// Finds a service of the account by its host name: `GET /v1/service/service?fqdn={fqdn}`.
    ///
    /// `fqdn` is compared as [`create_service`](Self::create_service) compares it: 1 to 4096 bytes.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn find_service(&self, fqdn: &str) -> Result<Service> {
        self.run(Operation::find_service(fqdn)?)
    }

    /// Lists the services of the account by the page: `GET /v1/service/service`.
    ///
    /// At most `limit` of them, 1 to 1000. `cursor` is the `next_cursor` of the page before; none for the
    /// first.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn page_services(&self, limit: i64, cursor: Option<&str>) -> Result<ServiceList> {
        self.run(Operation::page_services(limit, cursor)?)
    }

    /// Deletes a service and its users: `DELETE /v1/service/service/{sid}`.
    pub fn delete_service(&self, service_id: &str) -> Result<()> {
        self.run(Operation::delete_service(service_id)?)
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
        self.run(Operation::create_user(
            service_id,
            phone_number,
            id_in_service,
        )?)
    }

    /// Finds a user by what the service calls it: `GET /v1/service/service/{sid}/users?id_in_service={id}`.
    ///
    /// `id_in_service` is compared as [`create_user`](Self::create_user) compares it: 1 to 4096 bytes.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn find_user(&self, service_id: &str, id_in_service: &str) -> Result<User> {
        self.run(Operation::find_user(service_id, id_in_service)?)
    }

    /// Lists the users of a service: `GET /v1/service/service/{sid}/users`.
    pub fn users(&self, service_id: &str) -> Result<UserList> {
        self.run(Operation::users(service_id)?)
    }

    /// Lists the users of a service by the page: `GET /v1/service/service/{sid}/users`.
    ///
    /// At most `limit` of them, 1 to 1000. `cursor` is the `next_cursor` of the page before; none for the
    /// first. The hosted service has no pages, and answers with all users: a last page.
    pub fn page_users(
        &self,
        service_id: &str,
        limit: i64,
        cursor: Option<&str>,
    ) -> Result<UserList> {
        self.run(Operation::page_users(service_id, limit, cursor)?)
    }

    /// Reads a user: `GET /v1/service/service/{sid}/users/{uid}`.
    pub fn user(&self, service_id: &str, user_id: &str) -> Result<User> {
        self.run(Operation::user(service_id, user_id)?)
    }

    /// Deletes a user: `DELETE /v1/service/service/{sid}/users/{uid}`.
    pub fn delete_user(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_user(service_id, user_id)?)
    }

    /// Starts an authentication: `POST /v1/service/service/{sid}/users/{uid}/auth`.
    ///
    /// [`Method::Totp`] prefers the authenticator app; for a user who has none set up the service
    /// falls back to SMS, and the challenge says so. It is never sent twice, since that would send
    /// a second message. [`Method::RecoveryCode`] is refused: it starts nothing.
    pub fn initiate(&self, service_id: &str, user_id: &str, method: Method) -> Result<Challenge> {
        self.run(Operation::initiate(service_id, user_id, method)?)
    }

    /// Checks a token: `PUT /v1/service/service/{sid}/users/{uid}/auth`.
    ///
    /// With a `challenge`, its `method` and `auth_id` are sent along; without one, `token` alone.
    /// Only `verified` in the answer is a yes; every error is a no. It is never sent twice, since a
    /// token is good for one check.
    ///
    /// `token` is 1 to 64 printable ASCII characters: a PIN, a code, or a recovery code whatever the
    /// challenge's method; `method` in the answer tells.
    pub fn verify(
        &self,
        service_id: &str,
        user_id: &str,
        challenge: Option<&Challenge>,
        token: &str,
    ) -> Result<Verification> {
        self.run(Operation::verify(service_id, user_id, challenge, token)?)
    }

    /// Lets a user log in again who is locked after too many wrong tokens:
    /// `POST /v1/service/service/{sid}/users/{uid}/unlock`.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn unlock_user(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::unlock_user(service_id, user_id)?)
    }

    /// Begins the enrolment of an authenticator app: `POST /v1/service/service/{sid}/users/{uid}/totp`.
    ///
    /// The user's app takes the answer, and [`confirm_totp`](Self::confirm_totp) its first token; until then
    /// logins are as they were. It ends an enrolment that was begun before and not confirmed, so it is
    /// never sent twice.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn begin_totp(&self, service_id: &str, user_id: &str) -> Result<Enrolment> {
        self.run(Operation::begin_totp(service_id, user_id)?)
    }

    /// Makes a link by which the user sets an authenticator app up, once:
    /// `POST /v1/service/service/{sid}/users/{uid}/totp/link`.
    ///
    /// It is good for so many seconds, 60 to 604800 (a week). A link made before ends, and so does an enrolment that
    /// was begun and not confirmed, so it is never sent twice; an app that was confirmed works until the new one is.
    /// [`Status::CONFLICT`]: the server does not know by which address users reach it.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn create_totp_link(
        &self,
        service_id: &str,
        user_id: &str,
        lifetime_seconds: i64,
    ) -> Result<EnrolmentLink> {
        self.run(Operation::create_totp_link(
            service_id,
            user_id,
            lifetime_seconds,
        )?)
    }

    /// Confirms an enrolment by a token of the app: `PUT /v1/service/service/{sid}/users/{uid}/totp`.
    ///
    /// `Ok` means that it is confirmed, and that logins use the app from now on. A token that is not right
    /// is [`Status::INVALID_DATA`]. `token` is 1 to 64 printable ASCII characters; it is never sent twice.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn confirm_totp(&self, service_id: &str, user_id: &str, token: &str) -> Result<()> {
        self.run(Operation::confirm_totp(service_id, user_id, token)?)
            .map(|Confirmation| ())
    }

    /// Reads how far an enrolment has come: `GET /v1/service/service/{sid}/users/{uid}/totp`.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn totp(&self, service_id: &str, user_id: &str) -> Result<TotpState> {
        self.run(Operation::totp(service_id, user_id)?)
    }

    /// Removes the enrolment, confirmed or not: `DELETE /v1/service/service/{sid}/users/{uid}/totp`.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn delete_totp(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_totp(service_id, user_id)?)
    }

    /// Makes recovery codes: `POST /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    ///
    /// Each is a token for one [`verify`](Self::verify), whatever was started. Those made before are good for
    /// nothing any more, so it is never sent twice.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn create_recovery_codes(&self, service_id: &str, user_id: &str) -> Result<RecoveryCodes> {
        self.run(Operation::create_recovery_codes(service_id, user_id)?)
    }

    /// Says how many recovery codes are left: `GET /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn count_recovery_codes(&self, service_id: &str, user_id: &str) -> Result<u32> {
        self.run(Operation::count_recovery_codes(service_id, user_id)?)
            .map(|left| left.remaining)
    }

    /// Removes the recovery codes: `DELETE /v1/service/service/{sid}/users/{uid}/recovery_codes`.
    ///
    /// verigator-server has this call; the hosted service has not: [`Status::NOT_SUPPORTED`].
    pub fn delete_recovery_codes(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_recovery_codes(service_id, user_id)?)
    }

    /// Ends the calls that wait on this client with [`Status::CANCELLED`], and refuses later ones
    /// with [`Status::CLOSED`]. Cannot be undone. Any thread may call it.
    pub fn close(&self) {
        self.transport().close();
    }

    /// Closes the connections that no call uses now, in this process. Later calls make new ones.
    ///
    /// Those older than [`Config::set_idle_timeout`] are closed only when a call takes or leaves one.
    pub fn close_idle(&self) {
        self.transport().close_idle();
    }

    /// How much time a call has that says nothing else.
    pub(crate) fn timeout(&self) -> Duration {
        self.transport().timeout()
    }

    /// The same client, whose calls are made in another way.
    #[cfg(feature = "testing")]
    pub(crate) fn in_form(mut self, form: Form) -> Self {
        self.form = Some(form);
        self
    }

    /// Whether this is another handle on the same client.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The most connections of a queue.
    pub(crate) fn max_connections(&self) -> usize {
        self.shared.max_connections
    }

    /// Whether it refuses calls.
    pub(crate) fn is_closed(&self) -> bool {
        self.transport().is_closed()
    }

    /// Whether a call blocks the thread that drives it, whatever that is.
    pub(crate) fn blocks(&self) -> bool {
        self.transport().blocks()
    }

    /// Performs an operation on this thread.
    pub(crate) fn run<T: Noun + Send + 'static>(&self, operation: Operation<T>) -> Result<T> {
        #[cfg(feature = "testing")]
        if let Some(form) = &self.form {
            return form.run(self, operation);
        }
        self.perform_on_this_thread(&operation, &Caller::blocking(self.timeout()))
    }

    /// [`perform`](Self::perform), with as little on the stack as can be.
    pub(crate) fn perform_on_this_thread<T>(
        &self,
        operation: &Operation<T>,
        caller: &Caller<'_>,
    ) -> Result<T> {
        let outcome = block_on(self.transport().call(&operation.request, caller));
        self.read(operation, outcome, caller)
    }

    /// Performs an operation, and reads what it was answered.
    pub(crate) async fn perform<T>(
        &self,
        operation: &Operation<T>,
        caller: &Caller<'_>,
    ) -> Result<T> {
        let outcome = self.transport().call(&operation.request, caller).await;
        self.read(operation, outcome, caller)
    }

    /// Reads what an operation came to. Only a 2xx is an answer.
    fn read<T>(
        &self,
        operation: &Operation<T>,
        outcome: Outcome,
        caller: &Caller<'_>,
    ) -> Result<T> {
        let request = &operation.request;
        self.transport().log_outcome(request, &outcome, caller);
        let reply = outcome.map_err(|failure| without_reply(request, failure))?;
        if !reply.status.is_success() {
            return Err(self.refused(operation, reply));
        }
        (operation.read)(&reply.body).map_err(|error| {
            let is_list = || model::from_reply::<UserList>(&reply.body).is_ok();
            match operation.is_search && is_list() {
                true => self.unsupported(operation, reply),
                false => self.broken(operation, &error, reply),
            }
        })
    }

    fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    /// The service answered with an error status.
    fn refused<T>(&self, operation: &Operation<T>, reply: Reply) -> Error {
        let status = reply.status.as_u16();
        if operation.is_optional && lacks_the_route(status, &reply.body) {
            return self.unsupported(operation, reply);
        }
        let service_message = service_message(&reply.body);
        let said = service_message
            .as_deref()
            .map(|message| self.quote(message, operation));
        let error = Error::new(Status::from_http(status), refusal(status, said))
            .sent(true, operation.request.repeatable || refuses(status))
            .with_service_message(service_message);
        with_reply(error, reply)
    }

    /// The server does not know the operation: it did nothing.
    fn unsupported<T>(&self, operation: &Operation<T>, reply: Reply) -> Error {
        let status = reply.status.as_u16();
        let Request { method, path, .. } = &operation.request;
        let path = path.split('?').next().unwrap_or_default();
        let lacks = match reply.status.is_success() {
            true => format!("knows no such search ({method} {path} lists all)"),
            false => format!("has no such route ({method} {path} was answered {status})"),
        };
        let message =
            format!("the server {lacks}: verigator-server has it, the hosted service has not");
        let error = Error::new(Status::NOT_SUPPORTED, message)
            .answered(status)
            .sent(true, true)
            .with_service_message(service_message(&reply.body));
        with_reply(error, reply)
    }

    /// The service's answer is none.
    fn broken<T>(
        &self,
        operation: &Operation<T>,
        error: &serde_json::Error,
        reply: Reply,
    ) -> Error {
        let Request { method, path, .. } = &operation.request;
        let why = self.quote(&error.to_string(), operation);
        let message = format!("the service's answer to {method} {path} breaks the contract: {why}");
        with_reply(
            Error::new(Status::PROTOCOL, message).sent(true, operation.request.repeatable),
            reply,
        )
    }

    /// The network's words, fit for a message: without what we sent in confidence, should they
    /// repeat that, sanitised and short.
    fn quote<T>(&self, words: &str, operation: &Operation<T>) -> String {
        let mut private = vec![(self.shared.password.as_str(), "[password]")];
        if let Some(of_operation) = &operation.private {
            private.extend(of_operation.forms());
        }
        sanitise(&redact(words, &private))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url = self.transport().base_url().as_str();
        f.debug_struct("Client")
            .field("base_url", &base_url)
            .finish_non_exhaustive()
    }
}

/// The headers of every request.
fn headers(config: &Config) -> Result<HeaderMap> {
    let own = Some(config.user_agent.as_str());
    let (prefix, suffix) = (&config.user_agent_prefix, &config.user_agent_suffix);
    let products: Vec<&str> = [prefix.as_deref(), own, suffix.as_deref()]
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

/// The error with what came along.
fn with_reply(error: Error, reply: Reply) -> Error {
    let request_id = reply.header("x-request-id").map(str::to_owned);
    let retry_after = reply.retry_after();
    error.with_reply(reply.body, request_id, retry_after)
}

/// No reply came: says why, in the words of a program that has a context and makes calls.
fn without_reply(request: &Request, failure: Failure) -> Error {
    let error = match failure.cause {
        Cause::Closed => Error::new(Status::CLOSED, "the context was closed; make a new one"),
        Cause::ClosedMeanwhile => Error::new(
            Status::CANCELLED,
            "the call was cancelled: its context was closed while it waited",
        ),
        Cause::Cancelled => Error::new(Status::CANCELLED, "the call was cancelled"),
        Cause::Fault(fault) => Error::new(fault.status, fault.message),
        Cause::Unusable(error) => error,
    };
    error.sent(failure.maybe_sent, request.repeatable)
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

/// Whether a server answers so that does not know a route. Where it knows the route and finds nothing, it
/// says what is missing.
fn lacks_the_route(status: u16, body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Missing {
        #[serde(rename = "missing")]
        _what: String,
    }
    match status {
        404 => model::from_reply::<Missing>(body).is_err(),
        405 | 501 => true,
        _ => false,
    }
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
            "not found: no such service, user, enrolment or pending verification",
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

#[cfg(test)]
mod tests {
    use super::*;

    /// So that whoever logs HTTP does not show them.
    #[test]
    fn the_credentials_are_marked_as_sensitive() {
        let headers = headers(&Config::new("user", "password").unwrap()).unwrap();
        let service_auth = &headers["x-service-auth"];
        assert_eq!(service_auth, "user:password");
        assert!(service_auth.is_sensitive());
    }
}
