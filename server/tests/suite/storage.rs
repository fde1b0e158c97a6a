//! What storage sees to by itself: it is the last to be asked whether a code was used already.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::json;
use verigator_server::authentication::{Proof, Ruling};
use verigator_server::clock::Clock;
use verigator_server::model::Method;
use verigator_server::otp;
use verigator_server::recovery_code::RecoveryHash;
use verigator_server::storage::{Error, Result};

use crate::database::Database;
use crate::harness::{self, BEGINNING, Harness};
use crate::process::Files;

/// Verifies a login by a judge that accepts every answer.
async fn accept(
    harness: &Harness,
    user: &harness::User,
    method: Method,
    proof: Proof,
) -> Result<Ruling> {
    let judge = move |_: &_, _| Ruling::Accepted {
        method,
        proof: proof.clone(),
    };
    let now = || BEGINNING;
    let (target, user) = (user.target(), user.user.clone());
    let verified = harness.storage.verify(target, user, now, judge).await;
    verified.map(|verified| verified.ruling)
}

#[tokio::test]
async fn a_challenge_is_spent_once_whatever_the_judge_says() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = || accept(&harness, &user, Method::Sms, Proof::Pin);
    pin().await.unwrap();
    let again = pin().await;
    assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
}

#[tokio::test]
async fn a_time_step_is_used_once_and_none_before_it_whatever_the_judge_says() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.enrol(&harness).await;
    let confirmed = otp::step_at(harness.clock.now());
    for (later, expected) in [(0, false), (2, true), (2, false), (1, false), (3, true)] {
        user.start("totp").await.expect(201);
        let code = Proof::Code(confirmed + later);
        let outcome = accept(&harness, &user, Method::Totp, code).await;
        assert_eq!(outcome.is_ok(), expected, "{later} steps later");
    }
}

#[tokio::test]
async fn a_recovery_code_is_used_once_whatever_the_judge_says() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let hash = |number| RecoveryHash::from([number; 32]);
    let set = async |codes| {
        let (target, id) = (user.target(), user.user.clone());
        let set = harness
            .storage
            .set_recovery_codes(target, id, codes, BEGINNING);
        set.await.unwrap();
    };
    set(vec![hash(1), hash(2)]).await;
    for (number, expected) in [(3, false), (1, true), (1, false), (2, true)] {
        user.start_sms().await;
        let proof = Proof::RecoveryCode(hash(number));
        let outcome = accept(&harness, &user, Method::Sms, proof).await;
        assert_eq!(outcome.is_ok(), expected, "{number}: {outcome:?}");
    }
    // The login that a code did not answer goes on.
    let proof = || Proof::RecoveryCode(hash(1));
    user.start_sms().await;
    let denied = accept(&harness, &user, Method::Sms, proof()).await;
    assert!(matches!(denied, Err(Error::NotFound(_))), "{denied:?}");
    set(vec![hash(1)]).await;
    accept(&harness, &user, Method::Sms, proof()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_an_unlock_is_read_when_no_login_is_in_its_way() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let (begins, has_begun) = channel();
    let (reads, is_read) = channel();
    let (storage, target, id) = (harness.storage.clone(), user.target(), user.user.clone());
    let is_read = Mutex::new(is_read);
    let judge = move |_: &_, _| {
        begins.send(()).unwrap();
        let early = is_read
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_millis(200));
        assert!(early.is_err(), "what this login uses up would count again");
        Ruling::NothingPending
    };
    let login = tokio::spawn(async move { storage.verify(target, id, || BEGINNING, judge).await });
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap())
        .await
        .unwrap();
    let now = move || {
        // The login may be over: then nobody listens.
        let _ = reads.send(());
        BEGINNING
    };
    let unlocked = harness
        .storage
        .unlock(user.target(), user.user.clone(), now);
    unlocked.await.unwrap();
    login.await.unwrap().unwrap();
}

/// The sealed PINs in the rows of all challenges.
fn pins_kept(files: &Files) -> Vec<Option<String>> {
    let pins = format!("SELECT {} FROM challenges", Database::hex("pin"));
    files.database.column(&pins)
}

#[tokio::test]
async fn a_pin_is_kept_only_while_it_can_be_used() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    user.start_sms().await;
    let old = pins_kept(&files);
    assert!(old[0].is_some());
    user.start_sms().await;
    let new = harness.pin(&user);
    let kept = pins_kept(&files);
    assert!(
        kept.len() == 1 && kept[0].is_some() && kept != old,
        "the old one is gone"
    );
    user.accepted(&new, "sms").await;
    assert_eq!(pins_kept(&files), [None], "it was used");

    user.start_sms().await;
    harness.storage.clean(BEGINNING + 299_999).await.unwrap();
    assert!(pins_kept(&files)[0].is_some());
    harness.storage.clean(BEGINNING + 300_000).await.unwrap();
    assert_eq!(pins_kept(&files), [None], "it is expired");
}

#[tokio::test]
async fn what_no_database_can_hold_is_nowhere() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    let get = async |path: &str| user.client.get(path).await;
    get("/v1/service/service/%00").await.refused(404, "service");
    let users = format!("/v1/service/service/{}/users", user.service);
    get(&format!("{users}/%00")).await.refused(404, "user");
    get("/v1/service/service?fqdn=a%00.example")
        .await
        .refused(422, "fqdn");
    for (path, list) in [
        ("/_/outbox?user_id=%00", "messages"),
        ("/_/audit?account=%00", "rows"),
    ] {
        assert_eq!(get(path).await.expect(200)[list], json!([]), "{path}");
    }
    for page in ["/v1/service/service", &users] {
        let answer = get(&format!("{page}?limit=1&cursor=%00")).await;
        answer.refused(422, "cursor");
    }
    user.denied("\0", "INVALID").await;
    let other = json!({ "token": "000000", "method": "sms", "auth_id": "\0" });
    let answer = user.verify_with(other).await;
    assert!(answer.status < 500, "{}", answer.text);
    user.accepted(&harness.pin(&user), "sms").await;
}
