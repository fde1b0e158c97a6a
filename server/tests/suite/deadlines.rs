//! Requests that have to wait for the database, and what becomes of them.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use verigator_server::authentication::{Ruling, Start};
use verigator_server::clock::UnixMilliseconds;
use verigator_server::delivery::{Delivery, Route};
use verigator_server::storage::Storage;

use crate::harness::{BEGINNING, Harness, User, wait};
use crate::process::Files;

/// Another process that is writing to the database, until it is told to stop.
struct Writer(Connection);

impl Writer {
    fn begin(files: &Files) -> Self {
        let connection = Connection::open(files.database.path()).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(connection)
    }

    fn stop(self) {
        self.0.execute_batch("COMMIT").unwrap();
    }
}

#[tokio::test]
async fn what_was_answered_as_late_is_not_done_later() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    let limit = Duration::from_millis(50);
    let hasty = Harness::on(files.storage(), |settings| settings.request_timeout = limit).await;
    for _ in 0..3 {
        let writer = Writer::begin(&files);
        let deletion = hasty.client().delete(&user.path()).await;
        deletion.refused(408, "took");
        writer.stop();
        // Whoever waited for the writer had its turn before this one.
        hasty.storage.clear_outbox().await.unwrap();
        harness.client().get(&user.path()).await.expect(200);
    }
}

/// An operation that occupies the storage until its sender is dropped.
fn occupy(storage: Storage, user: &User) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (occupied, is_occupied) = mpsc::channel();
    let (target, user) = (user.target(), user.user.clone());
    let occupant = thread::spawn(move || {
        let judge = move |_: &_, _| {
            occupied.send(()).unwrap();
            let _ = released.recv();
            Ruling::NothingPending
        };
        wait(storage.verify(target, user, || BEGINNING, judge)).unwrap();
    });
    is_occupied.recv().unwrap();
    (release, occupant)
}

#[tokio::test]
async fn that_a_database_is_occupied_is_told_soon() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let (release, occupant) = occupy(harness.storage.clone(), &user);
    let readiness = harness.client().get("/readyz").await;
    readiness.refused(503, "the database does not answer");
    harness.client().get("/healthz").await.expect(200);
    drop(release);
    occupant.join().unwrap();
    while harness.client().get("/readyz").await.status != 200 {}
}

/// A clock that wants to be asked only when nobody else can write.
fn witness(files: &Files) -> impl Fn() -> UnixMilliseconds + Send + Clone + 'static {
    let connection = Connection::open(files.database.path()).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let writer = Arc::new(Mutex::new(connection));
    move || {
        let free = writer.lock().unwrap().execute_batch("BEGIN IMMEDIATE");
        assert!(
            free.is_err(),
            "the time was read before it was this operation's turn"
        );
        BEGINNING
    }
}

#[tokio::test]
async fn the_time_of_a_login_is_read_when_it_is_its_turn() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let user = harness.user().await;
    let enrolment = format!("{}/totp", user.admin_path());
    user.client.post(&enrolment, json!({})).await.expect(201);
    let (storage, witness) = (&harness.storage, witness(&files));
    let who = || (user.target(), user.user.clone());
    let (target, id) = who();
    let posting = Delivery::by(Route::Shown).posting();
    let decide = |_: &_, now| {
        assert_eq!(now, BEGINNING);
        Start::Locked
    };
    let start = storage.start_authentication(target, id, witness.clone(), posting, decide);
    assert!(matches!(start.await.unwrap(), (Start::Locked, _)));
    let (target, id) = who();
    let judge = |_: &_, now| {
        assert_eq!(now, BEGINNING);
        Ruling::NothingPending
    };
    let verified = storage.verify(target, id, witness.clone(), judge);
    assert_eq!(verified.await.unwrap().ruling, Ruling::NothingPending);
    let (target, id) = who();
    let step = |_: &_, now| match now {
        BEGINNING => Err(None),
        _ => Ok(1),
    };
    let confirmed = storage.confirm_enrolment(target, id, witness.clone(), step);
    assert_eq!(confirmed.await.unwrap(), Err(None));
    let (target, id) = who();
    storage.unlock(target, id, witness).await.unwrap();
}
