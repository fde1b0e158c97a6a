//! The page behind an enrolment link: what a user without any account here sees. It asks first, shows the QR code on
//! a request that nothing but a person makes, and takes the first code.
//!
//! It needs neither script nor cookie, and asks for nothing but its style sheet. What stands in it and is not ours,
//! names and texts of an operator, is escaped by the place where it stands.

pub mod texts;

use axum::http::StatusCode;

use crate::clock::{UnixMilliseconds, rfc3339};
use crate::enrolment::Enrolment;
use crate::html::escaped;
use crate::storage::{ClosedLink, OpenLink, WhyClosed};
use texts::{PageTexts, Sentence};

/// The style sheet.
pub const STYLE: &str = include_str!("style.css");
/// Its name, beside the page.
pub const STYLE_NAME: &str = "style.css";
/// What the page may do: look as its style sheet says, and send its forms to where it came from. Nobody frames it.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                          frame-ancestors 'none'";

/// A page, and with which status it is answered.
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// The page in HTML.
    pub html: String,
}

/// What sentences are filled in with.
#[derive(Clone, Copy, Default)]
struct Values<'a> {
    service: &'a str,
    user: &'a str,
    time: UnixMilliseconds,
}

impl<'a> Values<'a> {
    fn of(link: &'a OpenLink) -> Self {
        Self {
            service: &link.service.name,
            user: &link.user.id_in_service,
            time: link.expires,
        }
    }

    /// A sentence between tags. What is filled in may be written in the other direction.
    fn html(&self, sentence: &Sentence) -> String {
        sentence.filled(escaped, |slot| match slot {
            "service" => format!("<bdi>{}</bdi>", escaped(self.service)),
            "user" => format!("<bdi>{}</bdi>", escaped(self.user)),
            "time" => time(self.time),
            _ => String::new(),
        })
    }
}

/// A time for a person, in UTC.
fn time(time: UnixMilliseconds) -> String {
    let machine = rfc3339(time);
    let (date, clock) = machine.split_once('T').unwrap_or((&machine, ""));
    let minute = clock.get(..5).unwrap_or_default();
    format!("<time datetime=\"{machine}\">{date} {minute} UTC</time>")
}

/// The page that asks whether the QR code is to be shown: nothing in it is secret, whoever looks at it.
pub fn offer(texts: &PageTexts, link: &OpenLink) -> Page {
    let values = Values::of(link);
    let paragraphs: String = [&texts.offer, &texts.app, &texts.privacy]
        .map(|sentence| format!("<p>{}</p>\n", values.html(sentence)))
        .concat();
    let button = show_button(&values, &texts.show);
    let ends = values.html(&texts.ends);
    let body = format!("{paragraphs}{button}<p class=\"hint\">{ends}</p>\n");
    page(StatusCode::OK, texts, &texts.title, &body)
}

/// The page with the QR code, and a field for the first code.
pub fn secret(texts: &PageTexts, link: &OpenLink, enrolment: &Enrolment) -> Page {
    let values = Values::of(link);
    let text = |sentence| values.html(sentence);
    let (scan, label) = (text(&texts.scan), attribute(&texts.qr_code));
    // In HTML the declaration of XML before it has no place.
    let svg = &enrolment.qr_svg[enrolment.qr_svg.find("<svg").unwrap_or_default()..];
    let (here, open, uri) = (
        text(&texts.here),
        text(&texts.open),
        escaped(&enrolment.uri),
    );
    let (key, groups) = (text(&texts.key), groups(&enrolment.secret));
    let check = check(texts, &values, "");
    let ends = text(&texts.ends);
    let body = format!(
        "<ol>\n<li>\n<p>{scan}</p>\n<div class=\"qr\" role=\"img\" aria-label=\"{label}\">{svg}</div>\n\
         <p>{here} <a href=\"{uri}\">{open}</a></p>\n<p>{key} <code>{groups}</code></p>\n</li>\n\
         <li>\n{check}</li>\n</ol>\n<p class=\"hint\">{ends}</p>\n"
    );
    page(StatusCode::OK, texts, &texts.title, &body)
}

/// The page after a wrong code. It shows no secret: what the user has scanned, the app has.
pub fn wrong(texts: &PageTexts, link: &OpenLink) -> Page {
    let values = Values::of(link);
    let wrong = values.html(&texts.wrong);
    let check = check(
        texts,
        &values,
        " aria-invalid=\"true\" aria-describedby=\"wrong\"",
    );
    let again = show_button(&values, &texts.again);
    let body =
        format!("<p id=\"wrong\" class=\"alert\" role=\"alert\">{wrong}</p>\n{check}{again}");
    page(StatusCode::UNPROCESSABLE_ENTITY, texts, &texts.title, &body)
}

/// The page at the end.
pub fn done(texts: &PageTexts, link: &OpenLink) -> Page {
    let done = Values::of(link).html(&texts.done);
    page(
        StatusCode::OK,
        texts,
        &texts.done_title,
        &format!("<p role=\"status\">{done}</p>\n"),
    )
}

/// The page of a link that cannot be used.
pub fn closed(texts: &PageTexts, link: &ClosedLink) -> Page {
    let (status, sentence) = match link.why {
        WhyClosed::Unknown => (StatusCode::NOT_FOUND, &texts.unknown),
        WhyClosed::Used => (StatusCode::GONE, &texts.used),
        WhyClosed::Expired => (StatusCode::GONE, &texts.expired),
        WhyClosed::Exhausted => (StatusCode::GONE, &texts.exhausted),
    };
    let service = link.service.as_ref();
    let values = Values {
        service: service.map_or("", |service| &service.name),
        ..Values::default()
    };
    let body = format!("<p role=\"alert\">{}</p>\n", values.html(sentence));
    page(status, texts, &texts.closed_title, &body)
}

/// The page where the server cannot answer otherwise.
pub fn unavailable(texts: &PageTexts, status: StatusCode) -> Page {
    let sentence = Values::default().html(&texts.unavailable);
    let body = format!("<p role=\"alert\">{sentence}</p>\n");
    page(status, texts, &texts.unavailable_title, &body)
}

/// The button that shows a QR code. Its form has no action: it goes to where the page is, behind any proxy.
fn show_button(values: &Values, sentence: &Sentence) -> String {
    let label = values.html(sentence);
    format!("<form method=\"post\"><button>{label}</button></form>\n")
}

/// The field for a code.
fn check(texts: &PageTexts, values: &Values, attributes: &str) -> String {
    let text = |sentence| values.html(sentence);
    let (check, code, confirm) = (text(&texts.check), text(&texts.code), text(&texts.confirm));
    format!(
        "<form method=\"post\">\n<p id=\"check\">{check}</p>\n<label for=\"code\">{code}</label>\n\
         <input id=\"code\" name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" \
         maxlength=\"16\" required{attributes}>\n<button>{confirm}</button>\n</form>\n"
    )
}

/// A secret in groups for the eye, which are not copied with it.
fn groups(secret: &str) -> String {
    let characters: Vec<_> = secret.chars().collect();
    let group = |group: &[char]| format!("<span>{}</span>", group.iter().collect::<String>());
    characters.chunks(4).map(group).collect()
}

/// A sentence into which nothing is filled, in a quoted attribute.
fn attribute(sentence: &Sentence) -> String {
    sentence.filled(escaped, |_| String::new())
}

fn page(status: StatusCode, texts: &PageTexts, title: &Sentence, body: &str) -> Page {
    let title = attribute(title);
    let (language, direction) = (&texts.language, texts.direction.as_str());
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{STYLE_NAME}\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n\
         </body>\n</html>\n"
    );
    Page { status, html }
}
