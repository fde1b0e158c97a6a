//! A lane: what one call at a time sends its request through, and reads the reply from. It has one
//! connection at most, and a call that comes later uses it again.
//!
//! | kind | what | driven by |
//! |---|---|---|
//! | [`direct`] | a socket to the server, or through a tunnel that an HTTP proxy opens | the call itself |
//! | [`proxied`] | plain http that a proxy forwards, and SOCKS | reqwest, on a runtime of the lane's own |

mod canary;
mod connect;
mod connection;
mod direct;
mod proxied;
mod stream;

use std::sync::Arc;

use http::HeaderMap;

use crate::config::Config;
use crate::error::Result;
use crate::proxies::ProxyServer;

use super::fault::{Cause, Failure, Party};
use super::message::{Reply, Request};
use super::names::Names;
use super::tls::Settings;
use super::waiting::Waiting;

/// What all lanes of a context are made from.
pub(super) enum Blueprint {
    Direct(direct::Blueprint),
    Proxied(proxied::Blueprint),
}

pub(super) enum Lane {
    Direct(Box<direct::Lane>),
    Proxied(proxied::Lane),
}

impl Blueprint {
    /// `headers` go with every request.
    pub(super) fn new(config: &Config, headers: HeaderMap) -> Result<Self> {
        let proxy = config.proxies.server_for(&config.base_url)?;
        let is_https = config.base_url.scheme() == "https";
        let opens_a_tunnel =
            |proxy: &ProxyServer| is_https && matches!(proxy.url.scheme(), "http" | "https");
        Ok(match &proxy {
            Some(proxy) if !opens_a_tunnel(proxy) => {
                Self::Proxied(proxied::Blueprint::new(config, proxy, headers)?)
            }
            proxy => Self::Direct(direct::Blueprint::new(config, proxy.as_ref(), headers)?),
        })
    }

    /// Makes a lane; one that goes straight is connected by then.
    pub(super) async fn lane(
        &self,
        tls: &Settings,
        names: &Arc<Names>,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Lane, Cause> {
        match self {
            Self::Direct(blueprint) => {
                let lane = blueprint.connect(tls, names, waiting).await?;
                Ok(Lane::Direct(Box::new(lane)))
            }
            Self::Proxied(blueprint) => blueprint.lane(tls, names).map(Lane::Proxied),
        }
    }

    pub(super) fn server(&self) -> &Party {
        match self {
            Self::Direct(blueprint) => blueprint.server(),
            Self::Proxied(blueprint) => blueprint.server(),
        }
    }
}

impl Lane {
    /// Whether its descriptors are still what they were.
    pub(super) fn is_ours(&self) -> bool {
        match self {
            Self::Direct(lane) => lane.is_ours(),
            Self::Proxied(lane) => lane.is_ours(),
        }
    }

    /// Whether a byte of the last request went out.
    pub(super) fn has_sent(&self) -> bool {
        match self {
            Self::Direct(lane) => lane.has_sent(),
            Self::Proxied(lane) => lane.has_sent(),
        }
    }

    /// Whether a byte came in since then.
    pub(super) fn has_heard(&self) -> bool {
        match self {
            Self::Direct(lane) => lane.has_heard(),
            Self::Proxied(lane) => lane.has_heard(),
        }
    }

    /// Whether it can be used again after a reply.
    pub(super) fn is_ready(&mut self) -> bool {
        match self {
            Self::Direct(lane) => lane.is_ready(),
            Self::Proxied(_) => true,
        }
    }

    /// Sends a request and reads the whole reply, whatever its status.
    pub(super) async fn exchange(
        &mut self,
        blueprint: &Blueprint,
        request: &Request,
        waiting: &Waiting<'_>,
    ) -> std::result::Result<Reply, Failure> {
        let result = match (&mut *self, blueprint) {
            (Self::Direct(lane), Blueprint::Direct(blueprint)) => {
                lane.exchange(blueprint, request, waiting).await
            }
            (Self::Proxied(lane), Blueprint::Proxied(blueprint)) => {
                lane.exchange(blueprint, request, waiting)
            }
            _ => unreachable!("a lane is of the kind of its blueprint"),
        };
        result.map_err(|cause| Failure {
            cause,
            maybe_sent: self.has_sent(),
        })
    }
}
