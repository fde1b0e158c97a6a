//! What is secret is encrypted: the database alone tells nothing, and its keys are not made, lost or exchanged
//! without a word.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use serde_json::json;
use verigator_server::authentication::{Ruling, Standing, Start, start};
use verigator_server::clock::{Clock, SystemClock};
use verigator_server::delivery::{Delivery, MessageState, Posting, Route};
use verigator_server::model::Method;
use verigator_server::randomness::SystemRandomness;
use verigator_server::secrets::{KeyFile, KeyPlace};
use verigator_server::storage::{Error, Storage, Target};
use zeroize::Zeroizing;

use crate::database::Database;
use crate::harness::{BEGINNING, Harness, User, code, last_pin, until, wait};
use crate::process::{Files, Process, command, ended};

const PHONE: &str = "+447911123456";

/// What nobody is to find.
struct Known {
    user: User,
    secret: String,
    needles: Vec<(&'static str, Vec<u8>)>,
}

impl Known {
    /// Something secret in every place there is.
    async fn of(files: &Files, process: &Process) -> Self {
        let user = User::with_phone(process.client(), "example.com", PHONE).await;
        let secret = user.enrol_by(&SystemClock).await;
        let path = format!("{}/totp", user.admin_path());
        let begun = user.client.post(&path, json!({})).await.expect(201);
        user.start_sms().await;
        let message = wait(files.storage().outbox(Some(user.user.clone())));
        let message = message.unwrap().pop().unwrap();
        let mut needles = vec![
            ("number", PHONE[1..].into()),
            ("range", PHONE[1..9].into()),
            ("text", message.text.into_bytes()),
            ("PIN", message.pin.into_bytes()),
        ];
        for secret in [&secret, begun["secret"].as_str().unwrap()] {
            let raw = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
            needles.push(("secret in hex", HEXLOWER.encode(&raw).into_bytes()));
            needles.push(("secret", raw));
            needles.push(("secret in base32", secret.into()));
        }
        let key = KeyFile::at(files.key_file()).read().unwrap().remove(0);
        needles.push(("key", key.bytes().to_vec()));
        needles.push(("key in base64", BASE64.encode(key.bytes()).into_bytes()));
        Self {
            user,
            secret,
            needles,
        }
    }

    fn is_hidden_in(&self, bytes: &[u8]) {
        assert!(holds(bytes, b"example.com"), "what is no secret is found");
        for (name, needle) in &self.needles {
            assert!(!holds(bytes, needle), "the {name} is found");
        }
    }
}

/// Whether something stands there, and not as a part of a longer number.
fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let is_digit = |place: Option<usize>| {
        place
            .and_then(|place| bytes.get(place))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut places = (0..bytes.len()).filter(|place| bytes[*place..].starts_with(needle));
    places.any(|place| {
        needle.len() != 6
            || !is_digit(place.checked_sub(1)) && !is_digit(Some(place + needle.len()))
    })
}

/// The columns whose values are encrypted.
fn sealed_columns(files: &Files) -> Vec<String> {
    let mut columns = files.database.columns_of_bytes();
    let others = [
        "enrolment_links.hash",
        "plain_values.bytes",
        "recovery_codes.hash",
    ];
    columns.retain(|column| !others.contains(&column.as_str()));
    columns
}

/// Under which keys the values of a column are encrypted.
fn keys_of(files: &Files, column: &str) -> BTreeSet<String> {
    let (table, name) = column.split_once('.').unwrap();
    let id = Database::hex(&format!("substr({name}, 2, 8)"));
    let keys = format!("SELECT DISTINCT {id} FROM {table} WHERE {name} IS NOT NULL");
    files.database.column(&keys).into_iter().flatten().collect()
}

/// The same of all columns.
fn keys_used(files: &Files) -> BTreeSet<String> {
    let columns = sealed_columns(files);
    columns
        .iter()
        .flat_map(|column| keys_of(files, column))
        .collect()
}

/// The keys that the database says it needs, the oldest first.
fn keys_known(files: &Files) -> Vec<String> {
    let keys = files
        .database
        .column("SELECT id FROM keys WHERE needed = 1 ORDER BY sequence");
    keys.into_iter().flatten().collect()
}

/// The keys in a file, the one that encrypts first.
fn keys_in(file: &Path) -> Vec<String> {
    let keys = KeyFile::at(file).read().unwrap();
    keys.iter().map(|key| key.id().to_string()).collect()
}

fn a_key() -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = KeyFile::at(directory.path().join("key"));
    file.make().unwrap();
    std::fs::read_to_string(file.path()).unwrap()
}

