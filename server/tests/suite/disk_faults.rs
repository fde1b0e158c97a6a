//! Disks that fail, and files that somebody touches while the server runs.

use std::path::Path;
use std::process::Command;

use crate::full_disk::{limit, serve_within_limits};
use crate::harness::{Client, User, last_pin, wait};
use crate::process::{Files, Process, program};

/// Stands in for fdatasync(2) and fsync(2): fails once for a file whose name ends in what the file named
/// by FAULT says, and removes that file.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int fails(int fd) {
    char link[64], path[4096], suffix[64];
    FILE *fault = fopen(getenv("FAULT"), "r");
    if (!fault) return 0;
    char *got = fgets(suffix, sizeof suffix, fault);
    fclose(fault);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!got || length < 0) return 0;
    path[length] = 0;
    size_t end = strlen(suffix);
    if ((size_t)length < end || strcmp(path + length - end, suffix)) return 0;
    return unlink(getenv("FAULT")) == 0;
}
#define STAND_IN(name) \
    int name(int fd) { \
        if (fails(fd)) { errno = EIO; return -1; } \
        return ((int (*)(int))dlsym(RTLD_NEXT, #name))(fd); \
    }
STAND_IN(fsync)
STAND_IN(fdatasync)
"#;

/// A server whose disk fails when it is told to.
fn serve_on_a_bad_disk(files: &Files) -> Process {
    let directory = files.directory.path();
    let (source, shim) = (directory.join("shim.c"), directory.join("shim.so"));
    std::fs::write(&source, SHIM).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&shim, &source])
        .arg("-ldl")
        .status();
    assert!(built.unwrap().success());
    let mut command = Command::new(program());
    command
        .args(["--dev", "--listen", "127.0.0.1:0", "--database"])
        .arg(files.database.path())
        .env("LD_PRELOAD", shim)
        .env("FAULT", directory.join("fault"));
    Process::run(command)
}

/// Has the disk fail once for a file whose name ends so.
fn fail_once(files: &Files, suffix: &str) {
    let fault = files.directory.path().join("fault");
    std::fs::write(files.directory.path().join("fault.new"), suffix).unwrap();
    std::fs::rename(files.directory.path().join("fault.new"), fault).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_the_disk_does_not_confirm_is_in_doubt_for_all_and_no_code_is_used_twice() {
    let files = Files::new();
    let storage = files.storage();
    let process = serve_on_a_bad_disk(&files);
    let mut users = Vec::new();
    for number in 0..16 {
        let user = User::register(process.client(), &format!("{number}.example")).await;
        user.start_sms().await;
        let pin = last_pin(&storage, &user);
        users.push((user, pin));
    }
    drop(storage);
    fail_once(&files, "-wal");
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
    let process = serve_on_a_bad_disk(&files);
    let user = User::register(process.client(), "example.com").await;
    fail_once(&files, "verigator.db");
    // The log becomes long enough to be worked into the file.
    let fault = files.directory.path().join("fault");
    for number in 0.. {
        if !fault.exists() {
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
