//! What goes to stdout: results, for people, for scripts, or as JSON.

use std::cell::RefCell;
use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;

use crate::options::CommonOptions;
use crate::plain;
use crate::problem::{Problem, Result};

/// What a command came to, in each form that it is printed in. As JSON it is as the schema says.
pub trait Outcome: Serialize {
    /// The lines that people read.
    fn lines(&self) -> Vec<String>;

    /// What a script wants to know: mostly an id.
    fn brief(&self) -> Vec<String>;
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// People.
    Lines,
    /// Scripts.
    Brief,
    /// Programs.
    Json,
}

impl Form {
    /// The form that was asked for.
    pub fn of(options: &CommonOptions) -> Self {
        match (options.json, options.quiet) {
            (true, _) => Self::Json,
            (false, true) => Self::Brief,
            (false, false) => Self::Lines,
        }
    }
}

/// Stdout.
pub struct Output {
    /// Who reads.
    pub form: Form,
    stdout: RefCell<BufWriter<Stdout>>,
}

impl Output {
    /// Stdout in some form.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            stdout: RefCell::new(BufWriter::new(io::stdout())),
        }
    }

    /// Prints a result, and has it read at once.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn print(&self, outcome: &impl Outcome) -> Result<()> {
        self.add(outcome)?;
        self.flush()
    }

    /// Prints one of many results.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn add(&self, outcome: &impl Outcome) -> Result<()> {
        let lines = match self.form {
            Form::Lines => outcome.lines(),
            Form::Brief => outcome.brief(),
            Form::Json => vec![plain::json(outcome)],
        };
        let mut lines = lines.iter();
        lines.try_for_each(|line| self.write(&format!("{}\n", plain::line(line))))
    }

    /// Writes text of this program's own, as it is.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn write(&self, text: &str) -> Result<()> {
        let written = self.stdout.borrow_mut().write_all(text.as_bytes());
        written.map_err(|error| Problem::of_stdout(&error))
    }

    /// Has it read.
    ///
    /// # Errors
    ///
    /// Stdout cannot be written.
    pub fn flush(&self) -> Result<()> {
        let flushed = self.stdout.borrow_mut().flush();
        flushed.map_err(|error| Problem::of_stdout(&error))
    }
}
