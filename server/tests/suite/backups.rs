//! Backups, what is restored from them, and what is told of files that do not belong together.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use verigator_server::clock::SystemClock;

use crate::harness::{Client, User, code, last_pin, wait};
use crate::process::{Files, Process, command, program};

/// Runs a command of the program on a database; what it says, if it succeeds.
fn run(arguments: &[&str], database: &Path) -> Result<String, String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments)
        .arg("--database")
        .arg(database)
        .output()
        .unwrap();
    match status.success() {
        true => Ok(String::from_utf8(stdout).unwrap()),
        false => Err(String::from_utf8(stderr).unwrap()),
    }
}

fn path_in(files: &Files, name: &str) -> PathBuf {
    files.directory.path().join(name)
}

fn backup(files: &Files, name: &str) -> Result<PathBuf, String> {
    let file = path_in(files, name);
    let made = run(&["backup", file.to_str().unwrap()], &files.database.path());
    made.map(|_| file)
}

fn restore(files: &Files, file: &Path) -> Result<String, String> {
    run(&["restore", file.to_str().unwrap()], &files.database.path())
}

/// Why a server does not start on the database.
fn refusal(files: &Files) -> String {
    let add = ["account", "add", "nobody", "--generate"];
    run(&add, &files.database.path()).unwrap_err()
}

