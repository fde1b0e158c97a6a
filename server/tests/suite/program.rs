//! The program itself: options, errors, the line on stdout, signals, restarts.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::json;
use verigator_server::clock::SystemClock;
use verigator_server::password::{HashCost, hash_password};
use verigator_server::storage::{Location, Storage};

use crate::harness::{Client, User, code, http_client, last_pin, wait, wrong};
use crate::process::{Files, Process, command, ended};

fn run(arguments: &[&str], input: &str) -> Output {
    ended(command(arguments), input)
}

/// Asserts that the program fails, and that the last line on stderr tells this.
#[track_caller]
pub fn fails(arguments: &[&str], input: &str, told: &str) {
    let output = run(arguments, input);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(stderr.contains(told), "{arguments:?}: {stderr}");
    assert!(
        !stderr.contains("panicked") && !stderr.contains("Error {"),
        "{stderr}"
    );
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

#[test]
fn help_explains_the_program_and_every_option() {
    let output = run(&["--help"], "");
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for part in [
        "Verigator two-factor API",
        "--listen",
        "127.0.0.1:8080",
        "--socket-mode",
        "--tls-certificate",
        "--tls-key",
        "--allow-plain-http",
        "--trusted-proxy",
        "--proxy-protocol",
        "--database",
        ":memory:",
        "--dev",
        "--admin-token-file",
        "--allowed-host",
        "--allowed-origin",
        "--success-code",
        "--chaos",
        "--request-timeout",
        "--sms",
        "--webhook-secret-file",
        "--sms-text",
        "--sms-origin",
        "--no-sms",
        "send-test",
        "--page-texts",
        "--max-connections",
        "--log",
        "--log-format",
        "Examples:",
        "account",
    ] {
        assert!(help.contains(part), "{part} in\n{help}");
    }
}

#[test]
fn mistakes_are_told_in_a_line() {
    let files = Files::new();
    let database = files.database.path();
    let database = database.to_str().unwrap();
    let text = files.directory.path().join("text");
    std::fs::write(
        &text,
        "this is not a database, but it is long enough to look at",
    )
    .unwrap();
    let text = text.to_str().unwrap();
    let foreign = files.directory.path().join("foreign.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE x (y)")
        .unwrap();
    let foreign = foreign.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();

    for (arguments, told) in [
        (&["--lisen", "127.0.0.1:0"][..], "--listen"),
        (&["--listen", "127.0.0.1"], "ADDRESS:PORT"),
        (&["--success-code", "201"], "200"),
        (&["--log", "loud"], "info"),
        (&["--request-timeout", "0"], "1..=3600"),
        (&["--max-connections", "0"], "1..=1000000"),
        (
            &["--chaos", "get-service:explode"],
            "\"explode\" is no effect",
        ),
        (
            &["--no-sms", "--database", "/nowhere/at/all.db"],
            "the database /nowhere/at/all.db cannot be opened",
        ),
        (
            &["--no-sms", "--database", "/"],
            "the database / cannot be opened",
        ),
        (&["--no-sms", "--database", text], "cannot be opened"),
        (&["--no-sms", "--database", foreign], "another program"),
        (
            &["--database", ":memory:", "--no-sms", "--listen", &taken],
            "choose another port",
        ),
        (&["--database", ":memory:"], "--no-sms"),
        (
            &["--no-sms", "--sms", "command:/bin/true"],
            "cannot be used",
        ),
        (&["--sms", "pigeon:post"], "twilio:FILE or command:PATH"),
        (&["--sms", "http:"], "the path of the file is missing"),
        (&["--sms", "twilio:/nowhere"], "/nowhere cannot be read"),
        (
            &["--public-url", "http://login.example.com"],
            "must be https",
        ),
        (&["--sms", "webhook:http://gateway.example/"], "https only"),
        (
            &[
                "--database",
                ":memory:",
                "--sms",
                "webhook:https://a.example/",
            ],
            "--webhook-secret-file",
        ),
        (
            &["--database", ":memory:", "--sms", "command:/nowhere"],
            "the command /nowhere cannot be run",
        ),
        (
            &["--database", ":memory:", "--sms", "command:/tmp"],
            "no file that may be executed",
        ),
        (
            &[
                "--no-sms",
                "--database",
                ":memory:",
                "--admin-token-file",
                "/nowhere",
            ],
            "cannot be read",
        ),
        (
            &[
                "--no-sms",
                "--database",
                ":memory:",
                "--admin-token-file",
                "/dev/null",
            ],
            "too short",
        ),
        (
            &["--database", ":memory:", "--dev", "--listen", "0.0.0.0:0"],
            "refusing to listen",
        ),
        (
            &[
                "--no-sms",
                "--database",
                database,
                "--listen",
                "0.0.0.0:0",
                "--allow-plain-http",
            ],
            "account remove demo",
        ),
        (
            &[
                "--database",
                ":memory:",
                "--dev",
                "--admin-token-file",
                text,
            ],
            "cannot be used with",
        ),
        (
            &["account", "list", "--database", "/nowhere.db"],
            "no database",
        ),
        (
            &["account", "add", "x", "--database", ":memory:"],
            "name a file",
        ),
        (
            &["account", "add", "a:b", "--database", database],
            "the username has a colon",
        ),
        (
            &["account", "remove", "nobody", "--database", database],
            "no account called",
        ),
    ] {
        fails(arguments, "", told);
    }
}

#[test]
fn what_cannot_be_used_makes_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let database = path("verigator.db");
    let with = |arguments: &[&str], told| {
        fails(&[&["--database", &database], arguments].concat(), "", told);
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0, "{told}");
    };
    with(&[], "--no-sms");
    let nowhere = path("nowhere");
    with(
        &["--no-sms", "--admin-token-file", &nowhere],
        "cannot be read",
    );
    with(
        &[
            "--no-sms",
            "--tls-certificate",
            &nowhere,
            "--tls-key",
            &nowhere,
        ],
        "nowhere",
    );
    with(&["--no-sms", "--config", &nowhere], "cannot be read");
    with(&["--sms", &format!("command:{nowhere}")], "cannot be run");
    with(&["--no-sms", "--listen", "0.0.0.0:0"], "without TLS");
}