/// Writes a file that only its owner may read.
fn write_key(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    #[cfg(unix)]
    set_mode(file, 0o600);
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// What a server says that does not start.
fn refusal(server: Command) -> String {
    let output = ended(server, "");
    assert!(
        output.stdout.is_empty() && !output.status.success(),
        "{output:?}"
    );
    String::from_utf8(output.stderr).unwrap()
}

fn rotation(files: &Files) -> Command {
    let mut rotation = command(&["key", "rotate", "--database"]);
    rotation.arg(files.database.argument());
    rotation.arg("--key-file").arg(files.key_file());
    rotation
}

/// Has a new key take over; what that says.
fn rotate(files: &Files) -> String {
    let output = rotation(files).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_stolen_database_tells_no_number_and_no_secret() {
    let files = Files::new();
    let process = files.serve(&["--dev", "--sms-per-phone", "9", "--sms-per-range-hour", "9"]);
    let known = Known::of(&files, &process).await;
    for column in sealed_columns(&files) {
        assert!(!keys_of(&files, &column).is_empty(), "{column} is empty");
    }
    let counts = files.database.column("SELECT name FROM send_counts");
    assert_eq!(counts.len(), 2);
    known.is_hidden_in(&files.database.bytes());
    process.stop("-KILL");
    known.is_hidden_in(&files.database.bytes());
    let process = files.serve(&["--dev"]);
    let user = process.user(&known.user);
    let pin = last_pin(&files.storage(), &user);
    user.accepted(&pin, "sms").await;
    process.stop("-TERM");
    known.is_hidden_in(&files.database.bytes());
}

#[tokio::test]
async fn a_value_is_read_in_its_own_row_and_column_only() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let client = || harness.client();
    let mine = User::with_phone(client(), "mine.example", PHONE).await;
    let other = User::with_phone(client(), "other.example", "+447911123457").await;
    for user in [&mine, &other] {
        user.enrol(&harness).await;
        user.start("totp").await.expect(201);
        user.start_sms().await;
    }
    for column in ["enrolments.secret", "challenges.pin"] {
        let (table, name) = column.split_once('.').unwrap();
        let method = match table {
            "challenges" => "AND method = 'sms'",
            _ => "",
        };
        // Whoever can write to the database gives another user the secret of an app of theirs.
        let moved = format!(
            "UPDATE {table} SET {name} = (SELECT {name} FROM {table} WHERE user_id = '{}' {method})
             WHERE user_id = '{}' {method} RETURNING user_id",
            mine.user, other.user
        );
        assert_eq!(files.database.column(&moved).len(), 1);
        let answer = other.verify("000000").await;
        assert_eq!(answer.status, 503, "{column}: {answer:?}");
        mine.denied("000000", "INVALID").await;
        let removed = format!(
            "UPDATE {table} SET {name} = NULL WHERE user_id = '{}' {method} RETURNING user_id",
            other.user
        );
        files.database.column(&removed);
    }
    let moved = format!(
        "UPDATE users SET phone_number = (SELECT phone_number FROM users WHERE id = '{}')
         WHERE id = '{}' RETURNING id",
        mine.user, other.user
    );
    files.database.column(&moved);
    let read = |user: &User| wait(harness.storage.user(user.target(), user.user.clone()));
    assert_eq!(read(&mine).unwrap().phone_number, PHONE);
    let Err(Error::Damaged(why)) = read(&other) else {
        panic!("it is read");
    };
    assert!(
        why.contains(&format!("users.phone_number of {}", other.user)),
        "{why}"
    );
}

#[tokio::test]
async fn a_message_that_was_damaged_fails_and_holds_up_no_other() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |_| ()).await;
    let storage = &harness.storage;
    let mut ids = Vec::new();
    for (fqdn, phone) in [("mine.example", PHONE), ("other.example", "+447911123457")] {
        let user = User::with_phone(harness.client(), fqdn, phone).await;
        let posting = Posting {
            state: MessageState::Queued,
            ..Delivery::by(Route::Shown).posting()
        };
        let decide = |standing: &_, now| start(standing, Method::Sms, now, &SystemRandomness);
        let now = || BEGINNING;
        let begun = storage.start_authentication(user.target(), user.user, now, posting, decide);
        let Start::Begun(challenge) = begun.await.unwrap().0 else {
            panic!("it does not start");
        };
        ids.push(challenge.id);
    }
    let damage = format!(
        "UPDATE outbox SET text = (SELECT text FROM outbox WHERE id = '{}')
         WHERE id = '{}' RETURNING id",
        ids[1], ids[0]
    );
    assert_eq!(files.database.column(&damage).len(), 1);
    let claim = || async { storage.claim_message(|| BEGINNING, 1000).await.unwrap() };
    assert!(claim().await.is_none());
    assert_eq!(claim().await.unwrap().message.id, ids[1]);
    let states = "SELECT state FROM outbox ORDER BY sequence";
    let states = files.database.column(states).into_iter().flatten();
    assert_eq!(states.collect::<Vec<_>>(), ["failed", "sending"]);
    let given_back = "SELECT kind FROM send_counts WHERE kind = 'phone' AND count = 0";
    assert_eq!(files.database.column(given_back).len(), 1);
}

