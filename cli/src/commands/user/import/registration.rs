//! Registers many users at once, and says of each what came of it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use verigator::{Client, Error, ErrorKind, Service, Status};

use super::lines::Line;
use crate::notes::Notes;
use crate::problem::{Problem, Result};
use crate::session::{Session, changing};

/// How often a user is tried again where the service has no time.
const RETRIES: u32 = 5;
/// The longest that a service is waited for which has no time.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// After how many registrations of unknown outcome a round is broken off: the service does not work.
const MOST_UNKNOWN: usize = 100;

/// What came of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The user's id.
    Registered(String),
    /// What the service says against the line.
    Refused(String),
    /// The name or the phone number is taken, as the service says it.
    Taken(String),
    /// Neither yes nor no: what went wrong.
    Unknown(String),
}

/// Registers the users of these lines, and tells `tell` what came of each, by its place.
///
/// # Errors
///
/// The service cannot be asked, or `tell` failed. What was under way has come to its end, and was told.
pub fn register_all(
    session: &Session,
    service: &Service,
    at_once: usize,
    lines: &[Line],
    mut tell: impl FnMut(usize, Outcome) -> Result<()>,
) -> Result<()> {
    let work = Work {
        client: session.client(),
        notes: session.notes,
        service_id: &service.id,
        lines,
        next: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    };
    let (sender, results) = mpsc::channel();
    let (mut done, mut unknown) = (Ok(()), 0);
    thread::scope(|scope| {
        for _ in 0..at_once.min(lines.len()) {
            let (work, sender) = (&work, sender.clone());
            scope.spawn(move || work.run(&sender));
        }
        drop(sender);
        for (place, result) in results {
            let told = match result {
                Ok(outcome) => {
                    unknown += usize::from(matches!(outcome, Outcome::Unknown(_)));
                    tell(place, outcome)
                }
                Err(error) => Err(session.explained(Problem::of_change(*error))),
            };
            let told = told.and_then(|()| not_too_many(unknown));
            if told.is_err() {
                work.is_over.store(true, Ordering::Relaxed);
                done = std::mem::replace(&mut done, Ok(())).and(told);
            }
        }
    });
    done
}

fn not_too_many(unknown: usize) -> Result<()> {
    match unknown < MOST_UNKNOWN {
        true => Ok(()),
        false => Err(Problem::said(format!(
            "of {unknown} registrations it is not known whether they were carried out: the service does not work"
        ))),
    }
}

type Told = (usize, std::result::Result<Outcome, Box<Error>>);

/// What the threads share.
struct Work<'a> {
    client: &'a Client,
    notes: Notes,
    service_id: &'a str,
    lines: &'a [Line],
    next: AtomicUsize,
    is_over: AtomicBool,
}

impl Work<'_> {
    fn run(&self, sender: &Sender<Told>) {
        while !self.is_over.load(Ordering::Relaxed) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(line) = self.lines.get(place) else {
                return;
            };
            if sender.send((place, self.register(line))).is_err() {
                return;
            }
        }
    }

    fn register(&self, line: &Line) -> std::result::Result<Outcome, Box<Error>> {
        let mut tried = 0;
        loop {
            let registered = changing(self.client, |client| {
                client.create_user(self.service_id, &line.phone_number, &line.id_in_service)
            });
            let error = match registered {
                Ok(user) => return Ok(Outcome::Registered(user.id)),
                Err(error) => error,
            };
            match wait_after(&error, tried) {
                Some(wait) if !self.is_over.load(Ordering::Relaxed) => {
                    self.tell_of(&error, line, wait);
                    thread::sleep(wait);
                    tried += 1;
                }
                _ => return came_to(error),
            }
        }
    }

    fn tell_of(&self, error: &Error, line: &Line, wait: Duration) {
        self.notes.tell(&format!(
            "line {}: {}; it was not carried out, and is tried again in {wait:.1?}",
            line.number,
            error.message()
        ));
    }
}

/// How long to wait before a registration is tried again that was not carried out.
fn wait_after(error: &Error, tried: u32) -> Option<Duration> {
    let has_no_time = matches!(error.http_status(), Some(429 | 503))
        || matches!(error.kind(), ErrorKind::Network | ErrorKind::Timeout);
    if !has_no_time || !error.retry_safe() || tried >= RETRIES {
        return None;
    }
    let wait = error
        .retry_after()
        .unwrap_or_else(|| Duration::from_millis(500 << tried));
    Some(wait.min(LONGEST_WAIT))
}

/// What an error says of the line; one that is about all lines is handed on.
fn came_to(error: Error) -> std::result::Result<Outcome, Box<Error>> {
    let why = error.message().to_owned();
    match error.status() {
        Status::CONFLICT => Ok(Outcome::Taken(why)),
        Status::INVALID_DATA | Status::INVALID_ARGUMENT => Ok(Outcome::Refused(why)),
        _ if error.http_status() == Some(400) => Ok(Outcome::Refused(why)),
        _ if !error.retry_safe() => Ok(Outcome::Unknown(Problem::of_change(error).to_string())),
        _ => Err(Box::new(error)),
    }
}
