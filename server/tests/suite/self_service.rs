//! What an account does for its own users: enrolment, unlocking, finding and listing; and who may.

use reqwest::Method;
use serde_json::{Value, json};
use verigator_server::chaos::Chaos;
use verigator_server::clock::Clock;
use verigator_server::server::Settings;
use verigator_server::storage::Target;

use crate::harness::{BEGINNING, Client, Harness, User, is_denied, wrong};

/// The routes of a user, with what is sent, and what comes of it where all is there.
fn routes(user: &User, token: &str) -> Vec<(Method, String, Option<String>, u16)> {
    let (totp, codes) = (
        format!("{}/totp", user.path()),
        format!("{}/recovery_codes", user.path()),
    );
    let token = json!({ "token": token }).to_string();
    vec![
        (Method::PUT, totp.clone(), Some(token), 200),
        (Method::POST, totp.clone(), None, 201),
        (Method::GET, totp.clone(), None, 200),
        (Method::POST, format!("{totp}/link"), None, 201),
        (Method::DELETE, totp, None, 202),
        (Method::POST, codes.clone(), None, 201),
        (Method::GET, codes.clone(), None, 200),
        (Method::DELETE, codes, None, 202),
        (Method::POST, format!("{}/unlock", user.path()), None, 200),
    ]
}

async fn begin(user: &User) -> String {
    let path = format!("{}/totp", user.path());
    let begun = user
        .client
        .send(Method::POST, &path, None)
        .await
        .expect(201);
    begun["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_form_of_the_path_leads_there_and_all_is_counted() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    for service in ["/v1/service/service", "/v1/service"] {
        for users in ["users", "user"] {
            let token = harness.code(&begin(&user).await, 0);
            for (method, path, body, status) in routes(&user, &token) {
                let form = format!("{service}/{}/{users}/{}", user.service, user.user);
                let path = path.replace(&user.path(), &form);
                let answer = user.client.send(method.clone(), &path, body).await;
                assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
            }
        }
    }
    let metrics = harness.client().get("/metrics").await.text;
    for (operation, status, count) in [
        ("begin-enrolment", 201, 8),
        ("confirm-enrolment", 200, 4),
        ("get-enrolment", 200, 4),
        ("remove-enrolment", 202, 4),
        ("make-enrolment-link", 201, 4),
        ("make-recovery-codes", 201, 4),
        ("count-recovery-codes", 200, 4),
        ("remove-recovery-codes", 202, 4),
        ("unlock", 200, 4),
    ] {
        let line = format!(
            "verigator_requests_total{{operation=\"{operation}\",status=\"{status}\"}} {count}\n"
        );
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn an_account_enrols_its_users_and_the_trail_says_so() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let path = format!("{}/totp", user.path());
    let client = &user.client;
    let first = begin(&user).await;
    let begun = client.post(&path, json!({})).await.expect(201);
    assert_eq!(begun["replaced"], true);
    assert_eq!(begun["server_time"], "2027-01-15T08:00:00.000Z");
    let secret = begun["secret"].as_str().unwrap();
    assert_ne!(secret, first);
    assert!(begun["uri"].as_str().unwrap().contains(secret));
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    let state = client.get(&path).await.expect(200);
    assert_eq!(
        (&state["confirmed"], &state["pending"]),
        (&json!(false), &json!(true))
    );

    let token = harness.code(secret, 0);
    let wrong = client.put(&path, json!({ "token": wrong(&token) })).await;
    wrong.refused(422, "try the next code");
    let confirmed = client.put(&path, json!({ "token": token })).await;
    assert_eq!(confirmed.expect(200), json!({ "confirmed": true }));
    let state = client.get(&path).await.expect(200);
    assert_eq!(
        (&state["confirmed"], &state["pending"]),
        (&json!(true), &json!(false))
    );
    client
        .put(&path, json!({ "token": token }))
        .await
        .refused(409, "confirmed already");
    begin(&user).await;
    let state = client.get(&path).await.expect(200);
    assert_eq!(
        (&state["confirmed"], &state["pending"]),
        (&json!(true), &json!(true))
    );

    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(secret, 0), "totp").await;
    client.delete(&path).await.expect(202);
    assert_eq!(user.start("totp").await.expect(201)["method"], "sms");
    let rows = harness.trail().await;
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.operation.ends_with("-enrolment"))
        .map(|row| row.outcome.as_str())
        .collect();
    let expected = [
        "begun",
        "begun again",
        "wrong code",
        "confirmed",
        "begun",
        "removed",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn nobody_but_the_account_may() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let token = harness.code(&begin(&user).await, 0);
    user.recovery_codes().await;
    for (method, path, body, _) in routes(&user, &token) {
        for credentials in [
            None,
            Some("mine:wrong-password"),
            Some("nobody:mine-password"),
        ] {
            let stranger = harness.client_as(credentials);
            let answer = stranger.send(method.clone(), &path, body.clone()).await;
            answer.refused(401, "X-Service-Auth");
            harness.clock.advance(3601);
            harness.clock.set(BEGINNING);
        }
        let other = harness.client_as(Some("other:other-password"));
        let answer = other.send(method, &path, body).await;
        answer.refused(403, "another account");
        assert_eq!(answer.json().get("missing"), None);
    }
    // Nothing of that did anything.
    let totp = user.client.get(&format!("{}/totp", user.path())).await;
    assert_eq!(totp.expect(200)["pending"], true);
    let codes = format!("{}/recovery_codes", user.path());
    let codes = user.client.get(&codes).await;
    assert_eq!(codes.expect(200)["remaining"], 10);
}