#[tokio::test]
async fn without_its_key_a_database_is_not_served_and_gets_no_other() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let known = Known::of(&files, &process).await;
    process.stop("-TERM");
    let key = keys_known(&files).remove(0);
    let file = files.key_file();
    let kept = std::fs::read_to_string(&file).unwrap();
    let before = keys_used(&files);

    std::fs::remove_file(&file).unwrap();
    let server = || files.server(&["--dev"]);
    for refused in [server(), rotation(&files)] {
        let told = refusal(refused);
        for part in [&*key, file.to_str().unwrap(), "there is no key file"] {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(!file.exists(), "no key is made");
    }
    for (text, part) in [
        (a_key(), &*key),
        (String::new(), "there is no key in"),
        (kept[..kept.len() - 5].to_owned(), "is no key"),
        (kept.replace(&key, "0123456789abcdef"), "was changed"),
    ] {
        write_key(&file, &text);
        for refused in [server(), rotation(&files)] {
            let told = refusal(refused);
            assert!(told.contains(part), "{part} in {told}");
            assert!(told.contains(file.to_str().unwrap()), "{told}");
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
    }
    #[cfg(unix)]
    for mode in [0o644, 0o640, 0o620] {
        write_key(&file, &kept);
        set_mode(&file, mode);
        let told = refusal(server());
        assert!(told.contains("chmod 600"), "{mode:o}: {told}");
    }
    assert_eq!(keys_known(&files), [key]);
    assert_eq!(keys_used(&files), before);
    assert_eq!(
        file.parent()
            .unwrap()
            .read_dir()
            .unwrap()
            .filter(is_part)
            .count(),
        0
    );

    // As an editor saves it.
    write_key(
        &file,
        &format!("\u{feff}{}\r\n\r\n", kept.replace('\n', " \r\n")),
    );
    let process = files.serve(&["--dev"]);
    let user = process.user(&known.user);
    user.start("totp").await.expect(201);
    user.accepted(&code(&SystemClock, &known.secret, 1), "totp")
        .await;
}

fn is_part(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    let name = entry.as_ref().unwrap().file_name();
    name.to_str().unwrap().contains(".part")
}

/// As after a move that did not come to its end, whose keys come last.
#[tokio::test]
async fn where_something_is_encrypted_and_no_key_is_known_none_is_made() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    Known::of(&files, &process).await;
    process.stop("-TERM");
    files.database.column("DELETE FROM keys RETURNING id");
    std::fs::remove_file(files.key_file()).unwrap();
    let told = refusal(files.server(&["--dev"]));
    assert!(told.contains("nothing says under which key"), "{told}");
    assert!(!files.key_file().exists());
    assert!(keys_known(&files).is_empty());
}

