//! A database of an older release, and what becomes of it; and one of a newer release.

use std::sync::{Arc, mpsc};

use verigator_server::authentication::{Ruling, Standing, Start, start};
use verigator_server::delivery::{MessageState, Posting};
use verigator_server::limits::{Limit, Limits};
use verigator_server::model::{Method, Service, User};
use verigator_server::randomness::SystemRandomness;
use verigator_server::storage::{Error, Target};

use crate::harness::wait;
use crate::process::{Files, ended};

/// A database that the first release made, with what matters about its rows.
fn old_database(files: &Files) {
    files.database.first_release(
        "INSERT INTO accounts VALUES ('mine', 'mine', 'x', 0);
         INSERT INTO services VALUES ('s', 'mine', 'Example.com.', 'example.com.', 'Example', 0);
         INSERT INTO users VALUES ('good', 's', '+4407911123456', 'aB3', 'ab3', 0, 0, 0);
         INSERT INTO users VALUES ('locked', 's', '+2', 'Jane', 'jane', 0, 100, 0);
         INSERT INTO challenges VALUES ('good', 'g', 'sms', '012345', 0, 1, 0);
         INSERT INTO challenges VALUES ('locked', 'l', 'sms', '012345', 0, 1, 0);",
    );
}

#[test]
fn a_database_of_the_first_release_is_brought_up_to_date() {
    let files = Files::empty();
    old_database(&files);
    let storage = files.storage();
    let target = Target {
        account: Some("mine".to_owned()),
        address: None,
        service: "s".to_owned(),
    };
    let pin = |user: &str| {
        let (tell, told) = mpsc::channel();
        let look = move |standing: &Standing, _| {
            let challenge = &standing.challenges[0];
            let text = challenge.pin.as_ref().map(|pin| pin.to_string());
            tell.send((text, challenge.spent, challenge.checks))
                .unwrap();
            Ruling::NothingPending
        };
        let verified = storage.verify(target.clone(), user.to_owned(), || 0, look);
        wait(verified).unwrap();
        told.recv().unwrap()
    };
    assert_eq!(pin("good"), (Some("012345".to_owned()), false, 1));
    assert_eq!(pin("locked"), (None, true, 1));

    wait(storage.respell_phone_numbers()).unwrap();
    let good = wait(storage.user(target.clone(), "good".to_owned()));
    assert_eq!(good.unwrap().phone_number, "+447911123456");

    let register = |id_in_service: &str, phone_number: &str| {
        let user = User {
            id: phone_number.to_owned(),
            phone_number: phone_number.to_owned(),
            id_in_service: id_in_service.to_owned(),
            ctime: 0,
        };
        wait(storage.register_user(target.clone(), &user))
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
    let again = wait(storage.create_service("mine", None, &service));
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}

#[test]
fn what_the_first_release_sent_counts_for_the_limits() {
    let files = Files::empty();
    files.database.first_release(
        "INSERT INTO accounts VALUES ('mine', 'mine', 'x', 0);
         INSERT INTO services VALUES ('s', 'mine', 'example.com', 'example.com', 'Example', 0);
         INSERT INTO users VALUES ('sent', 's', '+447911123456', 'a', 'a', 0, 0, 0);
         INSERT INTO users VALUES ('unsent', 's', '+447911123457', 'b', 'b', 0, 0, 0);
         INSERT INTO sends VALUES ('sent', 1000);
         INSERT INTO sends VALUES ('sent', 1000);
         INSERT INTO sends VALUES ('sent', 2000);",
    );
    let storage = files.storage();
    let limits = Limits::none().with(Limit::PhoneTenMinutes, Some(3));
    let refused = |user: &str, now: i64| {
        let target = Target {
            account: Some("mine".to_owned()),
            address: None,
            service: "s".to_owned(),
        };
        let posting = Posting {
            state: MessageState::Shown,
            texts: Arc::default(),
            limits: Arc::new(limits.clone()),
        };
        let decide = |standing: &_, now| start(standing, Method::Sms, now, &SystemRandomness);
        let begun = storage.start_authentication(target, user.into(), move || now, posting, decide);
        matches!(wait(begun).unwrap().0, Start::TooManySends(_))
    };
    assert!(refused("sent", 3000));
    assert!(!refused("unsent", 3000));
    assert!(!refused("sent", 601_000));
}

#[test]
fn a_database_that_is_newer_is_refused_and_left_as_it_is() {
    let files = Files::new();
    let newer = rusqlite::Connection::open(files.database.path()).unwrap();
    newer.pragma_update(None, "user_version", 1000).unwrap();
    drop(newer);
    let before = std::fs::read(files.database.path()).unwrap();
    let output = ended(files.server(&[]), "");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("version 1000") && told.contains("newer verigator-server"),
        "{told}"
    );
    assert!(std::fs::read(files.database.path()).unwrap() == before);
}
