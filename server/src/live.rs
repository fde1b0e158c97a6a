//! Tells pages that there is something new to look at, by server-sent events.
//!
//! An event says no more than that, by a number that stands for all there is to see: a page that has missed some,
//! or comes back after a while, finds out by that number whether it is up to date, and asks for what it shows.
//! Nothing is kept for anybody.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::channel::{Channel, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use crate::error::ApiError;
use crate::state::Shared;

/// How often the database is asked, while anybody looks. Another process may have changed it.
const INTERVAL: Duration = Duration::from_millis(300);
/// How often something is said where nothing happens. Proxies end what is silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// The most pages that are told at a time. Others ask by themselves.
const MOST_STREAMS: usize = 100;

/// Who is told.
pub struct Live {
    /// A number that is another one once there is something new; `None` as long as nobody has looked.
    seen: watch::Sender<Option<u64>>,
    /// How many streams there are, and whether they are to end.
    streams: watch::Sender<Streams>,
    places: Arc<Semaphore>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Streams {
    open: usize,
    are_over: bool,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            seen: watch::Sender::default(),
            streams: watch::Sender::default(),
            places: Arc::new(Semaphore::new(MOST_STREAMS)),
        }
    }
}

/// The place of a stream, until that ends.
struct Place {
    state: Shared,
    _place: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let streams = &self.state.live.streams;
        streams.send_modify(|streams| streams.open -= 1);
    }
}

impl Live {
    /// Ends all streams.
    pub fn end(&self) {
        self.streams.send_modify(|streams| streams.are_over = true);
    }
}

/// A body that says when there is something new, for as long as somebody reads it.
pub fn stream(state: &Shared) -> Result<Body, ApiError> {
    let place = state.live.places.clone().try_acquire_owned();
    let place = place.map_err(|_| ApiError::unavailable("too many pages are open"))?;
    state.live.streams.send_modify(|streams| streams.open += 1);
    let place = Place {
        state: state.clone(),
        _place: place,
    };
    let (sender, body) = Channel::<Bytes, Infallible>::new(1);
    tokio::spawn(tell(place, sender));
    Ok(Body::new(body))
}

async fn tell(place: Place, mut sender: Sender<Bytes, Infallible>) {
    let live = &place.state.live;
    let (mut seen, mut streams) = (live.seen.subscribe(), live.streams.subscribe());
    let mut text = "retry: 1000\n".to_owned();
    loop {
        if let Some(number) = *seen.borrow_and_update() {
            // A string, since there are more of them than a script has numbers.
            text.push_str(&format!("id: {number:x}\ndata: {number:x}\n\n"));
        }
        // Something is said at once, that a page may know that nothing on the way holds it back.
        text.push_str(": so far\n\n");
        let said = sender.send_data(Bytes::from(std::mem::take(&mut text)));
        tokio::select! {
            said = said => if said.is_err() { return },
            _ = streams.wait_for(|streams| streams.are_over) => return,
        }
        tokio::select! {
            _ = timeout(SIGN_OF_LIFE, seen.changed()) => (),
            _ = streams.wait_for(|streams| streams.are_over) => return,
        }
    }
}

/// Finds out what is new, as long as anybody wants to know.
pub async fn watch(state: Shared) {
    let live = &state.live;
    let mut streams = live.streams.subscribe();
    while streams.wait_for(|streams| streams.open > 0).await.is_ok() {
        // While the database is away there is nothing new.
        if let Ok(changes) = state.storage.latest_changes().await {
            let mut hasher = DefaultHasher::new();
            changes.hash(&mut hasher);
            state.clock.offset().hash(&mut hasher);
            let rules = state
                .chaos
                .as_ref()
                .map(|chaos| format!("{:?}", chaos.rules()));
            rules.hash(&mut hasher);
            let number = Some(hasher.finish());
            live.seen.send_if_modified(|seen| {
                let is_new = *seen != number;
                *seen = number;
                is_new
            });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