#[test]
fn of_servers_that_begin_with_different_keys_one_serves() {
    let files = Files::empty();
    let key_file = |number: u32| files.directory.path().join(format!("{number}.key"));
    let open = |number| {
        let keys = KeyPlace::File(KeyFile::at(key_file(number)));
        let location = files.database.location();
        thread::spawn(move || Storage::open(&location, keys))
    };
    let opening: Vec<_> = (0..8).map(open).collect();
    let opened: Vec<_> = opening
        .into_iter()
        .map(|opening| opening.join().unwrap())
        .collect();
    let known = keys_known(&files);
    assert_eq!(known.len(), 1);
    let mut served = 0;
    for (opened, number) in opened.into_iter().zip(0..) {
        match opened {
            Ok(_) => {
                assert_eq!(keys_in(&key_file(number)), known);
                served += 1;
            }
            Err(error) => {
                assert!(error.to_string().contains(&known[0]), "{error}");
                assert!(!key_file(number).exists(), "a key of no use is left");
            }
        }
    }
    assert_eq!(served, 1);
    // Also when nothing is begun any more.
    write_key(&key_file(9), &a_key());
    let server = files.server(&["--dev", "--key-file", key_file(9).to_str().unwrap()]);
    let told = refusal(server);
    assert!(told.contains(&known[0]) && told.contains("9.key"), "{told}");
}

#[test]
fn a_server_killed_when_it_starts_first_leaves_a_whole_key_or_none() {
    for round in 0..12 {
        let files = Files::empty();
        let mut server = files.server(&["--dev"]);
        let mut server = server.stdout(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(8 * round));
        server.kill().unwrap();
        server.wait().unwrap();
        files.database.settle();
        let before = files
            .key_file()
            .exists()
            .then(|| keys_in(&files.key_file()));
        drop(files.storage());
        let now = keys_in(&files.key_file());
        assert_eq!(now, keys_known(&files));
        assert!(
            before.is_none_or(|before| before == now),
            "it got another key"
        );
    }
}

/// Logs a user in by both methods, through one server and the other.
async fn log_in(files: &Files, servers: [&User; 2], steps: i64, secret: &str) {
    let storage = files.storage();
    let [one, two] = servers;
    one.start_sms().await;
    two.accepted(&last_pin(&storage, one), "sms").await;
    two.start("totp").await.expect(201);
    one.accepted(&code(&SystemClock, secret, steps), "totp")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_takes_over_while_servers_run_and_nobody_notices() {
    let files = Files::new();
    let servers = [files.serve(&["--dev"]), files.serve(&["--dev"])];
    let known = Known::of(&files, &servers[0]).await;
    let old = keys_known(&files);
    let done = Arc::new(AtomicBool::new(false));
    let logins = {
        let users = servers.each_ref().map(|server| server.user(&known.user));
        let (done, storage) = (done.clone(), files.storage());
        tokio::spawn(async move {
            let mut logins = 0;
            while !done.load(Ordering::Relaxed) || logins == 0 {
                users[0].start_sms().await;
                users[1]
                    .accepted(&last_pin(&storage, &users[0]), "sms")
                    .await;
                logins += 1;
            }
            logins
        })
    };
    let told = {
        let rotation = rotation(&files);
        tokio::task::spawn_blocking(move || { rotation }.output().unwrap())
    };
    let told = told.await.unwrap();
    assert!(told.status.success(), "{told:?}");
    let told = String::from_utf8(told.stdout).unwrap();
    done.store(true, Ordering::Relaxed);
    assert!(logins.await.unwrap() > 0);

    let keys = keys_known(&files);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], old[0]);
    assert!(told.contains(&keys[0]) && told.contains(&keys[1]), "{told}");
    let users = servers.each_ref().map(|server| server.user(&known.user));
    log_in(&files, users.each_ref(), 1, &known.secret).await;
    // A server that starts now takes the new key at once.
    let process = files.serve(&["--dev"]);
    process.user(&known.user).start_sms().await;
    assert!(keys_of(&files, "challenges.pin").contains(&keys[1]));
    known.is_hidden_in(&files.database.bytes());
}

