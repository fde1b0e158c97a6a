//! A lane: a runtime that runs only while a call blocks on it, and a client with one connection.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Url};
use rustls::ClientConfig;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Sleep, sleep};

use crate::config::{Config, TlsOptions};
use crate::error::{Error, Result, Status};
use crate::proxies::ProxyServer;

use super::names::SystemNames;
use super::{Request, tls};

/// The most header lines of a reply.
const MOST_HEADERS: usize = 100;

/// What every lane of a context is made from.
pub(super) struct Blueprint {
    base_url: Url,
    headers: HeaderMap,
    proxy: Option<Proxy>,
    tls: Option<TlsOptions>,
    address: Option<std::net::IpAddr>,
    connect_timeout: Duration,
    pub(super) max_response_bytes: usize,
}

impl Blueprint {
    pub(super) fn new(config: &Config, headers: HeaderMap) -> Result<Self> {
        let server = config.proxies.server_for(&config.base_url)?;
        let server = server.as_ref();
        let is_https = |url: &Url| url.scheme() == "https";
        let speaks_tls =
            is_https(&config.base_url) || server.is_some_and(|server| is_https(&server.url));
        Ok(Self {
            base_url: config.base_url.clone(),
            headers,
            proxy: server.map(proxy).transpose()?,
            tls: speaks_tls.then(|| config.tls.clone()),
            address: config.address,
            connect_timeout: config.connect_timeout,
            max_response_bytes: config.max_response_bytes,
        })
    }

    pub(super) fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// The configuration that all lanes of one process share.
    pub(super) fn tls_config(&self) -> Result<ClientConfig> {
        match &self.tls {
            Some(options) => tls::client_config(options),
            None => tls::unused_config(),
        }
    }

    pub(super) fn request(&self, request: &Request) -> reqwest::Request {
        let mut url = self.base_url.clone();
        match self.base_url.path().trim_end_matches('/') {
            "" => url.set_path(&request.path),
            prefix => url.set_path(&[prefix, &request.path].concat()),
        }
        let mut message = reqwest::Request::new(request.method.clone(), url);
        // Whole: reqwest would add its default headers one by one.
        *message.headers_mut() = self.headers.clone();
        if let Some(body) = &request.body {
            let json = HeaderValue::from_static("application/json");
            message.headers_mut().insert(CONTENT_TYPE, json);
            *message.body_mut() = Some(body.clone().into());
        }
        message
    }

    /// A client that does nothing of its own accord: no redirect, no retry, no proxy guessed, no
    /// header added, nothing read from the environment.
    fn client(&self, tls: &ClientConfig) -> Result<Client> {
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .http1_only()
            .http1_max_headers(MOST_HEADERS)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Arc::new(SystemNames))
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
        if let Some(proxy) = &self.proxy {
            client = client.proxy(proxy.clone());
        }
        if let (Some(address), Some(host)) = (self.address, self.base_url.host_str()) {
            client = client.resolve(host, (address, 0).into());
        }
        client.build().map_err(|error| {
            Error::new(
                Status::SYSTEM,
                format!("no HTTP client can be made: {error}"),
            )
        })
    }
}

fn proxy(server: &ProxyServer) -> Result<Proxy> {
    let proxy = Proxy::all(server.url.clone())
        .map_err(|error| Error::invalid_config(format!("the proxy cannot be used: {error}")))?;
    Ok(match &server.credentials {
        Some((username, password)) => proxy.basic_auth(username, password),
        None => proxy,
    })
}

pub(super) struct Lane {
    // Before the runtime, which its connection lives in.
    pub(super) client: Client,
    /// Set to each call's deadline. One for all of them, since moving a timer to later is much
    /// cheaper than registering another.
    pub(super) alarm: Pin<Box<Sleep>>,
    pub(super) runtime: LaneRuntime,
    idle_since: Instant,
}

impl Lane {
    pub(super) fn new(blueprint: &Blueprint, tls: &ClientConfig) -> Result<Self> {
        let runtime = LaneRuntime::new()?;
        Ok(Self {
            client: blueprint.client(tls)?,
            alarm: runtime.alarm(),
            runtime,
            idle_since: Instant::now(),
        })
    }

    /// Whether its connection stands. While an attempt goes on, a lane that has none is making one,
    /// and no byte of the request has left: hyper keeps each connection in a task of its own, which
    /// alone writes to it.
    pub(super) fn is_connected(&self) -> bool {
        self.runtime.has_tasks()
    }

    /// Notes that the lane has nothing to do from now on.
    pub(super) fn rest(&mut self) {
        self.idle_since = Instant::now();
    }

    /// Whether it has rested for less than `limit`.
    pub(super) fn is_fresh(&self, limit: Duration) -> bool {
        self.idle_since.elapsed() < limit
    }
}

/// Refuses a thread that has put away its own memory, which a runtime keeps its place in: one that
/// ends and calls from a destructor, or a program that calls from `atexit`.
pub(super) fn check_thread() -> Result<()> {
    match Handle::try_current() {
        Err(error) if error.is_thread_local_destroyed() => Err(Error::new(
            Status::SYSTEM,
            "this thread is ending, so that no call can run on it; make the call earlier",
        )),
        _ => Ok(()),
    }
}

/// A runtime of this thread: it makes no thread and no signal handler.
pub(super) struct LaneRuntime(Option<Runtime>);

impl LaneRuntime {
    pub(super) fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build();
        runtime.map(|runtime| Self(Some(runtime))).map_err(|error| {
            Error::new(
                Status::SYSTEM,
                format!(
                    "the operating system gave no event queue: {error}; raise the limit on open files"
                ),
            )
        })
    }

    /// Runs `work` to its end, and the lane's other tasks meanwhile.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            None => unreachable!("a lane has its runtime until it is dropped"),
        }
    }

    /// A timer for [`block_on`](Self::block_on) to wait on, once it is set.
    fn alarm(&self) -> Pin<Box<Sleep>> {
        let _within = self.0.as_ref().map(Runtime::enter);
        Box::pin(sleep(Duration::ZERO))
    }

    fn has_tasks(&self) -> bool {
        let tasks = |runtime: &Runtime| runtime.metrics().num_alive_tasks();
        self.0.as_ref().is_some_and(|runtime| tasks(runtime) > 0)
    }
}

impl Drop for LaneRuntime {
    fn drop(&mut self) {
        // Without waiting: a client may be dropped where its host's own runtime forbids to block.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
