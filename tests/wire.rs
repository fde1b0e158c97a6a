//! The exact bytes of each operation, against the rows of the contract.

mod support;

use support::peer::{Peer, Received, reply};
use support::route::Route;
use verigator::{Challenge, Client, Config, Method, Status};

const SERVICE: &str = r#"{"id":"s1","name":"Example","ctime":"2017-07-06T13:12:03.141Z"}"#;
const USER: &str =
    r#"{"id":"u1","ctime":"2017-07-06T13:12:03.141Z","id_in_service":"kaisa@example.com"}"#;

fn client(peer: &Peer) -> Client {
    client_at(&peer.base_url())
}

fn client_at(base_url: &str) -> Client {
    let mut config = Config::new("user", "pass:word").unwrap();
    config
        .set_base_url(base_url)
        .unwrap()
        .set_max_retries(0)
        .unwrap();
    Client::new(&config).unwrap()
}

/// Makes one call against a peer that answers with `status` and `body`; gives what was sent.
fn sent<T>(status: u16, body: &str, call: impl FnOnce(&Client) -> T) -> (T, Received) {
    let peer = Peer::always(reply(status, body));
    let result = call(&client(&peer));
    let mut received = peer.received();
    assert_eq!(received.len(), 1, "exactly one request");
    (result, received.remove(0))
}

/// A request as the contract has it, in full: no other header is sent.
fn request(peer_host: &str, line: &str, body: Option<&str>) -> Received {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut headers = vec![
        header("accept", "application/json"),
        header("host", peer_host),
        header(
            "user-agent",
            concat!("libverigator/", env!("CARGO_PKG_VERSION")),
        ),
        header("x-service-auth", "user:pass:word"),
    ];
    if let Some(body) = body {
        headers.push(header("content-type", "application/json"));
        headers.push(header("content-length", &body.len().to_string()));
    }
    headers.sort();
    Received {
        line: line.to_owned(),
        headers,
        body: body.unwrap_or_default().to_owned(),
    }
}

/// A request that is posted without a body says so: otherwise some servers refuse to guess.
fn assert_sent_empty(received: &Received, line: &str) {
    let host = received.header("host").unwrap();
    let mut expected = request(host, line, None);
    let length = ("content-length".to_owned(), "0".to_owned());
    expected.headers.push(length);
    expected.headers.sort();
    assert_eq!(*received, expected);
}

fn assert_sent(received: &Received, line: &str, body: Option<&str>) {
    let host = received.header("host").unwrap().to_owned();
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    assert_eq!(*received, request(&host, line, body));
}

