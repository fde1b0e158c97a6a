//! Recovery codes: made, used once each, and gone.

use serde_json::{Value, json};

use crate::database::Database;
use crate::harness::{BEGINNING, Harness, User, is_denied, wrong};
use crate::process::Files;

fn path(user: &User) -> String {
    format!("{}/recovery_codes", user.path())
}

async fn remaining(user: &User) -> Value {
    user.client.get(&path(user)).await.expect(200)["remaining"].clone()
}

#[tokio::test]
async fn codes_are_made_counted_and_removed() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    assert_eq!(remaining(&user).await, 0);
    let removed = user.client.delete(&path(&user)).await;
    removed.refused(404, "recovery codes not found");
    assert_eq!(removed.json()["missing"], "recovery_codes");

    let codes = user.recovery_codes().await;
    let mut different = codes.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 10);
    for code in &codes {
        assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
    }
    assert_eq!(remaining(&user).await, 10);
    user.client.delete(&path(&user)).await.expect(202);
    assert_eq!(remaining(&user).await, 0);
    user.start_sms().await;
    user.denied(&codes[0], "INVALID").await;
    let audit = harness.client().get("/_/audit").await;
    for (operation, outcome) in [
        ("make-recovery-codes", "made"),
        ("remove-recovery-codes", "removed"),
    ] {
        let rows = audit.json()["rows"].clone();
        let is_meant =
            |row: &&Value| row["operation"] == operation && row["user_id"] == user.user.as_str();
        let row = rows.as_array().unwrap().iter().find(is_meant).unwrap();
        assert_eq!(
            (&row["outcome"], &row["account"]),
            (&json!(outcome), &json!("mine"))
        );
    }
    assert!(!audit.text.contains(&codes[0]), "{}", audit.text);
}

#[tokio::test]
async fn a_code_stands_in_for_either_method_once() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let codes = user.recovery_codes().await;
    user.verify(&codes[0]).await.refused(404, "start an");
    let auth_id = user.start_sms().await;
    user.accepted(&codes[0], "recovery_code").await;
    // The challenge is spent, and so is the code.
    user.denied(&harness.pin(&user), "INVALID").await;
    user.denied(&codes[1], "INVALID").await;
    let auth_id_2 = user.start_sms().await;
    user.denied(&codes[0], "INVALID").await;
    let stale = json!({ "token": codes[1], "auth_id": auth_id });
    is_denied(&user.verify_with(stale).await, "INVALID");
    let body = json!({ "token": codes[1], "auth_id": auth_id_2, "method": "sms" });
    let verified = user.verify_with(body).await.expect(200);
    assert_eq!(
        verified,
        json!({ "verified": true, "method": "recovery_code" })
    );

    user.enrol(&harness).await;
    user.start("totp").await.expect(201);
    user.accepted(&codes[2].to_uppercase().replace('-', " "), "recovery_code")
        .await;
    user.start("totp").await.expect(201);
    let body = json!({ "token": codes[3].replace('-', ""), "method": "totp" });
    let verified = user.verify_with(body).await.expect(200);
    assert_eq!(verified["method"], "recovery_code");
    assert_eq!(remaining(&user).await, 6);
    let metrics = harness.client().get("/metrics").await.text;
    let line = "verigator_verifications_total{method=\"recovery_code\",outcome=\"verified\"} 4";
    assert!(metrics.contains(line), "{metrics}");
    // No PIN came back for it.
    assert!(!metrics.contains("verified_by_country_total{"), "{metrics}");
}

#[tokio::test]
async fn no_login_is_started_by_a_code() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.recovery_codes().await;
    let refused = user.start("recovery_code").await;
    refused.refused(422, "a recovery code answers either");
    let body = json!({ "token": "k7wq4-m2xhd", "method": "recovery_code" });
    user.verify_with(body).await.refused(422, "\"method\"");
}

#[tokio::test]
async fn codes_that_are_made_anew_end_those_before_and_another_users_are_none() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let john = User::register(harness.client(), "john.example").await;
    let old = user.recovery_codes().await;
    let johns = john.recovery_codes().await;
    let new = user.recovery_codes().await;
    assert_eq!(remaining(&user).await, 10);
    user.start_sms().await;
    user.denied(&old[0], "INVALID").await;
    user.denied(&johns[0], "INVALID").await;
    user.accepted(&new[0], "recovery_code").await;
    assert_eq!(remaining(&john).await, 10);
    john.start_sms().await;
    john.accepted(&johns[0], "recovery_code").await;
}

