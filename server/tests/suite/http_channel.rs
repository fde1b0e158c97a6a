//! Messages by requests that are made from templates.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use url::form_urlencoded;
use verigator_server::clock::{Clock, SystemClock};
use verigator_server::delivery::Channel;
use verigator_server::delivery::channel::{Again, Outcome, Outgoing};
use verigator_server::delivery::http::Http;
use verigator_server::delivery::http::preset::Preset;
use verigator_server::delivery::http::template::Template;

use crate::delivery::{serve, wait_for, webhook};
use crate::gateway::{Answer, Gateway, Received};
use crate::process::{Files, command};

/// What is hard to write in some place or other. The last of it is no slot: what is put in is not read again.
const HARD: &str = "+372 5\"'\\ & % %41 = ? # <\u{20ac}\u{f5}> ; {to}\n@example.com #012345";
pub const PASSWORD: &str = "pass & \"word\"";
const LIMIT: Duration = Duration::from_secs(2);

fn message(text: &str) -> Outgoing {
    Outgoing {
        id: "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10".to_owned(),
        to: "+37250000000".to_owned(),
        text: text.to_owned(),
        expires: SystemClock.now() + 119_000,
        validity: 119,
    }
}

fn read(template: &str) -> Result<Http, String> {
    Http::new(Template::read(template, None)?, None)
}

/// A channel to a gateway, with the lines of a template.
fn http(url: &str, lines: &str) -> Http {
    read(&format!("url = \"{url}\"\n{lines}")).unwrap()
}

/// What a gateway received by a template of such lines.
async fn received(lines: &str) -> Received {
    let mut gateway = Gateway::start(&[Answer::Status(200)]).await;
    let channel = http(&gateway.url, lines);
    let outcome = channel.send(&message(HARD), LIMIT).await;
    assert_eq!(outcome, Outcome::HandedOver(None));
    gateway.next().await
}

/// The names and values of a form or a query.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[tokio::test]
async fn whatever_a_message_says_stands_in_json_as_it_is() {
    let request = received(
        "json = { text = \"{text}\", in = [{ to = \"<{to}> {{to}}\" }], \"a\\\"b\" = true, n = -1.5 }",
    )
    .await;
    assert_eq!(request.headers["content-type"], "application/json");
    let expected = json!({
        "text": HARD, "in": [{ "to": "<+37250000000> {to}" }], "a\"b": true, "n": -1.5,
    });
    assert_eq!(request.body(), expected);
}

#[tokio::test]
async fn whatever_a_message_says_stands_in_forms_and_queries_as_it_is() {
    let form = received("form = { text = \"{text}\", \"a&b\" = [\"{to}\", \"2 & 3\"] }").await;
    let type_of_form = "application/x-www-form-urlencoded";
    assert_eq!(form.headers["content-type"], type_of_form);
    let expected = [("a&b", "+37250000000"), ("a&b", "2 & 3"), ("text", HARD)];
    assert_eq!(pairs(&form.text), owned(&expected));

    let query = received("method = \"GET\"\nquery = { text = \"{text}\", to = \"{to}\" }").await;
    let asked = query.line.strip_prefix("GET /sms?").unwrap();
    let asked = asked.strip_suffix(" HTTP/1.1").unwrap();
    assert_eq!(
        pairs(asked),
        owned(&[("text", HARD), ("to", "+37250000000")])
    );
    assert_eq!(query.text, "");
}

#[tokio::test]
async fn whatever_a_message_says_stands_in_an_url_as_it_is() {
    let mut gateway = Gateway::start(&[Answer::Status(200)]).await;
    let url = format!("{}/{{to}}/{{text}}/send?key=1&text={{text}}", gateway.url);
    http(&url, "").send(&message(HARD), LIMIT).await;
    let line = gateway.next().await.line;
    let (path, query) = line.split_once('?').unwrap();
    let decoded = |text| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .unwrap()
    };
    assert_eq!(decoded(path), format!("POST /sms/+37250000000/{HARD}/send"));
    let query = query.strip_suffix(" HTTP/1.1").unwrap();
    assert_eq!(pairs(query), owned(&[("key", "1"), ("text", HARD)]));
}