#[test]
fn create_service() {
    let (service, received) = sent(201, SERVICE, |client| {
        client.create_service("example.com", "Example").unwrap()
    });
    assert_sent(
        &received,
        "POST /v1/service/service HTTP/1.1",
        Some(r#"{"fqdn":"example.com","name":"Example"}"#),
    );
    assert_eq!(service.id, "s1");
    assert_eq!(service.name, "Example");
    assert_eq!(service.ctime, "2017-07-06T13:12:03.141Z");
}

#[test]
fn get_service() {
    let (service, received) = sent(200, SERVICE, |client| client.service("s1").unwrap());
    assert_sent(&received, "GET /v1/service/service/s1 HTTP/1.1", None);
    assert_eq!(service.id, "s1");
}

#[test]
fn delete_service() {
    for body in ["", "{}", "not json: the reply is ignored"] {
        let (result, received) = sent(202, body, |client| client.delete_service("s1"));
        assert_sent(&received, "DELETE /v1/service/service/s1 HTTP/1.1", None);
        result.unwrap();
    }
}

#[test]
fn register_user() {
    let (user, received) = sent(201, USER, |client| {
        client
            .create_user("s1", "+4401234567", "kaisa@example.com")
            .unwrap()
    });
    assert_sent(
        &received,
        "POST /v1/service/service/s1/users HTTP/1.1",
        Some(r#"{"id_in_service":"kaisa@example.com","phone_number":"+4401234567"}"#),
    );
    assert_eq!(
        (user.id.as_str(), user.id_in_service.as_str()),
        ("u1", "kaisa@example.com")
    );
}

#[test]
fn list_users() {
    let body = format!(r#"{{"users":[{USER},{USER}],"total":2}}"#);
    let (list, received) = sent(200, &body, |client| client.users("s1").unwrap());
    assert_sent(&received, "GET /v1/service/service/s1/users HTTP/1.1", None);
    assert_eq!((list.users.len(), list.total), (2, 2));
}

#[test]
fn get_user() {
    let (user, received) = sent(200, USER, |client| client.user("s1", "u1").unwrap());
    assert_sent(
        &received,
        "GET /v1/service/service/s1/users/u1 HTTP/1.1",
        None,
    );
    assert_eq!(user.ctime, "2017-07-06T13:12:03.141Z");
}

#[test]
fn delete_user() {
    let (result, received) = sent(202, "", |client| client.delete_user("s1", "u1"));
    assert_sent(
        &received,
        "DELETE /v1/service/service/s1/users/u1 HTTP/1.1",
        None,
    );
    result.unwrap();
}

#[test]
fn start_authentication() {
    for (method, body, answer, expected) in [
        (
            Method::Totp,
            r#"{"method":"totp"}"#,
            r#"{"method":"totp"}"#,
            Method::Totp,
        ),
        (
            Method::Totp,
            r#"{"method":"totp"}"#,
            r#"{"method":"sms","auth_id":"a1"}"#,
            Method::Sms,
        ),
        (
            Method::Sms,
            r#"{"method":"sms"}"#,
            r#"{"method":"sms","auth_id":null}"#,
            Method::Sms,
        ),
    ] {
        let (challenge, received) = sent(201, answer, |client| {
            client.initiate("s1", "u1", method).unwrap()
        });
        assert_sent(
            &received,
            "POST /v1/service/service/s1/users/u1/auth HTTP/1.1",
            Some(body),
        );
        assert_eq!(challenge.method, expected);
        assert_eq!(challenge.auth_id.is_some(), answer.contains("a1"));
    }
}

#[test]
fn verify_pin() {
    let yes = r#"{"verified":true,"method":"sms"}"#;
    for (challenge, body) in [
        (None, r#"{"token":"123456"}"#),
        (
            Some(Challenge::new(Method::Sms, Some("a1"))),
            r#"{"method":"sms","auth_id":"a1","token":"123456"}"#,
        ),
        (
            Some(Challenge::new(Method::Totp, None)),
            r#"{"method":"totp","token":"123456"}"#,
        ),
    ] {
        let (answer, received) = sent(200, yes, |client| {
            client.verify("s1", "u1", challenge.as_ref(), "123456")
        });
        assert_sent(
            &received,
            "PUT /v1/service/service/s1/users/u1/auth HTTP/1.1",
            Some(body),
        );
        assert!(answer.unwrap().verified);
    }
}

const TOTP: &str = "/v1/service/service/s1/users/u1/totp";
const CODES: &str = "/v1/service/service/s1/users/u1/recovery_codes";

#[test]
fn enrol_an_authenticator_app() {
    let body =
        r#"{"secret":"JBSWY3DP","uri":"otpauth://totp/x","qr_svg":"<svg/>","replaced":true}"#;
    let (enrolment, received) = sent(201, body, |client| client.begin_totp("s1", "u1").unwrap());
    assert_sent_empty(&received, &format!("POST {TOTP} HTTP/1.1"));
    let texts = [&enrolment.secret, &enrolment.uri, &enrolment.qr_svg].map(|text| text.as_str());
    assert_eq!(texts, ["JBSWY3DP", "otpauth://totp/x", "<svg/>"]);
    assert!(enrolment.replaced);
    assert_eq!(format!("{enrolment:?}"), "Enrolment { replaced: true, .. }");

    let (result, received) = sent(200, r#"{"confirmed":true}"#, |client| {
        client.confirm_totp("s1", "u1", "123456")
    });
    let line = format!("PUT {TOTP} HTTP/1.1");
    assert_sent(&received, &line, Some(r#"{"token":"123456"}"#));
    result.unwrap();

    let body = r#"{"enrolled":true,"confirmed":false,"pending":true}"#;
    let (state, received) = sent(200, body, |client| client.totp("s1", "u1").unwrap());
    assert_sent(&received, &format!("GET {TOTP} HTTP/1.1"), None);
    assert_eq!((state.confirmed, state.pending), (false, true));

    let url = "https://login.example.com/enrol/dG9rZW4";
    let body =
        format!(r#"{{"url":"{url}","expires_at":"2027-01-15T08:00:00.000Z","replaced":true}}"#);
    let (link, received) = sent(201, &body, |client| {
        client.create_totp_link("s1", "u1", 3600).unwrap()
    });
    assert_eq!(received.line, format!("POST {TOTP}/link HTTP/1.1"));
    assert_eq!(received.body, r#"{"lifetime":3600}"#);
    assert_eq!((link.url.as_str(), link.replaced), (url, true));
    assert_eq!(link.expires_at, "2027-01-15T08:00:00.000Z");
    assert!(!format!("{link:?}").contains("enrol/"), "{link:?}");

    let (result, received) = sent(202, "ignored", |client| client.delete_totp("s1", "u1"));
    assert_sent(&received, &format!("DELETE {TOTP} HTTP/1.1"), None);
    result.unwrap();
}

#[test]
fn recovery_codes() {
    let body = r#"{"recovery_codes":["k7wq4-m2xhd","aaaaa-bbbbb"]}"#;
    let (made, received) = sent(201, body, |client| {
        client.create_recovery_codes("s1", "u1").unwrap()
    });
    assert_sent_empty(&received, &format!("POST {CODES} HTTP/1.1"));
    let codes: Vec<_> = made.codes.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes, ["k7wq4-m2xhd", "aaaaa-bbbbb"]);
    assert_eq!(format!("{made:?}"), "RecoveryCodes { count: 2, .. }");

    let (left, received) = sent(200, r#"{"remaining":7}"#, |client| {
        client.count_recovery_codes("s1", "u1").unwrap()
    });
    assert_sent(&received, &format!("GET {CODES} HTTP/1.1"), None);
    assert_eq!(left, 7);

    let (result, received) = sent(202, "", |client| client.delete_recovery_codes("s1", "u1"));
    assert_sent(&received, &format!("DELETE {CODES} HTTP/1.1"), None);
    result.unwrap();

    let body = r#"{"verified":true,"method":"recovery_code"}"#;
    let (answer, received) = sent(200, body, |client| {
        let challenge = Challenge::new(Method::Totp, None);
        client
            .verify("s1", "u1", Some(&challenge), "k7wq4-m2xhd")
            .unwrap()
    });
    assert_eq!(received.body, r#"{"method":"totp","token":"k7wq4-m2xhd"}"#);
    assert!(answer.verified && answer.method == Some(Method::RecoveryCode));
}

#[test]
fn nothing_is_started_with_a_recovery_code() {
    let peer = Peer::always(reply(201, r#"{"method":"sms"}"#));
    let client = client(&peer);
    let started = client.initiate("s1", "u1", Method::RecoveryCode);
    assert_eq!(started.unwrap_err().status(), Status::INVALID_ARGUMENT);
    let challenge = Challenge::new(Method::RecoveryCode, None);
    let checked = client.verify("s1", "u1", Some(&challenge), "k7wq4-m2xhd");
    assert_eq!(checked.unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(peer.connections(), 0);
}

#[test]
fn unlock_user() {
    let (result, received) = sent(200, "ignored", |client| client.unlock_user("s1", "u1"));
    let line = "POST /v1/service/service/s1/users/u1/unlock HTTP/1.1";
    assert_sent_empty(&received, line);
    result.unwrap();
}

#[test]
fn find_service() {
    for (fqdn, encoded) in [
        ("example.com", "example.com"),
        ("a&b=c#d e+f%\u{f5}", "a%26b%3Dc%23d%20e%2Bf%25%C3%B5"),
    ] {
        let (service, received) = sent(200, SERVICE, |client| client.find_service(fqdn).unwrap());
        let line = format!("GET /v1/service/service?fqdn={encoded} HTTP/1.1");
        assert_sent(&received, &line, None);
        assert_eq!(service.id, "s1");
    }
}

#[test]
fn find_user() {
    for (id_in_service, encoded) in [
        ("jane@example.com", "jane%40example.com"),
        ("a&b=c#d e+f%\u{f5}", "a%26b%3Dc%23d%20e%2Bf%25%C3%B5"),
    ] {
        let (user, received) = sent(200, USER, |client| {
            client.find_user("s1", id_in_service).unwrap()
        });
        let line = format!("GET /v1/service/service/s1/users?id_in_service={encoded} HTTP/1.1");
        assert_sent(&received, &line, None);
        assert_eq!(user.id, "u1");
    }
}

#[test]
fn pages() {
    let body = format!(r#"{{"services":[{SERVICE}],"total":3,"next_cursor":"c/2"}}"#);
    let (page, received) = sent(200, &body, |client| client.page_services(1, None).unwrap());
    assert_sent(&received, "GET /v1/service/service?limit=1 HTTP/1.1", None);
    assert_eq!((page.services.len(), page.total), (1, 3));
    let cursor = page.next_cursor.as_deref();
    assert_eq!(cursor, Some("c/2"));

    let body = format!(r#"{{"services":[{SERVICE}],"total":3}}"#);
    let (page, received) = sent(200, &body, |client| {
        client.page_services(1000, cursor).unwrap()
    });
    let line = "GET /v1/service/service?limit=1000&cursor=c%2F2 HTTP/1.1";
    assert_sent(&received, line, None);
    assert_eq!(page.next_cursor, None);

    let body = format!(r#"{{"users":[{USER}],"total":2,"next_cursor":"n"}}"#);
    let (page, received) = sent(200, &body, |client| {
        client.page_users("s1", 2, cursor).unwrap()
    });
    let line = "GET /v1/service/service/s1/users?limit=2&cursor=c%2F2 HTTP/1.1";
    assert_sent(&received, line, None);
    assert_eq!(
        (page.users.len(), page.next_cursor.as_deref()),
        (1, Some("n"))
    );
}

#[test]
fn a_query_and_an_empty_body_go_by_every_route() {
    Route::each(|route| {
        let routed = route.to(|connection| {
            while connection.request().is_some() {
                connection.send(&reply(200, SERVICE));
            }
        });
        let client = routed.client();
        client.find_service("a&b").unwrap();
        client.unlock_user("s1", "u1").unwrap();
        let [found, unlocked] = &routed.peer.received()[..] else {
            panic!("two requests by {route:?}");
        };
        let query = "/v1/service/service?fqdn=a%26b HTTP/1.1";
        assert!(found.line.ends_with(query), "{route:?}: {}", found.line);
        assert_eq!(found.header("content-length"), None);
        assert_eq!(unlocked.header("content-length"), Some("0"), "{route:?}");
        assert_eq!(unlocked.header("content-type"), None);
    });
}

#[test]
fn a_page_has_1_to_1000_entries() {
    let peer = Peer::always(reply(200, SERVICE));
    let client = client(&peer);
    for limit in [i64::MIN, -1, 0, 1001, i64::MAX] {
        for error in [
            client.page_services(limit, None).unwrap_err(),
            client.page_users("s1", limit, None).unwrap_err(),
        ] {
            assert_eq!(error.status(), Status::INVALID_ARGUMENT);
            assert_eq!(error.message(), format!("limit is {limit}; pass 1 to 1000"));
        }
    }
    assert_eq!(peer.connections(), 0);
}

#[test]
fn a_base_url_may_have_a_path_of_its_own() {
    let peer = Peer::always(reply(200, SERVICE));
    client_at(&format!("{}/gateway/", peer.base_url()))
        .service("s1")
        .unwrap();
    assert_eq!(
        peer.received()[0].line,
        "GET /gateway/v1/service/service/s1 HTTP/1.1"
    );
}

#[test]
fn ids_are_exactly_one_segment_of_the_path() {
    for (id, segment) in [
        ("a/b", "a%2Fb"),
        ("a?x", "a%3Fx"),
        ("a#", "a%23"),
        ("a%2Fb", "a%252Fb"),
        ("%2e%2e", "%252e%252e"),
        ("\\", "%5C"),
        ("õ", "%C3%B5"),
        ("...", "..."),
    ] {
        let (_, received) = sent(200, USER, |client| client.user(id, id).unwrap());
        assert_eq!(
            received.line,
            format!("GET /v1/service/service/{segment}/users/{segment} HTTP/1.1")
        );
    }
}

#[test]
fn what_is_no_id_or_token_is_refused_without_a_request() {
    let peer = Peer::always(reply(200, USER));
    let client = client(&peer);
    for id in ["", ".", "..", "a\nb", "a\0", "\u{7f}"] {
        assert_eq!(
            client.service(id).unwrap_err().status(),
            Status::INVALID_ARGUMENT,
            "{id:?}"
        );
        let error = client.initiate("s1", id, Method::Sms).unwrap_err();
        assert_eq!(error.status(), Status::INVALID_ARGUMENT, "{id:?}");
        assert!(
            !error.maybe_sent() && error.message().starts_with("user_id"),
            "{error}"
        );
    }
    for token in ["", "１２３４５６", "123\n456", &"1".repeat(65)] {
        let error = client.verify("s1", "u1", None, token).unwrap_err();
        assert_eq!(error.status(), Status::INVALID_ARGUMENT, "{token:?}");
    }
    assert_eq!(peer.connections(), 0);
}

#[test]
fn a_json_text_is_sent_as_it_is() {
    let name = "Õ \"quoted\" \\ \n\u{1F600}";
    let (_, received) = sent(201, SERVICE, |client| {
        client.create_service("f", name).unwrap()
    });
    assert_eq!(
        received.body,
        "{\"fqdn\":\"f\",\"name\":\"Õ \\\"quoted\\\" \\\\ \\n\u{1F600}\"}"
    );
}

#[test]
fn the_user_agent_has_the_callers_products_around_the_librarys_or_a_bindings() {
    let peer = Peer::always(reply(200, SERVICE));
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    config.set_user_agent_prefix("my-library/1.0").unwrap();
    config.set_user_agent_suffix("my-vpn/2.1").unwrap();
    Client::new(&config).unwrap().service("s1").unwrap();
    config.set_user_agent("my-binding/1.0 core/1").unwrap();
    Client::new(&config).unwrap().service("s1").unwrap();
    let expected = [
        concat!(
            "my-library/1.0 libverigator/",
            env!("CARGO_PKG_VERSION"),
            " my-vpn/2.1"
        ),
        "my-library/1.0 my-binding/1.0 core/1 my-vpn/2.1",
    ];
    let received = peer.received();
    let user_agents = received
        .iter()
        .filter_map(|request| request.header("user-agent"));
    assert!(user_agents.eq(expected));
}
