//! A lane through a proxy that takes part in each request, as one does that forwards plain http, or in each
//! connection, as SOCKS does. reqwest speaks to it, on a runtime of the lane's own, on the caller's thread,
//! and only while a call waits.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::net::{IpAddr, SocketAddr};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response};
use serde::de::IgnoredAny;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Sleep, sleep};
use url::Url;

use crate::config::Config;
use crate::error::{Error, Result, Status};
use crate::lock::Lock;
use crate::proxies::ProxyServer;

use super::super::causes::find;
use super::super::fault::{Cause, Fault, Party};
use super::super::message::{Reply, Request, TooMuch, append, has_two_lengths};
use super::super::names::{LookupError, Names, needless};
use super::super::own_thread;
use super::super::sigpipe;
use super::super::tls::{Settings, complaint, until};
use super::super::waiting::{Ended, Waiting};
use super::canary::Canary;

/// The most header lines of a reply.
const MOST_HEADERS: usize = 100;

/// What the proxied lanes of a context are made from.
pub(in super::super) struct Blueprint {
    base_url: Url,
    server: Party,
    proxy_party: Party,
    /// Whether the proxy takes part in HTTP: it may answer in the server's place.
    forwards: bool,
    headers: HeaderMap,
    proxy: Proxy,
    connect_timeout: Duration,
    max_response_bytes: usize,
    address: Option<IpAddr>,
}

/// A client with at most one connection, and the runtime that the connection lives in.
struct Engine {
    // Before the runtime.
    client: Client,
    /// Set to each call's deadline. One for all of them, since moving a timer to later is much
    /// cheaper than registering another.
    alarm: Pin<Box<Sleep>>,
    after_waiting: Arc<AfterWaiting>,
    runtime: Runtime,
}

/// Has the call looked at again after each wait, before any task of the runtime: it leaves the
/// runtime there if the host took its descriptors meanwhile.
#[derive(Default)]
struct AfterWaiting(Lock<Option<Waker>>);

pub(in super::super) struct Lane {
    /// There until it is dropped, or forgotten.
    engine: Option<Engine>,
    canary: Arc<Canary>,
    has_sent: bool,
    has_heard: bool,
}

/// What ended an exchange.
enum End {
    Reply(std::result::Result<Reply, Trouble>),
    Ended(Ended),
    /// The host took the descriptors.
    Taken,
}

enum Trouble {
    Http(reqwest::Error),
    TooLarge,
    TwoLengths,
    NoMemory,
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl AfterWaiting {
    fn register(&self, waker: &Waker) {
        *self.0.lock() = Some(waker.clone());
    }

    fn wake(&self) {
        self.take().into_iter().for_each(Waker::wake);
    }

    /// The waker is the runtime's, which has this: it may not stay here once the call is over.
    fn take(&self) -> Option<Waker> {
        self.0.lock().take()
    }
}

impl Blueprint {
    pub(super) fn new(config: &Config, server: &ProxyServer, headers: HeaderMap) -> Result<Self> {
        let proxy = Proxy::all(server.url.clone())
            .map_err(|error| Error::invalid_config(format!("the proxy cannot be used: {error}")))?;
        Ok(Self {
            base_url: config.base_url.clone(),
            server: Party::server(&config.base_url),
            proxy_party: Party::proxy(&server.url),
            forwards: matches!(server.url.scheme(), "http" | "https"),
            headers,
            proxy: match &server.credentials {
                Some((username, password)) => proxy.basic_auth(username, password),
                None => proxy,
            },
            connect_timeout: config.connect_timeout,
            max_response_bytes: config.max_response_bytes,
            address: config.address,
        })
    }

    pub(super) fn server(&self) -> &Party {
        &self.server
    }

