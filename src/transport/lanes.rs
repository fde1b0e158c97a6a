//! The idle lanes of a context, for each process that uses it.
//!
//! A child of `fork()` inherits its parent's lanes and must neither use nor drop them: their
//! sockets and event queues are still the parent's. So all of this is kept by process, in a list
//! that a new process adds itself to, and what is an ancestor's is left alone. Nothing here waits
//! for another thread: one that held a lock at the moment of the `fork()` does not exist in the
//! child.

use std::mem;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_utils::CachePadded;
use crossbeam_utils::atomic::AtomicCell;
use once_cell::race::OnceBox;
use rustls::ClientConfig;
use tokio::sync::Notify;

use crate::error::Result;

use super::lane::{Blueprint, Lane};
use super::process_identity::ProcessIdentity;

/// How many threads may begin and end to listen at the same moment without meeting.
const SEATS: usize = 16;

pub(super) struct Lanes {
    first: Process,
    most_idle: usize,
    idle_timeout: Duration,
    closed: AtomicBool,
}

/// What belongs to one process.
pub(super) struct Process {
    identity: ProcessIdentity,
    /// A thread looks from its own [`seat`] on, so that it finds its last lane at once and warm.
    idle: Box<[AtomicCell<Option<Box<Lane>>>]>,
    idle_timeout: Duration,
    /// It has locks of its own, around the sessions to resume; so a child gets a new one.
    tls: OnceBox<ClientConfig>,
    /// Threads listen at their seats: at one place they would wait for each other.
    closing: [CachePadded<Notify>; SEATS],
    /// The child that came to use this context after a `fork()`.
    child: OnceBox<Process>,
}

/// What a call watches while it waits.
#[derive(Clone, Copy)]
pub(super) struct Closing<'a> {
    closed: &'a AtomicBool,
    notify: &'a Notify,
}

impl Closing<'_> {
    pub(super) fn has_begun(self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until the context is being closed.
    pub(super) async fn begin(self) {
        let mut notified = pin!(self.notify.notified());
        // Listening before looking: one in between is not missed.
        notified.as_mut().enable();
        if !self.has_begun() {
            notified.await;
        }
    }
}

impl Lanes {
    pub(super) fn new(most_idle: usize, idle_timeout: Duration) -> Result<Self> {
        ProcessIdentity::watch()?;
        Ok(Self {
            first: Process::new(most_idle, idle_timeout),
            most_idle,
            idle_timeout,
            closed: AtomicBool::new(false),
        })
    }

    /// What belongs to the process that asks: its entry is the newest, or there is none yet.
    pub(super) fn process(&self) -> &Process {
        let identity = ProcessIdentity::current();
        let mut process = &self.first;
        while let Some(child) = process.child.get() {
            process = child;
        }
        while process.identity != identity {
            let new = || Box::new(Process::new(self.most_idle, self.idle_timeout));
            process = process.child.get_or_init(new);
        }
        process
    }

    pub(super) fn are_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(super) fn closing<'a>(&'a self, process: &'a Process) -> Closing<'a> {
        Closing {
            closed: &self.closed,
            notify: &process.closing[seat() % SEATS],
        }
    }

    /// Keeps a lane for a later call, unless there will be none.
    pub(super) fn put_idle(&self, process: &Process, lane: Box<Lane>) {
        if !self.are_closed() {
            process.put_idle(lane);
        }
    }

    /// Ends the calls that wait and the connections that rest.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let process = self.process();
        for seat in &process.closing {
            seat.notify_waiters();
        }
        process
            .idle
            .iter()
            .filter_map(AtomicCell::take)
            .for_each(drop);
    }
}

impl Process {
    fn new(most_idle: usize, idle_timeout: Duration) -> Self {
        Self {
            identity: ProcessIdentity::current(),
            idle: (0..most_idle).map(|_| AtomicCell::new(None)).collect(),
            idle_timeout,
            tls: OnceBox::new(),
            closing: Default::default(),
            child: OnceBox::new(),
        }
    }

    pub(super) fn tls(&self, blueprint: &Blueprint) -> Result<&ClientConfig> {
        self.tls
            .get_or_try_init(|| blueprint.tls_config().map(Box::new))
    }

    /// An idle lane; those that rested for too long are dropped.
    pub(super) fn take_idle(&self) -> Option<Box<Lane>> {
        self.slots()
            .filter_map(AtomicCell::take)
            .find(|lane| lane.is_fresh(self.idle_timeout))
    }

    /// All of them, this thread's first.
    fn slots(&self) -> impl Iterator<Item = &AtomicCell<Option<Box<Lane>>>> {
        let (others, own) = self.idle.split_at(seat() % self.idle.len().max(1));
        own.iter().chain(others)
    }

    /// Keeps a lane for a later call, if there is room.
    fn put_idle(&self, mut lane: Box<Lane>) {
        lane.rest();
        for slot in self.slots() {
            // The lane that was there moves on to the next slot.
            match slot.swap(Some(lane)) {
                None => return,
                Some(displaced) => lane = displaced,
            }
        }
    }
}

/// A number of the thread that asks: those of a pool have numbers in a row.
fn seat() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SEAT: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    SEAT.try_with(|seat| *seat).unwrap_or_default()
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.identity != ProcessIdentity::current() {
            self.idle
                .iter()
                .filter_map(AtomicCell::take)
                .for_each(mem::forget);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_no_lock() {
        assert!(AtomicCell::<Option<Box<Lane>>>::is_lock_free());
    }

    #[test]
    fn one_process_has_one_entry() {
        let lanes = Lanes::new(4, Duration::from_secs(1)).unwrap();
        assert!(std::ptr::eq(lanes.process(), lanes.process()));
        assert!(lanes.first.child.get().is_none());
    }
}
