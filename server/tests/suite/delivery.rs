//! Messages that really go out, to gateways that misbehave.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use verigator_server::clock::{Clock, ManualClock, SystemClock};
use verigator_server::delivery::command::Program;
use verigator_server::delivery::signature::Secrets;
use verigator_server::delivery::webhook::Webhook;
use verigator_server::delivery::{Channel, Delivery, Route};
use verigator_server::server::Settings;
use verigator_server::storage::{Message, Storage};

use crate::gateway::{Answer, Gateway};
use crate::harness::{Harness, User, code};
use crate::process::{Files, Process, command};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub fn webhook(url: &str) -> Channel {
    let secrets: Secrets = SECRET.parse().unwrap();
    Channel::Webhook(Webhook::new(url.parse().unwrap(), secrets).unwrap())
}

pub fn delivery(channels: Vec<Channel>) -> Delivery {
    let mut delivery = Delivery::by(Route::Sent(channels));
    delivery.look_interval = Duration::from_millis(20);
    delivery.time_limit = Duration::from_secs(2);
    delivery
}

/// By the real clock, since tries wait for a time to come.
pub fn by_real_time(settings: &mut Settings, channels: Vec<Channel>) {
    settings.clock = Arc::new(SystemClock);
    settings.delivery = delivery(channels);
}

/// A server whose messages go to some channels.
pub async fn serve(channels: Vec<Channel>) -> Harness {
    Harness::with(|settings| by_real_time(settings, channels)).await
}

