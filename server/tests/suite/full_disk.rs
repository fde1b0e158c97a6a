//! A disk that is full at the moment of consuming a code.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use verigator_server::clock::SystemClock;

use crate::harness::{Client, User, code, last_pin};
use crate::process::{Files, Process, program};

/// Verifies a code until it is accepted, with a little more room on the disk each time. Every
/// failure before is an honest one, and the code is used up by the yes alone.
async fn verify_with_more_and_more_room(
    user: &User,
    (code, method): (&str, &str),
    mut make_room: impl FnMut(u64),
) {
    let mut refused = 0;
    loop {
        make_room(refused);
        let answer = user.verify(code).await;
        if answer.status == 200 {
            let body = answer.expect(200);
            assert_eq!(body["verified"], true, "{body}");
            assert_eq!(body["method"], method);
            break;
        }
        answer.refused(503, "nothing was changed");
        refused += 1;
    }
    assert!(refused > 0, "there was room enough");
}

#[tokio::test]
async fn writes_that_fail_at_any_byte_are_denied_and_use_no_code_up_twice() {
    let files = Files::new();
    let storage = files.storage();
    // A process that ignores SIGXFSZ is told of a file that grows too large as of a full disk.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(program())
        .args(["--dev", "--listen", "127.0.0.1:0", "--database"])
        .arg(files.database.path());
    let process = Process::run(command);
    let limit = |bytes| {
        let id = process.id().try_into().unwrap();
        let limits = Some((bytes, u64::MAX));
        rlimit::prlimit(id, rlimit::Resource::FSIZE, limits, None).unwrap();
    };
    let user = User::register(process.client(), "example.com").await;
    let secret = user.enrol_by(&SystemClock).await;
    for method in ["sms", "totp"] {
        user.start(method).await.expect(201);
        let code = match method {
            "sms" => last_pin(&storage, &user),
            _ => code(&SystemClock, &secret, 1),
        };
        let log = files.directory.path().join("verigator.db-wal");
        let written = log.metadata().unwrap().len();
        verify_with_more_and_more_room(&user, (&code, method), |refused| match refused {
            0 => limit(0),
            refused => limit(written + 1000 * (refused - 1)),
        })
        .await;
        limit(u64::MAX);
        user.denied(&code, "INVALID").await;
    }
}

/// A full file system, where this user may mount one.
#[tokio::test]
async fn a_full_file_system_is_denied_and_uses_no_code_up_twice() {
    let namespace = ["--map-root-user", "--mount"];
    let allowed = Command::new("unshare").args(namespace).arg("true").output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("not run: this user may not mount a file system");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command
        .args(namespace)
        .args(["sh", "-ec"])
        .arg("mount -t tmpfs -o size=1m none \"$0\"; exec \"$1\" --dev --listen 127.0.0.1:0 --database \"$0/v.db\"")
        .arg(directory.path())
        .arg(program());
    let process = Process::run(command);
    // The mount is the process's own; this is the way in.
    let mount = directory.path().strip_prefix("/").unwrap();
    let mount = Path::new("/proc")
        .join(process.id().to_string())
        .join("root")
        .join(mount);
    // The file is new and has no account but this one.
    let client = Client::new(&process.url, Some("demo:demo-password"));
    let user = User::register(client, "example.com").await;
    user.start_sms().await;
    // SQLite would look for the file outside of the mount.
    let outbox = process.client().get("/_/outbox").await.expect(200);
    let pin = outbox["messages"][0]["pin"].as_str().unwrap();

    let filler = mount.join("filler");
    let size = fill(&filler);
    verify_with_more_and_more_room(&user, (pin, "sms"), |refused| {
        let filler = OpenOptions::new().write(true).open(&filler).unwrap();
        filler.set_len(size - 4096 * refused).unwrap();
    })
    .await;
    std::fs::remove_file(&filler).unwrap();
    user.denied(pin, "INVALID").await;
}

/// Writes a file until there is no room left; says how large it became.
fn fill(path: &Path) -> u64 {
    let mut file = File::create(path).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    file.metadata().unwrap().len()
}
