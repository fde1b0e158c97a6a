//! What a command works with: the client, and who is told what.

use std::sync::atomic::{AtomicUsize, Ordering};

use verigator::{Client, Config, LogLevel};

use crate::configuration::Settings;
use crate::notes::{Notes, UnderWay};
use crate::options::CommonOptions;
use crate::output::{Form, Output};
use crate::problem::{Problem, Result};

/// The largest reply, in bytes: a page of a thousand users with long names.
const LARGEST_REPLY: usize = 16 << 20;

/// How many calls are under way that change something.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// What a command works with.
pub struct Session {
    /// Stdout.
    pub output: Output,
    /// Stderr.
    pub notes: Notes,
    client: Client,
    settings: Settings,
}

impl Session {
    /// A session with the settings that were found for these options.
    ///
    /// # Errors
    ///
    /// A setting is wrong, or the password is needed and cannot be had.
    pub fn new(options: &CommonOptions) -> Result<Self> {
        let settings = Settings::find(options)?;
        let mut config = settings.config()?;
        let notes = Notes::of(options);
        config.set_max_response_bytes(LARGEST_REPLY)?;
        config.set_user_agent_suffix(concat!("verigator-cli/", env!("CARGO_PKG_VERSION")))?;
        listen(&mut config, notes, options.verbose);
        Ok(Self {
            output: Output::new(Form::of(options)),
            notes,
            client: Client::new(&config)?,
            settings,
        })
    }

    /// Calls the service for something that changes nothing.
    ///
    /// # Errors
    ///
    /// The call came to nothing.
    pub fn ask<T>(&self, call: impl FnOnce(&Client) -> verigator::Result<T>) -> Result<T> {
        let waiting = self.under_way(format!("waiting for {}", self.settings.base_url()));
        let answer = call(&self.client);
        drop(waiting);
        answer.map_err(|error| self.problem(error))
    }

    /// Calls the service for something that changes what it keeps.
    ///
    /// # Errors
    ///
    /// The call came to nothing; it may have been carried out, and `advice` says what to do then.
    pub fn change<T>(
        &self,
        advice: &str,
        call: impl FnOnce(&Client) -> verigator::Result<T>,
    ) -> Result<T> {
        let waiting = self.under_way(format!("waiting for {}", self.settings.base_url()));
        let answer = changing(&self.client, call);
        drop(waiting);
        answer.map_err(|error| match error.retry_safe() {
            true => self.explained(Problem::of_change(error)),
            false => Problem::of_change(error).or_advise(advice),
        })
    }

    /// The client, for calls that are made on other threads; [`changing`] makes those that change something.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Tells that something is under way, if it takes long.
    pub fn under_way(&self, what: impl Into<String>) -> UnderWay {
        self.notes.under_way(what)
    }

    /// Where the service is.
    pub fn base_url(&self) -> &str {
        self.settings.base_url()
    }

    /// What is said of a question that came to nothing.
    pub fn problem(&self, error: verigator::Error) -> Problem {
        self.explained(Problem::from(error))
    }

    /// Says where the credentials came from, if it was they that were refused.
    pub fn explained(&self, problem: Problem) -> Problem {
        match &problem {
            Problem::Call { error, .. } if error.http_status() == Some(401) => {
                problem.or_advise(self.settings.origin_of_credentials())
            }
            _ => problem,
        }
    }
}

/// Makes a call that changes something.
///
/// # Errors
///
/// As the call.
pub fn changing<T>(
    client: &Client,
    call: impl FnOnce(&Client) -> verigator::Result<T>,
) -> verigator::Result<T> {
    UNDER_WAY.fetch_add(1, Ordering::Relaxed);
    let answer = call(client);
    UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
    answer
}

/// What is said where this program ends now.
pub fn left_open() -> &'static str {
    match UNDER_WAY.load(Ordering::Relaxed) {
        0 => "",
        _ => ". A request was under way, and may have been carried out",
    }
}

/// Tells of what takes time: the library's own words, and that repeating does no harm, of which it sees to itself.
fn listen(config: &mut Config, notes: Notes, verbose: bool) {
    let most = if verbose {
        LogLevel::Debug
    } else {
        LogLevel::Warn
    };
    config.set_log(most, move |level, line| match level {
        // It is told as what the command came to.
        LogLevel::Error if !verbose => (),
        LogLevel::Warn => notes.tell(&format!(
            "{line} (what may have been carried out is repeated only if that does no harm)"
        )),
        _ => notes.tell(line),
    });
}
