//! Requests to the server: the bodies that its routes take, through its own router, on a database.

use std::cell::RefCell;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower_service::Service;
use verigator_server::chaos::Chaos;
use verigator_server::clock::ManualClock;
use verigator_server::limits::Limits;
use verigator_server::password::{HashCost, hash_password};
use verigator_server::randomness::SeededRandomness;
use verigator_server::routes;
use verigator_server::server::Settings;
use verigator_server::state::{Administration, State};
use verigator_server::storage::Storage;

/// What stands for the right PIN in a body.
const PIN: &str = "{PIN}";

/// Runs on one database. Then it begins anew, since every run leaves something in it.
const RUNS: u32 = 2000;

/// When each database begins, in milliseconds.
const BEGINNING: i64 = 1_800_000_000_000;

/// Sends a body (all but the first byte) to a route (first byte, `0` to `7`).
///
/// Every answer is JSON with a status of the contract; no body makes the server fail, and only the
/// right PIN is a yes.
pub fn server_requests(data: &[u8]) {
    thread_local!(static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) });
    let Some((route, body)) = data.split_first() else {
        return;
    };
    SERVER.with_borrow_mut(|slot| {
        if slot.as_ref().is_none_or(|server| server.runs == RUNS) {
            *slot = Some(Server::new());
        }
        if let Some(server) = slot {
            server.run(route.wrapping_sub(b'0') % 8, body);
        }
    });
}

/// The server without its sockets, and one user.
struct Server {
    router: Router,
    storage: Storage,
    clock: Arc<ManualClock>,
    runtime: Runtime,
    runs: u32,
    user: String,
    user_id: String,
}

impl Server {
    fn new() -> Self {
        let storage = Storage::in_memory().expect("a database in memory");
        let hash = hash_password("demo-password", HashCost::Least);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.expect("a runtime");
        let added = runtime.block_on(storage.add_account("demo", &hash, BEGINNING));
        added.expect("the first account");
        let clock = Arc::new(ManualClock::new(BEGINNING));
        let mut settings = Settings::new(storage.clone());
        settings.clock = clock.clone();
        settings.randomness = Arc::new(SeededRandomness::new(1));
        settings.administration = Administration::Development;
        settings.chaos = Some(Chaos::default());
        settings.hash_cost = HashCost::Least;
        // A day of these runs is over in a second.
        settings.delivery.limits = Arc::new(Limits::none());
        let mut server = Self {
            router: routes::router(Arc::new(State::from(settings))),
            storage,
            clock,
            runtime,
            runs: 0,
            user: String::new(),
            user_id: String::new(),
        };
        let service = server.create("/v1/service/service", json!({"fqdn": "a.b", "name": "n"}));
        let users = format!("/v1/service/service/{service}/users");
        let jane = json!({"phone_number": "+37255555555", "id_in_service": "jane"});
        server.user_id = server.create(&users, jane);
        server.user = format!("{service}/users/{}", server.user_id);
        let enrolment = format!("/_/services/{}/totp", server.user);
        server.send(Method::POST, &enrolment, Vec::new());
        server
    }

    /// Creates something and gives its id.
    fn create(&mut self, path: &str, body: Value) -> String {
        let (status, body) = self.send(Method::POST, path, body.to_string().into_bytes());
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["id"].as_str().expect("an id").to_owned()
    }

    fn run(&mut self, route: u8, body: &[u8]) {
        self.runs += 1;
        // Far enough for every limit on attempts to be forgotten.
        self.clock.advance(3600);
        let user = format!("/v1/service/service/{}", self.user);
        let auth = format!("{user}/auth");
        let enrolment = format!("/_/services/{}/totp", self.user);
        let body = body.to_vec();
        match route {
            0 => self.create_and_delete("/v1/service/service", "/v1/service/service", body),
            1 => {
                let users = user
                    .trim_end_matches(&self.user_id)
                    .trim_end_matches('/')
                    .to_owned();
                self.create_and_delete(&users, &users, body);
            }
            2 => drop(self.send(Method::POST, &auth, body)),
            3 => self.verify(&auth, &body),
            4 => {
                self.send(Method::PUT, &enrolment, body);
            }
            5 => {
                self.send(Method::PUT, "/_/clock", body);
                self.send(Method::GET, &user, Vec::new());
                self.send(Method::DELETE, "/_/clock", Vec::new());
            }
            6 => {
                self.send(Method::PUT, "/_/chaos", body);
                self.send(Method::DELETE, "/_/chaos", Vec::new());
            }
            _ => {
                let unlock = format!("/_/services/{}/unlock", self.user);
                self.send(Method::POST, &unlock, body);
            }
        }
    }

    /// What was created is deleted: the next body may create it again.
    fn create_and_delete(&mut self, path: &str, parent: &str, body: Vec<u8>) {
        let (status, created) = self.send(Method::POST, path, body);
        if status == StatusCode::CREATED {
            let id = created["id"].as_str().expect("an id");
            let (status, body) = self.send(Method::DELETE, &format!("{parent}/{id}"), Vec::new());
            assert_eq!(status, StatusCode::ACCEPTED, "{body}");
        }
    }

    /// Starts a login and answers it. The right PIN takes the place of [`PIN`] in the body.
    fn verify(&mut self, auth: &str, body: &[u8]) {
        let unlock = format!("/_/services/{}/unlock", self.user);
        self.send(Method::POST, &unlock, Vec::new());
        let sms = json!({"method": "sms"}).to_string().into_bytes();
        let (status, begun) = self.send(Method::POST, auth, sms);
        assert_eq!(status, StatusCode::CREATED, "{begun}");
        let outbox = self.storage.outbox(Some(self.user_id.clone()));
        let outbox = self.runtime.block_on(outbox).expect("the outbox");
        let pin = &outbox.last().expect("the message just sent").pin;
        let cleared = self.runtime.block_on(self.storage.clear_outbox());
        cleared.expect("an empty outbox");
        let body = match std::str::from_utf8(body) {
            Ok(text) => text.replace(PIN, pin).into_bytes(),
            Err(_) => body.to_vec(),
        };
        let (_, answer) = self.send(Method::PUT, auth, body.clone());
        if answer["verified"] == true {
            let sent: Value = serde_json::from_slice(&body).expect("only JSON is verified");
            // The server leaves blanks and hyphens out, as apps put them in.
            let token = sent["token"].as_str().expect("a token is a text");
            let token = token.replace(|c: char| c.is_whitespace() || c == '-', "");
            assert_eq!(token, *pin, "a wrong yes");
            let (_, again) = self.send(Method::PUT, auth, body);
            assert_eq!(again["verified"], false, "one PIN, two logins");
        }
    }

    /// Sends a request and reads its answer, which must be one that the contract knows.
    fn send(&mut self, method: Method, path: &str, body: Vec<u8>) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-service-auth", "demo:demo-password")
            .body(Body::from(body))
            .expect("the path is plain");
        let router = &mut self.router;
        let (status, body) = self.runtime.block_on(async {
            let Ok(response) = router.call(request).await;
            let status = response.status();
            let body = response.into_body().collect().await;
            (status, body.expect("the body is in memory").to_bytes())
        });
        let known = matches!(status.as_u16(), 200 | 201 | 202 | 404 | 409 | 413 | 422);
        let body: Value = serde_json::from_slice(&body).expect("every answer is JSON");
        assert!(known, "{path}: {status} {body}");
        assert!(
            status.is_success() || body["message"].is_string(),
            "{path}: {body}"
        );
        (status, body)
    }
}