#[tokio::test]
async fn options_come_from_a_file_and_from_the_environment() {
    let files = Files::new();
    let config = files.directory.path().join("server.toml");
    let text = "no-sms = true\nsuccess-code = 200\nchaos = [\"get-service:status=418,times=1\"]\n";
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let mut server = files.server(&["--config", config]);
    server.env("VERIGATOR_SERVER_CHAOS", "get-service:status=503,times=1");
    let process = Process::run(server);
    let client = process.client();
    let body = json!({ "fqdn": "example.com", "name": "Example" });
    let service = client.post("/v1/service/service", body).await.expect(200);
    let path = format!("/v1/service/service/{}", service["id"].as_str().unwrap());
    // The variable goes before the file.
    client.get(&path).await.refused(503, "chaos");
    client.get(&path).await.expect(200);
}

#[test]
fn a_configuration_is_checked_without_anything_being_made() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (config, database) = (path("server.toml"), path("verigator.db"));
    let check = |text: &str| {
        std::fs::write(&config, text).unwrap();
        run(&["--config", &config, "--check-config"], "")
    };
    let good = check(&format!(
        "database = \"{database}\"\nsms = [\"command:/bin/true\"]\nlisten = [\"127.0.0.1:1\"]\n"
    ));
    assert!(good.status.success(), "{good:?}");
    let told = String::from_utf8(good.stdout).unwrap();
    for part in ["127.0.0.1:1", &database, "command /bin/true", "are good"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    for (text, why) in [
        ("sms = [\"command:/nowhere\"]", "/nowhere"),
        ("no-sms = true\nadmin-token-file = \"/nowhere\"", "/nowhere"),
        ("no-sms = true\nlisen = \"127.0.0.1:0\"", "listen"),
        (
            "database = \"postgres://me:hush-hush@localhost/x\"\nno-sms = true",
            "--database-password-file",
        ),
        ("no-sms = true\nlisten = \"0.0.0.0:0\"", "without TLS"),
    ] {
        let bad = check(text);
        let told = String::from_utf8(bad.stderr).unwrap();
        assert!(
            !bad.status.success() && told.contains(why),
            "{text}: {told}"
        );
        assert!(!told.contains("hush-hush"), "{told}");
    }
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
}

