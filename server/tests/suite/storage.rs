//! What storage sees to by itself: it is the last to be asked whether a code was used already.

use verigator_server::authentication::Ruling;
use verigator_server::clock::Clock;
use verigator_server::model::Method;
use verigator_server::otp;
use verigator_server::storage::{Error, Result};

use crate::database::Database;
use crate::harness::{self, BEGINNING, Harness};
use crate::process::Files;

/// Verifies a login by a judge that accepts every answer.
async fn accept(
    harness: &Harness,
    user: &harness::User,
    method: Method,
    step: Option<i64>,
) -> Result<Ruling> {
    let judge = move |_: &_, _| Ruling::Accepted { method, step };
    let now = || BEGINNING;
    let (target, user) = (user.target(), user.user.clone());
    let verified = harness.storage.verify(target, user, now, judge).await;
    verified.map(|(ruling, _)| ruling)
}

#[tokio::test]
async fn a_challenge_is_spent_once_whatever_the_judge_says() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    accept(&harness, &user, Method::Sms, None).await.unwrap();
    let again = accept(&harness, &user, Method::Sms, None).await;
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
        let outcome = accept(&harness, &user, Method::Totp, Some(confirmed + later)).await;
        assert_eq!(outcome.is_ok(), expected, "{later} steps later");
    }
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
