//! How messages with PINs go out.
//!
//! A start puts its message into the outbox, in the same transaction. A [worker] takes it from there and
//! hands it to a [channel]; what became of that it writes down, and a [schedule] says what follows.
//! A message is marked before its first byte goes out. If nobody knows afterwards whether it went, it is
//! [unknown](MessageState::Unknown) and never sent again: the person would get two.
//!
//! | module | what it does |
//! |---|---|
//! | [`worker`] | takes messages as they become due, a few at a time |
//! | [`schedule`] | decides when and where a message is tried again |
//! | [`state`] | what can become of a message |
//! | [`channel`] | what a channel is given and what it answers |
//! | [`webhook`], [`signature`] | a channel: a signed request to an URL |
//! | [`http`] | a channel: a request that is made from a template |
//! | [`gateway_client`], [`gateway_url`], [`retry_after`] | requests of both, and what their answers mean |
//! | [`reports`] | what gateways report of messages |
//! | [`configuration`] | channels as an operator writes them |
//! | [`text`], [`segments`] | what a message says, and how many SMS that is |
//! | [`send_test`] | tries the channels out for an operator |
//! | [`command`] | a channel: a program on this machine |

pub mod channel;
pub mod command;
pub mod configuration;
pub mod gateway_client;
pub mod gateway_url;
pub mod http;
pub mod reports;
pub mod retry_after;
pub mod schedule;
pub mod segments;
pub mod send_test;
pub mod signature;
pub mod state;
pub mod text;
pub mod webhook;
pub mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

pub use channel::Channel;
pub use reports::Reports;
pub use state::MessageState;
pub use text::{Domain, Texts, Wording};

use crate::limits::Limits;
use crate::pin::Pin;

/// How long it takes to see what another process has left in the outbox.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// How long a channel may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Where messages go.
#[derive(Debug)]
pub enum Route {
    /// They stay in the outbox, where a developer reads them.
    Shown,
    /// Nowhere: there are no logins by SMS.
    Refused,
    /// To these channels, of which a later one is asked if an earlier one definitely did not send.
    Sent(Vec<Channel>),
}

/// Where messages go, and what they say.
#[derive(Debug)]
pub struct Delivery {
    /// Where they go.
    pub route: Route,
    /// How often the outbox is looked at though nothing is known to be due.
    pub look_interval: Duration,
    /// How long a channel may take with a message.
    pub time_limit: Duration,
    /// What they say.
    pub texts: Arc<Texts>,
    /// How many messages there may be, and where to.
    pub limits: Arc<Limits>,
    woken: Notify,
}

impl Delivery {
    /// Sends messages by a route.
    pub fn by(route: Route) -> Self {
        Self {
            route,
            look_interval: LOOK_INTERVAL,
            time_limit: TIME_LIMIT,
            texts: Arc::default(),
            limits: Arc::new(Limits::default()),
            woken: Notify::new(),
        }
    }

    /// Whether there are logins by SMS.
    pub fn sends_sms(&self) -> bool {
        !matches!(self.route, Route::Refused)
    }

    /// The channels, if there are any.
    pub fn channels(&self) -> &[Channel] {
        match &self.route {
            Route::Sent(channels) => channels,
            Route::Shown | Route::Refused => &[],
        }
    }

    /// The channel's kind as a label, of which there are as many as kinds.
    pub fn known_kind(&self, kind: Option<&str>) -> &'static str {
        let mut kinds = self.channels().iter().map(Channel::kind);
        kinds.find(|known| Some(*known) == kind).unwrap_or("none")
    }

    /// The reports that gateways of a kind are asked for.
    pub fn reports(&self, kind: reports::Kind) -> impl Iterator<Item = &Reports> {
        let reports = self.channels().iter().filter_map(Channel::reports);
        reports.filter(move |reports| reports.kind() == kind)
    }

    /// How a start puts its message into the outbox.
    pub fn posting(&self) -> Posting {
        Posting {
            state: match self.route {
                Route::Sent(_) => MessageState::Queued,
                Route::Shown | Route::Refused => MessageState::Shown,
            },
            texts: self.texts.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Has the worker look at the outbox at once.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Waits until the outbox is to be looked at.
    async fn woken(&self, limit: Duration) {
        let limit = limit.min(self.look_interval);
        let _ = tokio::time::timeout(limit, self.woken.notified()).await;
    }
}

/// How a message is put into the outbox.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Its first state.
    pub state: MessageState,
    /// What it may say.
    pub texts: Arc<Texts>,
    /// What may stand in its way.
    pub limits: Arc<Limits>,
}

impl Posting {
    /// What the message with a PIN says.
    pub fn text(&self, service_name: &str, pin: &Pin) -> String {
        self.texts.text(service_name, pin)
    }
}
