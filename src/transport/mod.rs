//! How bytes travel: HTTP requests out, replies in, on the caller's own thread.
//!
//! This module knows HTTP and nothing of Verigator. A call goes through a [lane](lane): an idle one or a new
//! one, which has one connection at most, is this call's alone until the reply is read, and idle again then.
//! So there is no thread but the caller's (and what is started by [`own_thread`], as for a [name lookup](names)),
//! no lock that another thread can hold across `fork()`, and every reply reaches the thread that asked.
//!
//! ```text
//! call ── retry ── lane ─┬─ direct ── connection (hyper) ── stream ── tls, socket
//!           │       │    └─ proxied ── reqwest
//!           │     lanes: the idle ones, for this process only
//!       waiting: no longer than the deadline, and while the context is open
//! ```

mod alarm;
mod cancel;
mod causes;
mod closing;
mod fault;
mod lane;
mod lanes;
mod loaded;
mod message;
mod names;
#[cfg(all(feature = "tokio", unix))]
mod on_tokio;
pub(crate) mod own_thread;
mod process_identity;
mod reactor;
mod retry;
mod sigpipe;
mod socket;
mod system_threads;
mod tls;
mod waiting;

use std::time::{Duration, Instant};

use http::HeaderMap;
use url::Url;

use crate::config::{Config, TlsOptions};
use crate::error::{Result, Status};
use crate::log::{LogLevel, Logger};

use lane::{Blueprint, Lane};
use lanes::{Lanes, Process};
use retry::{Budget, Policy};
use waiting::Waiting;

pub(crate) use alarm::Alarm;
pub(crate) use cancel::Cancel;
pub(crate) use fault::{Cause, Failure};
pub(crate) use message::{Reply, Request};
pub(crate) use process_identity::ProcessIdentity;
pub(crate) use reactor::Reactor;
#[cfg(feature = "fuzzing")]
pub(crate) use retry::parse_retry_after;
pub(crate) use socket::Socket;
pub(crate) use waiting::{Caller, Driver, Steps, block_on};

pub(crate) type Outcome = std::result::Result<Reply, Failure>;