#[tokio::test]
async fn a_server_takes_a_new_key_by_itself() {
    let files = Files::new();
    let harness = Harness::on(files.storage(), |settings| {
        settings.clock = Arc::new(SystemClock);
        settings.cleaning_interval = Duration::from_millis(5);
    })
    .await;
    // A refused login is written down after a look for keys: the first one is over then.
    let stranger = harness.client_as(Some("mine:guess"));
    stranger.get("/v1/service/service").await.refused(401, "");
    until(async || {
        let rows = harness.storage.audit(None).await.unwrap();
        rows.iter().any(|row| row.operation == "log-in")
    })
    .await;
    rotate(&files);
    let new = keys_in(&files.key_file()).remove(0);
    let number = AtomicU32::new(0);
    until(async || {
        let domain = format!("{}.example.com", number.fetch_add(1, Ordering::Relaxed));
        User::register(harness.client(), &domain).await;
        keys_of(&files, "users.phone_number").contains(&new)
    })
    .await;
}

#[tokio::test]
async fn an_old_key_is_written_off_when_nothing_is_encrypted_under_it() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let known = Known::of(&files, &process).await;
    process.stop("-TERM");
    let (running, late, now) = (files.storage(), files.storage(), SystemClock.now());
    let old = keys_known(&files);
    rotate(&files);
    let new = keys_in(&files.key_file()).remove(0);
    assert_eq!(keys_used(&files), BTreeSet::from([new.clone()]));

    // A server that runs reads what is new, and encrypts under the old key until it has looked.
    let user = &known.user;
    let read = || wait(running.user(user.target(), user.user.clone())).unwrap();
    let write_by = |storage: &Storage| {
        let secret = Zeroizing::new(vec![7; 20]);
        wait(storage.begin_enrolment(user.target(), user.user.clone(), secret, now)).unwrap();
        keys_of(&files, "enrolments.candidate")
    };
    let write = || write_by(&running);
    assert_eq!(read().phone_number, PHONE);
    assert_eq!(write(), BTreeSet::from([old[0].clone()]));
    running.tend_keys(now).await.unwrap();
    assert_eq!(write(), BTreeSet::from([new.clone()]));
    assert!(rotate(&files).contains("what was begun is done"));
    assert_eq!(keys_in(&files.key_file()).len(), 2, "no third key");

    running.tend_keys(now + 300_000).await.unwrap();
    assert_eq!(keys_known(&files).len(), 2, "somebody may still use it");
    let later = SystemClock.now() + 2 * 300_000;
    assert_eq!(write_by(&late), BTreeSet::from([old[0].clone()]));
    running.tend_keys(later).await.unwrap();
    assert_eq!(keys_known(&files), [&*new]);
    assert_eq!(keys_used(&files), BTreeSet::from([new.clone()]));

    // It does not come back, wherever its line is.
    let text = std::fs::read_to_string(files.key_file()).unwrap();
    let is_old = |line: &&str| line.starts_with(&old[0]);
    let lines = text.lines().filter(is_old).chain(text.lines());
    write_key(&files.key_file(), &lines.collect::<Vec<_>>().join("\n"));
    running.tend_keys(later).await.unwrap();
    drop(files.storage());
    assert_eq!(keys_known(&files), [&*new]);
    write();
    assert_eq!(keys_used(&files), BTreeSet::from([new.clone()]));

    let mut list = command(&["key", "list", "--database"]);
    list.arg(files.database.argument());
    let list = list.arg("--key-file").arg(files.key_file()).output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    let [first, second] = list.lines().collect::<Vec<_>>()[..] else {
        panic!("{list}");
    };
    assert!(
        first.starts_with(&new) && first.ends_with("encrypts"),
        "{list}"
    );
    assert!(
        second.starts_with(&old[0]) && second.ends_with("backups only"),
        "{list}"
    );

    // And it can go.
    let without: Vec<_> = text.lines().filter(|line| !is_old(line)).collect();
    write_key(&files.key_file(), &without.join("\n"));
    let process = files.serve(&["--dev"]);
    let user = process.user(&known.user);
    user.start("totp").await.expect(201);
    user.accepted(&code(&SystemClock, &known.secret, 1), "totp")
        .await;
    let again = json!({ "phone_number": PHONE, "id_in_service": "again" });
    let users = format!("/v1/service/service/{}/users", user.service);
    user.client
        .post(&users, again)
        .await
        .refused(409, "phone_number");
}

