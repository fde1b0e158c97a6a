//! The write-ahead log stays short, or it is told why it does not.

use std::path::Path;

use serde_json::json;

use crate::harness::{Client, User};
use crate::process::Files;

/// From which length on the log is warned of.
const LONG: u64 = 16 << 20;

async fn log_bytes(client: &Client) -> u64 {
    let metrics = client.get("/metrics").await.text;
    let name = "verigator_database_wal_bytes ";
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.expect("the length is a metric").parse().unwrap()
}

/// Registers users, which is what writes most, until something is so.
async fn write_until(user: &User, series: u32, is_enough: impl Fn(u64) -> bool) {
    for round in 0..4000 {
        let registered = (0..32).map(|number| {
            let body = json!({
                "phone_number": format!("+447{series}{round:04}{number:04}"),
                "id_in_service": format!("{series}-{round}-{number}-{}", "x".repeat(200)),
            });
            let (client, service) = (user.client.clone(), user.service.clone());
            tokio::spawn(async move {
                let users = format!("/v1/service/service/{service}/users");
                client.post(&users, body).await.expect(201);
            })
        });
        for registered in registered.collect::<Vec<_>>() {
            registered.await.unwrap();
        }
        if is_enough(log_bytes(&user.client).await) {
            return;
        }
    }
    panic!("it never was so");
}

/// A connection of another program, in a transaction that reads.
fn foreign_reader(database: &Path) -> rusqlite::Connection {
    let reader = rusqlite::Connection::open(database).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM users")
        .unwrap();
    reader
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_grows_while_another_program_reads_and_shrinks_when_it_leaves() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let user = User::register(process.client(), "example.com").await;
    let reader = foreign_reader(&files.database.path());
    write_until(&user, 1, |bytes| bytes > LONG + (1 << 20)).await;
    drop(reader);
    write_until(&user, 2, |bytes| bytes < 4 << 20).await;
    let (_, _, log) = process.stop("-TERM");
    assert!(log.contains("somebody reads the database"), "{log}");
    assert!(log.contains("is short again"), "{log}");
    let left = files.directory.path().join("verigator.db-wal");
    assert_eq!(
        left.metadata().map_or(0, |log| log.len()),
        0,
        "a clean end leaves no log"
    );
}