#[test]
fn the_example_of_a_configuration_is_good() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let secret = path("secret");
    std::fs::write(&secret, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz\n").unwrap();
    let example = include_str!("../../../packaging/server/server.toml");
    let credentials = "/run/credentials/verigator-server.service/";
    let check = |text: &str| {
        let config = path("server.toml");
        std::fs::write(&config, text).unwrap();
        let output = run(&["--config", &config, "--check-config"], "");
        assert!(output.status.success(), "{text}: {output:?}");
    };
    let here = |text: &str| {
        let text = text.replace(&format!("{credentials}verigator-webhook-secret"), &secret);
        text.replace(&format!("{credentials}verigator-admin-token"), &secret)
    };
    check(&here(example));
    // What is left out in it is an example as well.
    let option = |line: &str| {
        let line = line.strip_prefix("# ")?.to_owned();
        let is_one = line.split_once(" = ")?.0.find(' ').is_none();
        is_one.then(|| line + "\n")
    };
    let left_out: String = example.lines().filter_map(option).collect();
    assert_eq!(left_out.lines().count(), 4);
    check(&here(&format!("{example}{left_out}")));
}

#[test]
fn manual_pages_and_completions_are_made_from_the_options() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("documents");
    let output = run(&["documents", folder.to_str().unwrap()], "");
    assert!(output.status.success(), "{output:?}");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let page = read("man/verigator-server.8");
    for part in [
        ".TH verigator-server 8",
        "\\-\\-check\\-config",
        "verigator\\-server\\-account(8)",
        ".SH EXAMPLES",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(read("man/verigator-server-account-add.8").contains("generate"));
    for name in [
        "bash/verigator-server.bash",
        "zsh/_verigator-server",
        "fish/verigator-server.fish",
    ] {
        let text = read(name);
        assert!(
            text.contains("check-config") && text.contains("send-test"),
            "{name}"
        );
    }
    fails(
        &["documents", "/dev/null/x"],
        "",
        "/dev/null/x cannot be written",
    );
}

#[tokio::test]
async fn options_reach_the_server() {
    let files = Files::new();
    let token = files.directory.path().join("token");
    std::fs::write(&token, "0123456789abcdef\n").unwrap();
    let process = files.serve(&[
        "--success-code",
        "200",
        "--chaos",
        "get-service:status=418,times=1",
        "--admin-token-file",
        token.to_str().unwrap(),
    ]);
    let client = process.client();
    let body = json!({ "fqdn": "example.com", "name": "Example" });
    let service = client.post("/v1/service/service", body).await.expect(200);
    let path = format!("/v1/service/service/{}", service["id"].as_str().unwrap());
    client.get(&path).await.refused(418, "chaos");
    assert_eq!(client.get(&path).await.expect(200), service);
    let jane = json!({ "phone_number": "+4401234567", "id_in_service": "jane" });
    let jane = client
        .post(&format!("{path}/users"), jane)
        .await
        .expect(200);
    client
        .get("/_/audit")
        .await
        .refused(404, "--admin-token-file");
    let url = format!("{}/_/audit", process.url);
    let http = http_client();
    let audit = http
        .get(url)
        .bearer_auth("0123456789abcdef")
        .send()
        .await
        .unwrap();
    assert_eq!(audit.status(), 200);
    let (service, jane) = (
        service["id"].as_str().unwrap(),
        jane["id"].as_str().unwrap(),
    );
    let url = format!("{}/_/services/{service}/users/{jane}/totp", process.url);
    let enrolment = http.post(url).bearer_auth("0123456789abcdef").send();
    assert_eq!(enrolment.await.unwrap().status(), 200);
}

#[test]
fn a_development_account_refused_in_public_is_not_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("verigator.db");
    let path = database.to_str().unwrap();
    fails(
        &["--dev", "--listen", "0.0.0.0:0", "--database", path],
        "",
        "refusing to listen",
    );
    assert!(
        wait(
            Storage::open_locked(&Location::File(database))
                .unwrap()
                .accounts()
        )
        .unwrap()
        .is_empty()
    );
}

