//! What can go wrong, and how a program tells one failure from another: each is brought about, and
//! printed as a line of `examples/failures.txt`.
//!
//! What a program does is in `explain`, `print_failure` and `print_answer`; the rest makes trouble, for
//! which it needs a `verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and
//! VERIGATOR_BASE_URL say where, and as whom.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use verigator::{Client, Config, Error, Method, Result, Status, Verification};

const WRONG: &str = "That is not right. Please correct it.";
const TAKEN: &str = "You are registered already.";
const OLD: &str = "That code is too old. Ask for another.";
const NO_CODE: &str = "If no code comes, ask for another.";
const WAIT: &str = "Too many attempts. Wait a while.";
const LATER: &str = "We cannot log you in now. Try again later.";
const BEGIN: &str = "Please begin again, or call us.";
const CALL_US: &str = "We cannot log you in. Please call us.";

/// Prints one line of the table.
fn print_line(situation: &str, what: &str, sent: &str, again: &str, tell: &str) {
    println!("{situation:<28}{what:<24}{sent:<7}{again:<19}{tell}");
}

/// What a failure is, whether the same call may succeed later, and what the user reads.
fn explain(status: Status) -> (&'static str, bool, &'static str) {
    match status {
        Status::INVALID_ARGUMENT => ("invalid argument", false, WRONG),
        Status::INVALID_CONFIG => ("invalid option", false, CALL_US),
        Status::CLOSED => ("closed before the call", false, LATER),
        Status::DNS => ("name not found", true, LATER),
        Status::CONNECT => ("no connection", true, LATER),
        Status::TLS => ("TLS failed", false, CALL_US),
        Status::DISCONNECTED => ("connection broken", true, LATER),
        Status::TIMEOUT => ("deadline passed", true, LATER),
        Status::CANCELLED => ("closed during the call", false, LATER),
        Status::PROXY => ("proxy failed", true, LATER),
        Status::PROTOCOL => ("no valid reply", false, CALL_US),
        Status::TOO_LARGE => ("reply too large", false, CALL_US),
        Status::UNAUTHORIZED => ("wrong credentials", false, CALL_US),
        Status::FORBIDDEN => ("forbidden", false, CALL_US),
        Status::NOT_FOUND => ("not found", false, BEGIN),
        Status::CONFLICT => ("conflict", false, TAKEN),
        Status::BAD_REQUEST | Status::INVALID_DATA => ("invalid data", false, WRONG),
        Status::TOO_MANY_REQUESTS => ("too many requests", true, WAIT),
        status if status.http_status() >= Some(500) => ("service failed", true, LATER),
        // Also what a later version of the library may tell.
        _ => ("unexpected failure", false, CALL_US),
    }
}

/// Every failure is a no. Whether to make the same call again depends on what the first one has done.
fn print_failure(situation: &str, error: &Error) {
    let (what, may_succeed, tell) = explain(error.status());
    let sent = if error.maybe_sent() { "maybe" } else { "no" };
    let (again, tell) = match error.retry_after() {
        _ if !may_succeed => ("no".to_owned(), tell),
        // A start may have sent a code, and another start would end it.
        _ if !error.retry_safe() => ("if the user asks".to_owned(), NO_CODE),
        Some(wait) => (format!("after {} s", wait.as_secs()), tell),
        None => ("yes".to_owned(), tell),
    };
    print_line(situation, what, sent, &again, tell);
}

/// A no is an answer, and no failure.
fn print_answer(situation: &str, answer: &Verification) {
    let (what, again, tell) = match answer {
        answer if answer.verified => ("verified", "no", "Welcome!"),
        answer if answer.throttled => ("denied, throttled", "after a while", WAIT),
        answer if answer.expired => ("denied, expired", "with a new start", OLD),
        _ => ("denied", "with another code", WRONG),
    };
    print_line(situation, what, "yes", again, tell);
}

fn main() -> Result<()> {
    let client = Client::new(&Config::from_env()?)?;
    let service = client.create_service("failures.example.com", "Example shop")?;
    let user = client.create_user(&service.id, "+3725555555", "jane@example.com")?;
    let jane = Jane {
        client: &client,
        service_id: &service.id,
        user_id: &user.id,
        server: std::env::var("VERIGATOR_BASE_URL").unwrap_or_default(),
    };
    print_line(
        "SITUATION",
        "WHAT HAPPENED",
        "SENT",
        "TRY AGAIN",
        "TELL THE USER",
    );
    jane.answers()?;
    jane.refused_calls();
    jane.misbehaviour();
    jane.options()?;
    jane.closing()?;
    client.delete_service(&service.id)
}

/// A user who has trouble.
struct Jane<'a> {
    client: &'a Client,
    service_id: &'a str,
    user_id: &'a str,
    server: String,
}

