//! Takes messages from the outbox as they become due, and gives them to channels.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinHandle;

use super::channel::Outcome;
use super::schedule::{self, Next};
use crate::state::Shared;
use crate::storage::{Claim, GivenTo, Result};

/// How many messages are on their way to channels at a time.
const IN_FLIGHT: u32 = 16;
/// How long, from when it was marked, a message may count as being sent. A channel has answered by then,
/// and the database was given time to hear of it.
const LEASE_MILLISECONDS: i64 = 30_000;
/// How long the worker waits when the database has failed.
const DATABASE_REST: Duration = Duration::from_secs(1);

/// A worker that runs.
pub struct Worker {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Worker {
    /// Starts one, if there are channels.
    pub fn start(state: &Shared) -> Option<Self> {
        if state.delivery.channels().is_empty() {
            return None;
        }
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(work(state.clone(), stopped));
        Some(Self { stop, running })
    }

    /// Takes no further messages, and waits for those that are under way.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

async fn work(state: Shared, mut stopped: oneshot::Receiver<()>) {
    let slots = Arc::new(Semaphore::new(IN_FLIGHT as usize));
    loop {
        // A message is marked only when it can go out at once.
        let slot = tokio::select! {
            _ = &mut stopped => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        let Ok(slot) = slot else { break };
        let wait = match take(&state).await {
            Ok(Taken::Message(claim)) => {
                tokio::spawn(send(state.clone(), claim, slot));
                continue;
            }
            Ok(Taken::NothingFor(wait)) => wait,
            Err(cause) => {
                tracing::error!(%cause, "the database failed: messages wait");
                DATABASE_REST
            }
        };
        drop(slot);
        tokio::select! {
            _ = &mut stopped => break,
            () = state.delivery.woken(wait) => (),
        }
    }
    let _ = slots.acquire_many(IN_FLIGHT).await;
}

enum Taken {
    Message(Claim),
    NothingFor(Duration),
}

/// Takes the message that is due first, and settles what nobody can send any more.
async fn take(state: &Shared) -> Result<Taken> {
    let now = state.now();
    let Some(due) = state.storage.next_delivery().await? else {
        return Ok(Taken::NothingFor(Duration::MAX));
    };
    if due > now {
        let wait = Duration::from_millis((due - now).unsigned_abs());
        return Ok(Taken::NothingFor(wait));
    }
    for settled in state.storage.settle_overdue(now).await? {
        let channel = state.delivery.known_kind(settled.channel.as_deref());
        state.metrics.message(channel, settled.state.as_str());
        let state = settled.state.as_str();
        tracing::warn!(
            message_id = settled.id,
            state,
            "a message was not sent in time"
        );
    }
    let claim = state
        .storage
        .claim_message(state.reading_time(), LEASE_MILLISECONDS);
    Ok(match claim.await? {
        Some(claim) => Taken::Message(claim),
        // Another process was quicker, or what was due is settled: whatever is left has its own time.
        None => Taken::NothingFor(Duration::ZERO),
    })
}

/// Gives a message to the channel whose turn it is, and writes down what came of it.
async fn send(state: Shared, claim: Claim, _slot: OwnedSemaphorePermit) {
    let channels = state.delivery.channels();
    let count = u32::try_from(channels.len()).unwrap_or(u32::MAX);
    // There may have been more of them when it was put into the outbox.
    let mut progress = claim.progress;
    progress.place %= count;
    let channel = &channels[progress.place as usize];
    let left = (claim.message.expires - state.now()).max(0).unsigned_abs();
    let limit = state.delivery.time_limit.min(Duration::from_millis(left));
    let outcome = channel.send(&claim.message, limit).await;
    tell(channel.kind(), &claim, &outcome);
    state.metrics.message(channel.kind(), outcome.as_str());
    let next = schedule::after(&outcome, progress, claim.tries, count, state.now());
    if let Next::Settled(settled) = next
        && settled.is_unsent()
    {
        state.metrics.message(channel.kind(), settled.as_str());
    }
    let given_to = GivenTo {
        channel: channel.kind(),
        problem: outcome.problem().map(str::to_owned),
        gateway_id: match outcome {
            Outcome::HandedOver(id) => id,
            _ => None,
        },
    };
    finish(&state, &claim, &given_to, next).await;
    state.delivery.wake();
}

/// Writes down what follows. While the database is away it is tried again; in the end the lease runs out.
async fn finish(state: &Shared, claim: &Claim, by: &GivenTo, next: Next) {
    loop {
        let now = state.now();
        match state.storage.finish_try(claim, by, next, now).await {
            Ok(()) => return,
            Err(cause) if now >= claim.lease => {
                tracing::error!(%cause, message_id = claim.message.id, "what became of a message is lost");
                return;
            }
            Err(_) => tokio::time::sleep(DATABASE_REST).await,
        }
    }
}

fn tell(channel: &'static str, claim: &Claim, outcome: &Outcome) {
    let (message_id, tries) = (claim.message.id.as_str(), claim.tries);
    match outcome {
        Outcome::HandedOver(gateway_id) => tracing::info!(
            message_id,
            channel,
            tries,
            gateway_id,
            "a message was handed over"
        ),
        Outcome::Refused { reason, .. } => {
            tracing::warn!(message_id, channel, tries, reason, "a message was refused");
        }
        Outcome::Unknown(reason) => tracing::error!(
            message_id,
            channel,
            tries,
            reason,
            "it is not known whether a message was sent: it is not sent again"
        ),
    }
}