#[tokio::test]
async fn accounts_are_added_listed_changed_and_removed() {
    let files = Files::new();
    let database = files.database.path();
    let database = database.to_str().unwrap();
    wait(files.storage().remove_account("mine", false, 0)).unwrap();
    let account = |arguments: &[&str], input: &str| {
        let output = run(
            &[&["account"], arguments, &["--database", database]].concat(),
            input,
        );
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(!told.contains("secret"), "{told}");
        told
    };
    assert_eq!(
        account(&["add", "mine"], "first secret\n"),
        "added account mine\n"
    );
    let add = ["account", "add", "MINE", "--database", database];
    fails(&add, "another secret\n", "already");
    fails(
        &["account", "add", "empty", "--database", database],
        "\n",
        "the password is empty",
    );
    assert!(account(&["list"], "").contains("mine\t0 services\tsince 20"));

    let process = files.serve(&[]);
    let client = |password: &str| Client::new(&process.url, Some(&format!("mine:{password}")));
    client("first secret").create_service("example.com").await;
    client("wrong")
        .get("/v1/service/service/x")
        .await
        .refused(401, "X-Service-Auth");
    account(&["set-password", "mine"], "second secret\n");
    client("first secret")
        .get("/v1/service/service/x")
        .await
        .refused(401, "X-Service-Auth");
    client("second secret")
        .get("/v1/service/service/x")
        .await
        .refused(404, "service");
    fails(
        &["account", "remove", "mine", "--database", database],
        "",
        "--with-services",
    );
    assert_eq!(
        account(&["remove", "mine", "--with-services"], ""),
        "removed account mine\n"
    );
    client("second secret")
        .get("/v1/service/service/x")
        .await
        .refused(401, "X-Service-Auth");
}

#[test]
fn a_password_that_could_be_guessed_or_not_be_sent_is_refused() {
    let files = Files::new();
    let database = files.database.path();
    let database = database.to_str().unwrap();
    for command in ["add", "set-password"] {
        for (password, told) in [
            ("eleven char\n", "shorter than 12"),
            ("p\n", "shorter than 12"),
            ("twelve chärs\n", "not printable ASCII"),
            (" twelve chars\n", "blank"),
            (&*format!("{}\n", "x".repeat(1025)), "1024"),
        ] {
            let name = if command == "add" { "new" } else { "mine" };
            let arguments = ["account", command, name, "--database", database];
            fails(&arguments, password, told);
        }
    }
    for name in ["jürgen", "a:b", " a", ""] {
        let arguments = ["account", "add", name, "--database", database];
        fails(&arguments, "a long secret\n", "the username");
    }
    for command in ["add", "set-password"] {
        let arguments = ["account", command, "short", "--dev", "--database", database];
        let output = run(&arguments, "p\n");
        assert!(output.status.success(), "{output:?}");
    }
}

#[tokio::test]
async fn a_generated_password_is_shown_once_and_lets_in() {
    let files = Files::new();
    let database = files.database.path();
    let database = database.to_str().unwrap();
    let process = files.serve(&[]);
    let mut shown = Vec::new();
    for command in ["add", "set-password"] {
        let arguments = [
            "account",
            command,
            "new",
            "--generate",
            "--database",
            database,
        ];
        let output = run(&arguments, "");
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8(output.stdout).unwrap();
        let password = told.lines().last().unwrap().to_owned();
        assert!(password.len() >= 24, "{told}");
        let client = Client::new(&process.url, Some(&format!("new:{password}")));
        client
            .get("/v1/service/service/x")
            .await
            .refused(404, "service");
        shown.push(password);
    }
    assert_ne!(shown[0], shown[1]);
}

