//! The ways to a service. What the transport promises holds on each of them, so its tests run over
//! all: a table whose rows are the tests and whose columns are the routes.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use verigator::{Client, Config, testing};

use super::certificates::{Authority, Signed};
use super::peer::{Connection, Peer, always};
use super::proxy::{Manner, Proxy};

/// The name of the service, which no resolver knows.
pub const HOST: &str = "verigator.test";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Plain http to the service's own address.
    Direct,
    DirectTls,
    /// TLS to the service, through what an HTTP proxy connects at `CONNECT`.
    Tunnel,
    /// The same, where the proxy is itself spoken to by TLS.
    TunnelThroughTlsProxy,
    /// Plain http, by requests that an HTTP proxy forwards.
    Forward,
    /// Plain http, through what a SOCKS5 proxy connects.
    Socks,
    SocksTls,
}

/// A service, what stands before it, and how to get there.
pub struct Routed {
    pub peer: Peer,
    pub proxy: Option<Proxy>,
    base_url: String,
}

impl Route {
    pub const ALL: [Self; 7] = [
        Self::Direct,
        Self::DirectTls,
        Self::Tunnel,
        Self::TunnelThroughTlsProxy,
        Self::Forward,
        Self::Socks,
        Self::SocksTls,
    ];

    /// Those on which a proxy connects to the service before a request is sent.
    pub const TUNNELS: [Self; 4] = [
        Self::Tunnel,
        Self::TunnelThroughTlsProxy,
        Self::Socks,
        Self::SocksTls,
    ];

    /// Those on which TLS is spoken to the service itself.
    pub const BY_TLS: [Self; 4] = [
        Self::DirectTls,
        Self::Tunnel,
        Self::TunnelThroughTlsProxy,
        Self::SocksTls,
    ];

    /// Runs a case over all routes at once, each on a thread of its name, which a failure tells.
    pub fn each(case: impl Fn(Self) + Sync) {
        let case = &case;
        thread::scope(|scope| {
            for route in Self::ALL {
                let thread = thread::Builder::new().name(format!("{route:?}"));
                thread.spawn_scoped(scope, move || case(route)).unwrap();
            }
        });
    }

    pub fn speaks_tls(self) -> bool {
        Self::BY_TLS.contains(&self)
    }

    /// Every number below `end` where that is quick, and a part of them elsewhere.
    pub fn sample(self, end: usize) -> impl Iterator<Item = usize> {
        (0..end).step_by(if self == Self::Direct { 1 } else { 9 })
    }

    /// A service with this script at the end of the route.
    pub fn to(self, script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Routed {
        self.to_with(Manner::Obliging, script)
    }

    pub fn to_one_that_always_answers(self, reply: impl Into<String>) -> Routed {
        self.to(always(reply.into()))
    }

    /// The same with a proxy that does as told, where there is a proxy.
    pub fn to_with(
        self,
        manner: Manner,
        script: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> Routed {
        let peer = if self.speaks_tls() {
            Peer::start_tls(signed().server(), script)
        } else {
            Peer::start(script)
        };
        self.to_peer_with(manner, peer)
    }

    /// Whoever listens there, whether it speaks TLS or not, taken for the service.
    pub fn to_peer(self, peer: Peer) -> Routed {
        self.to_peer_with(Manner::Obliging, peer)
    }

    fn to_peer_with(self, manner: Manner, peer: Peer) -> Routed {
        let target = peer.address();
        let proxy = match self {
            Self::Direct | Self::DirectTls => None,
            Self::Tunnel | Self::Forward => Some(Proxy::http(target, manner)),
            Self::TunnelThroughTlsProxy => Some(Proxy::https(signed().server(), target, manner)),
            Self::Socks | Self::SocksTls => Some(Proxy::socks(target, manner)),
        };
        let scheme = if self.speaks_tls() { "https" } else { "http" };
        let base_url = format!("{scheme}://{HOST}:{}", target.port());
        Routed {
            peer,
            proxy,
            base_url,
        }
    }
}

/// What no machine is too slow for. Where time running out is what a test is about, it sets a shorter one.
pub const PLENTY: Duration = Duration::from_secs(120);

/// A client's way to a base URL. Retries follow at once.
fn config(base_url: &str, proxy: Option<&str>, authority: &str) -> Config {
    let mut config = Config::new("user", "the-password").unwrap();
    config.set_max_retry_wait(Duration::from_millis(1)).unwrap();
    config.set_timeout(PLENTY).unwrap();
    config.set_connect_timeout(PLENTY).unwrap();
    config.set_ca_pem(authority.as_bytes()).unwrap();
    config.set_allow_plain_http(true);
    config.set_base_url(base_url).unwrap();
    match proxy {
        Some(proxy) => config.set_proxy(proxy, None).unwrap(),
        None => config.set_address("127.0.0.1").unwrap(),
    };
    config
}

impl Routed {
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    fn proxy_url(&self) -> Option<String> {
        self.proxy.as_ref().map(Proxy::url)
    }

    pub fn config(&self) -> Config {
        config(
            &self.base_url,
            self.proxy_url().as_deref(),
            &authority().pem,
        )
    }

    pub fn client(&self) -> Client {
        client(&self.config())
    }

    /// What another process needs for [`config_from_variables`].
    pub fn variables(&self) -> [(&'static str, String); 3] {
        [
            ("ROUTE_BASE_URL", self.base_url.clone()),
            ("ROUTE_PROXY", self.proxy_url().unwrap_or_default()),
            ("ROUTE_AUTHORITY", authority().pem.clone()),
        ]
    }

    /// Waits until so many of the client's connections have been ended from the other side.
    pub fn wait_until_ended(&self, count: usize) {
        let next = self.proxy.as_ref().map_or(&self.peer, Proxy::peer);
        next.wait_until_ended(count);
    }
}

/// The way that another process has [put into](Routed::variables) the environment.
pub fn config_from_variables() -> Config {
    let variable = |name| std::env::var(name).unwrap();
    let proxy = Some(variable("ROUTE_PROXY")).filter(|proxy| !proxy.is_empty());
    config(
        &variable("ROUTE_BASE_URL"),
        proxy.as_deref(),
        &variable("ROUTE_AUTHORITY"),
    )
}

/// A client whose calls are made in the way that the test program is named for.
pub fn client(config: &Config) -> Client {
    let client = Client::new(config).unwrap();
    match env!("CARGO_CRATE_NAME").rsplit_once('_') {
        Some((_, "queued")) => testing::queued(client),
        Some((_, "awaited")) => testing::awaited(client),
        _ => client,
    }
}

/// The one that the clients of all routes trust.
pub fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(Authority::new)
}

/// The certificate of the services, and of proxies, on all routes.
pub fn signed() -> &'static Signed {
    static SIGNED: OnceLock<Signed> = OnceLock::new();
    SIGNED.get_or_init(|| authority().sign(&[HOST, "127.0.0.1"]))
}
