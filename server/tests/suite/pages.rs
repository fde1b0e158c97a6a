//! The pages: who may look at them, what they show to whom, and what a browser may do with them.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use verigator_server::limits::Limits;
use verigator_server::server::Settings;
use verigator_server::state::Administration;

use crate::harness::{Harness, User};

const TOKEN: &str = "0123456789abcdef";

/// A browser of one page, which follows nothing by itself.
struct Visitor {
    http: reqwest::Client,
    url: String,
    headers: Vec<(&'static str, String)>,
}

struct Page {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Visitor {
    fn of(harness: &Harness) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none());
        Self {
            http: http.build().unwrap(),
            url: harness.url.clone(),
            headers: Vec::new(),
        }
    }

    /// The same from a page of the server itself.
    fn own(mut self) -> Self {
        self.headers.push(("origin", self.url.clone()));
        self
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn get(&self, path: &str) -> Page {
        self.ask(self.http.get(format!("{}{path}", self.url))).await
    }

    async fn post(&self, path: &str, form: &str) -> Page {
        let request = self.http.post(format!("{}{path}", self.url));
        self.ask(request.body(form.to_owned())).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Page {
        let request = self.headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, value)
        });
        let response = request.send().await.unwrap();
        Page {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    /// Begins a session, and gives the cookie as it is sent back.
    async fn log_in(&self) -> String {
        let answer = self.post("/_/login", &format!("token={TOKEN}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, "../_/"));
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}

async fn with_token() -> Harness {
    Harness::with(|settings: &mut Settings| {
        settings.administration = Administration::with_token(TOKEN);
    })
    .await
}

/// The pages of administrators, but for the stream.
fn pages(user: &User) -> Vec<String> {
    let service = format!("/_/services/{}", user.service);
    let user = format!("{service}/users/{}", user.user);
    vec!["/_/".to_owned(), "/_/services".to_owned(), service, user]
}

#[tokio::test]
async fn a_page_runs_nothing_that_stands_in_it_and_needs_nothing_from_elsewhere() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let visitor = Visitor::of(&harness);
    for path in [
        pages(&user),
        vec!["/_/development".to_owned(), "/_/services/x".to_owned()],
    ]
    .concat()
    {
        let page = visitor.get(&path).await;
        assert_eq!(
            page.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(
            !page.text.contains("http:") && !page.text.contains("https:"),
            "{path}"
        );
        assert!(
            !page.text.contains(" style=") && !page.text.contains("<style"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn without_dev_and_token_there_are_no_pages() {
    let harness = Harness::with(|settings| settings.administration = Administration::Closed).await;
    let user = harness.user().await;
    let visitor = Visitor::of(&harness).own();
    let others = ["/_/development", "/_/events", "/_/login"].map(str::to_owned);
    for path in [pages(&user), others.into()].concat() {
        assert_eq!(visitor.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(visitor.post("/_/login", "token=").await.status, 404);
}

#[tokio::test]
async fn with_a_token_one_logs_in_for_an_hour() {
    let harness = with_token().await;
    let user = harness.user().await;
    let visitor = Visitor::of(&harness).own();
    for (path, login) in pages(&user)
        .iter()
        .zip(["../", "../", "../../", "../../../../"])
    {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 303, "{path}");
        assert_eq!(page.header("location"), format!("{login}_/login"));
    }
    assert_eq!(
        visitor
            .post("/_/login", "token=0123456789abcdeX")
            .await
            .status,
        403
    );
    let cookie = visitor.log_in().await;
    let visitor = visitor.with("cookie", &cookie);
    for path in pages(&user) {
        assert_eq!(visitor.get(&path).await.status, 200, "{path}");
    }
    assert_eq!(visitor.get("/_/audit").await.status, 200, "the API, too");
    harness.clock.advance(3600);
    assert_eq!(visitor.get("/_/").await.status, 303);
    assert_eq!(visitor.get("/_/audit").await.status, 404);
}

#[tokio::test]
async fn a_session_changes_nothing_for_a_page_of_another_site() {
    let harness = with_token().await;
    let user = harness.user().await;
    let cookie = Visitor::of(&harness).own().log_in().await;
    let path = pages(&user).pop().unwrap();
    let visitor = || Visitor::of(&harness).with("cookie", &cookie);
    // Neither by a browser that does not say from where ...
    assert_eq!(
        visitor()
            .post(&path, "action=delete")
            .await
            .header("location"),
        "../../../../_/login"
    );
    // ... nor from elsewhere, even on this machine, nor by another name.
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://localhost:1"),
        ("origin", "null"),
    ] {
        let answer = visitor()
            .with(name, value)
            .post(&path, "action=delete")
            .await;
        assert_eq!(answer.status, 403, "{value}");
    }
    let rebound = visitor().with("host", "evil.example").get(&path).await;
    assert_eq!(rebound.status, 421);
    assert!(!rebound.text.contains("jane"));
    let foreign_login = Visitor::of(&harness).with("origin", "https://evil.example");
    let answer = foreign_login
        .post("/_/login", &format!("token={TOKEN}"))
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        visitor().get(&path).await.status,
        200,
        "the user is there still"
    );
    assert_eq!(
        visitor().own().post(&path, "action=delete").await.status,
        303
    );
    assert_eq!(visitor().get(&path).await.status, 404);
}

#[tokio::test]
async fn outside_development_no_page_shows_a_pin_a_text_or_a_whole_number() {
    let harness = with_token().await;
    let user = harness.user().await;
    user.start_sms().await;
    let pin = harness.pin(&user);
    let visitor = Visitor::of(&harness).own();
    let cookie = visitor.log_in().await;
    let visitor = visitor.with("cookie", &cookie);
    for path in pages(&user) {
        let page = visitor.get(&path).await;
        for secret in [pin.as_str(), "is your code", "+4401234567", "01234567"] {
            assert!(!page.text.contains(secret), "{secret} on {path}");
        }
    }
    let page = visitor.get("/_/").await;
    assert!(page.text.contains("PIN not shown"), "{}", page.text);
    // Nor can anybody move the clock or empty the outbox by a form.
    for (path, form) in [
        ("/_/", ""),
        ("/_/development", "action=advance&seconds=1"),
        (
            "/_/development",
            "action=add-rule&operation=*&effect=drop&value=&times=",
        ),
    ] {
        assert_eq!(visitor.post(path, form).await.status, 404, "{path} {form}");
    }
    assert_eq!(visitor.get("/_/development").await.status, 404);
}

#[tokio::test]
async fn an_error_is_told_on_a_page() {
    let harness = Harness::start().await;
    let user = harness.user().await;
    let visitor = Visitor::of(&harness).own();
    let service = format!("/_/services/{}", user.service);
    for (path, form, status, told) in [
        (
            service.as_str(),
            "action=register&id_in_service=x&phone_number=12",
            422,
            "phone_number",
        ),
        (
            &service,
            "action=register&id_in_service=jane&phone_number=%2B4401234568",
            409,
            "exists already",
        ),
        (&service, "action=explode", 422, "no such action"),
        ("/_/services/x", "action=delete", 404, "service not found"),
        (
            "/_/services",
            "name=x&fqdn=<b>&account=mine",
            422,
            "host name",
        ),
        (
            "/_/services",
            "name=x&fqdn=x.example&account=<b>",
            404,
            "account not found",
        ),
    ] {
        let page = visitor.post(path, form).await;
        assert_eq!(page.status, status, "{form}");
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{form}"
        );
        assert!(page.text.contains(told), "{form}: {}", page.text);
        assert!(!page.text.contains("<b>"), "{form}");
    }
}

#[tokio::test]
async fn a_list_of_ten_thousand_is_read_a_part_at_a_time() {
    let harness = Harness::with(|settings| settings.delivery.limits = Limits::none().into()).await;
    let user = harness.user().await;
    let visitor = Visitor::of(&harness);
    for _ in 0..60 {
        user.start_sms().await;
    }
    let first = visitor.get("/_/").await.text;
    assert_eq!(first.matches("<li class=\"message\"").count(), 50);
    assert!(
        first.contains("data-total=\"60\"") && first.contains("Older"),
        "{first}"
    );
    assert!(!first.contains("is your code"), "rows are without texts");
    user.start_sms().await;
    let rest = visitor.get("/_/?top=60&offset=50").await.text;
    assert_eq!(rest.matches("<li class=\"message\"").count(), 10);
    assert!(rest.contains("data-newer=\"1\""), "{rest}");
    for odd in [
        "top=x",
        "offset=-1",
        "offset=4294967295",
        "top=9223372036854775807",
        "search=%00",
    ] {
        assert_eq!(
            visitor.get(&format!("/_/?{odd}")).await.status,
            200,
            "{odd}"
        );
    }
}