/// Waits until a message is in a state.
pub async fn wait_for(storage: &Storage, id: &str, state: &str) -> Message {
    let look = async {
        loop {
            let mut messages = storage.outbox(None).await.unwrap();
            messages.retain(|message| message.id == id);
            let message = messages.pop().unwrap();
            if message.state == state {
                return message;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(30), look).await;
    found.unwrap_or_else(|_| panic!("{id} does not become {state}"))
}

pub async fn has_metric(harness: &Harness, line: &str) {
    let text = harness.client().get("/metrics").await.text;
    assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
}

pub async fn audited(storage: &Storage) -> Vec<String> {
    let rows = storage.audit(Some("mine".to_owned())).await.unwrap();
    rows.into_iter()
        .filter(|row| row.operation == "send-message")
        .map(|row| row.outcome)
        .collect()
}

#[tokio::test]
async fn a_message_is_posted_and_signed_and_its_pin_lets_in() {
    let mut gateway = Gateway::start(&[Answer::Status(204)]).await;
    let harness = serve(vec![webhook(&gateway.url)]).await;
    let user = harness.user().await;
    let before = SystemClock.now();
    let id = user.start_sms().await;
    let request = gateway.next().await;
    let body = request.body();
    assert_eq!(
        (&body["id"], &body["to"]),
        (&json!(id), &json!("+4401234567"))
    );
    assert!(
        body["expires_at"].as_str().unwrap().ends_with('Z'),
        "{body}"
    );
    assert_eq!(body.as_object().unwrap().len(), 4);
    let header = |name: &str| request.headers[name].as_str();
    assert_eq!(header("webhook-id"), id);
    assert_eq!(header("content-type"), "application/json");
    let timestamp: u64 = header("webhook-timestamp").parse().unwrap();
    assert!(
        timestamp.abs_diff(before as u64 / 1000) <= 30,
        "{timestamp}"
    );
    let secrets: Secrets = SECRET.parse().unwrap();
    let signature = secrets.sign(&id, timestamp, &request.text);
    assert_eq!(header("webhook-signature"), signature);

    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(
        (message.tries, message.channel.as_deref()),
        (1, Some("webhook"))
    );
    user.accepted(&request.pin(), "sms").await;
    let line = "verigator_messages_total{channel=\"webhook\",state=\"handed-over\"} 1";
    has_metric(&harness, line).await;
    assert_eq!(audited(&harness.storage).await, ["handed-over"]);
}

#[tokio::test]
async fn a_webhook_that_failed_is_asked_again_when_it_wants_and_with_the_same_id() {
    let busy = Answer::Header(429, "Retry-After: 4".to_owned());
    let answers = [Answer::Status(500), busy, Answer::Status(202)];
    let mut gateway = Gateway::start(&answers).await;
    let harness = serve(vec![webhook(&gateway.url)]).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    let (first, second) = (gateway.next().await, gateway.next().await);
    let asked = SystemClock.now();
    let third = gateway.next().await;
    assert!(SystemClock.now() - asked >= 3500);
    for request in [&first, &second, &third] {
        assert_eq!(request.headers["webhook-id"], id);
        assert_eq!(request.text, first.text);
    }
    assert_ne!(
        first.headers["webhook-timestamp"],
        third.headers["webhook-timestamp"]
    );
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(message.tries, 3);
}

#[tokio::test]
async fn where_the_answer_was_lost_nobody_is_asked_again() {
    for answer in [
        Answer::Reset,
        Answer::Hang,
        Answer::Status(502),
        Answer::Status(504),
    ] {
        let mut lost = Gateway::start(&[answer]).await;
        let mut other = Gateway::start(&[Answer::Status(200)]).await;
        let harness = serve(vec![webhook(&lost.url), webhook(&other.url)]).await;
        let user = harness.user().await;
        let id = user.start_sms().await;
        let request = lost.next().await;
        wait_for(&harness.storage, &id, "unknown").await;
        // It may have come, after all.
        user.accepted(&request.pin(), "sms").await;
        // A message that is put in later goes out, and is the only one that does.
        user.start_sms().await;
        lost.next().await;
        lost.has_no_more();
        other.has_no_more();
        assert_eq!(audited(&harness.storage).await[0], "unknown");
    }
}

#[tokio::test]
async fn the_next_channel_is_asked_where_one_definitely_did_not_send() {
    let nobody = "http://127.0.0.1:1/sms".to_owned();
    for status in [400, 401, 404, 302, 307, 429, 500, 503, 0] {
        let mut elsewhere = Gateway::start(&[Answer::Status(200)]).await;
        let headers = format!("Location: {}\r\nRetry-After: 100", elsewhere.url);
        let mut first = Gateway::start(&[Answer::Header(status, headers)]).await;
        let mut second = Gateway::start(&[Answer::Status(200)]).await;
        let url = if status == 0 { &nobody } else { &first.url };
        let harness = serve(vec![webhook(url), webhook(&second.url)]).await;
        let id = harness.user().await.start_sms().await;
        assert_eq!(second.next().await.id(), id);
        let message = wait_for(&harness.storage, &id, "handed-over").await;
        assert_eq!(message.tries, 2);
        if status != 0 {
            first.next().await;
        }
        for gateway in [&mut first, &mut second, &mut elsewhere] {
            gateway.has_no_more();
        }
    }
}

#[tokio::test]
async fn what_was_never_sent_is_none_of_the_messages_that_a_user_may_be_sent() {
    let gateway = Gateway::start(&[Answer::Status(400)]).await;
    let harness = serve(vec![webhook(&gateway.url)]).await;
    let user = harness.user().await;
    for _ in 0..7 {
        let id = user.start_sms().await;
        wait_for(&harness.storage, &id, "failed").await;
    }
    let line = "verigator_messages_total{channel=\"webhook\",state=\"failed\"} 7";
    has_metric(&harness, line).await;
    assert_eq!(audited(&harness.storage).await, ["failed"; 7]);
}

#[tokio::test]
async fn users_with_an_app_log_in_while_the_gateway_is_down() {
    let hanging = Gateway::start(&[Answer::Hang]).await;
    for gateway in ["http://127.0.0.1:1/sms", &hanging.url] {
        let harness = serve(vec![webhook(gateway)]).await;
        let user = harness.user().await;
        let secret = user.enrol_by(&SystemClock).await;
        // More messages wait than go out at a time.
        for number in 0..20 {
            user.colleague(number).await.start_sms().await;
        }
        user.start("totp").await.expect(201);
        user.accepted(&code(&SystemClock, &secret, 1), "totp").await;
        let waiting = harness.storage.outbox(None).await.unwrap();
        assert!(waiting.iter().all(|message| message.state != "handed-over"));
    }
}

#[tokio::test]
async fn a_message_is_tried_until_its_pin_ends_and_not_longer() {
    let mut gateway = Gateway::start(&[Answer::Header(503, "Retry-After: 9999".to_owned())]).await;
    let url = gateway.url.clone();
    let harness = Harness::with(|settings| settings.delivery = delivery(vec![webhook(&url)])).await;
    let id = harness.user().await.start_sms().await;
    gateway.next().await;
    wait_for(&harness.storage, &id, "queued").await;
    harness.clock.advance(299);
    let message = wait_for(&harness.storage, &id, "queued").await;
    assert_eq!(message.tries, 1);
    harness.clock.advance(1);
    wait_for(&harness.storage, &id, "expired").await;
    gateway.has_no_more();
    assert_eq!(audited(&harness.storage).await, ["expired"]);
}

#[tokio::test]
async fn a_pin_that_was_replaced_or_used_is_not_sent_any_more() {
    let later = Answer::Header(503, "Retry-After: 2".to_owned());
    let mut gateway = Gateway::start(&[later.clone(), later, Answer::Status(200)]).await;
    let harness = serve(vec![webhook(&gateway.url)]).await;
    let user = harness.user().await;
    let replaced = user.start_sms().await;
    gateway.next().await;
    wait_for(&harness.storage, &replaced, "queued").await;
    let used = user.start_sms().await;
    let request = gateway.next().await;
    assert_eq!(request.id(), used);
    wait_for(&harness.storage, &replaced, "expired").await;
    wait_for(&harness.storage, &used, "queued").await;
    user.accepted(&request.pin(), "sms").await;
    wait_for(&harness.storage, &used, "expired").await;
    gateway.has_no_more();
}

#[tokio::test]
async fn two_servers_on_one_database_send_each_message_once() {
    let files = Files::new();
    let mut gateway = Gateway::start(&[Answer::Slow(Duration::from_millis(50))]).await;
    let url = gateway.url.clone();
    let one = Harness::on(files.storage(), |settings| {
        by_real_time(settings, vec![webhook(&url)]);
    })
    .await;
    let two = Harness::on(files.storage(), |settings| {
        by_real_time(settings, vec![webhook(&url)]);
    })
    .await;
    let first = one.user().await;
    let users = format!("/v1/service/service/{}/users", first.service);
    let mut starts = Vec::new();
    for number in 0..60 {
        let client = [&one, &two][number % 2].client();
        let body = json!({ "phone_number": format!("+44791112{number:04}"), "id_in_service": number.to_string() });
        let user = client.post(&users, body).await.expect(201)["id"].clone();
        let user = User {
            client,
            service: first.service.clone(),
            user: user.as_str().unwrap().to_owned(),
        };
        starts.push(tokio::spawn(async move { user.start_sms().await }));
    }
    let mut received = HashMap::new();
    for _ in &starts {
        *received.entry(gateway.next().await.id()).or_insert(0) += 1;
    }
    for start in starts {
        let id = start.await.unwrap();
        assert_eq!(received.get(&id), Some(&1));
        wait_for(&one.storage, &id, "handed-over").await;
    }
    gateway.has_no_more();
}

fn secret_file(files: &Files) -> PathBuf {
    let path = files.directory.path().join("webhook-secret");
    std::fs::write(&path, SECRET).unwrap();
    path
}

/// A server whose messages go to a gateway.
fn sending_to(gateway: &Gateway, files: &Files) -> Process {
    let (sms, secret) = (format!("webhook:{}", gateway.url), secret_file(files));
    let secret = secret.to_str().unwrap();
    files.serve(&["--sms", &sms, "--webhook-secret-file", secret])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_being_sent_when_the_server_was_killed_is_unknown() {
    let files = Files::new();
    let storage = files.storage();
    let mut gateway = Gateway::start(&[Answer::Hang]).await;
    let process = sending_to(&gateway, &files);
    let user = User::register(process.client(), "example.com").await;
    let id = user.start_sms().await;
    gateway.next().await;
    drop(process); // by SIGKILL
    files.database.settle();
    wait_for(&storage, &id, "sending").await;

    let mut other = Gateway::start(&[Answer::Status(200)]).await;
    let url = other.url.clone();
    let now = SystemClock.now();
    let clock = Arc::new(ManualClock::new(now));
    let harness = Harness::on(storage, |settings| {
        settings.clock = clock.clone();
        settings.delivery = delivery(vec![webhook(&url)]);
    })
    .await;
    clock.advance(31);
    wait_for(&harness.storage, &id, "unknown").await;
    let user = User {
        client: harness.client(),
        ..user
    };
    let next = user.start_sms().await;
    assert_eq!(other.next().await.id(), next);
    other.has_no_more();
    gateway.has_no_more();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_finishes_what_it_is_sending() {
    let files = Files::new();
    let mut gateway = Gateway::start(&[Answer::Slow(Duration::from_millis(500))]).await;
    let process = sending_to(&gateway, &files);
    let user = User::register(process.client(), "example.com").await;
    let id = user.start_sms().await;
    let pin = gateway.next().await.pin();
    let (code, _, log) = process.stop("-TERM");
    assert_eq!(code, Some(0));
    let messages = files.storage().outbox(None).await.unwrap();
    assert_eq!(messages[0].state, "handed-over");
    assert!(log.contains(&id), "{log}");
    assert!(!log.contains(&pin) && !log.contains("4401234567"), "{log}");
}

/// What the log says of tries to send a message: the channel, which try it was, and why it was not sent.
#[cfg(unix)]
fn tries_in(log: &str, id: &str) -> Vec<(String, u64, String)> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line["message_id"] == id)
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            (
                text("channel"),
                line["tries"].as_u64().unwrap(),
                text("reason"),
            )
        })
        .collect()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_why_for_each_try_and_nothing_of_the_message() {
    let files = Files::new();
    let directory = files.directory.path();
    script(directory, "tee /dev/stderr; exit 3");
    let (command, template) = (directory.join("send"), directory.join("http.toml"));
    let lines = "url = \"http://127.0.0.1:1/{to}?text={text}\"\nmethod = \"GET\"\n";
    std::fs::write(&template, lines).unwrap();
    let barred = "+4401234567 is barred".to_owned();
    let refusing = Gateway::start(&[Answer::Body(400, barred)]).await;
    let mut lost = Gateway::start(&[Answer::Reset]).await;
    let process = files.serve(&[
        "--dev",
        "--log-format",
        "json",
        "--webhook-secret-file",
        secret_file(&files).to_str().unwrap(),
        "--sms",
        &format!("command:{}", command.display()),
        "--sms",
        &format!("http:{}", template.display()),
        "--sms",
        &format!("webhook:{}", refusing.url),
        "--sms",
        &format!("webhook:{}", lost.url),
    ]);
    let user = User::register(process.client(), "example.com").await;
    let id = user.start_sms().await;
    let pin = lost.next().await.pin();
    wait_for(&files.storage(), &id, "unknown").await;
    let metrics = process.client().get("/metrics").await.text;
    for (channel, state) in [
        ("command", "refused"),
        ("http", "refused"),
        ("webhook", "refused"),
        ("webhook", "unknown"),
    ] {
        let line = format!("verigator_messages_total{{channel=\"{channel}\",state=\"{state}\"}} 1");
        assert!(
            metrics.lines().any(|found| found == line),
            "{line} in\n{metrics}"
        );
    }
    let (_, _, log) = process.stop("-TERM");
    let told = tries_in(&log, &id);
    let expected = [
        ("command", 1, "it ended with exit code 3"),
        ("http", 2, "there was no connection to it: "),
        ("webhook", 3, "it answered 400"),
        ("webhook", 4, "its answer was lost: "),
    ];
    assert_eq!(told.len(), expected.len(), "{log}");
    for ((channel, tries, reason), expected) in told.iter().zip(expected) {
        assert_eq!((channel.as_str(), *tries), (expected.0, expected.1));
        assert!(reason.starts_with(expected.2), "{reason}");
    }
    for secret in [&pin, "4401234567", "is barred", &SECRET[6..]] {
        assert!(!log.contains(secret), "{secret} in\n{log}");
    }
}

/// A program of a few lines.
#[cfg(unix)]
fn script(directory: &Path, lines: &str) -> Channel {
    use std::os::unix::fs::PermissionsExt;
    let path = directory.join("send");
    std::fs::write(
        &path,
        format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{lines}\n"),
    )
    .unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    Channel::Command(Program::new(&path).unwrap())
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_reads_the_message_and_says_by_its_exit_code_how_it_went() {
    let directory = tempfile::tempdir().unwrap();
    let program = script(
        directory.path(),
        "cat > message; test -e once || { touch once; exit 7; }; echo $# > seen",
    );
    let harness = serve(vec![program]).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(
        (message.tries, message.channel.as_deref()),
        (2, Some("command"))
    );
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let given: serde_json::Value = serde_json::from_str(&read("message")).unwrap();
    assert_eq!(given["id"], json!(id));
    assert_eq!(given["to"], json!("+4401234567"));
    assert_eq!(read("seen"), "0\n");
    user.accepted(&given["text"].as_str().unwrap()[..6], "sms")
        .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_does_not_end_or_was_killed_may_have_sent() {
    for lines in ["exec sleep 100", "kill -9 $$"] {
        let directory = tempfile::tempdir().unwrap();
        let mut other = Gateway::start(&[Answer::Status(200)]).await;
        let program = script(directory.path(), lines);
        let harness = serve(vec![program, webhook(&other.url)]).await;
        let id = harness.user().await.start_sms().await;
        let message = wait_for(&harness.storage, &id, "unknown").await;
        assert_eq!(message.tries, 1);
        other.has_no_more();
    }
}

#[tokio::test]
async fn a_server_without_sms_says_so_at_once() {
    let change = |settings: &mut Settings| settings.delivery = Delivery::by(Route::Refused);
    let harness = Harness::with(change).await;
    let user = harness.user().await;
    for method in ["sms", "totp"] {
        let refused = user.start(method).await;
        refused.refused(409, "sends no SMS");
    }
    assert!(harness.storage.outbox(None).await.unwrap().is_empty());
    let secret = user.enrol(&harness).await;
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 1), "totp").await;
    user.start("sms").await.refused(409, "sends no SMS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_goes_as_the_servers_would_and_each_step_is_told() {
    let files = Files::empty();
    let mut refusing = Gateway::start(&[Answer::Status(503)]).await;
    let mut taking = Gateway::start(&[Answer::Status(200)]).await;
    let secret = secret_file(&files);
    let mut command = command(&["send-test", "00 44 01234567", "--sms-origin", "example.com"]);
    command.args(["--sms-text", "{pin} on {service} kood"]);
    command.arg("--webhook-secret-file").arg(secret);
    for gateway in [&refusing, &taking] {
        command.args(["--sms", &format!("webhook:{}", gateway.url)]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    for part in [
        "to:     +4401234567",
        "size:   1 SMS, 51 characters",
        "in GSM-7, where one SMS has 160",
        "channel 1: webhook http://127.0.0.1:",
        "  not sent: it answered 503; a server would ask it again",
        "channel 2: webhook http://127.0.0.1:",
        "  handed over",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    assert!(!told.contains(&SECRET[6..]));
    let request = taking.next().await;
    let text = request.body()["text"].as_str().unwrap().to_owned();
    let bound = format!("@example.com #{}", request.pin());
    assert_eq!(text.lines().last(), Some(bound.as_str()));
    assert_eq!(refusing.next().await.text, request.text);
}

#[cfg(unix)]
#[test]
fn a_test_message_that_nobody_took_is_a_failure_with_what_the_program_said() {
    let directory = tempfile::tempdir().unwrap();
    script(directory.path(), "echo no modem >&2; exit 3");
    let path = directory.path().join("send");
    let sms = format!("command:{}", path.display());
    let test = |arguments: &[&str]| {
        let output = command(&[&["send-test"], arguments].concat())
            .output()
            .unwrap();
        assert!(!output.status.success());
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        told + &String::from_utf8_lossy(&output.stderr)
    };
    let told = test(&["+4401234567", "--sms", &sms]);
    for part in [
        "says: no modem",
        "exit code 3",
        "no channel took the message",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    assert!(test(&["+4401234567"]).contains("no channel is named"));
    assert!(test(&["1234", "--sms", &sms]).contains("country prefix"));
}
