//! A database that goes away, comes back, or only reads: 503, and recovery by itself; never a wrong yes.

use std::collections::BTreeMap;
use std::time::Duration;

use verigator_server::secrets::KeyPlace;
use verigator_server::storage::Storage;

use crate::database::{Database, Server};
use crate::harness::{Harness, User, add_accounts, last_pin};

/// A server in this process, on a database server of its own.
async fn harness(server: &Server) -> Harness {
    let storage = Storage::open(&Database::on(server).location(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    Harness::on(storage, |_| ()).await
}

/// Answers with 503 for a while, then as if nothing had been.
pub async fn recovers(user: &User) {
    let recovers = async {
        loop {
            let answer = user.client.get(&user.path()).await;
            match answer.status {
                200 => return,
                _ => answer.refused(503, "the database is not available"),
            }
        }
    };
    let recovers = tokio::time::timeout(Duration::from_secs(30), recovers);
    recovers.await.expect("it recovers");
}

#[tokio::test]
async fn a_server_that_is_stopped_and_started_again_costs_no_login() {
    let mut server = Server::start();
    let harness = harness(&server).await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = last_pin(&harness.storage, &user);
    server.stop();
    for _ in 0..3 {
        user.verify(&pin).await.refused(503, "nothing was changed");
    }
    server.resume();
    recovers(&user).await;
    user.accepted(&pin, "sms").await;
    user.denied(&pin, "INVALID").await;
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again() {
    let server = Server::start();
    let harness = harness(&server).await;
    let user = harness.user().await;
    for _ in 0..3 {
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        server.run(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'verigator-server'",
        );
        user.accepted(&pin, "sms").await;
    }
}

#[tokio::test]
async fn a_server_that_only_reads_is_no_server() {
    let server = Server::start();
    let harness = harness(&server).await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = last_pin(&harness.storage, &user);
    let set = |value: &str| {
        server.run(
            "postgres",
            &format!("ALTER SYSTEM SET default_transaction_read_only = {value}"),
        );
        server.run("postgres", "SELECT pg_reload_conf()");
    };
    set("on");
    // The setting takes a moment to arrive, and to be noticed.
    while user.client.get(&user.path()).await.status == 200 {}
    user.verify(&pin).await.refused(503, "nothing was changed");
    set("off");
    recovers(&user).await;
    user.accepted(&pin, "sms").await;
}

#[tokio::test]
async fn the_isolation_that_is_the_servers_default_makes_no_difference() {
    for level in ["serializable", "repeatable read", "read committed"] {
        let server = Server::start();
        server.run(
            "postgres",
            &format!("ALTER SYSTEM SET default_transaction_isolation = '{level}'"),
        );
        server.run("postgres", "SELECT pg_reload_conf()");
        let harness = harness(&server).await;
        let user = harness.user().await;
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        let checks: Vec<_> = (0..50)
            .map(|_| {
                let (user, pin) = (user.clone(), pin.clone());
                tokio::spawn(async move { user.verify(&pin).await.expect(200)["verified"] == true })
            })
            .collect();
        let mut accepted = 0;
        for check in checks {
            accepted += u32::from(check.await.unwrap());
        }
        assert_eq!(accepted, 1, "{level}");
    }
}

#[tokio::test]
async fn requests_that_are_dropped_leave_no_transaction_open() {
    let server = Server::start();
    let harness = harness(&server).await;
    let user = harness.user().await;
    user.start_sms().await;
    let checks: Vec<_> = (0..1000)
        .map(|_| {
            let user = user.clone();
            tokio::spawn(async move { user.try_verify("000000").await })
        })
        .collect();
    for (check, number) in checks.into_iter().zip(0..) {
        if number % 2 == 0 {
            check.abort();
        } else {
            let _ = check.await;
        }
    }
    // Each connection has served something since, or is idle.
    for _ in 0..100 {
        user.client.get(&user.path()).await.expect(200);
    }
    let open = server.run(
        "postgres",
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
    );
    assert_eq!(open.trim(), "0");
}

#[tokio::test]
async fn a_server_restarted_under_load_accepts_each_code_once() {
    let mut server = Server::start();
    let harness = harness(&server).await;
    let service = harness.user().await;
    let mut logins = Vec::new();
    for number in 0..40 {
        let user = service.colleague(number).await;
        user.start_sms().await;
        logins.push((last_pin(&harness.storage, &user), user));
    }
    let checks: Vec<_> = logins
        .iter()
        .cloned()
        .flat_map(|login| vec![login; 5])
        .map(|(pin, user)| {
            let id = user.user.clone();
            let check = async move { user.verify(&pin).await };
            (id, tokio::spawn(check))
        })
        .collect();
    let restart = tokio::task::spawn_blocking(move || {
        server.crash();
        server.stop();
        server.resume();
        server
    });
    let mut yes: BTreeMap<String, usize> = BTreeMap::new();
    for (id, check) in checks {
        let answer = check.await.unwrap();
        match answer.status {
            200 => *yes.entry(id).or_default() += usize::from(answer.json()["verified"] == true),
            _ => answer.refused(503, "the database is not available"),
        }
    }
    let _server = restart.await.unwrap();
    recovers(&service).await;
    for (pin, user) in logins {
        let before = yes.get(&user.user).copied().unwrap_or_default();
        let mut now = 0;
        for _ in 0..2 {
            now += usize::from(user.verify(&pin).await.expect(200)["verified"] == true);
        }
        assert!(
            before + now <= 1,
            "a code was accepted {before} and {now} times"
        );
    }
}

/// A server on two databases, of which the one that it asks first is a standby of the other.
async fn on_a_pair(primary: &Server, standby: &Server, database: &Database) -> (Harness, User) {
    let (first, second) = (standby.directory().display(), primary.directory().display());
    let name = database.name();
    let url = format!("postgres:///{name}?user=verigator&host={first}&host={second}");
    let storage = Storage::open(&url.parse().unwrap(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    let harness = Harness::on(storage, |_| ()).await;
    let user = harness.user().await;
    (harness, user)
}

/// Logs in, and waits until the standby knows; gives the code that was used.
async fn log_in_on_both(
    harness: &Harness,
    user: &User,
    primary: &Server,
    standby: &Server,
) -> String {
    user.start_sms().await;
    let pin = last_pin(&harness.storage, user);
    user.accepted(&pin, "sms").await;
    let here = primary.run("postgres", "SELECT pg_current_wal_lsn()");
    let arrived = format!("SELECT pg_last_wal_replay_lsn() >= '{}'", here.trim());
    while standby.run("postgres", &arrived).trim() != "t" {}
    pin
}

#[tokio::test]
async fn of_two_servers_the_one_that_writes_is_taken() {
    let mut primary = Server::start();
    let standby = Server::standby_of(&primary);
    let database = Database::on(&primary);
    let (harness, user) = on_a_pair(&primary, &standby, &database).await;
    let pin = log_in_on_both(&harness, &user, &primary, &standby).await;
    primary.stop();
    user.verify(&pin).await.refused(503, "nothing was changed");
    standby.run("postgres", "SELECT pg_promote()");
    recovers(&user).await;
    user.denied(&pin, "INVALID").await;
    user.start_sms().await;
    let pin = last_pin(&harness.storage, &user);
    user.accepted(&pin, "sms").await;
}

#[tokio::test]
async fn a_server_that_only_reads_from_now_on_is_left_although_it_still_answers() {
    let primary = Server::start();
    let standby = Server::standby_of(&primary);
    let database = Database::on(&primary);
    let (harness, user) = on_a_pair(&primary, &standby, &database).await;
    let used = log_in_on_both(&harness, &user, &primary, &standby).await;
    let only_reads = "ALTER SYSTEM SET default_transaction_read_only = on";
    primary.run("postgres", only_reads);
    primary.run("postgres", "SELECT pg_reload_conf()");
    standby.run("postgres", "SELECT pg_promote()");
    let connections = "SELECT count(*) FROM pg_stat_activity
                       WHERE application_name = 'verigator-server'";
    let arrives = async {
        while standby.run("postgres", connections).trim() == "0" {
            user.client.get(&user.path()).await;
        }
    };
    let arrives = tokio::time::timeout(Duration::from_secs(30), arrives);
    arrives.await.expect("it turns to the other");
    user.denied(&used, "INVALID").await;
    user.start_sms().await;
    let pending = "SELECT count(*) FROM challenges WHERE spent = 0";
    assert_eq!(standby.run(database.name(), pending).trim(), "1");
}