/// Asserts that something is not there, and that the answer says so as a route does that there is.
#[track_caller]
fn is_missing(answer: &crate::harness::Answer, what: &str) {
    answer.refused(404, "not found");
    assert_eq!(answer.json()["missing"], what);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let elsewhere = User::register(harness.client(), "elsewhere.example").await;
    let nowhere = |service: &str, id: &str| User {
        client: user.client.clone(),
        service: service.to_owned(),
        user: id.to_owned(),
    };
    for (asked, missing) in [
        (nowhere("x", &user.user), "service"),
        (nowhere("%FF", &user.user), "service"),
        (nowhere("%00", &user.user), "service"),
        (nowhere(&user.service, "x"), "user"),
        (nowhere(&user.service, "%FF"), "user"),
        (nowhere(&user.service, "%00"), "user"),
        (nowhere(&user.service, &elsewhere.user), "user"),
    ] {
        for (method, path, body, _) in routes(&asked, "012345") {
            let answer = user.client.send(method, &path, body).await;
            is_missing(&answer, missing);
        }
    }
    let totp = format!("{}/totp", user.path());
    let answer = user.client.put(&totp, json!({ "token": "012345" })).await;
    is_missing(&answer, "enrolment");
    is_missing(&user.client.delete(&totp).await, "enrolment");
    let codes = format!("{}/recovery_codes", user.path());
    is_missing(&user.client.delete(&codes).await, "recovery_codes");
    let found = user.client.get("/v1/service/service?fqdn=nowhere.example");
    is_missing(&found.await, "service");
    // What there is no route for says nothing of the kind.
    let answer = user.client.get(&format!("{}/nothing", user.path())).await;
    answer.refused(404, "no such route");
    assert_eq!(answer.json().get("missing"), None);
    // Neither does anything of a service that was deleted.
    delete_only(&harness, &user.service).await;
    for (method, path, body, _) in routes(&user, "012345") {
        is_missing(&user.client.send(method, &path, body).await, "service");
    }
}

#[tokio::test]
async fn what_is_not_acceptable_is_refused() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    begin(&user).await;
    for (method, route) in [
        (Method::PATCH, "totp"),
        (Method::PUT, "recovery_codes"),
        (Method::GET, "unlock"),
        (Method::PUT, "unlock"),
        (Method::DELETE, "unlock"),
    ] {
        let path = format!("{}/{route}", user.path());
        let answer = user.client.send(method, &path, None).await;
        answer.refused(405, "no such method");
    }
    let path = format!("{}/totp", user.path());
    for (body, problem) in [
        (json!({}), "lacks the key \"token\""),
        (json!({ "token": 123_456 }), "must be a string"),
        (json!({ "token": "" }), "\"token\" is not what"),
        (json!([]), "must be a JSON object"),
    ] {
        user.client.put(&path, body).await.refused(422, problem);
    }
}

#[tokio::test]
async fn an_account_unlocks_its_user() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    for _ in 0..100 {
        harness.clock.advance(900);
        user.start("totp").await.expect(201);
        user.denied("wrong", "INVALID").await;
    }
    user.start("totp").await.refused(409, "locked");
    let unlock = format!("{}/unlock", user.path());
    let answer = user.client.send(Method::POST, &unlock, None).await;
    assert_eq!(answer.expect(200), json!({}));
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 0), "totp").await;
    let rows = harness.trail().await;
    let row = rows.iter().find(|row| row.operation == "unlock").unwrap();
    assert_eq!(row.outcome, "unlocked");
}