    fn request(&self, request: &Request) -> reqwest::Request {
        let mut url = self.base_url.clone();
        let (path, query) = match request.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (request.path.as_str(), None),
        };
        match self.base_url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&[prefix, path].concat()),
        }
        url.set_query(query);
        let mut message = reqwest::Request::new(request.method.clone(), url);
        // Whole: reqwest would add its default headers one by one.
        *message.headers_mut() = self.headers.clone();
        if let Some(body) = &request.body {
            let json = HeaderValue::from_static("application/json");
            message.headers_mut().insert(CONTENT_TYPE, json);
            *message.body_mut() = Some(body.clone().into());
        } else if request.names_no_body() {
            message.headers_mut().insert(CONTENT_LENGTH, 0.into());
        }
        message
    }

    /// A client that does nothing of its own accord: no redirect, no retry, no proxy guessed, no
    /// header added, nothing read from the environment.
    fn client(
        &self,
        tls: &Settings,
        names: &Arc<Names>,
        canary: &Arc<Canary>,
    ) -> std::result::Result<Client, reqwest::Error> {
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls.config(self.forwards))
            .http1_only()
            .http1_max_headers(MOST_HEADERS)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Arc::new(SystemNames {
                names: Arc::clone(names),
                canary: Arc::clone(canary),
            }))
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .tcp_nodelay(true)
            // The deadline ends what these would; each costs a system call a connection.
            .tcp_keepalive(None)
            .tcp_keepalive_interval(None)
            .tcp_keepalive_retries(None);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            client = client.tcp_user_timeout(None);
        }
        if let (Some(address), Some(host)) = (self.address, self.base_url.host_str()) {
            client = client.resolve(host, (address, 0).into());
        }
        client.proxy(self.proxy.clone()).build()
    }

    /// A lane without a connection: the first request makes one.
    pub(super) fn lane(
        &self,
        tls: &Settings,
        names: &Arc<Names>,
    ) -> std::result::Result<Lane, Cause> {
        is_within_a_runtime()?;
        let failed = |what: &str, error: &dyn fmt::Display| {
            Cause::from(Fault::new(Status::SYSTEM, format!("{what}: {error}")))
        };
        let queue = "the operating system gave no event queue (raise the limit on open files)";
        let canary = Arc::new(Canary::new().map_err(|error| failed(queue, &error))?);
        let after_waiting = Arc::<AfterWaiting>::default();
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .on_thread_unpark({
                let after_waiting = Arc::clone(&after_waiting);
                move || after_waiting.wake()
            })
            .build()
            .map_err(|error| failed(queue, &error))?;
        let client = self
            .client(tls, names, &canary)
            .map_err(|error| failed("no HTTP client can be made", &error))?;
        let alarm = {
            let _within = runtime.enter();
            Box::pin(sleep(Duration::ZERO))
        };
        Ok(Lane {
            engine: Some(Engine {
                client,
                alarm,
                after_waiting,
                runtime,
            }),
            canary,
            has_sent: false,
            has_heard: false,
        })
    }

    fn cause(&self, trouble: Trouble) -> Cause {
        let server = &self.server;
        Cause::from(match trouble {
            Trouble::Http(error) if error.is_connect() => self.not_connected(&error),
            Trouble::Http(error) => server.broken(&error),
            Trouble::TooLarge => server.too_large(self.max_response_bytes),
            Trouble::TwoLengths => server.two_lengths(),
            Trouble::NoMemory => server.no_memory(),
        })
    }

    fn not_connected(&self, error: &reqwest::Error) -> Fault {
        if let Some(unknown) = find::<Unknown>(error) {
            return match unknown.name == self.server.host {
                true => self.server.not_found(&unknown.why),
                false => self.proxy_party.not_found(&unknown.why),
            };
        }
        if complaint(error).is_some() {
            return match self.forwards {
                true => self.proxy_party.handshake(error),
                false => self.server.handshake_behind(&self.proxy_party, error),
            };
        }
        if error.is_timeout() {
            return self.proxy_party.too_slow();
        }
        match self.forwards {
            true => self.proxy_party.handshake(error),
            false => self.proxy_party.no_way(&self.server, error),
        }
    }

    /// Whether a reply is the proxy's own: one that asks for its credentials, or an error that is no
    /// JSON object, as the server's are.
    fn is_proxys(&self, reply: &Reply) -> bool {
        self.forwards
            && match reply.status {
                StatusCode::PROXY_AUTHENTICATION_REQUIRED => true,
                StatusCode::FORBIDDEN
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => !is_object(&reply.body),
                _ => false,
            }
    }
}

impl Lane {
    pub(super) fn is_ours(&self) -> bool {
        self.canary.is_ours()
    }

    pub(super) fn has_sent(&self) -> bool {
        self.has_sent
    }

    pub(super) fn has_heard(&self) -> bool {
        self.has_heard
    }

