//! Disks that fail, and files that somebody touches while the server runs.

use std::path::Path;
use std::process::Command;

use crate::disk::Disk;
use crate::full_disk::{limit, serve_within_limits};
use crate::harness::{Client, User, last_pin, wait};
use crate::process::{Files, Process, program};

fn serve_on(disk: &Disk, files: &Files) -> Process {
    let mut command = Command::new(program());
    command
        .args(["--dev", "--listen", "127.0.0.1:0", "--database"])
        .arg(files.database.path())
        .envs(disk.environment());
    Process::run(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_the_disk_does_not_confirm_is_in_doubt_for_all_and_no_code_is_used_twice() {
    let files = Files::new();
    let storage = files.storage();
    let disk = Disk::new();
    let process = serve_on(&disk, &files);
    let mut users = Vec::new();
    for number in 0..16 {
        let user = User::register(process.client(), &format!("{number}.example")).await;
        user.start_sms().await;
        let pin = last_pin(&storage, &user);
        users.push((user, pin));
    }
    drop(storage);
    disk.fail_once("*-wal");
    let answers: Vec<_> = users
        .iter()
        .cloned()
        .map(|(user, pin)| tokio::spawn(async move { user.verify(&pin).await }))
        .collect();
    let mut in_doubt = 0;
    for (answer, (user, pin)) in answers.into_iter().zip(&users) {
        let answer = answer.await.unwrap();
        match answer.status {
            503 => {
                answer.refused(503, "it is not known whether anything was changed");
                in_doubt += 1;
                let mut accepted = 0;
                for _ in 0..2 {
                    let body = user.verify(pin).await.expect(200);
                    accepted += u32::from(body["verified"] == true);
                }
                assert!(accepted <= 1);
            }
            _ => assert_eq!(answer.expect(200)["verified"], true),
        }
        user.denied(pin, "INVALID").await;
    }
    assert!(in_doubt > 0, "no commit failed");
    process.client().get("/readyz").await.expect(200);
    process.stop("-KILL");
    let audit = wait(files.storage().audit(None)).unwrap();
    for (user, _) in &users {
        let logins = audit
            .iter()
            .filter(|row| row.user_id.as_ref() == Some(&user.user) && row.outcome == "verified");
        assert_eq!(logins.count(), 1);
    }
}

#[tokio::test]
async fn a_checkpoint_that_the_disk_does_not_confirm_loses_nothing() {
    let files = Files::new();
    let disk = Disk::new();
    let process = serve_on(&disk, &files);
    let user = User::register(process.client(), "example.com").await;
    disk.fail_once("*/verigator.db");
    // The log becomes long enough to be worked into the file.
    for number in 0.. {
        if disk.has_failed() {
            break;
        }
        let client = process.client();
        client.create_service(&format!("{number}.example")).await;
    }
    user.start_sms().await;
    process.client().get("/readyz").await.expect(200);
    let (_, _, log) = process.stop("-KILL");
    assert!(log.contains("could not be worked into the file"), "{log}");
    let process = files.serve(&["--dev"]);
    let path = user.path();
    process.client().get(&path).await.expect(200);
}

/// Asserts that a server knows that it cannot answer logins, though it is alive.
async fn is_unready(client: &Client) {
    // An answer is believed for a second.
    while client.get("/readyz").await.status == 200 {}
    client.get("/readyz").await.refused(503, "the log says why");
    client.get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_server_whose_file_is_gone_replaced_or_overwritten_is_not_ready() {
    type Harm = fn(&Path);
    let harms: [Harm; 4] = [
        |file| std::fs::remove_file(file).unwrap(),
        |file| {
            let copy = file.with_extension("copy");
            std::fs::copy(file, &copy).unwrap();
            std::fs::rename(copy, file).unwrap();
        },
        |file| {
            let length = file.metadata().unwrap().len();
            std::fs::write(file, vec![0x5a; length as usize]).unwrap();
        },
        |file| std::fs::write(file, "").unwrap(),
    ];
    for harm in harms {
        let files = Files::new();
        let process = files.serve(&["--dev"]);
        process.client().get("/readyz").await.expect(200);
        harm(&files.database.path());
        is_unready(&process.client()).await;
    }
}

#[tokio::test]
async fn a_full_disk_is_not_ready_until_there_is_room() {
    let files = Files::new();
    let process = serve_within_limits(&files);
    process.client().get("/readyz").await.expect(200);
    limit(&process, 0);
    is_unready(&process.client()).await;
    limit(&process, u64::MAX);
    while process.client().get("/readyz").await.status != 200 {}
}
