//! A disk that is full at the moment of consuming a code.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use verigator_server::clock::SystemClock;
use verigator_server::operation::Operation;

use crate::enrolment_links::link;
use crate::harness::{Client, User, code, last_pin, wrong};
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

/// A server whose files cannot become larger than it is told by [`limit`].
pub fn serve_within_limits(files: &Files) -> Process {
    // A process that ignores SIGXFSZ is told of a file that grows too large as of a full disk.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(program())
        .args(["--dev", "--listen", "127.0.0.1:0", "--database"])
        .arg(files.database.path());
    Process::run(command)
}

/// Lets none of a server's files grow beyond so many bytes.
pub fn limit(process: &Process, bytes: u64) {
    let id = process.id().try_into().unwrap();
    let limits = Some((bytes, u64::MAX));
    rlimit::prlimit(id, rlimit::Resource::FSIZE, limits, None).unwrap();
}

/// How an operation is asked for, and whether its answer has something that is to be kept.
fn request(
    operation: Operation,
    user: &User,
    token: &str,
    code: &str,
) -> (bool, Method, String, Value) {
    let services = "/v1/service/service".to_owned();
    let service = format!("{services}/{}", user.service);
    let users = format!("{service}/users");
    let totp = format!("{}/totp", user.path());
    let auth = format!("{}/auth", user.path());
    let codes = format!("{}/recovery_codes", user.path());
    let unlock = format!("{}/unlock", user.path());
    let new_service = json!({ "fqdn": "example.org", "name": "Example" });
    let new_user = json!({ "phone_number": "+4401234568", "id_in_service": "john" });
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    match operation {
        Operation::CreateService => (true, post, services, new_service),
        Operation::GetService => (false, get, service, Value::Null),
        Operation::DeleteService => (true, delete, service, Value::Null),
        Operation::RegisterUser => (true, post, users, new_user),
        Operation::ListUsers => (false, get, users, Value::Null),
        Operation::GetUser => (false, get, user.path(), Value::Null),
        Operation::DeleteUser => (true, delete, user.path(), Value::Null),
        Operation::StartAuthentication => (true, post, auth, json!({ "method": "sms" })),
        Operation::VerifyPin => (true, put, auth, json!({ "token": token })),
        Operation::ListServices => (false, get, services, Value::Null),
        Operation::FindService => (
            false,
            get,
            format!("{services}?fqdn=example.com"),
            Value::Null,
        ),
        Operation::FindUser => (
            false,
            get,
            format!("{users}?id_in_service=jane"),
            Value::Null,
        ),
        Operation::BeginEnrolment => (true, post, totp, json!({})),
        Operation::ConfirmEnrolment => (true, put, totp, json!({ "code": code })),
        Operation::GetEnrolment => (false, get, totp, Value::Null),
        Operation::RemoveEnrolment => (true, delete, totp, Value::Null),
        Operation::MakeEnrolmentLink => (true, post, format!("{totp}/link"), json!({})),
        Operation::MakeRecoveryCodes => (true, post, codes, json!({})),
        Operation::CountRecoveryCodes => (false, get, codes, Value::Null),
        Operation::RemoveRecoveryCodes => (true, delete, codes, Value::Null),
        Operation::Unlock => (true, post, unlock, json!({})),
    }
}

#[tokio::test]
async fn every_answer_that_would_have_to_be_kept_is_503_and_the_others_are_as_ever() {
    let files = Files::new();
    let process = serve_within_limits(&files);
    let user = User::register(process.client(), "example.com").await;
    user.enrol_by(&SystemClock).await;
    user.recovery_codes().await;
    // Everything is there that an operation could change: one more app, and a login, have begun.
    let path = format!("{}/totp", user.path());
    let begun = user.client.post(&path, json!({})).await.expect(201);
    let app = begun["secret"].as_str().unwrap();
    user.start_sms().await;
    let pin = last_pin(&files.storage(), &user);
    let ask = async |operation: Operation, token: &str| {
        let code = code(&SystemClock, app, 0);
        let (is_kept, method, path, body) = request(operation, &user, token, &code);
        let body = (!body.is_null()).then(|| body.to_string());
        (is_kept, user.client.send(method, &path, body).await)
    };
    limit(&process, 0);
    for operation in Operation::ALL {
        let (is_kept, answer) = ask(operation, &pin).await;
        match is_kept {
            true => answer.refused(503, "nothing was changed"),
            false => drop(answer.expect(200)),
        }
    }
    // A wrong code has to be counted.
    let (_, answer) = ask(Operation::VerifyPin, &wrong(&pin)).await;
    answer.refused(503, "nothing was changed");
    limit(&process, u64::MAX);
    for operation in [
        Operation::VerifyPin,
        Operation::ConfirmEnrolment,
        Operation::StartAuthentication,
        Operation::RegisterUser,
        Operation::MakeRecoveryCodes,
        Operation::DeleteService,
    ] {
        let (_, answer) = ask(operation, &pin).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
    }
}

#[tokio::test]
async fn a_link_to_an_enrolment_waits_for_room() {
    let files = Files::new();
    let process = serve_within_limits(&files);
    let user = User::register(process.client(), "example.com").await;
    let browser = link(&user).await;
    limit(&process, 0);
    browser.open().await.expect(200, "<form");
    let shown = browser.show().await.expect(503, "not your fault");
    assert!(!shown.shows_a_secret(), "a secret that is not kept");
    limit(&process, u64::MAX);
    let secret = browser.show().await.expect(200, "svg").secret();
    let right = code(&SystemClock, &secret, 0);
    limit(&process, 0);
    for typed in [&right, &wrong(&right)] {
        browser.type_code(typed).await.expect(503, "not your fault");
    }
    limit(&process, u64::MAX);
    let right = code(&SystemClock, &secret, 0);
    browser.type_code(&right).await.expect(200, "</html>");
    let state = user.client.get(&format!("{}/totp", user.path())).await;
    assert_eq!(state.expect(200)["confirmed"], true);
}

#[tokio::test]
async fn writes_that_fail_at_any_byte_are_denied_and_use_no_code_up_twice() {
    let files = Files::new();
    let storage = files.storage();
    let process = serve_within_limits(&files);
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
            0 => limit(&process, 0),
            refused => limit(&process, written + 1000 * (refused - 1)),
        })
        .await;
        limit(&process, u64::MAX);
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
