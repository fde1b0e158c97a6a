//! The link by which a user sets an app up: what it shows to whom, and that it is used once.

use std::fs;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use verigator_server::enrolment_link::MOST_USES;
use verigator_server::page::enrolment::texts::ENGLISH;
use verigator_server::state::Administration;
use verigator_server::storage::Target;

use crate::harness::{BEGINNING, Client, Harness, User, http_client, wrong};
use crate::process::{Files, command, ended};

/// What a browser has of a page.
pub struct Page {
    status: u16,
    headers: HeaderMap,
    html: String,
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16, text: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.html);
        assert!(self.html.contains(text), "{:?} lacks {text:?}", self.html);
        self
    }

    /// What stands between two texts.
    #[track_caller]
    fn between(&self, begin: &str, end: &str) -> &str {
        let (_, rest) = self.html.split_once(begin).expect(begin);
        rest.split_once(end).expect(end).0
    }

    /// The secret that the page shows to be typed.
    pub fn secret(&self) -> String {
        let groups = self.between("<code class=\"secret\">", "</code>");
        groups.replace("<span>", "").replace("</span>", "")
    }

    pub fn shows_a_secret(&self) -> bool {
        ["otpauth:", "svg", "<code"]
            .iter()
            .any(|sign| self.html.contains(sign))
    }

    /// What a phone reads off the QR code.
    fn scanned(&self) -> String {
        let image = self.between("data:image/svg+xml;base64,", "\"");
        let svg = data_encoding::BASE64.decode(image.as_bytes()).unwrap();
        let svg = String::from_utf8(svg).unwrap();
        let (side, dark) = modules(&svg);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| match dark
            [y * side + x]
        {
            true => 0,
            false => 255,
        });
        let codes = image.detect_grids();
        assert_eq!(codes.len(), 1, "{svg}");
        codes[0].decode().unwrap().1
    }
}

/// Paints an SVG that is one path of squares: how many pixels a side of it has, and which of them are dark.
fn modules(svg: &str) -> (usize, Vec<bool>) {
    let attribute = |name: &str| {
        let (_, rest) = svg.split_once(&format!(" {name}=\"")).expect(name);
        rest.split_once('"').unwrap().0
    };
    let numbers = |text: &str| -> Vec<usize> {
        let parts = text.split(|character: char| !character.is_ascii_digit());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(|part| part.parse().unwrap()).collect()
    };
    let side = numbers(attribute("viewBox"))[2];
    let mut dark = vec![false; side * side];
    for square in attribute("d").split('M').skip(1) {
        let [left, top, width, height] = numbers(square)[..4].try_into().unwrap();
        for y in top..top + height {
            dark[y * side + left..][..width].fill(true);
        }
    }
    (side, dark)
}

/// A browser at a link.
#[derive(Clone)]
pub struct Browser {
    url: String,
    http: reqwest::Client,
}

impl Browser {
    fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            http: http_client(),
        }
    }

    async fn send(&self, method: Method, form: Option<String>) -> Page {
        let mut request = self.http.request(method, &self.url);
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("Content-Type", kind).body(form);
        }
        let response = request.send().await.unwrap();
        Page {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            html: response.text().await.unwrap(),
        }
    }

    pub async fn open(&self) -> Page {
        self.send(Method::GET, None).await
    }

    /// Presses the button that shows the QR code.
    pub async fn show(&self) -> Page {
        self.send(Method::POST, Some(String::new())).await
    }

    pub async fn type_code(&self, code: &str) -> Page {
        self.send(Method::POST, Some(format!("code={code}"))).await
    }
}

/// Makes a link with some body, and gives the answer.
async fn made_with(user: &User, body: Value) -> Value {
    let path = format!("{}/totp/link", user.path());
    user.client.post(&path, body).await.expect(201)
}

/// A browser at a new link.
pub async fn link(user: &User) -> Browser {
    let made = made_with(user, json!({})).await;
    Browser::at(made["url"].as_str().unwrap())
}

async fn state(user: &User) -> (bool, bool) {
    let path = format!("{}/totp", user.path());
    let state = user.client.get(&path).await.expect(200);
    let is = |name: &str| state[name].as_bool().unwrap();
    (is("confirmed"), is("pending"))
}