#[test]
fn every_password_is_hashed_by_argon2id_in_19_mib_and_two_passes() {
    let files = Files::empty();
    let database = files.database.path();
    let database = database.to_str().unwrap();
    for (command, name) in [
        ("add", "kept"),
        ("add", "changed"),
        ("set-password", "changed"),
    ] {
        let output = run(
            &["account", command, name, "--database", database],
            "a long secret\n",
        );
        assert!(output.status.success(), "{output:?}");
    }
    let _development = files.serve(&["--dev"]);
    for name in ["kept", "changed", "demo"] {
        let hash = wait(files.storage().password_hash(name)).unwrap().unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{name}: {hash}"
        );
    }
}

#[tokio::test]
async fn the_development_account_is_for_development_servers() {
    let files = Files::new();
    let (public, development) = (files.serve(&[]), files.serve(&["--dev"]));
    let path = "/v1/service/service/x";
    let demo = |process: &Process| Client::new(&process.url, Some("demo:demo-password"));
    let refused = demo(&public).get(path).await;
    refused.refused(401, "X-Service-Auth");
    demo(&development).get(path).await.refused(404, "service");
    let hash = hash_password("another password", HashCost::Least);
    wait(files.storage().set_password_hash("demo", &hash, 0)).unwrap();
    let changed = Client::new(&public.url, Some("demo:another password"));
    changed.get(path).await.refused(404, "service");
    let (_, _, log) = public.stop("-KILL");
    assert!(
        log.contains("development account") && log.contains("--dev"),
        "{log}"
    );
}

#[cfg(unix)]
#[test]
fn a_development_server_says_that_the_account_has_another_password() {
    for (name, password) in [("demo", "another password"), ("Demo", "demo-password")] {
        let files = Files::empty();
        let hash = hash_password(password, HashCost::Least);
        wait(files.storage().add_account(name, &hash, 0)).unwrap();
        let (_, _, log) = files.serve(&["--dev"]).stop("-TERM");
        assert!(
            log.contains("account demo") && log.contains("demo-password"),
            "{log}"
        );
    }
    let (_, _, log) = Files::new().serve(&["--dev"]).stop("-TERM");
    assert!(!log.contains("account demo"), "{log}");
}

#[cfg(unix)]
#[test]
fn a_signal_stops_the_program_and_stdout_has_one_line() {
    for signal in ["-TERM", "-INT"] {
        let process = Files::new().serve(&["--dev"]);
        let url = process.url.clone();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        let (code, rest, _) = process.stop(signal);
        assert_eq!((code, rest.as_str()), (Some(0), ""));
    }
}