/// What the trail says of the latest check of a code.
async fn told(harness: &Harness, operation: &str) -> String {
    let rows = harness.trail().await;
    let row = rows.into_iter().rfind(|row| row.operation == operation);
    row.unwrap().outcome
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_to_those_who_can_look_and_opens_nothing() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let path = format!("{}/totp", user.path());
    let secret = begin(&user).await;
    let early = json!({ "token": harness.code(&secret, 7) });
    user.client
        .put(&path, early)
        .await
        .refused(422, "here it is");
    let outcome = "wrong code: the app's clock is 210 s ahead";
    assert_eq!(told(&harness, "confirm-enrolment").await, outcome);
    let secret = user.enrol(&harness).await;
    harness.clock.advance(3600);
    for (steps, outcome) in [
        (-20, "invalid: the app's clock is 600 s behind"),
        (-2, "invalid: the app's clock is 60 s behind"),
        (20, "invalid: the app's clock is 600 s ahead"),
        (21, "invalid"),
    ] {
        user.start("totp").await.expect(201);
        harness.clock.advance(1);
        let answer = user.verify(&harness.code(&secret, steps)).await;
        is_denied(&answer, "INVALID");
        assert_eq!(told(&harness, "verify-pin").await, outcome);
        harness.clock.advance(29);
    }
    user.start("totp").await.expect(201);
    let code = harness.code(&secret, 0);
    user.accepted(&code, "totp").await;
    user.start("totp").await.expect(201);
    user.denied(&code, "INVALID").await;
    assert_eq!(told(&harness, "verify-pin").await, "invalid: used already");
    let metrics = harness.client().get("/metrics").await.text;
    for line in [
        "verigator_totp_drift_seconds_bucket{le=\"-300\"} 1\n",
        "verigator_totp_drift_seconds_bucket{le=\"-60\"} 2\n",
        "verigator_totp_drift_seconds_bucket{le=\"300\"} 3\n",
        "verigator_totp_drift_seconds_count 4\n",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn a_code_used_while_the_clock_was_ahead_blocks_until_it_is_unlocked() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let path = format!("{}/totp", user.path());
    let secret = user.enrol(&harness).await;
    harness.clock.advance(3600);
    user.start("totp").await.expect(201);
    let ahead = harness.code(&secret, 0);
    user.accepted(&ahead, "totp").await;
    harness.clock.set(BEGINNING + 60_000);
    user.start("totp").await.expect(201);
    user.denied(&harness.code(&secret, 0), "INVALID").await;
    let outcome = told(&harness, "verify-pin").await;
    assert!(outcome.contains("ahead of the clock"), "{outcome}");
    let state = user.client.get(&path).await.expect(200);
    assert_eq!(state["blocked_until"], "2027-01-15T09:00:30.000Z");

    let unlock = format!("{}/unlock", user.path());
    user.client.post(&unlock, json!({})).await.expect(200);
    let outcome = told(&harness, "unlock").await;
    assert!(outcome.contains("ahead of the clock"), "{outcome}");
    let state = user.client.get(&path).await.expect(200);
    assert_eq!(state.get("blocked_until"), None);
    // What could be shown now might have been used: the next one but one counts.
    for (seconds, expected) in [(0, false), (30, false), (30, true)] {
        harness.clock.advance(seconds);
        user.start("totp").await.expect(201);
        let verified = user.verify(&harness.code(&secret, 0)).await.expect(200);
        assert_eq!(verified["verified"], expected, "{}", harness.clock.now());
    }
    // Another unlock opens nothing that was used since.
    user.client.post(&unlock, json!({})).await.expect(200);
    assert_eq!(told(&harness, "unlock").await, "unlocked");
    user.start("totp").await.expect(201);
    user.denied(&harness.code(&secret, 0), "INVALID").await;
}

/// Deletes a service, whose row is still there afterwards.
async fn delete_only(harness: &Harness, service: &str) {
    let target = Target {
        account: None,
        address: None,
        service: service.to_owned(),
    };
    let deleted = harness.storage.delete_service(target, BEGINNING);
    deleted.await.unwrap();
}

#[tokio::test]
async fn a_service_is_found_by_its_name_however_it_is_spelt() {
    let harness = Harness::start().await;
    let client = harness.client();
    let id = client.create_service("Example.com").await;
    client.create_service("other.example").await;
    let find = async |client: &Client, fqdn: &str| {
        client
            .get(&format!("/v1/service/service?fqdn={fqdn}"))
            .await
    };
    let service = client.get(&format!("/v1/service/{id}")).await.expect(200);
    for spelt in [
        "example.com",
        "EXAMPLE.COM",
        "%20example.com.%20",
        "https://example.com/",
    ] {
        assert_eq!(find(&client, spelt).await.expect(200), service, "{spelt}");
    }
    let short = client.get("/v1/service?fqdn=example.com&limit=1").await;
    assert_eq!(short.expect(200), service);
    for (wrong, problem) in [
        ("", "must not be empty"),
        ("a%20b", "must be a host name"),
        ("http://a.b/path", "must be a host name"),
        ("a%00b", "control character U+0000"),
    ] {
        find(&client, wrong).await.refused(422, problem);
    }
    is_missing(&find(&client, "www.example.com").await, "service");
    is_missing(&find(&client, &id).await, "service");
    let other = harness.client_as(Some("other:other-password"));
    is_missing(&find(&other, "example.com").await, "service");
    find(&harness.client_as(None), "example.com")
        .await
        .refused(401, "X-Service-Auth");

    delete_only(&harness, &id).await;
    for fqdn in ["example.com", &id] {
        is_missing(&find(&client, fqdn).await, "service");
    }
    let again = client.create_service("example.com").await;
    assert_eq!(find(&client, "example.com").await.expect(200)["id"], again);
}

#[tokio::test]
async fn a_user_is_found_by_what_the_service_calls_it() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let client = &user.client;
    let users = format!("/v1/service/service/{}/users", user.service);
    let body = json!({ "phone_number": "+4401234599", "id_in_service": "J\u{f6}rg & Co+1" });
    let other = client.post(&users, body).await.expect(201);
    let find =
        async |client: &Client, id: &str| client.get(&format!("{users}?id_in_service={id}")).await;
    let expected = client.get(&user.path()).await.expect(200);
    for spelt in ["jane", "%20jane%20"] {
        assert_eq!(find(client, spelt).await.expect(200), expected, "{spelt}");
    }
    // The two ways in which Unicode writes one letter.
    for spelt in ["J%C3%B6rg%20%26%20Co%2B1", "Jo%CC%88rg%20%26%20Co%2B1"] {
        assert_eq!(find(client, spelt).await.expect(200), other, "{spelt}");
    }
    let short = client
        .get(&format!("{users}?limit=1&id_in_service=jane"))
        .await;
    assert_eq!(short.expect(200), expected);
    for (wrong, problem) in [
        ("", "must not be empty"),
        ("a%00b", "control character U+0000"),
        (&"x".repeat(256), "must not be longer than 255"),
        ("jane&limit=0", "\"limit\""),
    ] {
        find(client, wrong).await.refused(422, problem);
    }
    for unknown in ["Jane", "jan", "jan%25", "%2B4401234567", &user.user] {
        is_missing(&find(client, unknown).await, "user");
    }
    let stranger = harness.client_as(Some("other:other-password"));
    find(&stranger, "jane")
        .await
        .refused(403, "another account");
    // Another service's user of the same name is another one.
    let elsewhere = User::register(harness.client(), "elsewhere.example").await;
    let there = format!("/v1/service/{}/user?id_in_service=jane", elsewhere.service);
    assert_eq!(client.get(&there).await.expect(200)["id"], elsewhere.user);
    client.delete(&user.path()).await.expect(202);
    is_missing(&find(client, "jane").await, "user");
}