/// A user of a service with some names.
async fn named(client: &Client, name: &str, id_in_service: &str) -> User {
    let body = json!({ "fqdn": "example.com", "name": name });
    let service = client.post("/v1/service/service", body).await.expect(201);
    let service = service["id"].as_str().unwrap().to_owned();
    let users = format!("/v1/service/service/{service}/users");
    let body = json!({ "phone_number": "+4401234567", "id_in_service": id_in_service });
    let user = client.post(&users, body).await.expect(201);
    User {
        client: client.clone(),
        service,
        user: user["id"].as_str().unwrap().to_owned(),
    }
}

#[tokio::test]
async fn a_user_sets_an_app_up_by_a_link_once() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let made = made_with(&user, json!({})).await;
    assert_eq!(made["expires_at"], "2027-01-15T09:00:00.000Z");
    assert_eq!(made["replaced"], false);
    let url = made["url"].as_str().unwrap();
    let token = url
        .strip_prefix(&format!("{}/enrol/", harness.url))
        .unwrap();
    assert_eq!(token.len(), 43);

    let browser = Browser::at(url);
    let page = browser.open().await.expect(200, "2027-01-15 09:00 UTC");
    assert!(page.html.contains("<bdi>Example</bdi>"), "{}", page.html);
    assert!(!page.shows_a_secret(), "{}", page.html);
    let page = browser.show().await.expect(200, "<bdi>jane</bdi>");
    let uri = page.scanned();
    let secret = page.secret();
    assert!(
        uri.starts_with("otpauth://totp/Example%20%28example.com%29:jane?secret="),
        "{uri}"
    );
    assert!(uri.contains(&format!("secret={secret}&")), "{uri}");
    let linked = page
        .between("<a class=\"button\" href=\"", "\"")
        .replace("&amp;", "&");
    assert_eq!(linked, uri);
    assert_eq!(state(&user).await, (false, true));

    let code = harness.code(&secret, 0);
    let page = browser
        .type_code(&wrong(&code))
        .await
        .expect(422, "role=\"alert\"");
    assert!(!page.shows_a_secret(), "{}", page.html);
    let spelt = format!("{}+{}", &code[..3], &code[3..]);
    browser.type_code(&spelt).await.expect(200, "is set up");
    assert_eq!(state(&user).await, (true, false));
    for page in [
        browser.open().await,
        browser.show().await,
        browser.type_code(&harness.code(&secret, 1)).await,
    ] {
        let page = page.expect(410, "<bdi>Example</bdi> at once");
        assert!(!page.shows_a_secret(), "{}", page.html);
    }
    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 0), "totp").await;

    let rows = harness.trail().await;
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.operation.contains("enrolment"))
        .map(|row| {
            (
                row.operation.as_str(),
                row.outcome.as_str(),
                row.address.as_deref(),
            )
        })
        .collect();
    let here = Some("127.0.0.1");
    let expected = [
        ("make-enrolment-link", "made", here),
        ("begin-enrolment-by-link", "begun", here),
        ("confirm-enrolment-by-link", "wrong code", here),
        ("confirm-enrolment-by-link", "confirmed", here),
    ];
    assert_eq!(told, expected);
    assert!(!format!("{rows:?}").contains(token), "{rows:?}");
    let metrics = harness.client().get("/metrics").await.text;
    for (outcome, count) in [
        ("made", 1),
        ("shown", 1),
        ("wrong-code", 1),
        ("confirmed", 1),
        ("used", 3),
    ] {
        let line = format!("verigator_enrolment_links_total{{outcome=\"{outcome}\"}} {count}\n");
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn who_only_looks_neither_sees_a_secret_nor_uses_the_link_up() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let browser = link(&user).await;
    for _ in 0..MOST_USES + 1 {
        let page = browser.open().await.expect(200, "<form method=\"post\">");
        assert!(!page.shows_a_secret(), "{}", page.html);
    }
    browser.send(Method::HEAD, None).await.expect(200, "");
    assert_eq!(state(&user).await, (false, false));
    browser.show().await.expect(200, "data:image/svg");
}

