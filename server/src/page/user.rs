//! The page of a user: how it stands, its factors, and what was done about it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout::qr_code;
use super::service::shown_number;
use super::visit::{Tab, Visit};
use super::words::{count, countdown, groups, plain, time};
use crate::body::Form;
use crate::enrolment::Enrolment;
use crate::error::ApiError;
use crate::extract::Asked;
use crate::handlers::{enrolment, recovery_codes};
use crate::model::{Service, User};
use crate::pin;
use crate::state::{Shared, State as ServerState};
use crate::storage::{AuditRow, EnrolmentState, Target, UserStanding};
use crate::throttle::{self, FAILURES_UNTIL_LOCKED};

/// How many rows of the audit trail are shown.
const ROWS: u32 = 50;

/// All that is known of a user.
struct Known {
    service: Service,
    user: User,
    standing: UserStanding,
    app: EnrolmentState,
    recovery_codes: usize,
    audit: Vec<AuditRow>,
}

impl Known {
    async fn of(state: &ServerState, target: Target, user: String) -> Result<Self, ApiError> {
        let (storage, now) = (&state.storage, state.now());
        Ok(Self {
            service: storage.service(target.clone()).await?,
            user: storage.user(target.clone(), user.clone()).await?,
            standing: storage.user_standing(target.clone(), user.clone()).await?,
            app: storage.enrolment(target.clone(), user.clone(), now).await?,
            recovery_codes: storage.recovery_codes(target.clone(), user.clone()).await?,
            audit: storage.audit_of_user(target, user, ROWS).await?,
        })
    }
}

/// The page.
pub async fn show(
    visit: Visit,
    asked: Asked,
    State(state): State<Shared>,
) -> Result<Response, ApiError> {
    page(&visit, &state, asked, StatusCode::OK, html! {}).await
}

/// Does what a form of the page asks for.
pub async fn change(
    visit: Visit,
    asked: Asked,
    State(state): State<Shared>,
    Form(fields): Form,
) -> Result<Response, ApiError> {
    let (target, user, now) = (asked.target.clone(), asked.user.clone(), state.now());
    let storage = &state.storage;
    match fields.required("action")? {
        "unlock" => storage.unlock(target, user, state.reading_time()).await?,
        "begin-enrolment" => {
            let begun = enrolment::make(&state, again(&asked)).await?;
            return page(&visit, &state, asked, StatusCode::OK, to_scan(&begun)).await;
        }
        "confirm-enrolment" => {
            let token = fields.required("token")?;
            let (status, told) = match enrolment::is_confirmed(&state, again(&asked), token).await?
            {
                true => (StatusCode::OK, confirmed()),
                false => (StatusCode::UNPROCESSABLE_ENTITY, not_confirmed(&state)),
            };
            return page(&visit, &state, asked, status, told).await;
        }
        "remove-enrolment" => storage.remove_enrolment(target, user, now).await?,
        "make-recovery-codes" => {
            let codes = recovery_codes::draw(&state, again(&asked)).await?;
            return page(&visit, &state, asked, StatusCode::OK, to_keep(&codes)).await;
        }
        "remove-recovery-codes" => storage.remove_recovery_codes(target, user, now).await?,
        "delete" => {
            let service = target.service.clone();
            storage.delete_user(target, user, now).await?;
            return Ok(visit.lead_to(&format!("services/{service}")));
        }
        _ => return Err(ApiError::invalid("there is no such action")),
    }
    let (service, user) = (&asked.target.service, &asked.user);
    Ok(visit.lead_to(&format!("services/{service}/users/{user}")))
}

fn again(asked: &Asked) -> Asked {
    Asked {
        target: asked.target.clone(),
        user: asked.user.clone(),
    }
}

async fn page(
    visit: &Visit,
    state: &ServerState,
    asked: Asked,
    status: StatusCode,
    news: Markup,
) -> Result<Response, ApiError> {
    let known = Known::of(state, asked.target, asked.user).await?;
    let service = visit.to(&format!("services/{}", known.service.id));
    let main = html! {
        p { a href=(service) { (known.service.name) } }
        h1 { (known.user.id_in_service) }
        div #news { (news) }
        div.cards #user data-live data-now=(state.now()) {
            (standing(state, &known))
            (app(&known))
            (codes(&known))
        }
        section.card #audit data-live aria-labelledby="audit-title" {
            h2 #audit-title { "What was done" }
            (audit(&known.audit))
        }
        (removal(&known.user))
    };
    Ok(visit.answer(status, Some(Tab::Services), &known.user.id_in_service, main))
}

/// A button that has something done.
fn action(action: &str, label: &str, class: &str) -> Markup {
    html! {
        form method="post" {
            input type="hidden" name="action" value=(action);
            button class=(class) { (label) }
        }
    }
}

/// The same, with a question first.
fn questioned(name: &str, label: &str, question: &str, answer: &str) -> Markup {
    html! {
        details.question {
            summary { (label) }
            p { (question) }
            (action(name, answer, "danger"))
        }
    }
}

