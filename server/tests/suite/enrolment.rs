//! Enrolling an authenticator app.

use serde_json::json;

use crate::harness::{Harness, User, wrong};

fn path(user: &User) -> String {
    format!("{}/totp", user.admin_path())
}

#[tokio::test]
async fn an_enrolment_is_begun_confirmed_and_removed() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let (client, path) = (&user.client, path(&user));
    let state = json!({ "enrolled": false, "confirmed": false, "pending": false });
    assert_eq!(client.get(&path).await.expect(200), state);
    client
        .put(&path, json!({ "code": "123456" }))
        .await
        .refused(404, "enrolment not found");

    let begun = client.post(&path, json!({})).await.expect(201);
    let secret = begun["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "160 bits in base32");
    let uri = begun["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("otpauth://totp/Example%20%28example.com%29:jane?secret="),
        "{uri}"
    );
    assert!(
        uri.contains(secret) && uri.contains("&issuer=Example"),
        "{uri}"
    );
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(begun["server_time"], "2027-01-15T08:00:00.000Z");
    let state = json!({ "enrolled": true, "confirmed": false, "pending": true });
    assert_eq!(client.get(&path).await.expect(200), state);

    let code = harness.code(secret, 0);
    client
        .put(&path, json!({ "code": wrong(&code) }))
        .await
        .refused(422, "here it is 2027-01-15T08:00:00.000Z");
    client
        .put(&path, json!({}))
        .await
        .refused(422, "lacks the key \"token\"");
    client
        .put(&path, json!({ "code": code, "token": 1 }))
        .await
        .refused(422, "\"token\" must be a string");
    let confirmed = client.put(&path, json!({ "code": code })).await.expect(200);
    assert_eq!(confirmed, json!({ "confirmed": true }));
    let state = json!({ "enrolled": true, "confirmed": true, "pending": false });
    assert_eq!(client.get(&path).await.expect(200), state);

    assert_eq!(client.delete(&path).await.expect(202), json!({}));
    client
        .delete(&path)
        .await
        .refused(404, "enrolment not found");
    assert_eq!(user.start("totp").await.expect(201)["method"], "sms");
}

#[tokio::test]
async fn an_unconfirmed_enrolment_changes_nothing() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.client.post(&path(&user), json!({})).await.expect(201);
    assert_eq!(user.start("totp").await.expect(201)["method"], "sms");
}

#[tokio::test]
async fn the_old_app_works_until_the_new_one_is_confirmed() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let old = user.enrol(&harness).await;
    let begun = user.client.post(&path(&user), json!({})).await.expect(201);
    let new = begun["secret"].as_str().unwrap();

    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&old, 0), "totp").await;

    harness.clock.advance(30);
    let confirmation = json!({ "code": harness.code(new, 0) });
    user.client
        .put(&path(&user), confirmation)
        .await
        .expect(200);
    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    user.denied(&harness.code(&old, 0), "INVALID").await;
    user.accepted(&harness.code(new, 0), "totp").await;
}

#[tokio::test]
async fn an_enrolment_begun_twice_counts_as_the_second_and_says_so() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let (client, path) = (&user.client, path(&user));
    let first = client.post(&path, json!({})).await.expect(201);
    assert_eq!(first["replaced"], false);
    let second = client.post(&path, json!({})).await.expect(201);
    assert_eq!(second["replaced"], true);
    assert_ne!(first["secret"], second["secret"]);
    let code = |begun: &serde_json::Value| harness.code(begun["secret"].as_str().unwrap(), 0);
    client
        .put(&path, json!({ "code": code(&first) }))
        .await
        .refused(422, "begun last");
    client
        .put(&path, json!({ "code": code(&second) }))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_enrolment_confirmed_twice_is_said_to_be_confirmed() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    let confirmation = json!({ "code": harness.code(&secret, 0) });
    let again = user.client.put(&path(&user), confirmation).await;
    again.refused(409, "confirmed already");
    let begun = user.client.post(&path(&user), json!({})).await.expect(201);
    assert_eq!(begun["replaced"], false, "the old app works on");
}
