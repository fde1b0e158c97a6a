//! The service that is played: what it was sent so far, for each case and way to make its call.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use crate::case::Case;
use crate::connection;
use crate::language::Language;
use crate::message::Request;
use crate::reply::Reply;
use crate::requests;

/// How long a judgement waits for a request that is missing. A client may give up, and its runner
/// answer, before this side has read what it sent.
pub const PATIENCE: Duration = Duration::from_secs(5);

pub struct Service {
    host: String,
    cases: BTreeMap<String, Case>,
    /// By `WAY/NAME`.
    received: Mutex<BTreeMap<String, Vec<Request>>>,
    arrived: Condvar,
}

impl Service {
    /// Listens on a free loopback port, and answers by the scripts of the cases.
    pub fn start(cases: BTreeMap<String, Case>) -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let service = Arc::new(Self {
            host: listener.local_addr()?.to_string(),
            cases,
            received: Mutex::default(),
            arrived: Condvar::new(),
        });
        let accepting = Arc::clone(&service);
        thread::spawn(move || accepting.accept(&listener));
        Ok(service)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The cases by their names.
    pub fn cases(&self) -> &BTreeMap<String, Case> {
        &self.cases
    }

    /// Serves every connection on a thread of its own; it ends when the other side closes.
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            let service = Arc::clone(self);
            thread::spawn(move || {
                // A client that breaks off in the middle is part of some cases, and no failure here.
                drop(connection::serve(stream, &service));
            });
        }
    }

    /// Keeps a request and says what the service answers; `None` when no case wants a request.
    pub fn receive(&self, mut request: Request) -> Option<&Reply> {
        let (run, line) = split(&request.line)?;
        let case = self.cases.get(run.split_once('/')?.1)?;
        request.line = line;
        let mut received = self.received.lock().unwrap();
        let requests = received.entry(run).or_default();
        let reply = case.reply(requests.len());
        requests.push(request);
        self.arrived.notify_all();
        reply
    }

    /// Judges what came for a run (`WAY/NAME`) of a case, or still comes, and forgets it.
    pub fn judge(
        &self,
        run: &str,
        case: &Case,
        language: &Language,
        patience: Duration,
    ) -> Result<(), String> {
        let missing = |received: &mut BTreeMap<String, Vec<Request>>| {
            received.get(run).map_or(0, Vec::len) < case.requests.len()
        };
        let received = self.received.lock().unwrap();
        let (mut received, _) = self
            .arrived
            .wait_timeout_while(received, patience, missing)
            .unwrap();
        let came = received.remove(run).unwrap_or_default();
        requests::judge(case, language, &self.host, &came)
    }
}

/// Splits `GET /WAY/NAME/v1/... HTTP/1.1` into `WAY/NAME` and the line without it.
fn split(line: &str) -> Option<(String, String)> {
    let (method, rest) = line.split_once(" /")?;
    let slash = rest.match_indices('/').nth(1)?.0;
    Some((
        rest[..slash].to_owned(),
        format!("{method} {}", &rest[slash..]),
    ))
}
