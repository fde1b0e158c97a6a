//! Drives a runner through the cases, in every way that its language has.

use std::time::Duration;

use crate::case::Case;
use crate::language::{Language, Way};
use crate::outcome;
use crate::results::{self, OfCase};
use crate::runner::Runner;
use crate::service::{PATIENCE, Service};

pub struct Drive<'a> {
    pub service: &'a Service,
    pub language: &'a Language,
    pub runner: Runner,
    /// Calls that were asked for so far.
    pub calls: usize,
    /// How many of them were not as their cases have it.
    pub failed: usize,
}

impl Drive<'_> {
    /// What comes of a case in each way. What is not as it says is told on standard error.
    pub fn case(&mut self, name: &str, case: &Case) -> OfCase {
        let due = results::due(self.language, case);
        due.map(|(way, skipped)| {
            let result = match skipped {
                Some(why) => format!("skip: {why}"),
                None if self.passes(way, name, case) => "pass".to_owned(),
                None => "fail".to_owned(),
            };
            (way.name().to_owned(), result)
        })
        .collect()
    }

    fn passes(&mut self, way: Way, name: &str, case: &Case) -> bool {
        let problems = self.call(way, name, case);
        for problem in &problems {
            eprintln!("{}/{}/{name}: {problem}", self.language.name, way.name());
        }
        self.calls += 1;
        self.failed += usize::from(!problems.is_empty());
        problems.is_empty()
    }

    /// Has the call made, and gives what is wrong with its outcome and with what the service was sent.
    fn call(&mut self, way: Way, name: &str, case: &Case) -> Vec<String> {
        let run = format!("{}/{name}", way.name());
        let base_url = format!("{}/{run}", self.service.url());
        let instruction = case.instruction(self.language, way, &base_url);
        let mut problems = match self.runner.call(&instruction) {
            Ok(outcome) => outcome::problems(case, way, &outcome),
            Err(why) => vec![why],
        };
        // Nothing comes of a call that went wrong otherwise.
        let patience = if problems.is_empty() {
            PATIENCE
        } else {
            Duration::ZERO
        };
        let sent = self.service.judge(&run, case, self.language, patience);
        problems.extend(sent.err().map(|why| format!("the service: {why}")));
        problems
    }
}