    /// Sends a request and reads the whole reply.
    pub(super) fn exchange(
        &mut self,
        blueprint: &Blueprint,
        request: &Request,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Reply, Cause> {
        self.has_sent = false;
        self.has_heard = false;
        waiting
            .left()
            .map_err(|ended| blueprint.proxy_party.ended(ended, false))?;
        let end = match is_within_a_runtime()? {
            false => self.run(blueprint, request, waiting),
            // One runtime does not run within another: this one gets a thread for the call.
            true => {
                own_thread::wait_for("verigator-call", || self.run(blueprint, request, waiting))
                    .map_err(|error| {
                        let message =
                            format!("there is no thread for a call through a proxy: {error}");
                        Fault::new(Status::SYSTEM, message)
                    })?
            }
        };
        let is_connected = self.has_sent;
        match end {
            End::Reply(Ok(reply)) if blueprint.is_proxys(&reply) => {
                // A gateway may have asked the server in vain; who refuses has not.
                self.has_sent = reply.status.is_server_error();
                let status = reply.status.as_u16();
                Err(blueprint
                    .proxy_party
                    .refused(&blueprint.server, status)
                    .into())
            }
            End::Reply(Ok(reply)) => Ok(reply),
            End::Reply(Err(trouble)) => Err(blueprint.cause(trouble)),
            End::Taken => Err(blueprint.server.taken().into()),
            End::Ended(ended) if is_connected => Err(blueprint.server.ended(ended, true)),
            End::Ended(ended) => Err(blueprint.proxy_party.ended(ended, false)),
        }
    }

    fn run(&mut self, blueprint: &Blueprint, request: &Request, waiting: &Waiting<'_>) -> End {
        let Some(engine) = &mut self.engine else {
            unreachable!("it is there until it is dropped")
        };
        let _sigpipe = sigpipe::Guard::new();
        let mut alarm = engine.alarm.as_mut();
        alarm.as_mut().reset(waiting.deadline().into());
        let client = &engine.client;
        let has_heard = &mut self.has_heard;
        let canary = &self.canary;
        let mut registration = None;
        let mut listening = None;
        let given_up = poll_fn(|cx| {
            registration = Some(waiting.closing.register(canary.guard(cx.waker())));
            listening = waiting.listen(|| canary.guard(cx.waker()));
            match waiting.is_given_up() {
                Some(ended) => Poll::Ready(ended),
                None => Poll::Pending,
            }
        });
        let mut exchanging = Box::pin(async {
            // Lets the runtime see what happened to its connection meanwhile: a lane that rests does
            // not run, so it has not noticed if the server closed it. One turn is enough, since
            // hyper looks whether there is something to read before it writes a request.
            tokio::task::yield_now().await;
            tokio::select! {
                biased;
                result = exchange(client, blueprint, request, has_heard) => End::Reply(result),
                () = alarm => End::Ended(Ended::Deadline),
                ended = given_up => End::Ended(ended),
            }
        });
        let one_turn = poll_fn(|cx| {
            if !canary.is_ours() {
                return Poll::Ready(End::Taken);
            }
            engine.after_waiting.register(cx.waker());
            exchanging.as_mut().poll(cx)
        });
        let end = panic::catch_unwind(AssertUnwindSafe(|| {
            until(waiting.deadline(), || engine.runtime.block_on(one_turn))
        }));
        drop(engine.after_waiting.take());
        if !canary.is_ours() {
            // Dropped, it would wake the runtime by what is not its own any more.
            mem::forget(exchanging);
        }
        let end = match end {
            Err(_) if !canary.is_ours() => End::Taken,
            end => end.unwrap_or_else(|panic| panic::resume_unwind(panic)),
        };
        self.has_sent = match &end {
            End::Reply(Err(Trouble::Http(error))) => !never_began(error),
            End::Reply(_) => true,
            // Without a connection nothing was sent: hyper keeps each one in a task of its own.
            End::Ended(_) | End::Taken => engine.runtime.metrics().num_alive_tasks() > 0,
        };
        end
    }
}

/// A host that closed all descriptors closed those of the runtime too. What has their numbers now is
/// left alone, and so is what a panic left behind: it might panic again.
impl Drop for Lane {
    fn drop(&mut self) {
        let engine = self.engine.take();
        if std::thread::panicking() || !self.canary.is_ours() {
            mem::forget(engine);
        } else if let Some(Engine {
            client, runtime, ..
        }) = engine
        {
            drop(client);
            // Without waiting: a client may be dropped where its host's own runtime forbids to block.
            runtime.shutdown_background();
        }
    }
}

/// Whether a runtime, which is the host's, has this thread. On one that is ending, and calls from a destructor,
/// there can be none any more: what a runtime keeps its place in is gone.
fn is_within_a_runtime() -> std::result::Result<bool, Fault> {
    match Handle::try_current() {
        Ok(_) => Ok(true),
        Err(error) if error.is_thread_local_destroyed() => {
            let message = "this thread is ending, so that no call through a proxy can run on it; \
                           make the call earlier";
            Err(Fault::new(Status::SYSTEM, message))
        }
        Err(_) => Ok(false),
    }
}

fn is_object(body: &[u8]) -> bool {
    serde_json::from_slice::<HashMap<String, IgnoredAny>>(body).is_ok()
}

/// Whether the request was handed back before its first byte was written.
fn never_began(error: &reqwest::Error) -> bool {
    error.is_connect() || find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled)
}

