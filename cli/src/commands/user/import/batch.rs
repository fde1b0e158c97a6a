//! As many lines as are looked up at once, and registered in as many rounds as it takes to know of each what it came
//! to.

use std::collections::HashMap;
use std::ops::ControlFlow;

use verigator::{Service, User};

use super::lines::{Line, Lines, Refused};
use super::registration::{Outcome, register_all};
use super::report::Report;
use crate::pages;
use crate::problem::Result;
use crate::session::Session;

/// The most lines of a batch. The list of users is read once for each.
const MOST_LINES: usize = 100_000;
/// The most text of a batch, in bytes.
const MOST_TEXT: usize = 16 << 20;
/// How often a line is tried whose registration may have been carried out or not.
const ROUNDS: u32 = 3;

/// Some lines, each with another name.
pub struct Batch {
    lines: Vec<Line>,
}

/// What is known of a line that is still to be done.
struct Open {
    line: Line,
    /// What the service said when it was registered, if it said neither yes nor no.
    doubt: Option<Outcome>,
}

/// Takes the next lines. Those that are refused are reported.
///
/// # Errors
///
/// The file cannot be read any further.
pub fn next(lines: &mut Lines, report: &mut Report<'_>) -> Result<Batch> {
    let (mut taken, mut numbers, mut text) = (Vec::new(), HashMap::new(), 0);
    while taken.len() < MOST_LINES && text < MOST_TEXT {
        match lines.next()? {
            None => break,
            Some(Err(refused)) => report.refused(refused, None)?,
            Some(Ok(line)) => match numbers.get(&line.id_in_service) {
                Some(first) => {
                    let why = format!("it has the same id_in_service as line {first}");
                    let number = line.number;
                    report.refused(Refused { number, why }, Some(&line.id_in_service))?;
                }
                None => {
                    text += line.id_in_service.len() + line.phone_number.len();
                    numbers.insert(line.id_in_service.clone(), line.number);
                    taken.push(line);
                }
            },
        }
    }
    Ok(Batch { lines: taken })
}

impl Batch {
    /// Whether there were no lines left.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Registers those who are not registered yet.
    ///
    /// # Errors
    ///
    /// The service cannot be asked.
    pub fn register(
        self,
        session: &Session,
        service: &Service,
        at_once: usize,
        report: &mut Report<'_>,
    ) -> Result<()> {
        let open = self
            .lines
            .into_iter()
            .map(|line| Open { line, doubt: None });
        let mut open: Vec<Open> = open.collect();
        for _ in 0..ROUNDS {
            open = without_known(session, service, open, report)?;
            open = round(session, service, at_once, open, report)?;
            if open.is_empty() {
                return Ok(());
            }
        }
        open.into_iter().try_for_each(|open| give_up(open, report))
    }
}

/// Looks up who is registered, reports them, and returns the others.
fn without_known(
    session: &Session,
    service: &Service,
    open: Vec<Open>,
    report: &mut Report<'_>,
) -> Result<Vec<Open>> {
    let mut open: Vec<Option<Open>> = open.into_iter().map(Some).collect();
    let places: HashMap<String, usize> = (open.iter().flatten().enumerate())
        .map(|(place, open)| (open.line.id_in_service.clone(), place))
        .collect();
    let under_way = report.under_way;
    let look = |user: User| {
        let place = places.get(&user.id_in_service);
        if let Some(known) = place.and_then(|place| open[*place].take()) {
            match known.doubt {
                Some(Outcome::Unknown(_)) => report.registered(&known.line, &user.id)?,
                _ => report.there_already(&known.line, &user.id)?,
            }
        }
        Ok(ControlFlow::<()>::Continue(()))
    };
    pages::users_from(session, under_way, &service.id, None, look, |_| Ok(()))?;
    Ok(open.into_iter().flatten().collect())
}

/// Registers once; returns those of whom it is not known what came of it.
fn round(
    session: &Session,
    service: &Service,
    at_once: usize,
    open: Vec<Open>,
    report: &mut Report<'_>,
) -> Result<Vec<Open>> {
    let mut doubtful = Vec::new();
    let (lines, doubts): (Vec<Line>, Vec<_>) =
        open.into_iter().map(|open| (open.line, open.doubt)).unzip();
    let mut came_to: Vec<Option<Outcome>> = lines.iter().map(|_| None).collect();
    register_all(session, service, at_once, &lines, |place, outcome| {
        let line = &lines[place];
        match outcome {
            Outcome::Registered(id) => report.registered(line, &id),
            Outcome::Refused(why) => {
                let number = line.number;
                report.refused(Refused { number, why }, Some(&line.id_in_service))
            }
            // Refused before, and nobody of that name was found since: it is another user's phone number.
            Outcome::Taken(why) if matches!(doubts[place], Some(Outcome::Taken(_))) => {
                let number = line.number;
                report.refused(Refused { number, why }, Some(&line.id_in_service))
            }
            doubt => {
                came_to[place] = Some(doubt);
                Ok(())
            }
        }
    })?;
    for (line, doubt) in lines.into_iter().zip(came_to) {
        if doubt.is_some() {
            doubtful.push(Open { line, doubt });
        }
    }
    Ok(doubtful)
}

/// Reports a line of which nothing is known after the last round.
fn give_up(open: Open, report: &mut Report<'_>) -> Result<()> {
    let (Some(Outcome::Unknown(why) | Outcome::Taken(why)), line) = (open.doubt, open.line) else {
        unreachable!("only what is in doubt stays open");
    };
    let number = line.number;
    report.refused(Refused { number, why }, Some(&line.id_in_service))
}