fn standing(state: &ServerState, known: &Known) -> Markup {
    let (user, standing) = (&known.user, &known.standing);
    let (failures, now) = (standing.failures, state.now());
    let is_locked = throttle::is_locked(failures);
    let may_try = standing.last_failure + throttle::delay(failures);
    let must_wait = !is_locked && throttle::must_wait(failures, standing.last_failure, now);
    html! {
        section.card #standing aria-labelledby="standing-title" {
            h2 #standing-title { "State" }
            dl.facts {
                dt { "State" }
                dd {
                    @if is_locked { strong.bad { "Locked" } ", since so many checks failed: " (FAILURES_UNTIL_LOCKED) }
                    @else if must_wait { span.waiting { "Has to wait, " (countdown(may_try)) } }
                    @else { span.good { "May log in" } }
                }
                dt { "Failures" }
                dd {
                    (count(failures, "check", "checks")) " in a row"
                    @if failures > 0 {
                        ", the last at " (time(standing.last_failure))
                        @if let Some(cause) = known.audit.iter().find(|row| is_failure(row)) {
                            ": " (cause.outcome)
                            @if let Some(address) = &cause.address { " from " (address) }
                        }
                    }
                }
                dt { "Phone" } dd { (shown_number(state, user)) }
                dt { "Logins" }
                dd {
                    @if standing.logins.is_empty() { "none under way" }
                    @for login in &standing.logins {
                        div {
                            (login.method) " since " (time(login.ctime))
                            @if login.checks > 0 { ", " (count(login.checks, "wrong answer", "wrong answers")) }
                            @if login.method == "sms" { ", " (countdown(login.ctime + pin::LIFETIME_MILLISECONDS)) }
                        }
                    }
                }
                dt { "Registered" } dd { (time(user.ctime)) }
                dt { "Id" } dd { code { (user.id) } }
            }
            @if failures > 0 || known.app.blocked_until.is_some() {
                (action("unlock", "Unlock", "main"))
            }
        }
    }
}

/// Whether a row tells of a check that failed.
fn is_failure(row: &AuditRow) -> bool {
    row.operation == "verify-pin" && !row.outcome.starts_with("verified")
}

fn app(known: &Known) -> Markup {
    let app = &known.app;
    html! {
        section.card #app aria-labelledby="app-title" {
            h2 #app-title { "Authenticator app" }
            p {
                @if app.confirmed { span.good { "Enrolled" } } @else { "None" }
                @if app.pending { ", and one waits for its first code" }
                @if let Some(until) = app.blocked_until {
                    span.bad { ". No code is accepted, " (countdown(until)) }
                    ": one was used while the clock was ahead. Unlocking ends that"
                }
                "."
            }
            @if app.pending { (first_code()) }
            @if app.confirmed || app.pending {
                (questioned("begin-enrolment", "Enrol an app anew…", "One that waits for its first code \
                    would no longer be confirmed; one that is enrolled works until the new one is.", "Yes, begin"))
                (questioned("remove-enrolment", "Remove the app…", "Codes of it let nobody in from then on.",
                    "Yes, remove it"))
            } @else {
                (action("begin-enrolment", "Enrol an app", "main"))
            }
        }
    }
}

fn first_code() -> Markup {
    html! {
        form method="post" data-inline="news" {
            input type="hidden" name="action" value="confirm-enrolment";
            div.fields {
                label {
                    "First code of the app"
                    input.code-field name="token" required inputmode="numeric" autocomplete="one-time-code"
                        maxlength="32";
                }
                button.main { "Confirm" }
            }
        }
    }
}

fn to_scan(begun: &Enrolment) -> Markup {
    html! {
        section.card.notice #enrolment aria-labelledby="enrolment-title" {
            h2 #enrolment-title { "Scan this with the app" }
            (qr_code(&begun.qr_svg, "QR code for an authenticator app; the secret stands below as text"))
            p { a href=(begun.uri) { "Open it in the app on this device" } }
            p {
                "Or type the secret: "
                code.secret { (groups(&begun.secret)) } " "
                button type="button" data-copy=(begun.secret) { "Copy the secret" }
            }
            p.quiet {
                "The phone has to agree on the time: here it is " (time(begun.server_time))
                ". Then give the first code under “Authenticator app”."
            }
        }
    }
}

fn confirmed() -> Markup {
    html! { p.card.notice.good role="status" { "The app is enrolled. The next login takes its next code." } }
}

fn not_confirmed(state: &ServerState) -> Markup {
    html! {
        p.card.notice.bad role="alert" {
            "That is not what the app shows now. Check that it was given the secret that was made last, and the \
             clock of the phone (here it is " (time(state.now())) "), then try the next code."
        }
    }
}

fn codes(known: &Known) -> Markup {
    html! {
        section.card #recovery aria-labelledby="recovery-title" {
            h2 #recovery-title { "Recovery codes" }
            p { (count(known.recovery_codes as i64, "code is left.", "codes are left.")) }
            @if known.recovery_codes == 0 {
                (action("make-recovery-codes", "Make recovery codes", "main"))
            } @else {
                (questioned("make-recovery-codes", "Make new ones…", "Those of before let nobody in from then on.",
                    "Yes, make new ones"))
                (questioned("remove-recovery-codes", "Remove them…", "They let nobody in from then on.",
                    "Yes, remove them"))
            }
        }
    }
}

fn to_keep(codes: &[String]) -> Markup {
    html! {
        section.card.notice #codes aria-labelledby="codes-title" {
            h2 #codes-title { "Recovery codes" }
            p { "They are shown this once. Each lets the user in one time, without phone and app." }
            ol.codes { @for code in codes { li { (code) } } }
            button type="button" data-copy=(codes.join("\n")) { "Copy all" }
        }
    }
}

fn audit(rows: &[AuditRow]) -> Markup {
    html! {
        @if rows.is_empty() { p { "Nothing yet." } }
        ul.rows {
            @for row in rows {
                li.split {
                    span { (plain(&row.operation)) ": " (row.outcome) }
                    span.quiet {
                        (row.account.as_deref().unwrap_or("an administrator"))
                        @if let Some(address) = &row.address { " from " (address) }
                        " · " (time(row.ctime))
                    }
                }
            }
        }
    }
}

fn removal(user: &User) -> Markup {
    let question = format!(
        "Delete {} with app and recovery codes? Nothing brings them back.",
        user.id_in_service
    );
    questioned("delete", "Delete the user…", &question, "Yes, delete it")
}