#[tokio::test]
async fn a_header_holds_all_but_a_line_break_which_would_begin_another() {
    let mut gateway = Gateway::start(&[Answer::Status(200)]).await;
    let channel = http(&gateway.url, "headers = { X-Text = \"{text}\" }");
    let line = HARD.split('\n').next().unwrap();
    channel.send(&message(line), LIMIT).await;
    assert_eq!(gateway.next().await.headers["x-text"], line);
    for text in [HARD, "a\r\nX-Other: b", "a\rb", "a\0b"] {
        let outcome = channel.send(&message(text), LIMIT).await;
        let Outcome::Refused { reason, again } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(again, Again::Never);
        assert!(
            reason.contains("headers.x-text") && !reason.contains("372"),
            "{reason}"
        );
    }
    gateway.has_no_more();
}

#[tokio::test]
async fn filters_make_what_a_gateway_wants() {
    let lines = "[json]
        digits = \"{to|digits}\"
        zeros = \"{to|00}\"
        number = \"{to|digits|number}\"
        list = [\"{to|digits|number}\"]
        seconds = \"{validity|number}\"
        minutes = \"{validity|minutes|number}\"
        text = \"{validity} s\"
        missing = \"{sender?}\"
        missing_too = [\"{sender?}\"]";
    let expected = json!({
        "digits": "37250000000", "zeros": "0037250000000", "number": 37_250_000_000_u64,
        "list": [37_250_000_000_u64], "seconds": 119, "minutes": 1, "text": "119 s", "missing_too": [],
    });
    assert_eq!(received(lines).await.body(), expected);
}

/// A file with what a preset wants, and one with the secret beside it.
pub fn preset_file(directory: &Path, url: &str, values: &str, secret: &str) -> std::path::PathBuf {
    let (file, secret_file) = (directory.join("preset.toml"), directory.join("secret"));
    std::fs::write(&secret_file, format!("{PASSWORD}\n")).unwrap();
    let secret_file = secret_file.display();
    let template =
        format!("url = \"{url}\"\n[values]\n{values}\n{secret} = {{ file = \"{secret_file}\" }}");
    std::fs::write(&file, template).unwrap();
    file
}

/// A channel of a preset, to a gateway on this machine.
pub fn preset(preset: Preset, url: &str, public_url: Option<&str>) -> Channel {
    let directory = tempfile::tempdir().unwrap();
    let (values, secret) = match preset {
        Preset::Messente => ("username = \"user\"\nsender = \"Example\"", "password"),
        Preset::Twilio => (
            "account_sid = \"AC123\"\nsender = \"+15005550006\"",
            "auth_token",
        ),
    };
    let file = preset_file(directory.path(), url, values, secret);
    let public_url = public_url.map(|url| url.parse().unwrap());
    Channel::Http(Box::new(
        Http::from_file(&file, Some(preset), public_url.as_ref()).unwrap(),
    ))
}

/// What Messente answers.
pub fn messente_took_it() -> Answer {
    let body = json!({
        "to": "+4401234567", "omnimessage_id": "o-1",
        "messages": [{ "message_id": "m-1", "channel": "sms", "sender": "Example" }],
    });
    Answer::Body(201, body.to_string())
}

fn basic(request: &Received) -> String {
    let encoded = request.headers["authorization"]
        .strip_prefix("Basic ")
        .unwrap();
    let decoded = data_encoding::BASE64.decode(encoded.as_bytes()).unwrap();
    String::from_utf8(decoded).unwrap()
}

#[tokio::test]
async fn messente_is_asked_as_its_documentation_says() {
    let mut gateway = Gateway::start(&[messente_took_it()]).await;
    let harness = serve(vec![preset(Preset::Messente, &gateway.url, None)]).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    let request = gateway.next().await;
    let body = request.body();
    let text = body["messages"][0]["text"].as_str().unwrap();
    let validity = body["messages"][0]["validity"].as_u64().unwrap();
    assert!([4, 5].contains(&validity), "{validity}");
    let expected = json!({
        "to": "+4401234567",
        "messages": [{
            "channel": "sms", "sender": "Example", "text": text, "text_store": "nostore",
            "validity": validity,
        }],
    });
    assert_eq!(body, expected);
    assert_eq!(basic(&request), format!("user:{PASSWORD}"));
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(message.gateway_id.as_deref(), Some("m-1"));
    assert_eq!(message.channel.as_deref(), Some("messente"));
    user.accepted(&text[..6], "sms").await;
}

#[tokio::test]
async fn twilio_is_asked_as_its_documentation_says() {
    let took_it = Answer::Body(201, json!({ "sid": "SM1", "status": "queued" }).to_string());
    let mut gateway = Gateway::start(&[took_it]).await;
    let public = Some("https://login.example.com");
    let harness = serve(vec![preset(Preset::Twilio, &gateway.url, public)]).await;
    let user = harness.user().await;
    let id = user.start_sms().await;
    let request = gateway.next().await;
    let form = pairs(&request.text);
    let value = |name: &str| {
        let found = form.iter().find(|(found, _)| found == name);
        found
            .unwrap_or_else(|| panic!("{name} in {form:?}"))
            .1
            .clone()
    };
    assert_eq!(form.len(), 5);
    assert_eq!(value("To"), "+4401234567");
    assert_eq!(value("From"), "+15005550006");
    assert!((295..=300).contains(&value("ValidityPeriod").parse().unwrap()));
    let report_url = format!("https://login.example.com/delivery-reports/twilio/{id}");
    assert_eq!(value("StatusCallback"), report_url);
    assert_eq!(basic(&request), format!("AC123:{PASSWORD}"));
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(message.gateway_id.as_deref(), Some("SM1"));
    user.accepted(&value("Body")[..6], "sms").await;
}

/// A template for which only a body that says so is a success.
const STRICT: &str = "json = { id = \"{id}\", text = \"{text}\" }
    success = { status = [200, 201], json = { \"/status\" = \"ok\" }, id = \"/id\" }";

fn strict(url: &str) -> Channel {
    Channel::Http(Box::new(http(url, STRICT)))
}

#[tokio::test]
async fn the_next_channel_is_asked_where_a_gateway_definitely_did_not_send() {
    for answer in [
        Answer::Body(200, "{\"status\": \"no credit\"}".to_owned()),
        Answer::Body(400, "{\"status\": \"ok\"}".to_owned()),
        Answer::Header(429, "Retry-After: 100".to_owned()),
        Answer::Status(500),
    ] {
        let mut first = Gateway::start(&[answer]).await;
        let mut second = Gateway::start(&[Answer::Status(200)]).await;
        let harness = serve(vec![strict(&first.url), webhook(&second.url)]).await;
        let id = harness.user().await.start_sms().await;
        assert_eq!(second.next().await.id(), id);
        assert_eq!(first.next().await.id(), id);
        let message = wait_for(&harness.storage, &id, "handed-over").await;
        assert_eq!((message.tries, message.gateway_id), (2, None));
        first.has_no_more();
    }
}

#[tokio::test]
async fn nobody_is_asked_again_where_a_gateway_may_have_sent() {
    let ok = "{\"status\": \"ok\", \"id\": \"7\"}".to_owned();
    for answer in [
        Answer::Reset,
        Answer::Hang,
        Answer::Cut(200, ok.clone()),
        Answer::Body(200, "<html>Welcome to this network</html>".to_owned()),
        Answer::Body(200, "{\"error\": 17}".to_owned()),
        Answer::Body(202, ok.clone()),
        Answer::Status(502),
    ] {
        let mut lost = Gateway::start(&[answer]).await;
        let mut other = Gateway::start(&[Answer::Status(200)]).await;
        let harness = serve(vec![strict(&lost.url), webhook(&other.url)]).await;
        let id = harness.user().await.start_sms().await;
        wait_for(&harness.storage, &id, "unknown").await;
        lost.next().await;
        lost.has_no_more();
        other.has_no_more();
    }
}

#[tokio::test]
async fn a_message_that_was_taken_is_taken_though_the_answers_end_is_lost() {
    let cut = Answer::Cut(201, "{\"sid\": \"SM1\"}".to_owned());
    let gateway = Gateway::start(&[cut]).await;
    let harness = serve(vec![preset(Preset::Twilio, &gateway.url, None)]).await;
    let id = harness.user().await.start_sms().await;
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(message.gateway_id, None);
}

#[tokio::test]
async fn a_gateway_that_is_busy_is_asked_again_when_it_wants() {
    let busy = Answer::Header(429, "Retry-After: 3".to_owned());
    let ok = Answer::Body(200, "{\"status\": \"ok\", \"id\": 7}".to_owned());
    let mut gateway = Gateway::start(&[busy, ok]).await;
    let harness = serve(vec![strict(&gateway.url)]).await;
    let id = harness.user().await.start_sms().await;
    let first = gateway.next().await;
    let asked = SystemClock.now();
    let second = gateway.next().await;
    assert!(SystemClock.now() - asked >= 2500);
    assert_eq!(first.text, second.text);
    let message = wait_for(&harness.storage, &id, "handed-over").await;
    assert_eq!(message.gateway_id.as_deref(), Some("7"));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let plain = Gateway::start(&[Answer::Status(200)]).await;
    let no_tls = plain.url.replace("http:", "https:");
    for url in [
        "http://127.0.0.1:1/sms",
        "https://gateway.invalid/sms",
        &no_tls,
    ] {
        let outcome = http(url, STRICT).send(&message("text"), LIMIT * 5).await;
        let Outcome::Refused { reason, again } = outcome else {
            panic!("{url}: {outcome:?}");
        };
        assert_eq!(again, Again::After(Duration::ZERO), "{url}");
        assert!(reason.contains("no connection"), "{url}: {reason}");
    }
}

#[test]
fn a_template_that_makes_no_request_is_refused_when_it_is_read() {
    let url = "url = \"https://gateway.example/sms\"\n";
    for (template, told) in [
        ("url = ", "line 1: "),
        ("method = \"POST\"", "url: it must begin with https://"),
        ("url = \"http://gateway.example/sms\"", "https only"),
        ("url = \"https://{to}.example/\"", "without slots"),
        ("preset = \"nobody\"", "preset: unknown variant"),
        (
            "preset = \"twilio\"",
            "basic_auth.password must have a slot whose value is a secret",
        ),
        ("preset = \"twilio\"\njson = {}", "json: beside a preset"),
        (&format!("{url}metod = \"GET\""), "unknown field `metod`"),
        (
            &format!("{url}method = \"DELETE\""),
            "the method DELETE must be",
        ),
        (
            &format!("{url}method = \"GET\"\nform = {{}}"),
            "a GET has no body",
        ),
        (
            &format!("{url}json = {{}}\nform = {{}}"),
            "both [form] and [json]",
        ),
        (
            &format!("{url}form = {{ a = 1 }}"),
            "form.a: it must be text",
        ),
        (
            &format!("{url}json = {{ a = [\"{{to\"] }}"),
            "json.a.0: it has a brace without a partner",
        ),
        (
            &format!("{url}json = {{ a = \"}}\" }}"),
            "json.a: it has a brace without a partner",
        ),
        (
            &format!("{url}json = {{ a = \"{{To}}\" }}"),
            "json.a: {To} is no slot",
        ),
        (
            &format!("{url}json = {{ a = \"{{sender}}\" }}"),
            "json.a: there is no value sender",
        ),
        (
            &format!("{url}json = {{ a = \"{{to|upper}}\" }}"),
            "json.a: there is no filter upper",
        ),
        (
            &format!("{url}json = {{ a = \"{{text|number}}\" }}"),
            "json.a: {text} is not something",
        ),
        (
            &format!("{url}json = {{ a = \"{{to|number}}\" }}"),
            "json.a: {to} is not something",
        ),
        (
            &format!("{url}json = {{ a = \"+{{validity|number}}\" }}"),
            "json.a: a number must be",
        ),
        (
            &format!("{url}json = {{ a = \"{{report_url}}\" }}"),
            "--public-url",
        ),
        (
            &format!("{url}headers = {{ \"a b\" = \"\" }}"),
            "no name of a header",
        ),
        (
            &format!("{url}headers = {{ Host = \"a\" }}"),
            "headers: host follows",
        ),
        (
            &format!("{url}headers = {{ A = \"a\\nb\" }}"),
            "headers.a: a header cannot hold",
        ),
        (
            &format!("{url}headers = {{ authorization = \"Bearer s3cret\" }}"),
            "whose value is a secret",
        ),
        (
            &format!("{url}basic_auth = {{ username = \"u\", password = \"s3cret\" }}"),
            "a secret",
        ),
        (
            &format!("{url}values = {{ to = \"+372\" }}"),
            "the value to has the name",
        ),
        (
            &format!("{url}values = {{ a = {{ file = \"/nowhere\" }} }}"),
            "/nowhere, which cannot be read",
        ),
        (
            &format!("{url}values = {{ a = {{ env = \"NOT_SET_HERE\" }} }}"),
            "NOT_SET_HERE",
        ),
        (
            &format!("{url}values = {{ a = {{ value = \"s3cret\" }} }}"),
            "the value a must be text, or",
        ),
        (
            &format!("{url}values = {{ a = \"b\\nc\" }}"),
            "the value a must be one line",
        ),
        (
            &format!("{url}success = {{ status = [404] }}"),
            "success: the status 404",
        ),
        (
            &format!("{url}reports = {{ kind = \"twilio\", secret = \"s3cret\" }}"),
            "reports.secret must",
        ),
    ] {
        let problem = read(template).expect_err(template);
        assert!(problem.contains(told), "{template}: {problem}");
        assert!(!problem.contains("s3cret"), "{problem}");
    }
}

#[test]
fn the_readmes_template_makes_the_request_that_it_says() {
    let readme = include_str!("../../README.md");
    let at = readme.find("url = \"https://gateway.example/v2").unwrap();
    let template = readme[at..].split("```").next().unwrap();
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "s3cret").unwrap();
    let token = token.path().to_str().unwrap();
    let template = template.replace("/etc/verigator/gateway-token", token);
    let shown = read(&template).unwrap().shown_request(&message("text"));
    for line in [
        "POST https://gateway.example/v2/1234/messages",
        "authorization: Bearer HIDDEN",
        "content-type: application/json",
        "{\"body\":\"text\",\"from\":\"Example\",\"recipients\":[\"37250000000\"],\
         \"reference\":\"4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10\",\"ttl\":119}",
    ] {
        assert!(
            shown.lines().any(|shown| shown == line),
            "{line} in\n{shown}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_shows_request_and_answer_without_secrets_and_names_the_rule() {
    let files = Files::empty();
    let wrong = format!("{{\"errors\": [{{\"code\": \"103\", \"detail\": \"not {PASSWORD}\"}}]}}");
    let refusing = Gateway::start(&[Answer::Body(401, wrong)]).await;
    let taking = Gateway::start(&[Answer::Body(200, "{\"state\": \"busy\"}".to_owned())]).await;
    let directory = files.directory.path();
    let file = preset_file(directory, &refusing.url, "username = \"user\"", "password");
    let own = directory.join("own.toml");
    let url = &taking.url;
    let lines = "query = { key = \"{key}\" }\nform = { t = \"{text}\" }\nsuccess.json = { \"/state\" = \"sent\" }
        values.key = { env = \"GATEWAY_KEY\" }";
    std::fs::write(&own, format!("url = \"{url}\"\n{lines}")).unwrap();
    let mut command = command(&[
        "send-test",
        "+4401234567",
        "--public-url",
        "https://a.example/b",
    ]);
    command.env("GATEWAY_KEY", "s3cret");
    command.args(["--sms", &format!("messente:{}", file.display())]);
    command.args(["--sms", &format!("http:{}", own.display())]);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success(), "{told}");
    for part in [
        "size:   1 SMS",
        &format!("channel 1: messente {}", refusing.url),
        &format!("  is given POST {}", refusing.url),
        "authorization: Basic user:HIDDEN",
        "\"dlr_url\":\"https://a.example/b/delivery-reports/messente/",
        "  says: 401 ",
        "not HIDDEN",
        "  not sent: it answered 401; a server would not ask it again with this message",
        &format!("channel 2: http {url}"),
        &format!("  is given POST {url}?key=HIDDEN"),
        "t=",
        "/state of its body is not \"sent\"",
        "busy",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    assert!(
        !told.contains("s3cret") && !told.contains("word\""),
        "{told}"
    );
}

#[test]
fn a_server_does_not_start_with_a_template_that_makes_no_request() {
    let files = Files::empty();
    let path = files.directory.path().join("own.toml");
    std::fs::write(
        &path,
        "url = \"https://gateway.example/\"\njson = \"{sender}\"",
    )
    .unwrap();
    let sms = format!("http:{}", path.display());
    let output = command(&["--database", ":memory:", "--sms", &sms])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        told.contains("own.toml: json: there is no value sender"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
}