#[tokio::test]
async fn what_an_earlier_look_has_shown_is_worth_nothing() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let browser = link(&user).await;
    let (first, second) = (browser.show().await.secret(), browser.show().await.secret());
    assert_ne!(first, second);
    let code = harness.code(&first, 0);
    browser.type_code(&code).await.expect(422, "role=\"alert\"");
    let code = harness.code(&second, 0);
    browser.type_code(&code).await.expect(200, "is set up");
}

#[tokio::test]
async fn a_code_before_the_qr_code_is_no_code() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    // What was begun otherwise is not what the link confirms.
    let path = format!("{}/totp", user.path());
    let begun = user.client.post(&path, json!({})).await.expect(201);
    let code = harness.code(begun["secret"].as_str().unwrap(), 0);
    let made = made_with(&user, json!({})).await;
    assert_eq!(made["replaced"], true);
    let browser = Browser::at(made["url"].as_str().unwrap());
    let page = browser
        .type_code(&code)
        .await
        .expect(200, "<button class=\"main\">");
    assert!(!page.html.contains("is set up"), "{}", page.html);
    assert_eq!(state(&user).await, (false, false));
    // A confirmed app works on, and is not confirmed once more.
    let secret = user.enrol(&harness).await;
    let browser = link(&user).await;
    let page = browser.type_code(&harness.code(&secret, 0)).await;
    page.expect(200, "Show the QR code");
    assert_eq!(state(&user).await, (true, false));
    harness.clock.advance(30);
    user.start("totp").await.expect(201);
    user.accepted(&harness.code(&secret, 0), "totp").await;
}

#[tokio::test]
async fn a_link_ends_at_its_time() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let made = made_with(&user, json!({ "lifetime": 60 })).await;
    assert_eq!(made["expires_at"], "2027-01-15T08:01:00.000Z");
    let browser = Browser::at(made["url"].as_str().unwrap());
    harness.clock.set(BEGINNING + 59_999);
    let secret = browser.show().await.expect(200, "data:image/svg").secret();
    let code = harness.code(&secret, 0);
    harness.clock.set(BEGINNING + 60_000);
    for page in [
        browser.open().await,
        browser.show().await,
        browser.type_code(&code).await,
    ] {
        page.expect(410, "Ask <bdi>Example</bdi> for a new one");
    }
    assert_eq!(state(&user).await, (false, true));
    // It is told from one that there never was for a day.
    harness
        .storage
        .clean(BEGINNING + 60_000 + 86_399_999)
        .await
        .unwrap();
    browser.open().await.expect(410, "Its time is over");
    harness
        .storage
        .clean(BEGINNING + 60_000 + 86_400_000)
        .await
        .unwrap();
    browser.open().await.expect(404, "a newer one");

    let week = made_with(&user, json!({ "lifetime": 604_800 })).await;
    assert_eq!(week["expires_at"], "2027-01-22T08:01:00.000Z");
    let path = format!("{}/totp/link", user.path());
    for (lifetime, problem) in [
        (json!(59), "from 60 to 604800 seconds"),
        (json!(604_801), "from 60 to 604800 seconds"),
        (json!(-1), "from 60"),
        (json!("60"), "must be a number"),
    ] {
        let answer = user
            .client
            .post(&path, json!({ "lifetime": lifetime }))
            .await;
        answer.refused(422, problem);
    }
    let body = Some("[]".to_owned());
    user.client
        .send(Method::POST, &path, body)
        .await
        .refused(422, "must be a JSON object");
    Browser::at(week["url"].as_str().unwrap())
        .open()
        .await
        .expect(200, "<button class=\"main\">");
}

