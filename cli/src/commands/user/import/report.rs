//! What is told of an import: each line, how far it is, and what it came to.

use serde::Serialize;

use super::lines::{Line, Refused};
use crate::commands::Answer;
use crate::notes::UnderWay;
use crate::output::{Form, Outcome};
use crate::problem::{Problem, Result};
use crate::session::Session;

/// What to do where an import was broken off.
const GO_ON: &str = "The same command goes on where this one was broken off";

/// What is told of an import.
pub struct Report<'a> {
    /// What shows how far it is.
    pub under_way: &'a UnderWay,
    session: &'a Session,
    sums: Sums,
}

/// How many lines came to what.
#[derive(Clone, Copy, Default, Serialize)]
struct Sums {
    lines: u64,
    registered: u64,
    there_already: u64,
    refused: u64,
}

impl<'a> Report<'a> {
    /// Nothing is known of any line yet.
    pub fn new(session: &'a Session, under_way: &'a UnderWay) -> Self {
        Self {
            under_way,
            session,
            sums: Sums::default(),
        }
    }

    /// A user was registered.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn registered(&mut self, line: &Line, id: &str) -> Result<()> {
        self.sums.registered += 1;
        self.user(line, Word::Registered, id)
    }

    /// A user was registered before.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn there_already(&mut self, line: &Line, id: &str) -> Result<()> {
        self.sums.there_already += 1;
        self.user(line, Word::ThereAlready, id)
    }

    /// A line came to no user.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn refused(&mut self, refused: Refused, id_in_service: Option<&str>) -> Result<()> {
        self.sums.refused += 1;
        let Refused { number, why } = refused;
        if self.session.output.form != Form::Json {
            // Whoever is quiet about all else wants to know of these.
            self.session.notes.insist(&format!("line {number}: {why}"));
        }
        self.line(&LineReport {
            line: number,
            outcome: Word::Refused,
            id: None,
            id_in_service,
            reason: Some(&why),
        })
    }

    /// All lines were read, or it was broken off: then also by what was done so far, and how to go on.
    ///
    /// # Errors
    ///
    /// What broke it off, or stdout cannot be written.
    pub fn end(self, done: Result<()>) -> Result<Answer> {
        let summary = Summary { summary: self.sums };
        self.under_way.pause();
        let printed = self.session.output.print(&summary);
        done.map_err(|problem| problem.or_advise(GO_ON))?;
        printed.map_err(unread)?;
        Ok((self.sums.refused == 0).into())
    }

    fn user(&mut self, line: &Line, outcome: Word, id: &str) -> Result<()> {
        self.line(&LineReport {
            line: line.number,
            outcome,
            id: Some(id),
            id_in_service: Some(&line.id_in_service),
            reason: None,
        })
    }

    fn line(&mut self, report: &LineReport<'_>) -> Result<()> {
        self.sums.lines += 1;
        self.under_way.say(self.sums.words());
        self.session.output.add(report).map_err(unread)
    }
}

/// An import of which nobody reads what became of it has not come to its end quietly.
fn unread(problem: Problem) -> Problem {
    match problem {
        Problem::NobodyReads => Problem::said(format!(
            "nobody reads the results any more, so it was broken off. {GO_ON}"
        )),
        other => other,
    }
}

impl Sums {
    fn words(&self) -> String {
        let Self {
            lines,
            registered,
            there_already,
            refused,
        } = self;
        format!(
            "{lines} lines: {registered} registered, {there_already} there already, {refused} refused"
        )
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Registered,
    ThereAlready,
    Refused,
}

#[derive(Serialize)]
struct LineReport<'a> {
    line: u64,
    outcome: Word,
    id: Option<&'a str>,
    id_in_service: Option<&'a str>,
    reason: Option<&'a str>,
}

/// People read the lines that were refused, and those on stderr.
impl Outcome for LineReport<'_> {
    fn lines(&self) -> Vec<String> {
        Vec::new()
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}

#[derive(Serialize)]
struct Summary {
    summary: Sums,
}

impl Outcome for Summary {
    fn lines(&self) -> Vec<String> {
        vec![format!("{}.", self.summary.words())]
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}
