//! What the caller sees of each kind of reply.

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::peer::{Peer, reply, reply_with};
use verigator::{Client, Config, Error, ErrorKind, Method, Status};

const YES: &str = r#"{"verified":true,"method":"sms"}"#;

fn client(peer: &Peer) -> Client {
    let mut config = Config::new("user", "the-password").unwrap();
    config
        .set_base_url(&peer.base_url())
        .unwrap()
        .set_max_retries(0)
        .unwrap();
    Client::new(&config).unwrap()
}

#[test]
fn a_status_is_the_number_that_the_service_answered() {
    for status in [
        400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504, 599,
    ] {
        let peer = Peer::always(reply(status, r#"{"message":"because"}"#));
        let error = client(&peer).verify("s", "u", None, "123456").unwrap_err();
        assert_eq!(error.status().value(), i32::from(status));
        assert_eq!(error.http_status(), Some(status));
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.service_message(), Some("because"));
        assert_eq!(error.body(), Some(br#"{"message":"because"}"#.as_slice()));
        assert!(error.message().contains("because"), "{error}");
        assert!(error.maybe_sent());
        assert_eq!(error.retry_safe(), status < 500 && status != 408);
    }
}

/// A call of a route that the hosted service has not.
type OptionalCall = fn(&Client) -> Result<(), Error>;

const OPTIONAL_CALLS: [OptionalCall; 12] = [
    |client| client.find_service("example.com").map(drop),
    |client| client.find_user("s", "jane").map(drop),
    |client| client.page_services(1, None).map(drop),
    |client| client.unlock_user("s", "u"),
    |client| client.begin_totp("s", "u").map(drop),
    |client| client.create_totp_link("s", "u", 60).map(drop),
    |client| client.confirm_totp("s", "u", "123456"),
    |client| client.totp("s", "u").map(drop),
    |client| client.delete_totp("s", "u"),
    |client| client.create_recovery_codes("s", "u").map(drop),
    |client| client.count_recovery_codes("s", "u").map(drop),
    |client| client.delete_recovery_codes("s", "u"),
];

#[test]
fn a_server_without_the_route_is_told_from_one_that_finds_nothing() {
    for (status, body) in [
        (404, ""),
        (404, "<html>404</html>"),
        (404, r#"{"message":"no"}"#),
        (404, r#"{"message":"no","missing":null}"#),
        (404, r#"{"message":"no","missing":true}"#),
        (404, r#"[{"missing":"user"}]"#),
        (405, r#"{"missing":"user"}"#),
        (501, r#"{"missing":"user"}"#),
    ] {
        let peer = Peer::always(reply(status, body));
        for call in OPTIONAL_CALLS {
            let error = call(&client(&peer)).unwrap_err();
            assert_eq!(error.status(), Status::NOT_SUPPORTED, "{status} {body}");
            assert_eq!(
                (error.kind(), error.http_status()),
                (ErrorKind::Service, Some(status))
            );
            assert_eq!(error.body(), Some(body.as_bytes()));
            assert!(
                error.retry_safe() && error.message().contains("verigator-server"),
                "{error}"
            );
        }
        let list = client(&peer).page_users("s", 1, None).unwrap_err();
        assert_eq!(list.status().value(), i32::from(status));
    }
    let peer = Peer::always(reply(404, r#"{"message":"no such user","missing":"user"}"#));
    for call in OPTIONAL_CALLS {
        let error = call(&client(&peer)).unwrap_err();
        assert_eq!(error.status(), Status::NOT_FOUND);
        assert_eq!(error.service_message(), Some("no such user"));
    }
    let error = client(&peer).user("s", "u").unwrap_err();
    assert_eq!(error.status(), Status::NOT_FOUND);
}

#[test]
fn what_is_no_answer_to_self_service_is_a_protocol_error() {
    let of = |body: &str, call: OptionalCall| {
        let error = call(&client(&Peer::always(reply(200, body)))).unwrap_err();
        assert_eq!(error.status(), Status::PROTOCOL, "{body}");
        assert!(!error.message().contains("GEZDGNBV"), "{error}");
    };
    for body in [
        "",
        "{}",
        "true",
        "[true]",
        r#"{"confirmed":false}"#,
        r#"{"confirmed":"true"}"#,
        r#"{"confirmed":1}"#,
        r#"{"confirmed":null}"#,
        r#"{"confirmed":true,"confirmed":true}"#,
    ] {
        of(body, |client| client.confirm_totp("s", "u", "123456"));
    }
    let good = r#"{"secret":"GEZDGNBV","uri":"otpauth://x","qr_svg":"<svg/>","replaced":false}"#;
    assert!(
        client(&Peer::always(reply(200, good)))
            .begin_totp("s", "u")
            .is_ok()
    );
    for (part, worse) in [
        (r#""GEZDGNBV""#, r#""""#),
        (r#""GEZDGNBV""#, "null"),
        (r#""GEZDGNBV""#, r#"["GEZDGNBV"]"#),
        (r#""GEZDGNBV""#, r#""GEZDGNBV\u0000""#),
        (r#""secret""#, r#""Secret""#),
        (r#""otpauth://x""#, r#""javascript:GEZDGNBV""#),
        (r#""<svg/>""#, r#""""#),
        ("false", r#""GEZDGNBV, expected what""#),
        ("false", "0"),
    ] {
        of(&good.replace(part, worse), |client| {
            client.begin_totp("s", "u").map(drop)
        });
    }
    let long = format!(r#"["{}"]"#, "x".repeat(65));
    for codes in [
        "null",
        "[]",
        "7",
        r#""GEZDGNBV""#,
        r#"["GEZDGNBV",7]"#,
        r#"[["GEZDGNBV"]]"#,
        r#"[""]"#,
        r#"["GEZDGNBV\n"]"#,
        r#"["é"]"#,
        &long,
    ] {
        of(&format!(r#"{{"recovery_codes":{codes}}}"#), |client| {
            client.create_recovery_codes("s", "u").map(drop)
        });
    }
    for remaining in ["-1", "1.5", r#""7""#, "null", "true", "4294967296"] {
        of(&format!(r#"{{"remaining":{remaining}}}"#), |client| {
            client.count_recovery_codes("s", "u").map(drop)
        });
    }
    for body in [
        r#"{"confirmed":true}"#,
        r#"{"confirmed":true,"pending":"false"}"#,
    ] {
        of(body, |client| client.totp("s", "u").map(drop));
    }
    for body in [
        "[]",
        r#"{"services":null,"total":0}"#,
        r#"{"services":[["s","n","t"]],"total":1}"#,
        r#"{"services":[],"total":0,"next_cursor":""}"#,
        r#"{"services":[],"total":0,"next_cursor":7}"#,
        r#"{"services":[],"total":0,"next_cursor":"\u0000"}"#,
    ] {
        of(body, |client| client.page_services(1, None).map(drop));
    }
    of(r#"{"services":[],"total":0}"#, |client| {
        client.find_service("f").map(drop)
    });
    of(r#"{"users":[],"total":0,"next_cursor":""}"#, |client| {
        client.page_users("s", 1, None).map(drop)
    });
}

#[test]
fn any_2xx_is_success() {
    for status in [200, 201, 202, 203, 206] {
        let peer = Peer::always(reply(status, YES));
        assert!(
            client(&peer).verify("s", "u", None, "1").unwrap().verified,
            "{status}"
        );
    }
}

#[test]
fn a_yes_counts_only_with_a_2xx() {
    for status in [301, 302, 303, 304, 307, 308, 400, 401, 404, 422, 500, 503] {
        let peer = Peer::always(reply(status, YES));
        let error = client(&peer).verify("s", "u", None, "1").unwrap_err();
        assert_eq!(error.http_status(), Some(status));
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Peer::always(reply(200, YES));
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/x\r\n", elsewhere.base_url());
        let peer = Peer::always(reply_with(status, &location, YES));
        assert_eq!(
            client(&peer).service("s").unwrap_err().http_status(),
            Some(status)
        );
        assert!(client(&peer).verify("s", "u", None, "1").is_err());
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_reply_that_breaks_the_contract_is_a_protocol_error() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "[true]",
        "<html>",
        r#"{"verified":"true"}"#,
    ] {
        let peer = Peer::always(reply(200, body));
        let error = client(&peer).verify("s", "u", None, "1").unwrap_err();
        assert_eq!(error.status(), Status::PROTOCOL, "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(error.maybe_sent() && !error.retry_safe());
    }
}

#[test]
fn http_that_is_no_http_is_a_protocol_error() {
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
    ] {
        let peer = Peer::always(bytes);
        let error = client(&peer).service("s").unwrap_err();
        assert_eq!(error.status(), Status::PROTOCOL, "{bytes:?}: {error}");
    }
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let peer = Peer::always(format!("{chunked}zz\r\n{YES}\r\n0\r\n\r\n"));
    assert_eq!(
        client(&peer)
            .verify("s", "u", None, "1")
            .unwrap_err()
            .status(),
        Status::PROTOCOL
    );
}

#[test]
fn a_chunked_reply_is_a_reply() {
    let (first, second) = YES.split_at(7);
    let body = format!(
        "{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let peer = Peer::always(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
    ));
    assert!(client(&peer).verify("s", "u", None, "1").unwrap().verified);
}

#[test]
fn a_reply_larger_than_the_limit_is_not_read() {
    let config = |peer: &Peer| {
        let mut config = Config::new("user", "password").unwrap();
        config
            .set_base_url(&peer.base_url())
            .unwrap()
            .set_max_response_bytes(YES.len())
            .unwrap();
        config.set_max_retries(0).unwrap();
        Client::new(&config).unwrap()
    };
    let peer = Peer::always(reply(200, YES));
    assert!(config(&peer).verify("s", "u", None, "1").unwrap().verified);

    let announced = Peer::always(reply(200, &format!("{YES} ")));
    let chunked = Peer::always(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{YES} \r\n0\r\n\r\n",
        YES.len() + 1
    ));
    let head = Peer::always(format!(
        "HTTP/1.1 200 OK\r\nX: {}\r\n\r\n",
        "x".repeat(1 << 20)
    ));
    for peer in [announced, chunked, head] {
        let error = config(&peer).verify("s", "u", None, "1").unwrap_err();
        assert_eq!(error.status(), Status::TOO_LARGE, "{error}");
        assert!(error.maybe_sent());
    }
}

#[test]
fn too_many_headers_are_refused() {
    let peer = Peer::always(reply_with(200, &"X: y\r\n".repeat(200), YES));
    let error = client(&peer).verify("s", "u", None, "1").unwrap_err();
    assert!(
        matches!(error.status(), Status::TOO_LARGE | Status::PROTOCOL),
        "{error:?}"
    );
}

#[test]
fn retry_after_and_request_id_are_handed_on() {
    let peer = Peer::always(reply_with(
        429,
        "Retry-After: 7\r\nX-Request-Id: r-1\r\n",
        r#"{"message":"m"}"#,
    ));
    let error = client(&peer).service("s").unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.request_id(), Some("r-1"));
}

#[test]
fn the_services_text_is_sanitised_in_the_message_and_raw_in_its_accessor() {
    let peer = Peer::always(reply(422, r#"{"message":"a\u001b[31m\r\nb\u202ec"}"#));
    let error = client(&peer).service("s").unwrap_err();
    assert_eq!(error.service_message(), Some("a\u{1b}[31m\r\nb\u{202e}c"));
    assert!(
        error
            .message()
            .contains("a\u{FFFD}[31m\u{FFFD}\u{FFFD}b\u{FFFD}c"),
        "{error}"
    );
}

#[test]
fn no_secret_is_shown_even_if_the_service_repeats_it() {
    let peer = Peer::always(reply(422, r#"{"message":"no: the-password 918273"}"#));
    let lines = Arc::new(Mutex::new(String::new()));
    let mut config = Config::new("user", "the-password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    config.set_log(verigator::LogLevel::Debug, {
        let lines = Arc::clone(&lines);
        move |_, line| lines.lock().unwrap().push_str(line)
    });
    let client = Client::new(&config).unwrap();
    let error = client.verify("s", "u", None, "918273").unwrap_err();
    client.initiate("s", "u", Method::Sms).unwrap_err();
    let shown = format!(
        "{error} {error:?} {client:?} {config:?} {}",
        lines.lock().unwrap()
    );
    assert!(
        shown.contains("PUT /v1/service/service/s/users/u/auth"),
        "{shown}"
    );
    assert!(
        !shown.contains("the-password") && !shown.contains("918273"),
        "{shown}"
    );
}

#[test]
fn no_secret_is_shown_of_a_reply_that_breaks_the_contract() {
    let replies = [
        r#"{"verified":true,"method":"918\"273"}"#,
        r#"{"verified":"918\"273"}"#,
        r#"{"verified":"the-\"password"}"#,
    ];
    let peer = Peer::in_turn(replies.iter().map(|body| reply(200, body)).collect());
    let mut config = Config::new("user", "the-\"password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    let client = Client::new(&config).unwrap();
    for name in ["[token]", "[token]", "[password]"] {
        let error = client.verify("s", "u", None, "918\"273").unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(name), "{shown}");
        assert!(
            !shown.contains("273") && !shown.contains("password\""),
            "{shown}"
        );
    }
}

#[test]
fn a_log_callback_may_itself_make_calls() {
    let peer = Arc::new(Peer::always(reply(200, YES)));
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    let inner = Client::new(&config).unwrap();
    config.set_log(verigator::LogLevel::Info, move |_, _| {
        assert!(inner.verify("s", "inner", None, "1").unwrap().verified);
    });
    assert!(
        Client::new(&config)
            .unwrap()
            .verify("s", "outer", None, "1")
            .unwrap()
            .verified
    );
    let lines: Vec<_> = peer
        .received()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert!(lines[0].contains("outer") && lines[1].contains("inner") && lines.len() == 2);
}
