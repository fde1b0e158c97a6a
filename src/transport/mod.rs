//! How bytes travel: HTTP requests out, replies in, on the caller's own thread.
//!
//! This module knows HTTP and nothing of Verigator. A [`Transport`] keeps idle [lanes](lane): a
//! lane is a current-thread runtime and a reqwest client with at most one connection. A call takes
//! a lane, blocks on it, and puts it back. So there is no thread but the caller's (and one that
//! lives for a [name lookup](names)), no lock that another thread can hold across `fork()`, and
//! every reply reaches the thread that asked.
//!
//! ```text
//! call ── retry ── lane ── reqwest ── names, tls
//!           │        │
//!           │      lanes: the idle ones, for this process only
//!         deadline over all of it
//! ```

mod attempt;
mod fault;
mod lane;
mod lanes;
mod names;
mod process_identity;
mod retry;
mod roots;
mod sigpipe;
mod tls;

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::config::Config;
use crate::error::{Error, Result, Status};
use crate::log::{LogLevel, Logger};

use lane::{Blueprint, Lane};
use lanes::{Lanes, Process};
use retry::{Budget, Policy};

#[cfg(feature = "fuzzing")]
pub(crate) use retry::parse_retry_after;

use reqwest::Method;

/// One request, ready to be sent any number of times.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path after the base URL's own, percent-encoded, starting with `/`.
    pub(crate) path: String,
    /// A JSON body.
    pub(crate) body: Option<Bytes>,
}

impl Request {
    pub(crate) fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            body: None,
        }
    }

    pub(crate) fn delete(path: String) -> Self {
        Self {
            method: Method::DELETE,
            path,
            body: None,
        }
    }

    pub(crate) fn post(path: String, body: Bytes) -> Self {
        Self {
            method: Method::POST,
            path,
            body: Some(body),
        }
    }

    pub(crate) fn put(path: String, body: Bytes) -> Self {
        Self {
            method: Method::PUT,
            path,
            body: Some(body),
        }
    }

    /// Whether sending it twice has the effect of sending it once (RFC 9110 section 9.2.2). PUT
    /// would be by the standard; here it verifies a one-time token, and a second one burns it.
    pub(crate) fn is_idempotent(&self) -> bool {
        matches!(self.method, Method::GET | Method::DELETE)
    }
}

/// One reply, read to its end.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// Sends requests to one server with one configuration, from any number of threads at once.
pub(crate) struct Transport {
    blueprint: Blueprint,
    lanes: Lanes,
    policy: Policy,
    budget: Budget,
    timeout: Duration,
    logger: Logger,
}

impl Transport {
    /// `headers` go with every request.
    pub(crate) fn new(config: &Config, headers: HeaderMap) -> Result<Self> {
        Ok(Self {
            blueprint: Blueprint::new(config, headers)?,
            lanes: Lanes::new(config.max_idle_connections, config.idle_timeout)?,
            policy: Policy::new(config.max_retries, config.max_retry_wait),
            budget: Budget::new(),
            timeout: config.timeout,
            logger: config.logger.clone(),
        })
    }

    /// Where the requests go.
    pub(crate) fn base_url(&self) -> &Url {
        self.blueprint.base_url()
    }

    /// Sends `request` and reads the reply, whatever its status, before the deadline.
    pub(crate) fn call(&self, request: &Request) -> Result<Reply> {
        let started = Instant::now();
        let result = self.attempts(request, started + self.timeout);
        self.log_outcome(request, &result, started.elapsed());
        result
    }

    /// Ends the calls that wait, and refuses those to come. Cannot be undone.
    pub(crate) fn close(&self) {
        self.lanes.close();
    }

    /// Attempts until one settles the call or no more is allowed.
    fn attempts(&self, request: &Request, deadline: Instant) -> Result<Reply> {
        if self.lanes.are_closed() {
            return Err(closed());
        }
        lane::check_thread()?;
        let mut retries = 0;
        // By any attempt: an error must not say less because the last one sent nothing.
        let mut maybe_sent = false;
        let with_all = |error: Error, sent| error.sent(sent, request.is_idempotent());
        loop {
            let result = self.attempt(request, deadline, &mut maybe_sent);
            match self
                .policy
                .next_wait(request, &result, retries, &self.budget, deadline)
            {
                None => return result.map_err(|error| with_all(error, maybe_sent)),
                Some(wait) => {
                    retries += 1;
                    self.log_retry(request, &result, retries, wait);
                    self.wait(wait)
                        .map_err(|error| with_all(error, maybe_sent))?;
                }
            }
        }
    }

    /// One attempt on a kept connection, or else on a new one.
    ///
    /// A kept connection that broke says nothing of the server, which may close it at any time: the
    /// request goes out again at once over a new one, where that can do no harm. It is no retry, so
    /// nothing is waited for and no budget spent (RFC 9112 section 9.3.1).
    fn attempt(
        &self,
        request: &Request,
        deadline: Instant,
        maybe_sent: &mut bool,
    ) -> Result<Reply> {
        let process = self.lanes.process();
        if let Some(lane) = process.take_idle() {
            self.log_attempt(request, "the connection kept");
            let result = self.exchange(process, lane, request, deadline, maybe_sent);
            if !retry::is_stale(&result) {
                return result;
            }
        }
        self.log_attempt(request, "a new connection");
        let lane = Box::new(Lane::new(&self.blueprint, process.tls(&self.blueprint)?)?);
        self.exchange(process, lane, request, deadline, maybe_sent)
    }

    /// Sends and receives in one lane. Only one whose exchange ended well is kept.
    fn exchange(
        &self,
        process: &Process,
        mut lane: Box<Lane>,
        request: &Request,
        deadline: Instant,
        maybe_sent: &mut bool,
    ) -> Result<Reply> {
        let closing = self.lanes.closing(process);
        let result = attempt::run(&mut lane, &self.blueprint, request, deadline, closing);
        *maybe_sent |= result.as_ref().map_or_else(Error::maybe_sent, |_| true);
        let reply = result?;
        self.lanes.put_idle(process, lane);
        Ok(reply)
    }

    fn wait(&self, wait: Duration) -> Result<()> {
        let process = self.lanes.process();
        attempt::wait(wait, self.lanes.closing(process))
    }

    fn log_attempt(&self, request: &Request, connection: &str) {
        self.logger.log(LogLevel::Debug, || {
            format!("{} {}: on {connection}", request.method, request.path)
        });
    }

    fn log_retry(&self, request: &Request, result: &Result<Reply>, retries: u32, wait: Duration) {
        self.logger.log(LogLevel::Warn, || {
            let outcome = outcome(result);
            format!(
                "{} {}: {outcome}; retry {retries} in {wait:.0?}",
                request.method, request.path
            )
        });
    }

    fn log_outcome(&self, request: &Request, result: &Result<Reply>, elapsed: Duration) {
        let level = if result.is_ok() {
            LogLevel::Info
        } else {
            LogLevel::Error
        };
        self.logger.log(level, || {
            let outcome = outcome(result);
            format!(
                "{} {}: {outcome} after {elapsed:.1?}",
                request.method, request.path
            )
        });
    }
}

fn outcome(result: &Result<Reply>) -> String {
    match result {
        Ok(reply) => reply.status.to_string(),
        Err(error) => error.message().to_owned(),
    }
}

fn closed() -> Error {
    Error::new(Status::CLOSED, "the context was closed; make a new one")
}
