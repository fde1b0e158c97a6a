//! The page behind an enrolment link: what a user without any account here sees. It asks first, shows the QR code on
//! a request that nothing but a person makes, and takes the first code.
//!
//! It needs neither script nor cookie, and asks for nothing but its style sheet.

pub mod texts;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{Audience, Document, qr_code};
use super::words;
use crate::clock::{UnixMilliseconds, rfc3339};
use crate::enrolment::Enrolment;
use crate::storage::{ClosedLink, OpenLink, WhyClosed};
use texts::{PageTexts, Sentence};

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

    /// A sentence. What is filled in may be written in the other direction.
    fn fill(&self, sentence: &Sentence) -> Markup {
        sentence.markup(|slot| match slot {
            "service" => html! { bdi { (self.service) } },
            "user" => html! { bdi { (self.user) } },
            "time" => time(self.time),
            _ => html! {},
        })
    }
}

/// A time for a person, in UTC.
fn time(time: UnixMilliseconds) -> Markup {
    let machine = rfc3339(time);
    let (date, clock) = machine.split_once('T').unwrap_or((&machine, ""));
    let minute = clock.get(..5).unwrap_or_default();
    html! { time datetime=(machine) { (date) " " (minute) " UTC" } }
}

/// The page that asks whether the QR code is to be shown: nothing in it is secret, whoever looks at it.
pub fn offer(texts: &PageTexts, link: &OpenLink) -> Response {
    let values = Values::of(link);
    let main = html! {
        @for sentence in [&texts.offer, &texts.app, &texts.privacy] { p { (values.fill(sentence)) } }
        (show_button(&values, &texts.show))
        p.quiet { (values.fill(&texts.ends)) }
    };
    page(StatusCode::OK, texts, &texts.title, &main)
}

/// The page with the QR code, and a field for the first code.
pub fn secret(texts: &PageTexts, link: &OpenLink, enrolment: &Enrolment) -> Response {
    let values = Values::of(link);
    let main = html! {
        ol.steps {
            li {
                p { (values.fill(&texts.scan)) }
                p { (qr_code(&enrolment.qr_svg, &texts.qr_code.plain())) }
                p { (values.fill(&texts.here)) " " a.button href=(enrolment.uri) { (values.fill(&texts.open)) } }
                p { (values.fill(&texts.key)) " " code.secret { (words::groups(&enrolment.secret)) } }
            }
            li { (check(texts, &values, false)) }
        }
        p.quiet { (values.fill(&texts.ends)) }
    };
    page(StatusCode::OK, texts, &texts.title, &main)
}

/// The page after a wrong code. It shows no secret: what the user has scanned, the app has.
pub fn wrong(texts: &PageTexts, link: &OpenLink) -> Response {
    let values = Values::of(link);
    let main = html! {
        p.card.notice.bad #wrong role="alert" { (values.fill(&texts.wrong)) }
        (check(texts, &values, true))
        (show_button(&values, &texts.again))
    };
    page(StatusCode::UNPROCESSABLE_ENTITY, texts, &texts.title, &main)
}

/// The page at the end.
pub fn done(texts: &PageTexts, link: &OpenLink) -> Response {
    let main = html! { p role="status" { (Values::of(link).fill(&texts.done)) } };
    page(StatusCode::OK, texts, &texts.done_title, &main)
}

/// The page of a link that cannot be used.
pub fn closed(texts: &PageTexts, link: &ClosedLink) -> Response {
    let (status, sentence) = match link.why {
        WhyClosed::Unknown => (StatusCode::NOT_FOUND, &texts.unknown),
        WhyClosed::Used => (StatusCode::GONE, &texts.used),
        WhyClosed::Expired => (StatusCode::GONE, &texts.expired),
        WhyClosed::Exhausted => (StatusCode::GONE, &texts.exhausted),
    };
    let values = Values {
        service: link
            .service
            .as_ref()
            .map_or("", |service| service.name.as_str()),
        ..Values::default()
    };
    let main = html! { p role="alert" { (values.fill(sentence)) } };
    page(status, texts, &texts.closed_title, &main)
}

/// The page where the server cannot answer otherwise.
pub fn unavailable(texts: &PageTexts, status: StatusCode) -> Response {
    let main = html! { p role="alert" { (Values::default().fill(&texts.unavailable)) } };
    page(status, texts, &texts.unavailable_title, &main)
}

/// The button that shows a QR code. Its form has no action: it goes to where the page is, behind any proxy.
fn show_button(values: &Values, sentence: &Sentence) -> Markup {
    html! { form method="post" { button.main { (values.fill(sentence)) } } }
}

/// The field for a code, and whether the last one was wrong.
fn check(texts: &PageTexts, values: &Values, is_wrong: bool) -> Markup {
    let (invalid, reason) = match is_wrong {
        true => (Some("true"), Some("wrong")),
        false => (None, None),
    };
    html! {
        form method="post" {
            p { (values.fill(&texts.check)) }
            div.fields {
                label {
                    (values.fill(&texts.code))
                    input.code-field name="code" required inputmode="numeric" autocomplete="one-time-code"
                        maxlength="16" aria-invalid=[invalid] aria-describedby=[reason];
                }
                button.main { (values.fill(&texts.confirm)) }
            }
        }
    }
}

fn page(status: StatusCode, texts: &PageTexts, title: &Sentence, main: &Markup) -> Response {
    let title = title.plain();
    let document = Document {
        audience: Audience::User,
        language: &texts.language,
        direction: texts.direction.as_str(),
        title: &title,
        header: html! {},
        main: html! { div.narrow { h1 { (title) } (main) } },
    };
    document.answer(status)
}
