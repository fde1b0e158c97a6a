//! What came so far, for each language and case.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::case::{Case, Reply};
use crate::judge;
use crate::message::Request;

/// How long a verdict waits for a request that is missing. A client may give up, and ask for the
/// verdict, before this side has read what it sent.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Runs {
    host: String,
    cases: BTreeMap<String, Case>,
    /// By `LANGUAGE/NAME`.
    received: Mutex<BTreeMap<String, Vec<Request>>>,
    arrived: Condvar,
}

impl Runs {
    pub fn new(host: String, cases: BTreeMap<String, Case>) -> Self {
        Self {
            host,
            cases,
            received: Mutex::default(),
            arrived: Condvar::new(),
        }
    }

    /// Keeps a request and says what the service answers; `None` when no case wants a request.
    pub fn receive(&self, mut request: Request) -> Option<&Reply> {
        let (run, line) = split(&request.line)?;
        let (_, case) = self.case(&run)?;
        request.line = line;
        let mut received = self.received.lock().unwrap();
        let requests = received.entry(run).or_default();
        let reply = case.reply(requests.len());
        requests.push(request);
        self.arrived.notify_all();
        reply
    }

    /// Judges what came since the last verdict on this run, and forgets it.
    pub fn verdict(&self, run: &str) -> Result<(), String> {
        let (language, case) = self
            .case(run)
            .ok_or_else(|| format!("there is no case for {run}"))?;
        let missing = |received: &mut BTreeMap<String, Vec<Request>>| {
            received.get(run).map_or(0, Vec::len) < case.requests.len()
        };
        let received = self.received.lock().unwrap();
        let (mut received, _) = self
            .arrived
            .wait_timeout_while(received, PATIENCE, missing)
            .unwrap();
        let requests = received.remove(run).unwrap_or_default();
        judge::judge(case, language, &self.host, &requests)
    }

    /// The language of a run, and its case.
    fn case<'a>(&self, run: &'a str) -> Option<(&'a str, &Case)> {
        let (language, name) = run.split_once('/')?;
        Some((language, self.cases.get(name)?))
    }
}

/// Splits `GET /LANGUAGE/NAME/v1/... HTTP/1.1` into `LANGUAGE/NAME` and the line without it.
fn split(line: &str) -> Option<(String, String)> {
    let (method, rest) = line.split_once(" /")?;
    let slash = rest.match_indices('/').nth(1)?.0;
    Some((
        rest[..slash].to_owned(),
        format!("{method} {}", &rest[slash..]),
    ))
}
