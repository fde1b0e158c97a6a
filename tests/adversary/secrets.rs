//! Secrets and the network's text in what people read: messages, log lines and `Debug` of a whole
//! run.

use std::sync::{Arc, Mutex};

use crate::support::peer::{Connection, Received, reply, reply_with};
use crate::support::route::{Route, Routed};
use verigator::{Error, LogLevel, Method};

const TOKEN: &str = "918273645546";
const PHONE: &str = "+37255512345678";
const AUTH_ID: &str = "f81d4fae";
/// What is sent to the service and nobody else reads; a phone number not without its sign either.
const SECRETS: [&str; 3] = ["the-password", TOKEN, "37255512345678"];

/// Everything that a person could read of one run against this service.
fn shown(routed: &Routed) -> String {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let mut config = routed.config();
    config.set_log(LogLevel::Debug, {
        let lines = Arc::clone(&lines);
        move |_, line| lines.lock().unwrap().push(line.to_owned())
    });
    let client = crate::client(&config);
    let challenge = verigator::Challenge::new(Method::Sms, Some(AUTH_ID));
    let errors: Vec<Error> = [
        client.create_service("login.example.com", "Example").err(),
        client.service("s").err(),
        client.create_user("s", PHONE, "kaisa").err(),
        client.users("s").err(),
        client.user("s", "u").err(),
        client.initiate("s", "u", Method::Totp).err(),
        client.verify("s", "u", Some(&challenge), TOKEN).err(),
        client.verify("s", "u", None, TOKEN).err(),
        client.confirm_totp("s", "u", TOKEN).err(),
        client.begin_totp("s", "u").err(),
        client.create_recovery_codes("s", "u").err(),
        client.delete_user("s", "u").err(),
        client.delete_service("s").err(),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(errors.len() >= 8, "{errors:?}");
    let errors: String = errors
        .iter()
        .map(|error| format!("{error}\n{error:?}\n"))
        .collect();
    let lines = lines.lock().unwrap().join("\n");
    assert!(lines.contains("PUT /v1/service/service/s/users/u/auth"));
    format!("{errors}{lines}\n{client:?}\n{config:?}\n{challenge:?}")
}

/// The request as JSON text, as a service might quote it.
pub(crate) fn quoted(request: &Received) -> String {
    let auth = request.header("x-service-auth").unwrap_or_default();
    format!("{} {auth} {}", request.line, request.body).replace('"', "'")
}

/// On every route; each run's text is handed to `more`.
fn no_secret_is_shown(
    script: impl Fn(&mut Connection) + Clone + Send + Sync + 'static,
    more: impl Fn(&str) + Sync,
) {
    Route::each(|route| {
        let shown = shown(&route.to(script.clone()));
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        more(&shown);
    });
}

#[test]
fn are_not_shown_though_the_service_repeats_them_in_a_refusal() {
    let refuse = |connection: &mut Connection| {
        while let Some(request) = connection.request() {
            let id = format!("X-Request-Id: {TOKEN}\r\n");
            let body = format!(r#"{{"message":"{}"}}"#, quoted(&request));
            connection.send(&reply_with(422, &id, &body));
        }
    };
    no_secret_is_shown(refuse, |shown| {
        assert!(
            shown.contains("[token]") && shown.contains("[phone number]"),
            "{shown}"
        );
    });
}

#[test]
fn a_phone_number_is_not_shown_though_the_service_writes_it_as_a_number() {
    let repeat = |connection: &mut Connection| {
        while let Some(request) = connection.request() {
            let digits = PHONE.trim_start_matches('+');
            let (status, body) = if request.line.contains("/users ") {
                (200, format!(r#"{{"id":{digits}}}"#))
            } else {
                (409, format!(r#"{{"message":"no {}"}}"#, request.line))
            };
            connection.send(&reply(status, &body));
        }
    };
    no_secret_is_shown(repeat, |shown| {
        assert!(shown.contains("[phone number]"), "{shown}");
    });
}

#[test]
fn are_not_shown_though_the_service_repeats_them_where_they_do_not_belong() {
    let repeat = |connection: &mut Connection| {
        while let Some(request) = connection.request() {
            let quoted = quoted(&request);
            let body = format!(
                r#"{{"verified":"{quoted}","id":["{quoted}"],"method":"{quoted}","users":"{quoted}",
                    "confirmed":"{quoted}","replaced":"{quoted}","recovery_codes":"{quoted}"}}"#
            );
            connection.send(&reply(200, &body));
        }
    };
    no_secret_is_shown(repeat, |_| {});
}

#[test]
fn are_not_shown_when_the_connection_breaks() {
    no_secret_is_shown(|connection| drop(connection.request()), |_| {});
}

/// What could move a terminal's cursor, end a log's line or turn text around.
#[test]
fn of_the_networks_text_no_control_character_is_shown() {
    const CONTROLS: &str = "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}\u{2069}";
    let hostile = format!(r"\u001b[2J\r\nroot: yes\u0007\u0000\u009b31m{CONTROLS}");
    for (status, body) in [
        (422, format!(r#"{{"message":"{hostile}"}}"#)),
        (
            200,
            format!(r#"{{"verified":"{hostile}","id":7,"method":"{hostile}","users":0}}"#),
        ),
    ] {
        let hostile = reply_with(status, "X-Request-Id: a\u{9b}b\r\n", &body);
        Route::each(|route| {
            let shown = shown(&route.to_one_that_always_answers(&hostile));
            let bad = shown
                .chars()
                .find(|c| (c.is_control() && *c != '\n') || CONTROLS.contains(*c));
            assert_eq!(bad, None, "{shown}");
            assert!(!shown.contains("\nroot"), "{shown}");
        });
    }
}