/// Sends requests to one server with one configuration, from any number of threads at once.
pub(crate) struct Transport {
    base_url: Url,
    blueprint: Blueprint,
    /// None where no TLS is spoken.
    tls: Option<TlsOptions>,
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
            base_url: config.base_url.clone(),
            blueprint: Blueprint::new(config, headers)?,
            tls: config.speaks_tls()?.then(|| config.tls.clone()),
            lanes: Lanes::new(config.max_idle_connections, config.idle_timeout)?,
            policy: Policy::new(config.max_retries, config.max_retry_wait),
            budget: Budget::new(),
            timeout: config.timeout,
            logger: config.logger.clone(),
        })
    }

    /// Where the requests go.
    pub(crate) fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// How much time a call has that says nothing else.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether a call blocks the thread that drives it, whatever that is.
    pub(crate) fn blocks(&self) -> bool {
        matches!(self.blueprint, Blueprint::Proxied(_))
    }

    /// Ends the calls that wait, and refuses those to come. Cannot be undone.
    pub(crate) fn close(&self) {
        self.lanes.close();
    }

    /// Whether it refuses calls.
    pub(crate) fn is_closed(&self) -> bool {
        self.lanes.are_closed()
    }

    /// Ends the connections that rest.
    pub(crate) fn close_idle(&self) {
        self.lanes.process().drop_idle();
    }

    /// Sends `request` and reads the reply, whatever its status, before the deadline: attempts until one
    /// settles the call or no more is allowed. Who awaits it has it [logged](Self::log_outcome).
    pub(crate) async fn call(&self, request: &Request, caller: &Caller<'_>) -> Outcome {
        if self.is_closed() {
            return Err(Failure::unsent(Cause::Closed));
        }
        if caller.cancel.is_some_and(Cancel::is_asked_for) {
            return Err(Failure::unsent(Cause::Cancelled));
        }
        let mut retries = 0;
        // By any attempt: a failure must not say less because the last one sent nothing.
        let mut maybe_sent = false;
        loop {
            let mut outcome = self.attempt(request, caller).await;
            match &mut outcome {
                Ok(_) => maybe_sent = true,
                Err(failure) => {
                    failure.maybe_sent |= maybe_sent;
                    maybe_sent = failure.maybe_sent;
                }
            }
            let deadline = caller.deadline;
            let next = self
                .policy
                .next_wait(request, &outcome, retries, &self.budget, deadline);
            let Some(wait) = next else { return outcome };
            retries += 1;
            self.log_retry(request, &outcome, caller, retries, wait);
            self.wait(wait, caller, maybe_sent).await?;
        }
    }

    /// One attempt on a kept connection, or else on a new one.
    ///
    /// A kept connection that broke says nothing of the server, which may close it at any time: the
    /// request goes out again at once over a new one, where that can do no harm. It is no retry, so
    /// nothing is waited for and no budget spent (RFC 9112 section 9.3.1).
    async fn attempt(&self, request: &Request, caller: &Caller<'_>) -> Outcome {
        let process = self.lanes.process();
        let closing = self.lanes.closing(process);
        let waiting = Waiting::new(caller, &closing);
        let mut maybe_sent = false;
        let asked = Instant::now();
        if let Some(lane) = process.take_idle(waiting.stash(), asked) {
            self.log_attempt(request, caller, "the connection kept");
            let outcome = self.exchange(process, lane, request, &waiting).await;
            match outcome {
                Err((failure, has_heard)) if !retry::is_stale(request, &failure) => {
                    if failure.cause.status() == Status::TIMEOUT && !has_heard {
                        process.distrust_before(asked);
                    }
                    return Err(failure);
                }
                Err((failure, _)) => maybe_sent = failure.maybe_sent,
                Ok(reply) => return Ok(reply),
            }
        }
        self.log_attempt(request, caller, "a new connection");
        // Boxed: it is rare, and would make every call's future a quarter larger.
        let new_lane = Box::pin(self.new_lane(process, &waiting));
        let outcome = match new_lane.await {
            Ok(lane) => self.exchange(process, lane, request, &waiting).await,
            Err(cause) => Err((Failure::unsent(cause), false)),
        };
        outcome.map_err(|(mut failure, _)| {
            failure.maybe_sent |= maybe_sent;
            failure
        })
    }

    async fn new_lane(
        &self,
        process: &Process,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Lane, Cause> {
        let tls = process.tls(self.tls.as_ref()).map_err(Cause::Unusable)?;
        self.blueprint.lane(tls, process.names(), waiting).await
    }

    /// Sends and receives in one lane. Only one whose exchange ended well is kept. A failure comes
    /// with whether a byte of the reply did.
    async fn exchange(
        &self,
        process: &Process,
        mut lane: Lane,
        request: &Request,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Reply, (Failure, bool)> {
        match lane.exchange(&self.blueprint, request, waiting).await {
            Ok(reply) => {
                if lane.is_ready() {
                    self.lanes.put_idle(process, waiting.stash(), lane);
                }
                Ok(reply)
            }
            Err(failure) => Err((failure, lane.has_heard())),
        }
    }

    async fn wait(
        &self,
        wait: Duration,
        caller: &Caller<'_>,
        maybe_sent: bool,
    ) -> std::result::Result<(), Failure> {
        let process = self.lanes.process();
        let closing = self.lanes.closing(process);
        let waited = Waiting::new(caller, &closing).sleep(wait).await;
        waited.map_err(|ended| Failure {
            cause: self.blueprint.server().ended(ended, false),
            maybe_sent,
        })
    }

    fn log_attempt(&self, request: &Request, caller: &Caller<'_>, connection: &str) {
        self.logger.log(caller.lines, LogLevel::Debug, || {
            format!("{} {}: on {connection}", request.method, request.path)
        });
    }

    fn log_retry(
        &self,
        request: &Request,
        outcome: &Outcome,
        caller: &Caller<'_>,
        retries: u32,
        wait: Duration,
    ) {
        self.logger.log(caller.lines, LogLevel::Warn, || {
            let said = said(outcome);
            format!(
                "{} {}: {said}; retry {retries} in {wait:.0?}",
                request.method, request.path
            )
        });
    }

    pub(crate) fn log_outcome(&self, request: &Request, outcome: &Outcome, caller: &Caller<'_>) {
        let level = if outcome.is_ok() {
            LogLevel::Info
        } else {
            LogLevel::Error
        };
        self.logger.log(caller.lines, level, || {
            let (said, elapsed) = (said(outcome), caller.began.elapsed());
            format!(
                "{} {}: {said} after {elapsed:.1?}",
                request.method, request.path
            )
        });
    }
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Ok(reply) => reply.status.as_u16().to_string(),
        Err(failure) => failure.cause.to_string(),
    }
}
