//! The audit trails: what is in them, and that nobody pushes the rows of another out.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::json;
use verigator_server::client_address::ClientAddress;
use verigator_server::refusals::Refusals;
use verigator_server::storage::{AuditRow, Storage};

use crate::harness::{BEGINNING, Client, User, wait};
use crate::process::Files;

/// The rows of one operation, in the trail of one account or among the newest of all.
fn rows(storage: &Storage, account: Option<&str>, operation: &str) -> Vec<AuditRow> {
    let rows = wait(storage.audit(account.map(str::to_owned))).unwrap();
    let is_meant = |row: &AuditRow| row.operation == operation;
    rows.into_iter().filter(is_meant).collect()
}

#[test]
fn a_flood_of_strangers_leaves_the_trail_of_an_account_as_it_is() {
    let files = Files::new();
    let storage = files.storage();
    // More than are kept; a few at a time, as a server writes them.
    let refusals = Refusals::default();
    for number in 0..10_100 {
        let address = SocketAddr::from((Ipv4Addr::from_bits(number), 1));
        refusals.record(None, ClientAddress::of_peer(address), BEGINNING);
        if number % 100 == 99 {
            wait(storage.record_refusals(refusals.take())).unwrap();
        }
    }
    wait(storage.clean(BEGINNING)).unwrap();
    assert_eq!(rows(&storage, Some("mine"), "add-account").len(), 1);
    let count = |condition: &str| {
        let query = format!("SELECT CAST(count(*) AS TEXT) FROM audit WHERE {condition}");
        files.database.column(&query).remove(0).unwrap()
    };
    assert_eq!(count("operation = 'log-in'"), "10000");
    assert_eq!(count("operation = 'add-account'"), "3");
}

#[test]
fn what_is_done_to_accounts_is_told() {
    let files = Files::new();
    let storage = files.storage();
    wait(storage.set_password_hash("mine", "x", BEGINNING + 1)).unwrap();
    wait(storage.remove_account("mine", false, BEGINNING + 2)).unwrap();
    for (operation, outcome, ctime) in [
        ("add-account", "added", BEGINNING),
        ("set-password", "changed", BEGINNING + 1),
        ("remove-account", "removed", BEGINNING + 2),
    ] {
        let rows = rows(&storage, Some("mine"), operation);
        let [row] = rows.as_slice() else {
            panic!("{operation}: {rows:?}")
        };
        assert_eq!((row.outcome.as_str(), row.ctime), (outcome, ctime));
        assert_eq!((&row.service_id, row.count), (&None, 1));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_request_does_is_told_with_the_address_that_it_came_from() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let user = User::register(process.client(), "example.com").await;
    user.start_sms().await;
    user.denied("000000x", "INVALID").await;
    let enrolment = format!("{}/totp", user.admin_path());
    user.client.post(&enrolment, json!({})).await.expect(201);
    user.client.delete(&user.path()).await.expect(202);
    process.stop("-TERM");
    for (operation, address) in [
        ("add-account", None),
        ("create-service", Some("127.0.0.1")),
        ("register-user", Some("127.0.0.1")),
        ("start-authentication", Some("127.0.0.1")),
        ("verify-pin", Some("127.0.0.1")),
        ("begin-enrolment", Some("127.0.0.1")),
        ("delete-user", Some("127.0.0.1")),
    ] {
        let rows = rows(&files.storage(), None, operation);
        assert!(!rows.is_empty(), "{operation}");
        let is_told = |row: &AuditRow| row.address.as_deref() == address;
        assert!(rows.iter().all(is_told), "{rows:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn many_wrong_passwords_are_one_row_with_a_count() {
    let files = Files::new();
    let process = files.serve(&[]);
    let ask = async |credentials: &str| {
        let client = Client::new(&process.url, Some(credentials));
        let status = client.get("/v1/service/service/x").await.status;
        assert!([401, 429].contains(&status), "{status}");
    };
    for number in 0..20 {
        ask(&format!("mine:guess-{number}")).await;
    }
    ask("nobody-of-this-name:guess").await;
    process.stop("-TERM");
    let refused = rows(&files.storage(), None, "log-in");
    assert!(
        refused.len() <= 4,
        "they are written down now and then: {refused:?}"
    );
    let here = Some("127.0.0.1");
    assert!(refused.iter().all(|row| row.address.as_deref() == here));
    let count = |account: Option<&str>| -> i64 {
        let rows = refused
            .iter()
            .filter(|row| row.account.as_deref() == account);
        rows.map(|row| row.count).sum()
    };
    assert_eq!(count(Some("mine")), 20);
    // Of an unknown name nothing is written down: people type passwords there.
    assert_eq!(count(None), 1);
}
