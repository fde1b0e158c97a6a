//! A server in this process, and a client for it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::coop::unconstrained;
use verigator_server::clock::{Clock, ManualClock};
use verigator_server::otp;
use verigator_server::password::{HashCost, hash_password};
use verigator_server::server::{Server, Settings};
use verigator_server::state::Administration;
use verigator_server::storage::{AuditRow, Storage, Target};

use crate::database;
use crate::described::assert_described;

/// When every test begins.
pub const BEGINNING: i64 = 1_800_000_000_000;

/// The credentials that tests use.
pub const CREDENTIALS: &str = "mine:mine-password";

/// Waits for an operation of storage, which another thread does, from wherever a test is: a task of tokio
/// that has done enough before it yields is told that nothing is ready, for ever.
pub fn wait<T>(operation: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    let mut operation = pin!(unconstrained(operation));
    loop {
        match operation.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[tokio::test]
async fn waiting_in_a_task_that_never_yields_comes_to_an_end() {
    let storage = database::in_memory();
    for _ in 0..1000 {
        wait(storage.outbox(None)).unwrap();
    }
}

/// Adds the accounts that tests use, each with the password NAME-password and a hash that costs next to
/// nothing. The development account is one of them.
pub fn add_accounts(storage: &Storage) {
    for name in ["mine", "other", "demo"] {
        let hash = hash_password(&format!("{name}-password"), HashCost::Least);
        wait(storage.add_account(name, &hash, BEGINNING)).unwrap();
    }
}

/// A running server.
pub struct Harness {
    pub clock: Arc<ManualClock>,
    pub storage: Storage,
    pub url: String,
}

impl Harness {
    /// A development server with a database in memory.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let storage = database::in_memory();
        add_accounts(&storage);
        Self::on(storage, change).await
    }

    /// The same on a database that is there already.
    pub async fn on(storage: Storage, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Arc::new(ManualClock::new(BEGINNING));
        let mut settings = Settings::new(storage.clone());
        settings.clock = clock.clone();
        settings.administration = Administration::Development;
        settings.hash_cost = HashCost::Least;
        change(&mut settings);
        let server = Server::bind(settings).await.unwrap();
        let url = format!("http://{}", server.address().unwrap());
        tokio::spawn(server.serve(std::future::pending()));
        Self {
            clock,
            storage,
            url,
        }
    }

    /// A client with the usual credentials.
    pub fn client(&self) -> Client {
        Client::new(&self.url, Some(CREDENTIALS))
    }

    /// A client with other credentials, or none.
    pub fn client_as(&self, credentials: Option<&str>) -> Client {
        Client::new(&self.url, credentials)
    }

    /// A service with one user, and that user's login.
    pub async fn user(&self) -> User {
        User::register(self.client(), "example.com").await
    }

    /// The audit trail of the account whose services these are, oldest first.
    pub async fn trail(&self) -> Vec<AuditRow> {
        self.storage.audit(Some("mine".to_owned())).await.unwrap()
    }

    /// The PIN that the user was sent last.
    pub fn pin(&self, user: &User) -> String {
        last_pin(&self.storage, user)
    }

    /// What the app of a user shows now, or some steps from now.
    pub fn code(&self, secret: &str, steps: i64) -> String {
        code(&*self.clock, secret, steps)
    }
}

/// Waits for what has to happen.
pub async fn until(happened: impl AsyncFn() -> bool) {
    let waiting = async {
        while !happened().await {
            tokio::task::yield_now().await;
        }
    };
    // A bound for a hang, not a measure.
    let waited = tokio::time::timeout(Duration::from_secs(120), waiting);
    waited.await.expect("it happens");
}

/// What an app shows by some clock, or some steps from its now.
pub fn code(clock: &dyn Clock, secret: &str, steps: i64) -> String {
    let secret = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())
        .unwrap();
    otp::totp(&secret, otp::step_at(clock.now()) + steps, otp::DIGITS)
}

/// The PIN that a user was sent last.
pub fn last_pin(storage: &Storage, user: &User) -> String {
    let outbox = wait(storage.outbox(Some(user.user.clone()))).unwrap();
    outbox.last().unwrap().pin.clone()
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The body of a reply that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// Asserts an error with this status whose message has this text in it.
    #[track_caller]
    pub fn refused(&self, status: u16, text: &str) {
        let body = self.expect(status);
        let message = body["message"].as_str().expect("an error has a message");
        assert!(message.contains(text), "{message:?} lacks {text:?}");
    }
}

/// A client that speaks plain HTTP. Built with the whole workspace, reqwest may find TLS in itself
/// and then wants to know by whom, though these tests use none.
pub fn http_client() -> reqwest::Client {
    // The second of two tests in one process finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Calls a server with some credentials.
#[derive(Clone)]
pub struct Client {
    url: String,
    credentials: Option<String>,
    http: reqwest::Client,
}

impl Client {
    pub fn new(url: &str, credentials: Option<&str>) -> Self {
        Self {
            url: url.to_owned(),
            credentials: credentials.map(str::to_owned),
            http: http_client(),
        }
    }

    /// The same by a client of HTTP that was made elsewhere, with the usual credentials.
    #[allow(dead_code, reason = "the tests of TLS need it only")]
    pub fn with(url: &str, http: reqwest::Client) -> Self {
        Self {
            url: url.to_owned(),
            credentials: Some(CREDENTIALS.to_owned()),
            http,
        }
    }

    /// Sends a request, or says that there was no answer.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url));
        if let Some(credentials) = &self.credentials {
            request = request.header("X-Service-Auth", credentials);
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .body(body);
        }
        let response = request.send().await?;
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        };
        assert_described(method.as_str(), path, answer.status, &answer.text);
        Ok(answer)
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.try_send(method, path, body).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    /// Creates a service and gives its id.
    pub async fn create_service(&self, fqdn: &str) -> String {
        let body = json!({ "fqdn": fqdn, "name": "Example" });
        let service = self.post("/v1/service/service", body).await.expect(201);
        service["id"].as_str().unwrap().to_owned()
    }
}