#[tokio::test]
async fn a_wrong_code_looks_and_counts_like_any_wrong_token() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let codes = user.recovery_codes().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    let by_pin = user.verify(&wrong(&pin)).await;
    let by_code = user.verify("k7wq4-m2xhd").await;
    is_denied(&by_code, "INVALID");
    assert_eq!(by_code.text, by_pin.text);
    user.denied("k7wq4-m2xhd", "INVALID").await;
    user.denied("k7wq4-m2xhd", "INVALID").await;
    // The fourth brings a delay, which holds for right codes as well.
    user.denied(&codes[0], "THROTTLED").await;
    harness.clock.advance(1);
    user.denied("k7wq4-m2xhd", "INVALID").await;
    harness.clock.advance(60);
    // The fifth was the last of this login.
    user.denied(&codes[0], "THROTTLED").await;
    assert_eq!(remaining(&user).await, 10);
    user.start_sms().await;
    user.accepted(&codes[0], "recovery_code").await;
    // A success forgives what failed before.
    user.start_sms().await;
    user.denied("k7wq4-m2xhd", "INVALID").await;
    user.accepted(&codes[1], "recovery_code").await;
}

#[tokio::test]
async fn a_code_does_not_open_a_login_that_is_too_old() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let codes = user.recovery_codes().await;
    user.start_sms().await;
    harness.clock.advance(300);
    user.denied(&codes[0], "EXPIRED").await;
    assert_eq!(remaining(&user).await, 10);
}

#[tokio::test]
async fn a_hundred_wrong_codes_lock_a_user_whose_codes_wait_for_an_unlock() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.enrol(&harness).await;
    let codes = user.recovery_codes().await;
    for _ in 0..100 {
        harness.clock.advance(900);
        user.start("totp").await.expect(201);
        user.denied("k7wq4-m2xhd", "INVALID").await;
    }
    harness.clock.advance(100);
    user.denied(&codes[0], "THROTTLED").await;
    harness.clock.advance(1000);
    user.denied(&codes[0], "THROTTLED").await;
    user.start("totp").await.refused(409, "locked");

    let unlock = format!("{}/unlock", user.path());
    user.client.post(&unlock, json!({})).await.expect(200);
    user.denied(&codes[0], "INVALID").await;
    user.start("totp").await.expect(201);
    user.accepted(&codes[0], "recovery_code").await;
    assert_eq!(remaining(&user).await, 9);
}

#[tokio::test]
async fn who_is_registered_again_begins_without_codes() {
    let harness = Harness::start().await;
    let jane = harness.user().await;
    let user = jane.colleague(1).await;
    let codes = user.recovery_codes().await;
    user.client.delete(&user.path()).await.expect(202);
    user.verify(&codes[0]).await.refused(404, "user not found");
    let again = jane.colleague(1).await;
    assert_eq!(remaining(&again).await, 0);
    again.start_sms().await;
    again.denied(&codes[0], "INVALID").await;
}

#[tokio::test]
async fn a_code_stands_in_for_an_app_that_was_removed_meanwhile_and_the_apps_codes_do_not() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    let codes = user.recovery_codes().await;
    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    let totp = format!("{}/totp", user.path());
    user.client.delete(&totp).await.expect(202);
    user.denied(&harness.code(&secret, 0), "INVALID").await;
    user.accepted(&codes[0], "recovery_code").await;
    user.denied(&codes[1], "INVALID").await;
    assert_eq!(remaining(&user).await, 9);
}

/// How many hashes there are.
fn kept(database: &Database) -> String {
    let query = "SELECT CAST(count(*) AS TEXT) FROM recovery_codes WHERE length(hash) = 32";
    database.column(query).remove(0).unwrap()
}

#[tokio::test]
async fn only_hashes_are_kept_and_they_go_with_the_user_or_the_service() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let (jane, john) = (
        harness.user().await,
        User::register(harness.client(), "john.example").await,
    );
    jane.recovery_codes().await;
    john.recovery_codes().await;
    assert_eq!(kept(&files.database), "20");
    jane.client.delete(&jane.path()).await.expect(202);
    assert_eq!(kept(&files.database), "10");
    let service = format!("/v1/service/service/{}", john.service);
    john.client.delete(&service).await.expect(202);
    harness.storage.purge().await.unwrap();
    assert_eq!(kept(&files.database), "0");
}

#[tokio::test]
async fn a_database_whose_past_is_void_has_no_codes() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let codes = user.recovery_codes().await;
    harness.storage.void_pending(BEGINNING).await.unwrap();
    assert_eq!(remaining(&user).await, 0);
    user.start_sms().await;
    user.denied(&codes[0], "INVALID").await;
}
