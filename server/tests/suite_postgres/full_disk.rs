//! A disk of the database that is full: 503 until there is room again, and no code is used twice.

use serde_json::json;
use verigator_server::secrets::KeyPlace;
use verigator_server::storage::Storage;

use crate::database::{Database, Server};
use crate::disk::Disk;
use crate::failover::recovers;
use crate::harness::{Harness, User, add_accounts, last_pin};

/// What a database server writes to: the files of the tables, and the log of what is to be done to them.
#[tokio::test]
async fn a_disk_without_room_for_tables_or_log_is_denied_and_uses_no_code_up_twice() {
    let disk = Disk::new();
    let mut server = Server::start_in(disk.environment());
    let storage = Storage::open(&Database::on(&server).location(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    let harness = Harness::on(storage, |_| ()).await;
    for (files, fqdn) in [
        ("*/base/*", "tables.example"),
        ("*/pg_wal/*", "log.example"),
    ] {
        let user = User::register(harness.client(), fqdn).await;
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        disk.fill(files);
        // Tables grow only now and then.
        let mut created = 0;
        let refused = loop {
            let body = json!({ "fqdn": format!("{created}.{fqdn}"), "name": "x" });
            let answer = user.client.post("/v1/service/service", body).await;
            match answer.status {
                201 => created += 1,
                _ => break answer,
            }
            assert!(created < 2000, "there was room enough");
        };
        assert_eq!(refused.status, 503, "{}", refused.text);
        let tried = user.verify(&pin).await;
        let accepted = tried.status == 200;
        if accepted {
            assert_eq!(tried.expect(200)["verified"], true);
        }
        disk.make_room();
        // Without its log it has given up, or is about to: one that is asked to stop then may wait for ever.
        server.crash();
        recovers(&user).await;
        if !accepted {
            user.accepted(&pin, "sms").await;
        }
        user.denied(&pin, "INVALID").await;
    }
}