async fn exchange(
    client: &Client,
    blueprint: &Blueprint,
    request: &Request,
    has_heard: &mut bool,
) -> std::result::Result<Reply, Trouble> {
    let response = client.execute(blueprint.request(request)).await?;
    *has_heard = true;
    if has_two_lengths(response.headers()) {
        return Err(Trouble::TwoLengths);
    }
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Reply {
        status,
        headers,
        body: read(response, blueprint.max_response_bytes).await?,
    })
}

async fn read(mut response: Response, most: usize) -> std::result::Result<Vec<u8>, Trouble> {
    if response
        .content_length()
        .is_some_and(|length| length > most as u64)
    {
        return Err(Trouble::TooLarge);
    }
    let mut whole = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        append(&mut whole, &chunk, most).map_err(|too_much| match too_much {
            TooMuch::Bytes => Trouble::TooLarge,
            TooMuch::Memory => Trouble::NoMemory,
        })?;
    }
    Ok(whole)
}

/// Names as the rest of the machine finds them, by a thread that wakes who waits for them.
struct SystemNames {
    names: Arc<Names>,
    canary: Arc<Canary>,
}

/// A name that could not be resolved: the server's or the proxy's.
#[derive(Debug)]
struct Unknown {
    name: String,
    why: LookupError,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Unknown {}

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, canary) = (Arc::clone(&self.names), Arc::clone(&self.canary));
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let addresses = match needless(&name) {
                Some(addresses) => addresses,
                None => look_up(&names, &name, &canary)
                    .await
                    .map_err(|why| Unknown { name, why })?,
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

async fn look_up(
    names: &Names,
    name: &str,
    canary: &Arc<Canary>,
) -> std::result::Result<Vec<SocketAddr>, LookupError> {
    let lookup = names.look_up(name)?;
    poll_fn(|cx| match lookup.look(&canary.guard(cx.waker())) {
        Some(found) => Poll::Ready(found),
        None => Poll::Pending,
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::super::super::closing::{Closing, Waiters};
    use super::super::super::waiting::Caller;
    use super::*;

    #[test]
    fn nothing_of_a_lane_is_left_once_it_is_dropped() {
        let mut config = Config::new("user", "password").unwrap();
        config.set_base_url("http://127.0.0.1:1").unwrap();
        // Nobody listens there.
        config.set_proxy("http://127.0.0.1:1", None).unwrap();
        let proxy = config.proxies.server_for(&config.base_url).unwrap();
        let blueprint = Blueprint::new(&config, &proxy.unwrap(), HeaderMap::new()).unwrap();
        let names = Arc::default();
        let tls = Settings::new(None).unwrap();
        let Ok(mut lane) = blueprint.lane(&tls, &names) else {
            panic!("there is a lane");
        };
        let runtimes = Arc::downgrade(&lane.engine.as_ref().unwrap().after_waiting);
        let (closed, waiters) = (AtomicBool::new(false), Waiters::default());
        let closing = Closing {
            closed: &closed,
            waiters: &waiters,
        };
        let caller = Caller::blocking(Duration::from_secs(300));
        let waiting = Waiting::new(&caller, &closing);
        let request = Request {
            method: http::Method::GET,
            path: "/".to_owned(),
            body: None,
            repeatable: true,
        };
        assert!(lane.exchange(&blueprint, &request, &waiting).is_err());
        drop(lane);
        assert!(runtimes.upgrade().is_none());
    }
}