/// The ids of an account's services, page by page.
async fn pages(client: &Client, limit: &str, total: usize) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/service/service?{limit}{cursor}");
        let page = client.get(&path).await.expect(200);
        assert_eq!(page["total"], total);
        let services = page["services"].as_array().unwrap().iter();
        let id = |service: &Value| service["id"].as_str().unwrap().to_owned();
        pages.push(services.map(id).collect());
        match page.get("next_cursor") {
            Some(next) => cursor = format!("&cursor={}", next.as_str().unwrap()),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn the_services_of_an_account_are_listed_in_pages() {
    let harness = Harness::start().await;
    let client = harness.client();
    let other = harness.client_as(Some("other:other-password"));
    let nothing = client.get("/v1/service").await.expect(200);
    assert_eq!(nothing, json!({ "services": [], "total": 0 }));
    let mut made = Vec::new();
    for number in 0..7 {
        // Some in the same millisecond.
        harness.clock.set(BEGINNING + number / 2);
        made.push(client.create_service(&format!("{number}.example")).await);
        other.create_service(&format!("{number}.example")).await;
    }
    let deleted = made.remove(3);
    delete_only(&harness, &deleted).await;
    made.sort();
    for (limit, sizes) in [
        ("limit=2", vec![2, 2, 2]),
        ("limit=4", vec![4, 2]),
        ("limit=1000", vec![6]),
        ("", vec![6]),
    ] {
        let pages = pages(&client, limit, 6).await;
        let found: Vec<_> = pages.iter().map(Vec::len).collect();
        assert_eq!(found, sizes, "{limit}");
        let mut listed = pages.concat();
        listed.sort();
        assert_eq!(listed, made, "{limit}");
    }
    let first = client.get("/v1/service?limit=1").await.expect(200);
    let service = &first["services"][0];
    let id = service["id"].as_str().unwrap();
    let read = client.get(&format!("/v1/service/{id}")).await;
    assert_eq!(*service, read.expect(200));
    // Another's place in the list leads to one's own.
    let cursor = first["next_cursor"].as_str().unwrap();
    let theirs = other.get(&format!("/v1/service?cursor={cursor}")).await;
    let listed = theirs.expect(200);
    for service in listed["services"].as_array().unwrap() {
        let id = service["id"].as_str().unwrap();
        let read = other.get(&format!("/v1/service/{id}")).await;
        assert_eq!(read.status, 200);
    }
    harness
        .client_as(None)
        .get("/v1/service")
        .await
        .refused(401, "X-Service-Auth");
    for (query, problem) in [
        ("limit=0", "\"limit\""),
        ("cursor=x", "next_cursor"),
        ("fqdn=example.com&limit=0", "\"limit\""),
    ] {
        let answer = client.get(&format!("/v1/service?{query}")).await;
        answer.refused(422, problem);
    }
}

#[tokio::test]
async fn a_page_of_users_tells_how_many_there_are_in_all() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.colleague(1).await;
    user.colleague(2).await;
    User::register(harness.client(), "elsewhere.example").await;
    let users = format!("/v1/service/service/{}/users", user.service);
    let page = user.client.get(&format!("{users}?limit=2")).await;
    let page = page.expect(200);
    assert_eq!(page["users"].as_array().unwrap().len(), 2);
    assert_eq!(page["total"], 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = format!("{users}?limit=2&cursor={cursor}");
    let rest = user.client.get(&rest).await.expect(200);
    assert_eq!(
        (rest["users"].as_array().unwrap().len(), &rest["total"]),
        (1, &json!(3))
    );
    assert_eq!(rest.get("next_cursor"), None);
}

#[tokio::test]
async fn chaos_knows_these_operations() {
    let rules = vec![
        "find-service:status=501,times=1".parse().unwrap(),
        "find-user:status=500,times=1".parse().unwrap(),
        "list-services:status=502,times=1".parse().unwrap(),
        "make-recovery-codes:status=503,times=1".parse().unwrap(),
        "unlock:status=504,times=1".parse().unwrap(),
    ];
    let chaos = |settings: &mut Settings| settings.chaos = Some(Chaos::new(rules));
    let harness = Harness::with(chaos).await;
    let user = harness.user().await;
    let client = &user.client;
    let codes = format!("{}/recovery_codes", user.path());
    let unlock = format!("{}/unlock", user.path());
    let users = format!("/v1/service/{}/users", user.service);
    let jane = format!("{users}?id_in_service=jane");
    for (status, method, path) in [
        (502, Method::GET, "/v1/service"),
        (200, Method::GET, "/v1/service"),
        (501, Method::GET, "/v1/service?f%71dn=example.com"),
        (200, Method::GET, "/v1/service?fqdn=example.com"),
        (200, Method::GET, &users),
        (500, Method::GET, &jane),
        (200, Method::GET, &jane),
        (503, Method::POST, &codes),
        (201, Method::POST, &codes),
        (504, Method::POST, &unlock),
        (200, Method::POST, &unlock),
    ] {
        assert_eq!(
            client.send(method, path, None).await.status,
            status,
            "{path}"
        );
    }
}