#[tokio::test]
async fn whatever_takes_its_place_ends_a_link() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let (client, totp) = (&user.client, format!("{}/totp", user.path()));

    let first = link(&user).await;
    let secret = first.show().await.secret();
    let made = made_with(&user, json!({})).await;
    assert_eq!(made["replaced"], true);
    first.open().await.expect(404, "a newer one");
    let code = harness.code(&secret, 0);
    first.type_code(&code).await.expect(404, "a newer one");
    let second = Browser::at(made["url"].as_str().unwrap());
    second.open().await.expect(200, "<button class=\"main\">");

    client.post(&totp, json!({})).await.expect(201);
    second.open().await.expect(404, "a newer one");

    // The account confirms what a link has shown: that uses the link up as well.
    let third = link(&user).await;
    let code = harness.code(&third.show().await.secret(), 0);
    client
        .put(&totp, json!({ "token": code }))
        .await
        .expect(200);
    third.open().await.expect(410, "used already");
    third.type_code(&code).await.expect(410, "used already");
    let made = made_with(&user, json!({})).await;
    assert_eq!(made["replaced"], false, "it was used");

    let fourth = Browser::at(made["url"].as_str().unwrap());
    fourth.open().await.expect(200, "<button class=\"main\">");
    client.delete(&totp).await.expect(202);
    fourth.open().await.expect(404, "a newer one");
    let fifth = link(&user).await;
    client.delete(&totp).await.expect(202);
    fifth.open().await.expect(404, "a newer one");
    client
        .delete(&totp)
        .await
        .refused(404, "enrolment not found");

    let sixth = link(&user).await;
    harness.storage.void_pending(BEGINNING).await.unwrap();
    sixth.open().await.expect(404, "a newer one");
}

#[tokio::test]
async fn a_deleted_user_or_service_has_no_link() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let colleague = user.colleague(1).await;
    let browser = link(&user).await;
    let secret = browser.show().await.secret();
    user.client.delete(&user.path()).await.expect(202);
    let pages = [
        browser.open().await,
        browser.show().await,
        browser.type_code(&harness.code(&secret, 0)).await,
    ];
    for page in pages {
        page.expect(404, "a newer one");
    }
    let browser = link(&colleague).await;
    // The row of the service is there still.
    let target = Target {
        account: None,
        address: None,
        service: user.service.clone(),
    };
    harness
        .storage
        .delete_service(target, BEGINNING)
        .await
        .unwrap();
    for page in [browser.open().await, browser.show().await] {
        page.expect(404, "a newer one");
    }
}

#[tokio::test]
async fn codes_are_not_guessed_for_ever() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let browser = link(&user).await;
    let secret = browser.show().await.secret();
    let right = harness.code(&secret, 0);
    for _ in 1..MOST_USES {
        browser.type_code(&wrong(&right)).await.expect(422, "alert");
    }
    for page in [
        browser.type_code(&right).await,
        browser.show().await,
        browser.open().await,
    ] {
        page.expect(410, "It was tried too often");
    }
    assert_eq!(state(&user).await, (false, true));
    // Nor is the trail filled by who shows again and again.
    let browser = link(&user).await;
    for _ in 0..MOST_USES {
        browser.show().await.expect(200, "data:image/svg");
    }
    browser.show().await.expect(410, "It was tried too often");
}

