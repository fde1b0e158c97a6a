//! Several processes on one database, at once or one after the other.

use serde_json::json;
use verigator_server::clock::SystemClock;

use crate::harness::{User, code, is_denied, last_pin, wait, wrong};
use crate::process::{Files, command};

#[cfg(unix)]
#[tokio::test]
async fn a_killed_server_remembers_what_was_used_and_how_often_one_failed() {
    let files = Files::new();
    let storage = files.storage();
    let pin = |user: &User| last_pin(&storage, user);

    let process = files.serve(&["--dev"]);
    let user = User::register(process.client(), "example.com").await;
    user.start_sms().await;
    let used = pin(&user);
    user.accepted(&used, "sms").await;
    process.stop("-KILL");

    let process = files.serve(&["--dev"]);
    let user = process.user(&user);
    user.denied(&used, "INVALID").await;
    user.start_sms().await;
    for _ in 0..4 {
        user.denied(&wrong(&pin(&user)), "INVALID").await;
    }
    process.stop("-KILL");

    let process = files.serve(&["--dev"]);
    let user = process.user(&user);
    process
        .client()
        .put("/_/clock", json!({ "advance": 2 }))
        .await
        .expect(200);
    user.denied(&wrong(&pin(&user)), "INVALID").await; // the fifth check
    process
        .client()
        .put("/_/clock", json!({ "advance": 100 }))
        .await
        .expect(200);
    user.denied(&pin(&user), "THROTTLED").await;
}

#[tokio::test]
async fn a_login_that_one_process_began_another_ends_at_once() {
    let files = Files::new();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let here = User::register(one.client(), "example.com").await;
    let there = two.user(&here);
    for _ in 0..5 {
        here.start_sms().await;
        there
            .accepted(&last_pin(&files.storage(), &here), "sms")
            .await;
    }
}

#[tokio::test]
async fn two_processes_on_one_database_are_one_server() {
    let files = Files::new();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let here = User::register(one.client(), "example.com").await;
    let there = two.user(&here);
    here.start_sms().await;
    let pin = wait(files.storage().outbox(Some(here.user.clone()))).unwrap()[0]
        .pin
        .clone();
    there.denied(&wrong(&pin), "INVALID").await;

    let checks: Vec<_> = (0..200)
        .map(|number| {
            let (user, token) = (
                if number % 2 == 0 { &here } else { &there }.clone(),
                pin.clone(),
            );
            tokio::spawn(async move { user.verify(&token).await.expect(200)["verified"] == true })
        })
        .collect();
    let mut accepted = 0;
    for check in checks {
        accepted += u32::from(check.await.unwrap());
    }
    assert_eq!(accepted, 1);
    is_denied(&there.verify(&pin).await, "INVALID");
}

/// As after a database was brought back to an older state by its own tools.
#[tokio::test]
async fn what_is_under_way_counts_no_more_once_an_operator_says_so() {
    let files = Files::new();
    let storage = files.storage();
    let process = files.serve(&["--dev"]);
    let by_sms = User::register(process.client(), "sms.example").await;
    let by_app = User::register(process.client(), "app.example").await;
    by_sms.start_sms().await;
    let pin = last_pin(&storage, &by_sms);
    let secret = by_app.enrol_by(&SystemClock).await;
    by_app.start("totp").await.expect(201);

    let mut void = command(&["void-pending", "--database"]);
    void.arg(files.database.argument());
    void.arg("--key-file").arg(files.key_file());
    let output = void.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    by_sms.denied(&pin, "INVALID").await;
    by_app.start("totp").await.expect(201);
    let shown = code(&SystemClock, &secret, 1);
    by_app.denied(&shown, "INVALID").await;
    // New ones do count.
    by_sms.start_sms().await;
    by_sms.accepted(&last_pin(&storage, &by_sms), "sms").await;
    let later = json!({ "advance": 120 });
    process.client().put("/_/clock", later).await.expect(200);
    by_app
        .accepted(&code(&SystemClock, &secret, 4), "totp")
        .await;
}