#[cfg(unix)]
#[test]
fn a_new_database_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    let mode = std::fs::metadata(files.database.path())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A log without the times at the beginnings of its lines, whose microseconds may look like a code.
#[cfg(unix)]
fn without_times(log: &str) -> String {
    let after_time = |line: &str| match line.split_once('Z') {
        Some((time, rest)) if time.ends_with(|last: char| last.is_ascii_digit()) => rest.to_owned(),
        _ => line.to_owned(),
    };
    log.lines().map(after_time).collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
#[tokio::test]
async fn the_log_holds_no_secret() {
    for format in ["text", "json"] {
        let files = Files::new();
        let process = files.serve(&["--dev", "--log", "trace", "--log-format", format]);
        let user = User::register(process.client(), "example.com").await;
        let begun = user
            .client
            .post(&format!("{}/totp", user.admin_path()), json!({}))
            .await;
        let secret = begun.expect(201)["secret"].as_str().unwrap().to_owned();
        user.start_sms().await;
        let pin = wait(files.storage().outbox(None)).unwrap()[0].pin.clone();
        user.denied(&wrong(&pin), "INVALID").await;
        user.accepted(&pin, "sms").await;
        let codes = user.recovery_codes().await;
        user.start_sms().await;
        user.accepted(&codes[0], "recovery_code").await;
        let app = user.enrol_by(&SystemClock).await;
        let app_code = code(&SystemClock, &app, 1);
        user.start("totp").await.expect(201);
        user.denied(&wrong(&app_code), "INVALID").await;
        user.accepted(&app_code, "totp").await;
        for file in std::fs::read_dir(files.directory.path()).unwrap() {
            let kept = std::fs::read(file.unwrap().path()).unwrap();
            let kept = String::from_utf8_lossy(&kept);
            for code in &codes {
                let typed = code.replace('-', "");
                assert!(!kept.contains(code) && !kept.contains(&typed), "{code}");
            }
        }
        let stranger = Client::new(&process.url, Some("demo:guess-password"));
        stranger
            .get(&user.path())
            .await
            .refused(401, "X-Service-Auth");
        // What does not belong there, where ids do: an unknown one is the client's own text.
        let client = process.client();
        let users = format!("/v1/service/service/{}/users", user.service);
        for path in [
            format!("{users}/+4401234567"),
            format!("{users}/jane@example.com"),
            format!("/_/services/{pin}/users/{secret}/totp"),
            "/v1/nowhere/+4401234567?phone=+4401234567".to_owned(),
        ] {
            client.get(&path).await.refused(404, "");
        }
        let method = reqwest::Method::from_bytes(b"+4401234567").unwrap();
        let unknown = client.send(method, &users, None).await;
        unknown.refused(405, "no such method");
        let (_, _, log) = process.stop("-TERM");
        let log = without_times(&log);
        assert!(log.contains("verify-pin"), "{log}");
        let path = format!(
            "/v1/service/service/{}/users/{}/auth",
            user.service, user.user
        );
        assert!(log.contains(&path), "{path} in\n{log}");
        let (wrong_pin, wrong_app_code) = (wrong(&pin), wrong(&app_code));
        for secret in [
            "mine-password",
            "guess-password",
            "4401234567",
            "jane@example.com",
            secret.as_str(),
            &app,
            &app_code,
            &wrong_app_code,
            &pin,
            &wrong_pin,
            &codes[0],
            &codes[0].replace('-', ""),
            &codes[1],
        ] {
            assert!(!log.contains(secret), "{secret} in\n{log}");
        }
    }
}

/// A pipe that nobody reads any more.
#[cfg(target_os = "linux")]
fn closed_pipe() -> Stdio {
    let (_, writer) = std::io::pipe().unwrap();
    writer.into()
}

#[cfg(target_os = "linux")]
fn full_disk() -> Stdio {
    let file = std::fs::OpenOptions::new().write(true).open("/dev/full");
    file.unwrap().into()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_log_that_cannot_be_written_costs_no_answer() {
    for log in [closed_pipe(), full_disk()] {
        let files = Files::new();
        let process = files.serve_logging_to(log, &["--dev", "--log", "trace"]);
        let user = User::register(process.client(), "example.com").await;
        user.start_sms().await;
        let pin = last_pin(&files.storage(), &user);
        user.accepted(&pin, "sms").await;
        user.denied(&pin, "INVALID").await;
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_problem_that_cannot_be_told_is_still_an_exit_code() {
    for stderr in [closed_pipe(), full_disk()] {
        let status = command(&["--no-sms", "--database", "/nowhere/at/all.db"])
            .stderr(stderr)
            .status();
        assert_eq!(status.unwrap().code(), Some(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_account_command_ends_quietly_where_nobody_reads_and_says_that_it_cannot_write() {
    let files = Files::new();
    let database = files.database.path();
    let account = |arguments: &[&str], stdout: Stdio| {
        let mut command = command(&[&["account"], arguments].concat());
        command.arg("--database").arg(&database);
        let output = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let remove: &[&str] = &["remove", "other"];
    for (arguments, told) in [(&["list"][..], "since"), (remove, "removed account other")] {
        assert_eq!(account(arguments, closed_pipe()), (Some(0), String::new()));
        add_account_again(&files, "other");
        let (code, stderr) = account(arguments, full_disk());
        assert_eq!(code, Some(1));
        assert!(
            stderr.contains("stdout cannot be written") && stderr.contains(told),
            "{stderr}"
        );
    }
}

/// Adds an account, if it was removed.
fn add_account_again(files: &Files, name: &str) {
    let _ = wait(files.storage().add_account(name, "", 0));
}

#[cfg(unix)]
#[test]
fn a_database_name_that_looks_like_a_uri_is_the_name_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(&["account", "add", "mine", "--database", "file:other.db"]);
    let mut child = command
        .current_dir(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"a long secret")
        .unwrap();
    assert!(child.wait().unwrap().success());
    let files: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["file:other.db"]);
}
