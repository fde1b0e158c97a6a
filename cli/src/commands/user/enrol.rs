//! `verigator user enrol`: sets an authenticator app up, here or by a link.

use std::io::{self, IsTerminal};

use serde::Serialize;
use verigator::{Enrolment, Service, Status, User};

use crate::commands::{Answer, Deed, Done};
use crate::options::{EnrolOptions, Target};
use crate::output::{Form, Outcome};
use crate::problem::{Problem, Result};
use crate::session::Session;
use crate::{qr, target, terminal};

/// How many codes may be tried.
const PROMPTS: u8 = 3;
/// What to do where it is not known whether an enrolment began.
const ADVICE: &str = "Doing it again ends what was begun, and leaves a confirmed app as it is";

/// Does it.
///
/// # Errors
///
/// It could not be begun, or nobody gave a code.
pub fn run(session: &Session, options: &EnrolOptions) -> Result<Answer> {
    let (service, user) = target::both(session, &options.target)?;
    if options.link {
        return link(session, &service, &user, options.lifetime);
    }
    let enrolment = session.change(ADVICE, |client| client.begin_totp(&service.id, &user.id))?;
    show(session, &enrolment)?;
    confirm(session, &service, user)
}

/// Removes the app.
///
/// # Errors
///
/// It could not be removed.
pub fn remove(session: &Session, target: &Target) -> Result<()> {
    let (service, user) = target::both(session, target)?;
    session.change("", |client| client.delete_totp(&service.id, &user.id))?;
    session.output.print(&Done {
        id: user.id,
        done: Deed::Unenrolled,
    })
}

fn link(session: &Session, service: &Service, user: &User, lifetime: i64) -> Result<Answer> {
    let link = session.change(ADVICE, |client| {
        client.create_totp_link(&service.id, &user.id, lifetime)
    })?;
    session.output.print(&Link {
        url: &link.url,
        expires_at: &link.expires_at,
        replaced: link.replaced,
    })?;
    Ok(Answer::Yes)
}

/// Shows what the app is to have: the code for cameras to a person at a terminal, the secret to everybody.
fn show(session: &Session, enrolment: &Enrolment) -> Result<()> {
    let output = &session.output;
    if output.form == Form::Lines && io::stdout().is_terminal() {
        draw(session, &enrolment.uri)?;
    }
    output.print(&Begun {
        secret: &enrolment.secret,
        uri: &enrolment.uri,
        replaced: enrolment.replaced,
    })
}

fn draw(session: &Session, uri: &str) -> Result<()> {
    let drawing = qr::draw(uri);
    let fits = |drawing: &qr::Drawing| terminal::width().is_none_or(|width| drawing.width <= width);
    match drawing {
        Some(drawing) if fits(&drawing) => session.output.write(&drawing.text),
        Some(drawing) => {
            let wide = drawing.width;
            session.notes.tell(&format!(
                "the QR code takes {wide} columns, which this terminal has not: widen it and try again, or type the \
                 secret into the app"
            ));
            Ok(())
        }
        None => {
            session
                .notes
                .tell("the link is too long for a QR code: type the secret into the app");
            Ok(())
        }
    }
}

/// Asks for the app's first code until it is right.
fn confirm(session: &Session, service: &Service, user: User) -> Result<Answer> {
    let mut before = "";
    for _ in 0..PROMPTS {
        let question = format!("{before}First code that the app shows: ");
        let Some(token) = terminal::ask(&question)? else {
            return Err(Problem::said(
                "nobody gave a code: stdin ended. The app is not confirmed, and logins are as they were",
            ));
        };
        let confirmed = session.change(
            "The app may be confirmed: see whether a login asks for it",
            |client| client.confirm_totp(&service.id, &user.id, &token),
        );
        match confirmed {
            Ok(()) => {
                session.output.print(&Done {
                    id: user.id,
                    done: Deed::Enrolled,
                })?;
                return Ok(Answer::Yes);
            }
            Err(problem) if is_wrong_code(&problem) => {
                before = "That is not it; take the one that the app shows now. ";
            }
            Err(problem) => return Err(problem),
        }
    }
    session.notes.tell(
        "the app is not confirmed, and logins are as they were: see that the clock of the phone is right, and do \
         it again",
    );
    Ok(Answer::No)
}

fn is_wrong_code(problem: &Problem) -> bool {
    let wrong = [Status::INVALID_DATA, Status::INVALID_ARGUMENT];
    matches!(problem, Problem::Call { error, .. } if wrong.contains(&error.status()))
}

#[derive(Serialize)]
struct Begun<'a> {
    secret: &'a str,
    uri: &'a str,
    replaced: bool,
}

impl Outcome for Begun<'_> {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("Secret: {}", self.secret),
            format!("Link:   {}", self.uri),
        ];
        if self.replaced {
            lines.push("An enrolment that was begun before has ended.".to_owned());
        }
        lines
    }

    fn brief(&self) -> Vec<String> {
        vec![self.uri.to_owned()]
    }
}

#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
    expires_at: &'a str,
    replaced: bool,
}

impl Outcome for Link<'_> {
    fn lines(&self) -> Vec<String> {
        let Self {
            url, expires_at, ..
        } = self;
        let mut lines = vec![
            (*url).to_owned(),
            format!("For the user alone, once, until {expires_at}."),
        ];
        if self.replaced {
            lines.push("The link or enrolment that there was before has ended.".to_owned());
        }
        lines
    }

    fn brief(&self) -> Vec<String> {
        vec![self.url.to_owned()]
    }
}
