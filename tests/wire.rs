//! The exact bytes of each operation, against the rows of the contract.

mod support;

use support::peer::{Peer, Received, reply};
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
