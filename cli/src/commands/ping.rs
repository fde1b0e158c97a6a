//! `verigator ping`: whether the service is there, and takes these credentials.

use std::time::Instant;

use serde::Serialize;
use verigator::Status;

use crate::output::Outcome;
use crate::problem::{Problem, Result};
use crate::session::Session;

/// Does it.
///
/// # Errors
///
/// It is not, or does not.
pub fn run(session: &Session) -> Result<()> {
    let began = Instant::now();
    match session.ask(|client| client.page_services(1, None)) {
        Ok(_) => (),
        // A service without that route is there all the same: it knows the account before it knows the route.
        Err(Problem::Call { error, .. }) if error.status() == Status::NOT_SUPPORTED => (),
        Err(problem) => return Err(problem),
    }
    let answered = Answered {
        base_url: session.base_url().to_owned(),
        milliseconds: began.elapsed().as_secs_f64() * 1000.0,
    };
    session.output.print(&answered)
}

#[derive(Serialize)]
struct Answered {
    base_url: String,
    milliseconds: f64,
}

impl Outcome for Answered {
    fn lines(&self) -> Vec<String> {
        let Self {
            base_url,
            milliseconds,
        } = self;
        vec![format!(
            "{base_url} takes these credentials, and answered after {milliseconds:.1} ms."
        )]
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}