/// A registered user, who logs in.
#[derive(Clone)]
pub struct User {
    pub client: Client,
    pub service: String,
    pub user: String,
}

impl User {
    /// Creates a service and registers its first user.
    pub async fn register(client: Client, fqdn: &str) -> Self {
        Self::with_phone(client, fqdn, "+4401234567").await
    }

    /// The same with some phone.
    pub async fn with_phone(client: Client, fqdn: &str, phone_number: &str) -> Self {
        let service = client.create_service(fqdn).await;
        let body = json!({ "phone_number": phone_number, "id_in_service": "jane" });
        let users = format!("/v1/service/service/{service}/users");
        let user = client.post(&users, body).await.expect(201);
        let user = user["id"].as_str().unwrap().to_owned();
        Self {
            client,
            service,
            user,
        }
    }

    /// Registers one more user of the same service.
    pub async fn colleague(&self, number: u32) -> Self {
        let body = json!({
            "phone_number": format!("+4401234{number:03}"),
            "id_in_service": format!("colleague {number}"),
        });
        let users = format!("/v1/service/service/{}/users", self.service);
        let user = self.client.post(&users, body).await.expect(201);
        Self {
            user: user["id"].as_str().unwrap().to_owned(),
            ..self.clone()
        }
    }

    pub fn path(&self) -> String {
        format!("/v1/service/service/{}/users/{}", self.service, self.user)
    }

    pub fn admin_path(&self) -> String {
        format!("/_/services/{}/users/{}", self.service, self.user)
    }

    /// The user's service, asked for by an administrator.
    pub fn target(&self) -> Target {
        Target {
            account: None,
            address: None,
            service: self.service.clone(),
        }
    }

    fn auth(&self) -> String {
        format!("{}/auth", self.path())
    }

    pub async fn start(&self, method: &str) -> Answer {
        self.client
            .post(&self.auth(), json!({ "method": method }))
            .await
    }

    /// Starts a login by SMS and gives its `auth_id`.
    pub async fn start_sms(&self) -> String {
        let begun = self.start("sms").await.expect(201);
        begun["auth_id"].as_str().unwrap().to_owned()
    }

    pub async fn verify(&self, token: &str) -> Answer {
        self.verify_with(json!({ "token": token })).await
    }

    pub async fn verify_with(&self, body: Value) -> Answer {
        self.client.put(&self.auth(), body).await
    }

    /// Verifies a token at a server that may be gone: whether it said yes, if it said anything.
    pub async fn try_verify(&self, token: &str) -> Option<bool> {
        let body = Some(json!({ "token": token }).to_string());
        let answer = self.client.try_send(Method::PUT, &self.auth(), body).await;
        Some(answer.ok()?.expect(200)["verified"] == true)
    }

    /// Asserts that a token is accepted.
    pub async fn accepted(&self, token: &str, method: &str) {
        let body = self.verify(token).await.expect(200);
        assert_eq!(body, json!({ "verified": true, "method": method }));
    }

    /// Asserts that a token is denied for a reason: INVALID, EXPIRED or THROTTLED. The flags tell which;
    /// the contract has one result for all.
    pub async fn denied(&self, token: &str, reason: &str) {
        is_denied(&self.verify(token).await, reason);
    }

    /// Makes recovery codes.
    pub async fn recovery_codes(&self) -> Vec<String> {
        let path = format!("{}/recovery_codes", self.path());
        let made = self.client.post(&path, json!({})).await.expect(201);
        let codes = made["recovery_codes"].as_array().unwrap().iter();
        codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect()
    }

    /// Enrols an authenticator app and gives its secret.
    pub async fn enrol(&self, harness: &Harness) -> String {
        self.enrol_by(&*harness.clock).await
    }

    /// The same, by the clock of the server.
    pub async fn enrol_by(&self, clock: &dyn Clock) -> String {
        self.enrol_and_tell(clock).await.0
    }

    /// The same, and the code that confirmed it.
    pub async fn enrol_and_tell(&self, clock: &dyn Clock) -> (String, String) {
        let path = format!("{}/totp", self.admin_path());
        let begun = self.client.post(&path, json!({})).await.expect(201);
        let secret = begun["secret"].as_str().unwrap().to_owned();
        let code = code(clock, &secret, 0);
        let confirmation = json!({ "code": code });
        let confirmed = self.client.put(&path, confirmation).await.expect(200);
        assert_eq!(confirmed, json!({ "confirmed": true }));
        (secret, code)
    }
}

/// Asserts that a verification was denied for a reason.
#[track_caller]
pub fn is_denied(answer: &Answer, reason: &str) {
    let body = answer.expect(200);
    assert_eq!(body["verified"], json!(false), "{body}");
    assert!(body["method"].is_string(), "{body}");
    let expected = json!({
        "throttled": reason == "THROTTLED",
        "expired": reason == "EXPIRED",
        "invalid": reason == "INVALID",
        "result": "INVALID",
    });
    assert_eq!(body["status"], expected);
}

/// Some code that is not this one.
pub fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..5])
}
