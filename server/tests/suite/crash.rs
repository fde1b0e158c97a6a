//! `kill -9` at any moment, and what is known afterwards.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use verigator_server::clock::SystemClock;
use verigator_server::storage::Storage;

use crate::harness::{User, code, last_pin, wait};
use crate::process::Files;

/// How often the server is killed, unless CRASH_ROUNDS says.
const ROUNDS: u64 = 30;
/// How many verifications of one code are under way when it is.
const PARALLEL: usize = 8;

/// How many logins of a user the database knows of.
fn logins(storage: &Storage, user: &User) -> usize {
    let audit = wait(storage.audit(None)).unwrap();
    audit
        .iter()
        .filter(|row| row.user_id.as_ref() == Some(&user.user))
        .filter(|row| row.operation == "verify-pin" && row.outcome == "verified")
        .count()
}

/// Starts a login and gives the code that answers it.
async fn start(storage: &Storage, user: &User, method: &str) -> String {
    if method == "sms" {
        user.start_sms().await;
        return last_pin(storage, user);
    }
    let secret = user.enrol_by(&SystemClock).await;
    user.start("totp").await.expect(201);
    code(&SystemClock, &secret, 1) // the step before confirmed the app
}

/// Waits until a file is written to; not for long, since its times may be too coarse to show it.
async fn wait_for_a_write(file: &Path, before: SystemTime) {
    let written = async {
        while file.metadata().unwrap().modified().unwrap() == before {
            tokio::task::yield_now().await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(100), written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_it_verifies_accepts_no_code_twice() {
    let files = Files::new();
    let storage = files.storage();
    let mut process = files.serve(&["--dev"]);
    let log = files.database.log();
    let mut outcomes = [0; 3];
    let rounds = std::env::var("CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        let method = ["sms", "totp"][round as usize % 2];
        let user = User::register(process.client(), &format!("{round}.example")).await;
        let code = start(&storage, &user, method).await;
        let modified = |file: &PathBuf| file.metadata().unwrap().modified().unwrap();
        let before = log.as_ref().map(modified);
        let checks: Vec<_> = (0..PARALLEL)
            .map(|_| {
                let (user, code) = (user.clone(), code.clone());
                tokio::spawn(async move { user.try_verify(&code).await })
            })
            .collect();
        // Every round at another moment: before, while and after the code is consumed. Every third
        // time just when something was written, but perhaps not yet answered.
        match (round % 3, &log, before) {
            (0, Some(log), Some(before)) => wait_for_a_write(log, before).await,
            _ => tokio::time::sleep(Duration::from_micros(400 * (round % ROUNDS))).await,
        }
        drop(process); // by SIGKILL
        let mut told = 0;
        for check in checks {
            told += usize::from(check.await.unwrap() == Some(true));
        }
        files.database.settle();
        let kept = logins(&storage, &user);
        assert!(told <= kept && kept <= 1, "told {told}, kept {kept}");
        outcomes[told + kept] += 1;

        process = files.serve(&["--dev"]);
        let user = process.user(&user);
        match kept {
            0 => user.accepted(&code, method).await,
            _ => user.denied(&code, "INVALID").await,
        }
        user.denied(&code, "INVALID").await;
        assert_eq!(logins(&storage, &user), 1);
    }
    let [not_consumed, consumed, told] = outcomes;
    println!(
        "killed before a code was consumed {not_consumed} times, between that and the answer \
         {consumed} times, after the answer {told} times"
    );
}

#[tokio::test]
async fn a_restart_gives_no_code_of_an_app_a_second_life() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let user = User::register(process.client(), "example.com").await;
    let (secret, enrolment) = user.enrol_and_tell(&SystemClock).await;
    user.start("totp").await.expect(201);
    let next = code(&SystemClock, &secret, 1);
    process.stop("-KILL");

    let process = files.serve(&["--dev"]);
    let user = process.user(&user);
    user.denied(&enrolment, "INVALID").await;
    user.accepted(&next, "totp").await;
    process.stop("-KILL");

    let process = files.serve(&["--dev"]);
    let user = process.user(&user);
    user.denied(&next, "INVALID").await;
    user.start("totp").await.expect(201);
    for used in [&next, &enrolment] {
        user.denied(used, "INVALID").await;
    }
}