impl Jane<'_> {
    /// Starts an authentication.
    fn start(&self, client: &Client) -> Result<()> {
        client
            .initiate(self.service_id, self.user_id, Method::Totp)
            .map(drop)
    }

    /// Asks whether a code is right.
    fn verify(&self, code: &str) -> Result<Verification> {
        self.client
            .verify(self.service_id, self.user_id, None, code)
    }

    /// Prints what the service says of a code.
    fn check(&self, situation: &str, code: &str) {
        match self.verify(code) {
            Ok(answer) => print_answer(situation, &answer),
            Err(error) => print_failure(situation, &error),
        }
    }

    /// What the service answers to codes.
    fn answers(&self) -> Result<()> {
        self.check("nothing was started", "0000000");
        self.start(self.client)?;
        self.check("the right code", &self.code());
        self.check("a code used before", &self.code());
        self.start(self.client)?;
        self.ask_server("PUT", "/_/clock", r#"{"advance": 301}"#);
        self.check("an old code", &self.code());
        self.start(self.client)?;
        self.check("a wrong code", "0000000");
        let mut answer = self.verify("0000000")?;
        while !answer.throttled {
            answer = self.verify("0000000")?;
        }
        print_answer("too many wrong codes", &answer);
        Ok(())
    }

    /// Calls that ask for what cannot be.
    fn refused_calls(&self) {
        self.check("an empty code", "");
        let other = |id, phone| self.client.create_user(self.service_id, phone, id);
        fails("a number that is none", other("john@example.com", "none"));
        fails(
            "a user who exists",
            other("jane@example.com", "+3725555556"),
        );
        let nobody = self
            .client
            .initiate(self.service_id, "nobody", Method::Totp);
        fails("an unknown user", nobody);
    }

    /// Calls at a service that misbehaves.
    fn misbehaviour(&self) {
        for (situation, effect) in [
            ("another account's service", r#""status": 403"#),
            ("too many starts", r#""status": 429, "retry-after": 7"#),
            ("a start that fails", r#""status": 503, "retry-after": 7"#),
            ("a status unheard of", r#""status": 418"#),
            ("a broken connection", r#""drop": true"#),
            (
                "a reply that is none",
                r#""status": 201, "body": "It works!""#,
            ),
        ] {
            self.misbehave("start-authentication", effect);
            fails(situation, self.start(self.client));
        }
        self.misbehave("get-user", r#""status": 503, "retry-after": 7"#);
        let read = self.client.user(self.service_id, self.user_id);
        fails("reading that fails", read);
    }

    /// Calls with options that are not right.
    fn options(&self) -> Result<()> {
        self.start_with("an option that is none", |config| {
            config.set_base_url("ftp://localhost")
        });
        // A label has 63 characters at most.
        let unknown = format!("https://{:064}.example", 0);
        self.start_with("an unknown name", |config| config.set_base_url(&unknown));
        // Port 1 (tcpmux) is served by nobody.
        let nobody = "http://127.0.0.1:1";
        self.start_with("nobody listens", |config| config.set_base_url(nobody));
        let tls = self.server.replacen("http:", "https:", 1);
        self.start_with("no TLS there", |config| config.set_base_url(&tls));
        self.start_with("no proxy there", |config| config.set_proxy(nobody, None));
        self.misbehave("start-authentication", r#""delay": 60000"#);
        let soon = Duration::from_millis(500);
        self.start_with("a slow service", |config| config.set_timeout(soon));
        self.start_with("a long reply", |config| config.set_max_response_bytes(4));
        let mut wrong = Config::new("demo", "wrong")?;
        wrong.set_base_url(&self.server)?;
        fails("a wrong password", self.start(&Client::new(&wrong)?));
        Ok(())
    }

    /// Starts with an option that cannot go well.
    fn start_with<F>(&self, situation: &str, option: F)
    where
        F: FnOnce(&mut Config) -> Result<&mut Config>,
    {
        let started = Config::from_env()
            .and_then(|mut config| Client::new(option(&mut config)?))
            .and_then(|client| self.start(&client));
        fails(situation, started);
    }

    /// Calls on a client that is closed.
    fn closing(&self) -> Result<()> {
        let client = Client::new(&Config::from_env()?)?;
        self.misbehave("start-authentication", r#""delay": 60000"#);
        let before = self.ask_server("GET", "/_/chaos", "");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| self.start(&client));
            while self.ask_server("GET", "/_/chaos", "") == before {}
            client.close();
            fails("closed meanwhile", waiting.join().unwrap());
        });
        fails("closed before", self.start(&client));
        Ok(())
    }

    /// The code in the message that Jane was sent last.
    fn code(&self) -> String {
        let path = format!("/_/outbox?user_id={}", self.user_id);
        let messages = self.ask_server("GET", &path, "");
        let (_, pin) = messages.rsplit_once("\"pin\":\"").unwrap();
        pin[..6].to_owned()
    }

    /// Has the next such operation go wrong.
    fn misbehave(&self, operation: &str, effect: &str) {
        let rule = format!(r#"[{{"operation": "{operation}", "times": 1, {effect}}}]"#);
        self.ask_server("PUT", "/_/chaos", &rule);
    }

    /// A request to the development routes of the server, in as little HTTP as it takes.
    fn ask_server(&self, method: &str, path: &str, body: &str) -> String {
        let mut server = TcpStream::connect(self.server.trim_start_matches("http://")).unwrap();
        let length = body.len();
        let request = format!("{method} {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}");
        server.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        server.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

/// Prints how a call failed.
fn fails<T>(situation: &str, outcome: Result<T>) {
    print_failure(situation, &outcome.err().expect("this should have failed"));
}