#[tokio::test]
async fn a_rotation_that_is_killed_is_finished_by_the_next() {
    let files = Files::new();
    let process = files.serve(&["--dev"]);
    let known = Known::of(&files, &process).await;
    for number in 0..450 {
        known.user.colleague(number).await;
    }
    let first = keys_known(&files);
    let phones = |files: &Files| {
        let users = wait(files.storage().users(known.user.target(), None, 1000)).unwrap();
        let phones: BTreeSet<_> = users.into_iter().map(|user| user.phone_number).collect();
        phones
    };
    let before = phones(&files);
    let user = process.user(&known.user);
    for round in 0..10 {
        let mut rotation = rotation(&files)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(6 * round));
        rotation.kill().unwrap();
        rotation.wait().unwrap();
        files.database.settle();
        assert!(keys_in(&files.key_file()).contains(&first[0]));
        assert_eq!(phones(&files), before);
        user.start_sms().await;
        user.accepted(&last_pin(&files.storage(), &user), "sms")
            .await;
    }
    rotate(&files);
    let in_file = keys_in(&files.key_file());
    assert_eq!(in_file.len(), 2, "one new key, however often it was begun");
    assert_eq!(
        keys_of(&files, "users.phone_number"),
        BTreeSet::from([in_file[0].clone()])
    );
    assert_eq!(phones(&files), before);
}

/// As the first release kept it.
fn old_rows(secret: &[u8]) -> String {
    let secret = Database::literal(secret);
    format!(
        "INSERT INTO accounts VALUES ('mine', 'mine', 'x', 0);
         INSERT INTO services VALUES ('s', 'mine', 'example.com', 'example.com', 'Example', 0);
         INSERT INTO users VALUES ('good', 's', '{PHONE}', 'good', 'good', 0, 0, 0);
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 900)
             INSERT INTO users SELECT 'u' || n, 's', '+4479112' || (10000 + n), 'u' || n, 'u' || n, n, 0, 0
             FROM number;
         INSERT INTO challenges VALUES ('good', 'g', 'sms', '012345', 0, 1, 0);
         INSERT INTO enrolments VALUES ('good', {secret}, 7, NULL), ('u1', NULL, -1, {secret});
         INSERT INTO sends VALUES ('good', 7), ('good', 7), ('u1', 7);
         INSERT INTO outbox (id, service_id, user_id, phone_number, text, pin, ctime)
             VALUES ('g', 's', 'good', '{PHONE}', '012345 is the code', '012345', 0);"
    )
}