#[tokio::test]
async fn of_many_at_once_one_confirms_at_whichever_server() {
    let harness = Harness::start().await;
    let other = Harness::on(harness.storage.clone(), |_| ()).await;
    let user = harness.user().await;
    let browser = link(&user).await;
    let code = harness.code(&browser.show().await.secret(), 0);
    let path = browser.url.strip_prefix(&harness.url).unwrap();
    let at_other = Browser::at(&format!("{}{path}", other.url));
    let tries: Vec<_> = (0..20)
        .map(|number| {
            let browser = [&browser, &at_other][number % 2].clone();
            let code = code.clone();
            tokio::spawn(async move { browser.type_code(&code).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(200), count(410)), (1, 19), "{statuses:?}");
}

#[tokio::test]
async fn a_page_is_for_who_opened_it_alone() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let browser = link(&user).await;
    let unknown = Browser::at(&format!("{}/enrol/{}", harness.url, "A".repeat(43)));
    let nonsense = Browser::at(&format!("{}/enrol/%00%FF", harness.url));
    unknown.open().await.expect(404, "a newer one");
    unknown.show().await.expect(404, "a newer one");
    let pages = [
        browser.open().await,
        browser.show().await,
        browser.type_code("123456").await,
        unknown.open().await,
    ];
    for page in pages {
        let header = |name: &str| page.headers[name].to_str().unwrap();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-robots-tag"), "noindex");
        let policy = header("content-security-policy");
        for directive in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(page.headers.get("set-cookie").is_none());
        for inline in [
            "<script",
            "<style",
            " style=",
            " onclick=",
            "http://",
            "<?xml",
        ] {
            assert!(!page.html.contains(inline), "{inline} in {}", page.html);
        }
    }
    nonsense.open().await.expect(404, "a newer one");
    nonsense.show().await.expect(404, "a newer one");
    let style = Browser::at(&format!("{}/enrol/style.css", harness.url))
        .open()
        .await;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(style.html.contains("forced-color-adjust: none"));
    let posted = browser.send(Method::PUT, None).await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn names_are_text_wherever_they_stand() {
    let harness = Harness::start().await;
    let client = harness.client();
    let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title><h1>x</h1>",
        "{user}{service}{time}",
        "&lt;b&gt;",
        "javascript:alert(1)",
    ];
    for name in hostile {
        for (service, user_id) in [(name, "jane"), ("Example", name), (name, name)] {
            let user = named(&client, service, user_id).await;
            let browser = link(&user).await;
            let shown = browser.show().await;
            let escaped = maud::html! { bdi { (name) } }.into_string();
            assert!(shown.html.contains(&escaped), "{}", shown.html);
            let pages = [
                browser.open().await,
                browser.type_code("1").await,
                browser.type_code(&harness.code(&shown.secret(), 0)).await,
                browser.open().await,
                shown,
            ];
            for page in pages {
                for markup in [
                    "<script",
                    "<img src=x",
                    "<h1>x",
                    " onerror=alert",
                    "' onmouse",
                    "<b>",
                ] {
                    let is_text = page.html.contains(&markup.replace('<', "&lt;"));
                    assert!(
                        !page.html.contains(markup) || (is_text && !markup.contains('<')),
                        "{markup} in {}",
                        page.html
                    );
                }
                assert_eq!(page.html.matches("<h1>").count(), 1, "{}", page.html);
            }
            client
                .delete(&format!("/v1/service/{}", user.service))
                .await
                .expect(202);
        }
    }
}

#[tokio::test]
async fn an_app_reads_every_name_off_the_qr_code() {
    let harness = Harness::start().await;
    let client = harness.client();
    let long = "x".repeat(200);
    let emoji = "🔑".repeat(200);
    for (service, user_id, label) in [
        (
            "Mueller & Co: Buero+1",
            "jane+test@example.com",
            "Mueller%20%26%20Co%20%20Buero%2B1%20%28example.com%29:jane%2Btest%40example.com",
        ),
        (
            "Büro 🔑",
            "a:b",
            "B%C3%BCro%20%F0%9F%94%91%20%28example.com%29:a%20b",
        ),
        (&long, &long, ""),
        (&emoji, &emoji, ""),
        ("Example", "jane", "Example%20%28example.com%29:jane"),
    ] {
        let user = named(&client, service, user_id).await;
        let page = link(&user).await.show().await;
        let uri = page.scanned();
        assert_eq!(
            uri,
            page.between("<a class=\"button\" href=\"", "\"")
                .replace("&amp;", "&")
        );
        assert!(uri.contains(&format!("/{label}")), "{uri}");
        let uri = url::Url::parse(&uri).unwrap();
        let parameter = |name: &str| uri.query_pairs().find(|(key, _)| key == name).unwrap().1;
        assert_eq!(parameter("secret"), page.secret());
        let (issuer, _) = uri.path()[1..].split_once(':').unwrap();
        let issuer = percent_encoding::percent_decode_str(issuer)
            .decode_utf8()
            .unwrap();
        assert_eq!(issuer, parameter("issuer"));
        assert!(!uri.as_str().contains('+'), "{uri}");
        assert!(issuer.chars().count() <= 64, "{issuer}");
        client
            .delete(&format!("/v1/service/{}", user.service))
            .await
            .expect(202);
    }
}

#[tokio::test]
async fn a_link_leads_to_where_the_operator_says_and_nowhere_else() {
    let harness = Harness::with(|settings| {
        settings.public_url = Some("https://login.example.com/two/".parse().unwrap())
    })
    .await;
    let user = harness.user().await;
    let made = made_with(&user, json!({})).await;
    let url = made["url"].as_str().unwrap();
    assert!(
        url.starts_with("https://login.example.com/two/enrol/"),
        "{url}"
    );
    let token = url.rsplit('/').next().unwrap();
    let page = Browser::at(&format!("{}/enrol/{token}", harness.url))
        .open()
        .await;
    // Behind a prefix, too: neither form nor style sheet has an absolute address.
    assert!(page.html.contains("href=\"style.css\""), "{}", page.html);
    assert!(!page.html.contains("action="), "{}", page.html);

    let harness = Harness::with(|settings| settings.administration = Administration::Closed).await;
    let user = harness.user().await;
    let answer = http_client()
        .post(format!("{}{}/totp/link", harness.url, user.path()))
        .header("X-Service-Auth", "mine:mine-password")
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 409);
    let text = answer.text().await.unwrap();
    assert!(
        text.contains("--public-url") && !text.contains("evil"),
        "{text}"
    );
}

