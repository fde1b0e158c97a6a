//! Services: create, get, delete; and who may.

use serde_json::json;

use crate::harness::Harness;

#[tokio::test]
async fn a_service_is_created_read_and_deleted() {
    let harness = Harness::start().await;
    let client = harness.client();
    let body = json!({ "fqdn": "example.com", "name": " Example ", "more": [1] });
    let created = client.post("/v1/service/service", body).await.expect(201);
    assert_eq!(created["name"], "Example");
    assert_eq!(created["ctime"], "2027-01-15T08:00:00.000Z");
    let id = uuid::Uuid::parse_str(created["id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 4);

    let path = format!("/v1/service/service/{id}");
    assert_eq!(client.get(&path).await.expect(200), created);
    assert_eq!(client.delete(&path).await.expect(202), json!({}));
    client.get(&path).await.refused(404, "service not found");
    client.delete(&path).await.refused(404, "service not found");
}

#[tokio::test]
async fn the_short_path_does_the_same() {
    let harness = Harness::start().await;
    let client = harness.client();
    let body = json!({ "fqdn": "example.com", "name": "Example" });
    let created = client.post("/v1/service", body).await.expect(201);
    let path = format!("/v1/service/{}", created["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.expect(200), created);
    assert_eq!(client.delete(&path).await.expect(202), json!({}));
}

#[tokio::test]
async fn an_id_that_is_the_word_service_is_just_unknown() {
    let harness = Harness::start().await;
    let client = harness.client();
    client
        .delete("/v1/service/service")
        .await
        .refused(405, "no such method");
    for path in [
        "/v1/service/service/service",
        "/v1/service/service/service/users",
        "/v1/service/service/users",
        "/v1/service/service/users/users",
        "/v1/service/service/user/x",
    ] {
        client.get(path).await.refused(404, "service not found");
    }
}

#[tokio::test]
async fn one_fqdn_is_one_service_of_an_account() {
    let harness = Harness::start().await;
    harness.client().create_service("example.com").await;
    let again = json!({ "fqdn": "EXAMPLE.com", "name": "Another" });
    harness
        .client()
        .post("/v1/service/service", again)
        .await
        .refused(409, "exists already");
    harness
        .client_as(Some("other:other-password"))
        .create_service("example.com")
        .await;
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let harness = Harness::start().await;
    let client = harness.client();
    for (body, problem) in [
        (json!({ "name": "x" }), "lacks the key \"fqdn\""),
        (
            json!({ "fqdn": null, "name": "x" }),
            "lacks the key \"fqdn\"",
        ),
        (
            json!({ "fqdn": 1, "name": "x" }),
            "\"fqdn\" must be a string",
        ),
        (
            json!({ "fqdn": " ", "name": "x" }),
            "\"fqdn\" must not be empty",
        ),
        (
            json!({ "fqdn": "http://a.b/path", "name": "x" }),
            "\"fqdn\" must be a host name",
        ),
        (
            json!({ "fqdn": "a".repeat(254), "name": "x" }),
            "\"fqdn\" must not be longer than 253",
        ),
        (json!({ "fqdn": "a.b" }), "lacks the key \"name\""),
        (
            json!({ "fqdn": "a.b", "name": "" }),
            "\"name\" must not be empty",
        ),
        (
            json!({ "fqdn": "a.b", "name": "n".repeat(256) }),
            "\"name\" must not be longer than 255",
        ),
        (
            json!({ "fqdn": "a.b", "name": "a\u{7}b" }),
            "\"name\" must not contain the control",
        ),
        (
            json!({ "fqdn": "a.b", "name": "Bank\u{202e}moc.live" }),
            "\"name\" must not contain the invisible character U+202E",
        ),
        (
            json!({ "fqdn": "a\u{200f}.b", "name": "x" }),
            "\"fqdn\" must not contain the invisible character U+200F",
        ),
        (json!([]), "must be a JSON object"),
        (json!("text"), "must be a JSON object"),
    ] {
        client
            .post("/v1/service/service", body)
            .await
            .refused(422, problem);
    }
}

#[tokio::test]
async fn a_stranger_is_told_nothing_but_to_authenticate() {
    let harness = Harness::start().await;
    let service = harness.client().create_service("example.com").await;
    let path = format!("/v1/service/service/{service}");
    let mut bodies = Vec::new();
    for credentials in [
        None,
        Some(""),
        Some("demo"),
        Some("demo:"),
        Some("demo:wrong"),
        Some("Demo:demo-password"),
        Some("demo :demo-password"),
        Some("nobody:demo-password"),
        Some("demo:demo-password:x"),
    ] {
        let answer = harness.client_as(credentials).get(&path).await;
        answer.refused(401, "X-Service-Auth");
        assert_eq!(answer.headers["www-authenticate"], "X-Service-Auth");
        bodies.push(answer.text);
        let unknown = harness
            .client_as(credentials)
            .get("/v1/service/service/x/users")
            .await;
        assert_eq!(unknown.status, 401);
        // So many at once would have to wait.
        harness.clock.advance(3601);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "every refusal looks the same");
}

#[tokio::test]
async fn another_accounts_service_is_forbidden() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let other = harness.client_as(Some("other:other-password"));
    let service = format!("/v1/service/service/{}", user.service);
    let users = format!("{service}/users");
    let auth = format!("{}/auth", user.path());
    let registration = json!({ "phone_number": "+3725555555", "id_in_service": "x" });
    for answer in [
        other.get(&service).await,
        other.delete(&service).await,
        other.get(&users).await,
        other.post(&users, registration).await,
        other.get(&user.path()).await,
        other.delete(&user.path()).await,
        other.post(&auth, json!({ "method": "sms" })).await,
        other
            .put(&auth, json!({ "token": harness.pin(&user) }))
            .await,
    ] {
        answer.refused(403, "another account");
    }
    user.accepted(&harness.pin(&user), "sms").await;
}