/// So much is in the database that it is copied in many steps.
fn make_large(files: &Files) {
    let database = rusqlite::Connection::open(files.database.path()).unwrap();
    let rows = "
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
        INSERT INTO audit (trail, ctime, operation, outcome)
            SELECT 'account/mine', 0, 'list', printf('%2000d', n) FROM numbers";
    database.execute(rows, []).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_server_is_whole_and_for_its_owner_only() {
    let files = Files::new();
    make_large(&files);
    let process = files.serve(&["--dev"]);
    let writing = tokio::spawn(keep_writing(process.client(), "busy.example".to_owned()));
    for round in 0..5 {
        let file = backup(&files, "copy.db").unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let copy = rusqlite::Connection::open(&file).unwrap();
        let whole: String = copy
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(whole, "ok");
        let sql = "SELECT count(*) FROM audit WHERE operation = 'backup'";
        let earlier: i64 = copy.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(earlier, round, "backups before are in the audit trail");
    }
    assert!(!writing.is_finished(), "it was busy all the time");
    drop(process);
    assert!(writing.await.unwrap() > 0);
    assert_eq!(parts(&files), 0);
}

#[tokio::test]
async fn what_was_used_after_a_backup_does_not_count_again_when_it_is_restored() {
    let files = Files::new();
    let storage = files.storage();
    let process = files.serve(&["--dev"]);
    let by_app = User::register(process.client(), "app.example").await;
    let secret = by_app.enrol_by(&SystemClock).await;
    by_app.start("totp").await.expect(201);
    let by_sms = User::register(process.client(), "sms.example").await;
    by_sms.start_sms().await;
    let pin = last_pin(&storage, &by_sms);
    drop(storage);
    let recovery_codes = by_sms.recovery_codes().await;
    let file = backup(&files, "copy.db").unwrap();

    let shown = code(&SystemClock, &secret, 1);
    by_app.accepted(&shown, "totp").await;
    by_sms.accepted(&pin, "sms").await;
    by_sms.start_sms().await;
    by_sms.accepted(&recovery_codes[0], "recovery_code").await;
    let told = restore(&files, &file).unwrap_err();
    assert!(told.contains("in use by a server"), "{told}");
    by_sms.denied(&pin, "INVALID").await;
    process.stop("-KILL");

    restore(&files, &file).unwrap();
    for suffix in ["-wal", "-shm", "-replaced", "-replaced-wal"] {
        let left = path_in(&files, &format!("verigator.db{suffix}"));
        assert!(!left.exists(), "{}", left.display());
    }
    let mode = files.database.path().metadata().unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let process = files.serve(&["--dev"]);
    let (by_app, by_sms) = (process.user(&by_app), process.user(&by_sms));
    by_sms.denied(&pin, "INVALID").await;
    by_sms.start_sms().await;
    by_sms.denied(&recovery_codes[0], "INVALID").await;
    by_app.start("totp").await.expect(201);
    by_app.denied(&shown, "INVALID").await;
    let audit = wait(files.storage().audit(None)).unwrap();
    assert!(audit.iter().any(|row| row.operation == "restore"));
    // The codes that come later do count.
    let client = process.client();
    client
        .put("/_/clock", json!({ "advance": 120 }))
        .await
        .expect(200);
    by_app.start("totp").await.expect(201);
    let clock = SystemClock;
    by_app.accepted(&code(&clock, &secret, 4), "totp").await;
}

#[test]
fn a_bad_backup_replaces_neither_a_database_nor_an_older_backup() {
    let files = Files::new();
    let good = backup(&files, "good.db").unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let mut bad = bytes.clone();
    let length = bad.len();
    bad[8192..length].fill(0x5a);
    let bad_file = path_in(&files, "bad.db");
    std::fs::write(&bad_file, bad).unwrap();
    let before = std::fs::read(files.database.path()).unwrap();
    let told = restore(&files, &bad_file).unwrap_err();
    assert!(told.contains("malformed"), "{told}");
    assert!(std::fs::read(files.database.path()).unwrap() == before);
    let told = restore(&files, &path_in(&files, "nothing.db")).unwrap_err();
    assert!(told.contains("there is no backup"), "{told}");

    std::fs::copy(&bad_file, files.database.path()).unwrap();
    let told = backup(&files, "good.db").unwrap_err();
    assert!(told.contains("malformed"), "{told}");
    assert!(
        std::fs::read(&good).unwrap() == bytes,
        "the older backup is kept"
    );
    let told = refusal(&files);
    assert!(told.contains("it is malformed"), "{told}");
    // That is what a backup is for.
    restore(&files, &good).unwrap();
    assert!(
        run(&["account", "list"], &files.database.path())
            .unwrap()
            .contains("mine")
    );
}

#[test]
fn a_disk_without_room_for_a_backup_loses_neither_the_database_nor_the_backup_before() {
    let files = Files::new();
    let good = backup(&files, "good.db").unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let database = files.database.path();
    let own = std::fs::read(&database).unwrap();
    // A process that ignores SIGXFSZ is told of a file that grows too large as of a full disk.
    let script = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
    for blocks in ["0", "8", "64"] {
        let output = Command::new("sh")
            .args(["-c", script, blocks])
            .arg(program())
            .arg("backup")
            .arg(&good)
            .arg("--database")
            .arg(&database)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{blocks} blocks are room enough");
        assert!(told.contains("good.db"), "{told}");
        assert!(std::fs::read(&good).unwrap() == bytes, "{told}");
        assert!(std::fs::read(&database).unwrap() == own, "{told}");
        assert_eq!(parts(&files), 0, "{told}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_database_on_a_full_disk_is_backed_up_to_another_disk() {
    type State = fn(Process, &Files) -> Option<Process>;
    let states: [(&str, State); 4] = [
        ("served", |process, _| Some(process)),
        ("stopped", |process, _| {
            process.stop("-TERM");
            None
        }),
        ("killed", |process, _| {
            process.end("-KILL");
            None
        }),
        ("killed, the log without its index", |process, files| {
            process.end("-KILL");
            std::fs::remove_file(path_in(files, "verigator.db-shm")).unwrap();
            None
        }),
    ];
    let disk = crate::disk::Disk::new();
    disk.fill("*/verigator.db*");
    for (state, bring_about) in states {
        let files = Files::new();
        let process = files.serve(&["--dev"]);
        let user = User::register(process.client(), "example.com").await;
        let process = bring_about(process, &files);
        let copy = path_in(&files, "copy.db");
        let mut backup = command(&["backup", copy.to_str().unwrap()]);
        backup.arg("--database").arg(files.database.path());
        let Output {
            status,
            stdout,
            stderr,
        } = backup.envs(disk.environment()).output().unwrap();
        let told = String::from_utf8([stdout, stderr].concat()).unwrap();
        assert!(status.success(), "{state}: {told}");
        assert!(
            told.contains("copy.db made; the audit trail does not say so: "),
            "{state}: {told}"
        );
        drop(process);
        restore(&files, &copy).unwrap();
        let process = files.serve(&["--dev"]);
        process.client().get(&user.path()).await.expect(200);
    }
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named_by_a_backup() {
    let files = Files::new();
    // There even root cannot make a file.
    let told = run(&["backup", "/proc/self/copy.db"], &files.database.path()).unwrap_err();
    assert!(told.contains("/proc/self/copy.db"), "{told}");
}

/// How many parts of backups are left.
fn parts(files: &Files) -> usize {
    let names = std::fs::read_dir(files.directory.path()).unwrap();
    let is_part = |name: &std::ffi::OsStr| name.to_str().unwrap().contains(".part");
    names
        .filter(|name| is_part(&name.as_ref().unwrap().file_name()))
        .count()
}

#[tokio::test]
async fn a_backup_is_of_no_use_without_its_key_which_is_told_before_anything_is_replaced() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let user = User::with_phone(process.client(), "example.com", "+447911123456").await;
    let secret = user.enrol_by(&SystemClock).await;
    process.stop("-TERM");
    let file = backup(&files, "copy.db").unwrap();
    let raw = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())
        .unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
    assert!(holds(b"example.com") && !holds(b"447911123456") && !holds(&raw));

    let (key, aside) = (files.key_file(), path_in(&files, "aside.key"));
    let text = std::fs::read_to_string(&key).unwrap();
    let id = text.lines().last().unwrap().split_once(' ').unwrap().0;
    std::fs::rename(&key, &aside).unwrap();
    let before = std::fs::read(files.database.path()).unwrap();
    let told = restore(&files, &file).unwrap_err();
    assert!(
        told.contains(id) && told.contains(key.to_str().unwrap()),
        "{told}"
    );
    assert!(!key.exists(), "no key is made");
    assert!(std::fs::read(files.database.path()).unwrap() == before);

    let arguments = [
        "restore",
        file.to_str().unwrap(),
        "--key-file",
        aside.to_str().unwrap(),
    ];
    run(&arguments, &files.database.path()).unwrap();
    let process = files.serve(&["--dev", "--key-file", aside.to_str().unwrap()]);
    let client = process.client();
    let later = json!({ "advance": 120 });
    client.put("/_/clock", later).await.expect(200);
    let user = process.user(&user);
    user.start("totp").await.expect(201);
    user.accepted(&code(&SystemClock, &secret, 4), "totp").await;
}

#[test]
fn a_backup_replaces_nothing_but_backups() {
    let files = Files::new();
    let note = path_in(&files, "note");
    std::fs::write(&note, "a note of somebody's").unwrap();
    let told = backup(&files, "note").unwrap_err();
    assert!(told.contains("choose another name"), "{told}");
    let told = backup(&files, "verigator.db").unwrap_err();
    assert!(told.contains("the database itself"), "{told}");
    assert_eq!(
        std::fs::read_to_string(&note).unwrap(),
        "a note of somebody's"
    );
}

#[test]
fn postgresql_has_its_own_tools() {
    for (arguments, told) in [
        (["backup", "x"], "pg_dump"),
        (["restore", "x"], "void-pending"),
    ] {
        let refusal = run(&arguments, Path::new("postgres://u@localhost/n")).unwrap_err();
        assert!(refusal.contains(told), "{refusal}");
    }
}

/// Creates services until the server is gone; says how many.
async fn keep_writing(client: Client, name: String) -> u64 {
    for number in 0.. {
        let body = json!({ "fqdn": format!("{number}.{name}"), "name": "x" }).to_string();
        let created = client.try_send(Method::POST, "/v1/service/service", Some(body));
        match created.await {
            Ok(answer) => drop(answer.expect(201)),
            Err(_) => return number,
        }
    }
    unreachable!("there are numbers enough")
}

/// Kills a server that has written something, so that its log stays.
async fn leave_a_log(files: &Files) {
    let process = files.serve(&["--dev"]);
    let user = User::register(process.client(), "example.com").await;
    user.start_sms().await;
    process.stop("-KILL");
    assert!(path_in(files, "verigator.db-wal").metadata().unwrap().len() > 0);
}

#[tokio::test]
async fn a_copy_beside_the_log_of_another_time_is_refused() {
    let files = Files::new();
    let database = files.database.path();
    let ours = backup(&files, "ours.db").unwrap();
    // As other programs make them.
    let foreign = path_in(&files, "foreign.db");
    let source = rusqlite::Connection::open(&database).unwrap();
    source
        .backup("main", &foreign, None::<fn(rusqlite::backup::Progress)>)
        .unwrap();
    drop(source);
    let copied = path_in(&files, "copied.db");
    // A log ends, and another begins.
    run(&["account", "list"], &database).unwrap();
    std::fs::copy(&database, &copied).unwrap();
    run(&["void-pending"], &database).unwrap();
    leave_a_log(&files).await;
    let own = std::fs::read(&database).unwrap();
    for copy in [&ours, &foreign, &copied] {
        std::fs::copy(copy, &database).unwrap();
        let told = refusal(&files);
        assert!(
            told.contains("was not written for this file"),
            "{}: {told}",
            copy.display()
        );
        assert!(std::fs::read(&database).unwrap() == std::fs::read(copy).unwrap());
    }
    std::fs::remove_file(&database).unwrap();
    assert!(refusal(&files).contains("was not written for this file"));
    std::fs::write(&database, own).unwrap();
    run(&["account", "list"], &database).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_at_any_moment_finds_file_and_log_to_fit() {
    let files = Files::new();
    for round in 0..20_u64 {
        let process = files.serve(&["--dev"]);
        let writing: Vec<_> = (0..8)
            .map(|task| keep_writing(process.client(), format!("{task}.{round}.example")))
            .map(tokio::spawn)
            .collect();
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        match round % 4 {
            0 => drop(process.stop("-TERM")),
            _ => drop(process.stop("-KILL")),
        }
        for written in writing {
            written.await.unwrap();
        }
    }
    run(&["account", "list"], &files.database.path()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_can_be_added_beside_a_busy_server() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let writing: Vec<_> = (0..64)
        .map(|task| keep_writing(process.client(), format!("{task}.example")))
        .map(tokio::spawn)
        .collect();
    let database = files.database.path();
    for number in 0..3 {
        let name = format!("account-{number}");
        run(&["account", "add", &name, "--generate"], &database).unwrap();
    }
    drop(process);
    for written in writing {
        assert!(written.await.unwrap() > 0);
    }
}
