//! A network that swallows, cuts and dawdles between the server and its database: 503 within the time of
//! the request, never a wrong yes, and recovery by itself.

use std::time::{Duration, Instant};

use serde_json::Value;
use verigator_server::secrets::KeyPlace;
use verigator_server::storage::Storage;

use crate::balancer::{Balancer, Moment, Trouble};
use crate::database::{Database, Server};
use crate::failover::recovers;
use crate::harness::{Harness, User, add_accounts, last_pin};

/// How long a request may take here.
const REQUEST: Duration = Duration::from_secs(2);
/// What a consumption of a code begins with.
const CONSUMPTION: &str = "UPDATE challenges SET spent";
/// The statement, with the end that it has on its way: a transaction begins with READ COMMITTED.
const COMMIT: &str = "COMMIT\0";

async fn harness(server: &Server) -> (Harness, Balancer) {
    let balancer = server.balancer();
    let url = Database::on(server).behind(&balancer);
    let storage = Storage::open(&url.parse().unwrap(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    let harness = Harness::on(storage, |settings| settings.request_timeout = REQUEST).await;
    (harness, balancer)
}

/// What a verification is answered once the database is back for all threads.
async fn answered(user: &User, pin: &str) -> Value {
    loop {
        let answer = user.verify(pin).await;
        if answer.status != 503 {
            return answer.expect(200);
        }
    }
}

/// A verification with trouble at each of some moments, told so, and what becomes of its code.
async fn survives(trouble: Trouble) {
    let server = Server::start();
    let (harness, balancer) = harness(&server).await;
    let user = harness.user().await;
    for (after, at, arrives, told) in [
        ("", "user\0verigator", false, "nothing was changed"),
        ("", "BEGIN", false, "nothing was changed"),
        ("", CONSUMPTION, false, "nothing was changed"),
        ("", CONSUMPTION, true, "nothing was changed"),
        (CONSUMPTION, COMMIT, false, "not known"),
        (CONSUMPTION, COMMIT, true, "not known"),
    ] {
        // Not the messages of ten minutes, but those of one user, are few.
        harness.clock.advance(700);
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        if at.starts_with("user") {
            server.run(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE application_name = 'verigator-server'",
            );
        }
        let moment = Moment { after, at, arrives };
        balancer.make(trouble, moment);
        let before = Instant::now();
        let answer = user.verify(&pin).await;
        assert!(before.elapsed() < REQUEST, "{moment:?}: {answer:?}");
        assert!(answer.text.contains(told), "{moment:?}: {answer:?}");
        answer.refused(503, told);
        balancer.pass();
        recovers(&user).await;
        let was_kept = at == COMMIT && arrives;
        let verified = answered(&user, &pin).await["verified"] == true;
        assert_eq!(verified, !was_kept, "{moment:?}");
        user.denied(&pin, "INVALID").await;
    }
}

#[tokio::test]
async fn a_database_in_a_black_hole_costs_no_more_than_the_time_of_a_request() {
    survives(Trouble::Swallow).await;
}

#[tokio::test]
async fn a_connection_that_is_reset_says_what_is_known() {
    survives(Trouble::Cut).await;
}

#[tokio::test]
async fn a_slow_network_is_a_slow_login() {
    let server = Server::start();
    let (harness, balancer) = harness(&server).await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = last_pin(&harness.storage, &user);
    let moment = Moment {
        after: "",
        at: "",
        arrives: true,
    };
    balancer.make(Trouble::Slow, moment);
    user.accepted(&pin, "sms").await;
    user.denied(&pin, "INVALID").await;
}