#[test]
fn what_the_first_release_kept_in_the_clear_is_encrypted_in_steps_and_not_left_behind() {
    let files = Files::empty();
    let secret = *b"\x01a secret\xff of an app";
    files.database.first_release(&old_rows(&secret));
    let needles: [&[u8]; 5] = [
        &PHONE.as_bytes()[1..],
        b"012345",
        b"is the code",
        &secret,
        b"4479112",
    ];
    let before = files.database.bytes();
    assert!(needles.iter().all(|needle| holds(&before, needle)));
    // A start that is killed is gone on with, also by several at once.
    for round in 0..8 {
        let mut server = files.server(&["--dev"]);
        let mut server = server.stdout(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(20 * round));
        server.kill().unwrap();
        server.wait().unwrap();
        files.database.settle();
    }
    let open = |_| {
        let (location, keys) = (files.database.location(), files.keys());
        thread::spawn(move || Storage::open(&location, keys).map(drop))
    };
    let opening: Vec<_> = (0..3).map(open).collect();
    for opening in opening {
        opening.join().unwrap().unwrap();
    }
    let after = files.database.bytes();
    assert!(holds(&after, b"example.com"));
    for needle in needles {
        assert!(
            !holds(&after, needle),
            "{}",
            String::from_utf8_lossy(needle)
        );
    }
    assert_eq!(files.database.column("SELECT place FROM plain_values"), []);

    let storage = files.storage();
    let target = || Target {
        account: Some("mine".to_owned()),
        address: None,
        service: "s".to_owned(),
    };
    let users = wait(storage.users(target(), None, 1000)).unwrap();
    let phones: BTreeSet<_> = users.iter().map(|user| &*user.phone_number).collect();
    assert_eq!(phones.len(), 901);
    assert!(phones.contains(PHONE) && phones.contains("+447911210900"));
    let (tell, told) = std::sync::mpsc::channel();
    let look = move |standing: &Standing, _| {
        let pin = standing.challenges[0]
            .pin
            .as_ref()
            .map(|pin| pin.to_string());
        let enrolment = standing.enrolment.as_ref().unwrap();
        tell.send((pin, enrolment.secret.to_vec())).unwrap();
        Ruling::NothingPending
    };
    wait(storage.verify(target(), "good".to_owned(), || 0, look)).unwrap();
    let known = (Some("012345".to_owned()), secret.to_vec());
    assert_eq!(told.recv().unwrap(), known);
    let message = wait(storage.outbox(None)).unwrap().remove(0);
    let message = [message.phone_number, message.text, message.pin];
    assert_eq!(message, [PHONE, "012345 is the code", "012345"]);
    let (tell, told) = std::sync::mpsc::channel();
    let confirm = move |candidate: &[u8], _| {
        tell.send(candidate.to_vec()).unwrap();
        Err(None)
    };
    let confirmed = storage.confirm_enrolment(target(), "u1".to_owned(), || 0, confirm);
    assert!(wait(confirmed).unwrap().is_err());
    assert_eq!(told.recv().unwrap(), secret);
    let mut again = users[0].clone();
    (again.id, again.id_in_service) = ("new".to_owned(), "new".to_owned());
    let again = wait(storage.register_user(target(), &again));
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let counted = files.database.column(
        "SELECT users.id || ' ' || count FROM send_counts
         JOIN users ON users.phone_number_key = send_counts.name ORDER BY 1",
    );
    let counted: Vec<_> = counted.into_iter().flatten().collect();
    assert_eq!(counted, ["good 2", "u1 1"]);
}

/// A directory as systemd makes it for a service.
fn credentials(text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("verigator-server.key");
    write_key(&file, text);
    #[cfg(unix)]
    set_mode(&file, 0o440);
    (directory, file)
}

#[test]
fn a_key_may_come_as_a_credential_which_is_not_changed_beneath_a_service() {
    let files = Files::new();
    std::fs::remove_file(files.key_file()).unwrap();
    let empty = Files::empty();
    // As openssl rand -base64 32 makes it.
    let (directory, _file) = credentials("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    let server = |files: &Files| {
        let mut server = command(&["--dev", "--listen", "127.0.0.1:0", "--database"]);
        server.arg(files.database.argument());
        server.env("CREDENTIALS_DIRECTORY", directory.path());
        server
    };
    let told = refusal(server(&files));
    assert!(
        told.contains(&keys_known(&files)[0]) && told.contains("credential"),
        "{told}"
    );

    let process = Process::run(server(&empty));
    assert_eq!(keys_known(&empty).len(), 1);
    assert!(!empty.key_file().exists());
    // Where the credential comes from is a file, too, but a service that runs does not see it change.
    write_key(
        &empty.key_file(),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    );
    let told = refusal(rotation(&empty));
    assert!(
        told.contains("from a credential") && told.contains("restart"),
        "{told}"
    );
    assert_eq!(keys_in(&empty.key_file()).len(), 1);
    process.stop("-TERM");
    // One that has the file itself does.
    drop(empty.serve(&["--dev"]));
    rotate(&empty);
    assert_eq!(keys_in(&empty.key_file()).len(), 2);
}

#[test]
fn the_check_of_the_options_judges_the_key_and_makes_none() {
    let files = Files::empty();
    let check = || ended(files.server(&["--no-sms", "--check-config"]), "");
    let told = String::from_utf8(check().stdout).unwrap();
    assert!(told.contains("it is made if"), "{told}");
    assert!(!files.key_file().exists());
    write_key(&files.key_file(), &a_key());
    let told = String::from_utf8(check().stdout).unwrap();
    assert!(told.contains(&keys_in(&files.key_file())[0]), "{told}");
    write_key(&files.key_file(), "no key at all");
    let told = check();
    assert!(!told.status.success(), "{told:?}");
    assert!(String::from_utf8(told.stderr).unwrap().contains("line 1"));
}