#[tokio::test]
async fn neither_the_log_nor_the_database_has_what_a_link_is_known_by() {
    let files = Files::new();
    let process = files.serve(&["--dev", "--log", "trace"]);
    let user = User::register(process.client(), "example.com").await;
    let browser = link(&user).await;
    browser.show().await.expect(200, "data:image/svg");
    browser.type_code("123456").await.expect(422, "alert");
    let token = browser.url.rsplit('/').next().unwrap().to_owned();
    let (_, _, log) = process.stop("-TERM");
    assert!(log.contains("/enrol/{link}"), "{log}");
    assert!(!log.contains(&token), "{log}");
    let bytes = data_encoding::BASE64URL_NOPAD
        .decode(token.as_bytes())
        .unwrap();
    for entry in fs::read_dir(files.directory.path()).unwrap() {
        let kept = fs::read(entry.unwrap().path()).unwrap();
        let has = |part: &[u8]| kept.windows(part.len()).any(|window| window == part);
        assert!(!has(token.as_bytes()) && !has(&bytes));
    }
}

#[tokio::test]
async fn the_page_is_translated_by_a_file() {
    let files = Files::new();
    let printed = ended(command(&["page-texts"]), "");
    assert!(printed.status.success(), "{printed:?}");
    let english = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(english, ENGLISH);
    let path = files.directory.path().join("texts.toml");
    let file = path.to_str().unwrap();
    let german = english
        .replace("language = \"en\"", "language = \"de\"")
        .replace("{service} asks you", "<b>{service}</b> bittet Sie")
        .replace("\"Show the QR code\"", "\"QR-Code zeigen & lesen\"");
    fs::write(&path, german).unwrap();
    let process = files.serve(&["--dev", "--page-texts", file]);
    let user = User::register(process.client(), "example.com").await;
    let page = link(&user)
        .await
        .open()
        .await
        .expect(200, "<html lang=\"de\" dir=\"ltr\">");
    let page = page.expect(200, "&lt;b&gt;<bdi>Example</bdi>&lt;/b&gt; bittet Sie");
    page.expect(
        200,
        "<button class=\"main\">QR-Code zeigen &amp; lesen</button>",
    );
    process.stop("-TERM");

    for (texts, problem) in [
        ("offer = \"Bitte\"", "offer lacks {service}"),
        ("titel = \"x\"", "unknown field `titel`"),
    ] {
        fs::write(&path, texts).unwrap();
        for arguments in [&["--check-config"][..], &[]] {
            let output = ended(
                files.server(&[&["--page-texts", file], arguments].concat()),
                "",
            );
            assert!(!output.status.success());
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(told.contains(problem) && told.contains(file), "{told}");
        }
    }
    fs::remove_file(&path).unwrap();
    let output = ended(files.server(&["--page-texts", file]), "");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("cannot be read"), "{told}");
}
