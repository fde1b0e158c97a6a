//! Brute force: how often a user may try and be sent something.

use serde_json::json;
use verigator_server::clock::Clock;

use crate::harness::{Harness, User, is_denied, wrong};
use crate::process::Files;

#[tokio::test]
async fn a_challenge_takes_five_checks() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    for _ in 0..5 {
        user.denied(&wrong(&pin), "INVALID").await;
        harness.clock.advance(10);
    }
    user.denied(&pin, "THROTTLED").await;
    user.start_sms().await;
    user.accepted(&harness.pin(&user), "sms").await;
}

#[tokio::test]
async fn the_fourth_failure_brings_a_delay_that_costs_no_check() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    for _ in 0..4 {
        user.denied(&wrong(&pin), "INVALID").await;
    }
    for _ in 0..10 {
        user.denied(&pin, "THROTTLED").await;
    }
    harness.clock.advance(1);
    user.accepted(&pin, "sms").await;
}

#[tokio::test]
async fn five_messages_in_ten_minutes_are_enough() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    for _ in 0..5 {
        user.start_sms().await;
        harness.clock.advance(60);
    }
    let refused = user.start("sms").await;
    refused.refused(409, "too many messages");
    assert_eq!(refused.headers["retry-after"], "300");
    harness.clock.advance(299);
    assert_eq!(
        user.start("totp").await.status,
        409,
        "no app, so this is an SMS too"
    );
    harness.clock.advance(1);
    user.start_sms().await;
    let john = User::with_phone(harness.client(), "john.example", "+37250000000").await;
    john.start_sms().await;
}

#[tokio::test]
async fn a_hundred_failures_lock_a_user_whatever_is_tried() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    let mut now = 0;
    for round in 0..20 {
        // A restart, and both forms of the path, must make no difference.
        let harness = Harness::on(files.storage(), |_| ()).await;
        let auth = match round % 2 {
            0 => format!("{}/auth", user.path()),
            _ => format!("/v1/service/{}/user/{}/auth", user.service, user.user),
        };
        let client = harness.client();
        for check in 0..5 {
            now += 1000;
            harness.clock.set(crate::harness::BEGINNING + now * 1000);
            client
                .post(&auth, json!({ "method": "totp" }))
                .await
                .expect(201);
            let token = json!({ "token": wrong(&harness.code(&secret, 0)) });
            let answer = client.put(&auth, token).await.expect(200);
            assert_eq!(
                answer["status"]["result"], "INVALID",
                "round {round}, check {check}"
            );
        }
    }
    let harness = Harness::on(files.storage(), |_| ()).await;
    harness
        .clock
        .set(crate::harness::BEGINNING + (now + 1000) * 1000);
    let user = User {
        client: harness.client(),
        ..user
    };
    user.start("totp").await.refused(409, "locked");
    user.denied(&harness.code(&secret, 0), "THROTTLED").await;

    user.client
        .post(&format!("{}/unlock", user.admin_path()), json!({}))
        .await
        .expect(200);
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 0), "totp").await;
}

/// Fails until the user is locked, by answers to the login by app.
async fn lock(harness: &Harness, user: &User) {
    for _ in 0..100 {
        harness.clock.advance(900);
        user.start("totp").await.expect(201);
        let wrong = json!({ "token": "wrong", "method": "totp" });
        is_denied(&user.verify_with(wrong).await, "INVALID");
    }
    user.start("totp").await.refused(409, "locked");
}

#[tokio::test]
async fn a_lock_ends_what_was_under_way() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    let begun = harness.clock.now();
    lock(&harness, &user).await;
    user.denied(&pin, "THROTTLED").await;

    let unlock = format!("{}/unlock", user.admin_path());
    user.client.post(&unlock, json!({})).await.expect(200);
    harness.clock.set(begun);
    user.denied(&pin, "INVALID").await;
    harness.clock.set(begun + 100 * 900_000);
    user.denied(&harness.code(&secret, 0), "INVALID").await;

    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 0), "totp").await;
    user.start_sms().await;
    user.accepted(&harness.pin(&user), "sms").await;
}

#[tokio::test]
async fn two_logins_under_way_are_no_second_chance() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(30);
    user.start_sms().await;
    user.start("totp").await.expect(201);
    for _ in 0..5 {
        user.denied("wrong", "INVALID").await;
        harness.clock.advance(4);
    }
    // Each answer was held against both.
    user.denied(&harness.pin(&user), "THROTTLED").await;
    user.denied(&harness.code(&secret, 0), "THROTTLED").await;
}

#[tokio::test]
async fn a_new_challenge_forgives_nothing_and_a_success_forgives_all() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    harness.clock.advance(60);
    for _ in 0..4 {
        user.start("totp").await.expect(201);
        user.denied("wrong", "INVALID").await;
    }
    user.start("totp").await.expect(201);
    user.denied(&harness.code(&secret, 0), "THROTTLED").await;
    harness.clock.advance(1);
    user.accepted(&harness.code(&secret, 0), "totp").await;
    user.start("totp").await.expect(201);
    for _ in 0..4 {
        user.denied("wrong", "INVALID").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_in_parallel_challenges_at_two_servers_count_together() {
    let files = Files::new();
    let one = Harness::on(files.storage(), |_| ()).await;
    let two = Harness::on(files.storage(), |_| ()).await;
    let user = one.user().await;
    let secret = user.enrol(&one).await;
    let guesses: Vec<_> = (0..60)
        .map(|number| {
            let client = [&one, &two][number % 2].client();
            let user = User {
                client,
                ..user.clone()
            };
            tokio::spawn(async move {
                user.start("totp").await.expect(201);
                user.verify("wrong").await.expect(200)["status"]["invalid"] == true
            })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += u32::from(guess.await.unwrap());
    }
    assert_eq!(
        looked_at, 4,
        "the fourth brings a delay, and the clock stands still"
    );
    user.start("totp").await.expect(201);
    user.denied(&one.code(&secret, 1), "THROTTLED").await;
}
