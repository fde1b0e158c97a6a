//! What is counted for the limits on messages is in nobody's way.

use crate::database::shared;
use crate::harness::{Harness, User, last_pin};
use crate::process::Files;

#[tokio::test]
async fn only_a_start_that_sends_waits_for_what_is_counted() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    let secret = user.enrol(&harness).await;
    user.start_sms().await;
    let mut other = shared().session(files.database.name());
    other.run("BEGIN; LOCK TABLE send_counts IN ACCESS EXCLUSIVE MODE;");
    user.accepted(&harness.pin(&user), "sms").await;
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 1), "totp").await;
    drop(other);
    user.start_sms().await;
}

/// Services, accounts, phones and countries cross each other, and so do messages that are given back.
#[tokio::test(flavor = "multi_thread")]
async fn starts_that_count_by_the_same_things_in_any_order_do_not_wait_in_a_circle() {
    let files = Files::new();
    let arguments = ["--sms", "command:/bin/false", "--admin-token-file"];
    let token = files.directory.path().join("token");
    std::fs::write(&token, "0123456789abcdef").unwrap();
    let mut arguments = arguments.to_vec();
    arguments.push(token.to_str().unwrap());
    let (one, two) = (files.serve(&arguments), files.serve(&arguments));
    let mut users = Vec::new();
    for number in 0..12 {
        let client = match number % 2 {
            0 => one.client(),
            _ => crate::harness::Client::new(&two.url, Some("other:other-password")),
        };
        let fqdn = format!("{number}.example");
        let phone = [
            "+37250000001",
            "+37250000002",
            "+447911123456",
            "+12025550123",
        ][number % 4];
        users.push(User::with_phone(client, &fqdn, phone).await);
    }
    let starts = (0..120).map(|number: usize| {
        let user = users[number % users.len()].clone();
        tokio::spawn(async move { user.start("sms").await.status })
    });
    for start in starts.collect::<Vec<_>>() {
        let status = start.await.unwrap();
        assert!([201, 409].contains(&status), "{status}");
    }
    for process in [&one, &two] {
        let metrics = process.client().get("/metrics").await.text;
        let again = "verigator_transactions_tried_again_total 0";
        assert!(metrics.lines().any(|line| line == again), "{metrics}");
    }
    let storage = files.storage();
    assert!(!last_pin(&storage, &users[0]).is_empty());
}
