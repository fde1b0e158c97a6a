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

/// Whether a check says yes. One that stood in line for too long is told to come back, and does: recovery codes
/// are hashed one after the other.
async fn is_accepted(user: &User, token: &str) -> bool {
    loop {
        let answer = user.verify(token).await;
        if !(answer.status == 503 && answer.text.contains("too many recovery codes")) {
            return answer.expect(200)["verified"] == true;
        }
    }
}

/// How many of 200 checks of one token at once, at either of two servers, say yes.
async fn accepted_of_many(here: &User, there: &User, token: &str) -> u32 {
    let checks: Vec<_> = (0..200)
        .map(|number| {
            let (user, token) = (
                if number % 2 == 0 { here } else { there }.clone(),
                token.to_owned(),
            );
            tokio::spawn(async move { is_accepted(&user, &token).await })
        })
        .collect();
    let mut accepted = 0;
    for check in checks {
        accepted += u32::from(check.await.unwrap());
    }
    accepted
}

#[tokio::test]
async fn a_recovery_code_is_a_yes_once_at_two_processes() {
    let files = Files::new();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let here = User::register(one.client(), "example.com").await;
    let there = two.user(&here);
    let codes = here.recovery_codes().await;
    // Two logins are under way: whichever is answered, there is another to say yes to.
    here.enrol_by(&SystemClock).await;
    here.start("totp").await.expect(201);
    here.start_sms().await;
    assert_eq!(accepted_of_many(&here, &there, &codes[0]).await, 1);
    let path = format!("{}/recovery_codes", here.path());
    let left = there.client.get(&path).await.expect(200);
    assert_eq!(left, json!({ "remaining": 9 }));
}

#[tokio::test]
async fn codes_made_at_two_processes_at_once_end_each_other() {
    let files = Files::new();
    let (one, two) = (files.serve(&["--dev"]), files.serve(&["--dev"]));
    let here = User::register(one.client(), "example.com").await;
    let there = two.user(&here);
    let makings: Vec<_> = (0..8)
        .map(|number| if number % 2 == 0 { &here } else { &there }.clone())
        .map(|user| tokio::spawn(async move { user.recovery_codes().await }))
        .collect();
    for making in makings {
        assert_eq!(making.await.unwrap().len(), 10);
    }
    let path = format!("{}/recovery_codes", here.path());
    let left = here.client.get(&path).await.expect(200);
    assert_eq!(left, json!({ "remaining": 10 }));
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

    assert_eq!(accepted_of_many(&here, &there, &pin).await, 1);
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
    let output = void.arg(files.database.argument()).output().unwrap();
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
