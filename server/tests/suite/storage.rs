//! What storage sees to by itself: it is the last to be asked whether a code was used already.

use std::sync::Mutex;

use verigator_server::authentication::{Ruling, Standing};
use verigator_server::clock::{Clock, ManualClock};
use verigator_server::model::{Method, Service, User};
use verigator_server::otp;
use verigator_server::storage::{Error, Result, Storage, Target};

use crate::harness::{self, BEGINNING, Harness};
use crate::process::Files;

/// Verifies a login by a judge that accepts every answer.
fn accept(
    harness: &Harness,
    user: &harness::User,
    method: Method,
    step: Option<i64>,
) -> Result<Ruling> {
    let judge = |_: &_, _| Ruling::Accepted { method, step };
    let (target, clock) = (user.target(), &*harness.clock);
    harness.storage.verify(&target, &user.user, clock, &judge)
}

#[tokio::test]
async fn a_challenge_is_spent_once_whatever_the_judge_says() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    user.start_sms().await;
    accept(&harness, &user, Method::Sms, None).unwrap();
    let again = accept(&harness, &user, Method::Sms, None);
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
        let outcome = accept(&harness, &user, Method::Totp, Some(confirmed + later));
        assert_eq!(outcome.is_ok(), expected, "{later} steps later");
    }
}

/// The PINs in the rows of all challenges.
fn pins_kept(files: &Files) -> Vec<Option<String>> {
    let database = rusqlite::Connection::open(files.database()).unwrap();
    let mut statement = database.prepare("SELECT pin FROM challenges").unwrap();
    let pins = statement.query_map([], |row| row.get(0)).unwrap();
    pins.map(std::result::Result::unwrap).collect()
}

#[tokio::test]
async fn a_pin_is_kept_only_while_it_can_be_used() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    user.start_sms().await;
    assert_eq!(pins_kept(&files), [Some(harness.pin(&user))]);
    user.start_sms().await;
    let new = harness.pin(&user);
    assert_eq!(
        pins_kept(&files),
        [Some(new.clone())],
        "the old one is gone"
    );
    user.accepted(&new, "sms").await;
    assert_eq!(pins_kept(&files), [None], "it was used");

    user.start_sms().await;
    harness.storage.clean(BEGINNING + 299_999).unwrap();
    assert_eq!(pins_kept(&files), [Some(harness.pin(&user))]);
    harness.storage.clean(BEGINNING + 300_000).unwrap();
    assert_eq!(pins_kept(&files), [None], "it is expired");
}

/// A database that the first release made, with what matters about its rows.
fn old_database(files: &Files) {
    let old = rusqlite::Connection::open(files.database()).unwrap();
    old.execute_batch(include_str!("../../src/storage/schema_1.sql"))
        .unwrap();
    let rows = format!(
        "PRAGMA application_id = {};
         PRAGMA user_version = 1;
         INSERT INTO accounts VALUES ('mine', 'mine', 'x', 0);
         INSERT INTO services VALUES ('s', 'mine', 'Example.com.', 'example.com.', 'Example', 0);
         INSERT INTO users VALUES ('good', 's', '+1', 'aB3', 'ab3', 0, 0, 0);
         INSERT INTO users VALUES ('locked', 's', '+2', 'Jane', 'jane', 0, 100, 0);
         INSERT INTO challenges VALUES ('good', 'g', 'sms', '012345', 0, 1, 0);
         INSERT INTO challenges VALUES ('locked', 'l', 'sms', '012345', 0, 1, 0);",
        0x5652_4754
    );
    old.execute_batch(&rows).unwrap();
}

#[test]
fn a_database_of_the_first_release_is_brought_up_to_date() {
    let files = Files {
        directory: tempfile::tempdir().unwrap(),
    };
    old_database(&files);
    let storage = files.storage();
    let target = Target {
        account: Some("mine".to_owned()),
        service: "s".to_owned(),
    };
    let now = ManualClock::new(0);
    let pin = |user: &str| {
        let pin = Mutex::new(None);
        let look = |standing: &Standing, _| {
            let challenge = &standing.challenges[0];
            let text = challenge.pin.as_ref().map(|pin| pin.to_string());
            *pin.lock().unwrap() = Some((text, challenge.spent, challenge.checks));
            Ruling::NothingPending
        };
        storage.verify(&target, user, &now, &look).unwrap();
        pin.into_inner().unwrap().unwrap()
    };
    assert_eq!(pin("good"), (Some("012345".to_owned()), false, 1));
    assert_eq!(pin("locked"), (None, true, 1));

    let register = |id_in_service: &str, phone_number: &str| {
        let user = User {
            id: phone_number.to_owned(),
            phone_number: phone_number.to_owned(),
            id_in_service: id_in_service.to_owned(),
            ctime: 0,
        };
        storage.register_user(&target, &user)
    };
    register("Ab3", "+3").unwrap();
    let again = register("aB3", "+4");
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let service = Service {
        id: "t".to_owned(),
        fqdn: "EXAMPLE.com".to_owned(),
        name: "x".to_owned(),
        ctime: 0,
    };
    let again = storage.create_service("mine", &service);
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}
