//! The idle [lanes](super::lane) of a context: a lane is what one call at a time goes through, and waits here
//! for the next one.
//!
//! They are kept by process, in a list that each new process adds itself to. A child of `fork()` neither uses
//! nor drops what is an ancestor's, whose sockets and event queues these still are. Nothing here waits for
//! another thread: one that held a lock at the moment of the `fork()` does not exist in the child.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crossbeam_utils::atomic::AtomicCell;
use once_cell::race::OnceBox;

use crate::config::TlsOptions;
use crate::error::Result;
use crate::lock::{Guard, Lock};

use super::closing::{Closing, Waiters};
use super::lane::Lane;
use super::names::Names;
use super::process_identity::ProcessIdentity;
use super::tls::Settings;

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
    idle: Box<[AtomicCell<Option<Box<Idle>>>]>,
    idle_timeout: Duration,
    /// Lanes that rest since before then are not used again: in nanoseconds after `began`.
    trusted_since: AtomicU64,
    /// No lane rests since before then.
    oldest: AtomicU64,
    began: Instant,
    /// It has locks of its own, around the sessions to resume; so a child gets a new one, as it does
    /// of what follows.
    tls: OnceBox<Settings>,
    names: Arc<Names>,
    waiters: Waiters,
    /// Those of its queues.
    stashes: Lock<Vec<Weak<Stash>>>,
    /// The child that came to use this context after a `fork()`.
    child: OnceBox<Process>,
}

/// The idle lanes of one queue: as many as its calls had at once, the one that rests longest first.
/// Its own thread uses them, and whoever closes them.
#[derive(Default)]
pub(super) struct Stash {
    lanes: Lock<VecDeque<Idle>>,
    /// Whether the context knows of it.
    is_known: AtomicBool,
}

/// A lane that rests.
struct Idle {
    lane: Lane,
    since: Instant,
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
            waiters: &process.waiters,
        }
    }

    /// Keeps a lane for a later call, unless there will be none: in this stash, or for all.
    pub(super) fn put_idle(&self, process: &Process, stash: Option<&Arc<Stash>>, lane: Lane) {
        match stash {
            Some(stash) => stash.put(process, lane),
            None => process.put_idle(lane),
        }
        // Only then: one that was kept while the context was being closed would stay.
        if self.are_closed() {
            process.drop_idle();
        }
    }

    /// Ends the calls that wait and the connections that rest.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let process = self.process();
        process.waiters.wake_all();
        process.drop_idle();
    }
}

impl Process {
    fn new(most_idle: usize, idle_timeout: Duration) -> Self {
        Self {
            identity: ProcessIdentity::current(),
            idle: (0..most_idle).map(|_| AtomicCell::new(None)).collect(),
            idle_timeout,
            trusted_since: AtomicU64::new(0),
            oldest: AtomicU64::new(u64::MAX),
            began: Instant::now(),
            tls: OnceBox::new(),
            names: Arc::default(),
            waiters: Waiters::default(),
            stashes: Lock::default(),
            child: OnceBox::new(),
        }
    }

    pub(super) fn tls(&self, options: Option<&TlsOptions>) -> Result<&Settings> {
        self.tls
            .get_or_try_init(|| Settings::new(options).map(Box::new))
    }

    pub(super) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// An idle lane that can be used now: of this stash, or one of those for all. Others are dropped.
    pub(super) fn take_idle(&self, stash: Option<&Arc<Stash>>, now: Instant) -> Option<Lane> {
        if let Some(stash) = stash {
            return stash.take(self, now);
        }
        self.drop_old(now);
        self.slots()
            .filter_map(AtomicCell::take)
            .find(|idle| self.is_fresh(idle, now) && idle.lane.is_ours())
            .map(|idle| idle.lane)
    }

    /// Drops the lanes that rested for too long. It looks at them only when there may be one.
    fn drop_old(&self, now: Instant) {
        let limit = u64::try_from(self.idle_timeout.as_nanos()).unwrap_or(u64::MAX);
        let oldest = self.oldest.load(Ordering::SeqCst);
        if self.since_began(now) < oldest.saturating_add(limit) {
            return;
        }
        // Before it looks, so that a lane which comes meanwhile is either seen or told of.
        self.oldest.store(u64::MAX, Ordering::SeqCst);
        for slot in &self.idle {
            if let Some(idle) = slot.take()
                && self.is_fresh(&idle, now)
            {
                self.rests_since(idle.since);
                // Another lane may have come into its place.
                if let Some(other) = slot.swap(Some(idle)) {
                    self.keep(other);
                }
            }
        }
    }

    /// The connections that rest since before `then` may be as deaf as the one that was asked then: a
    /// machine that slept and a gateway that forgot cut all of them at once.
    pub(super) fn distrust_before(&self, then: Instant) {
        self.trusted_since
            .fetch_max(self.since_began(then), Ordering::Relaxed);
    }

    fn is_fresh(&self, idle: &Idle, now: Instant) -> bool {
        now.saturating_duration_since(idle.since) < self.idle_timeout
            && self.since_began(idle.since) >= self.trusted_since.load(Ordering::Relaxed)
    }

    fn since_began(&self, then: Instant) -> u64 {
        // Five hundred years fit.
        then.saturating_duration_since(self.began).as_nanos() as u64
    }

    /// All of them, this thread's first.
    fn slots(&self) -> impl Iterator<Item = &AtomicCell<Option<Box<Idle>>>> {
        let (others, own) = self.idle.split_at(seat() % self.idle.len().max(1));
        own.iter().chain(others)
    }

    /// Keeps a lane for a later call, if there is room.
    fn put_idle(&self, lane: Lane) {
        let since = Instant::now();
        self.drop_old(since);
        self.keep(Box::new(Idle { lane, since }));
        self.rests_since(since);
    }

    fn keep(&self, mut idle: Box<Idle>) {
        for slot in self.slots() {
            // The lane that was there moves on to the next slot.
            match slot.swap(Some(idle)) {
                None => return,
                Some(displaced) => idle = displaced,
            }
        }
    }

    /// A lane rests since then.
    fn rests_since(&self, since: Instant) {
        let since = self.since_began(since);
        // Nearly always an older one does: then nothing is written, and no other core has to wait for it.
        if self.oldest.load(Ordering::SeqCst) > since {
            self.oldest.fetch_min(since, Ordering::SeqCst);
        }
    }

    pub(super) fn drop_idle(&self) {
        self.idle.iter().filter_map(AtomicCell::take).for_each(drop);
        let stashes = self.stashes().clone();
        let stashes = stashes.iter().filter_map(Weak::upgrade);
        stashes.for_each(|stash| stash.drop_all());
    }

    fn stashes(&self) -> Guard<'_, Vec<Weak<Stash>>> {
        self.stashes.lock()
    }
}

impl Stash {
    fn put(self: &Arc<Self>, process: &Process, lane: Lane) {
        if process.idle.is_empty() {
            return;
        }
        if !self.is_known.swap(true, Ordering::Relaxed) {
            let mut stashes = process.stashes();
            stashes.retain(|stash| stash.strong_count() > 0);
            stashes.push(Arc::downgrade(self));
        }
        let since = Instant::now();
        let mut lanes = self.lock();
        while let Some(oldest) = lanes.front()
            && !process.is_fresh(oldest, since)
        {
            lanes.pop_front();
        }
        lanes.push_back(Idle { lane, since });
    }

    fn take(&self, process: &Process, now: Instant) -> Option<Lane> {
        let mut lanes = self.lock();
        while let Some(idle) = lanes.pop_back() {
            if process.is_fresh(&idle, now) && idle.lane.is_ours() {
                return Some(idle.lane);
            }
        }
        None
    }

    fn drop_all(&self) {
        let lanes = mem::take(&mut *self.lock());
        drop(lanes);
    }

    fn lock(&self) -> Guard<'_, VecDeque<Idle>> {
        self.lanes.lock()
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
    use std::thread;

    use http::HeaderMap;

    use super::super::lane::Blueprint;
    use super::super::waiting::{Caller, Waiting, block_on};
    use super::*;
    use crate::config::Config;

    const TIME: Duration = Duration::from_secs(30);

    /// A lane of the kind that has no connection before its first request.
    fn lane(lanes: &Lanes) -> Lane {
        let mut config = Config::new("user", "password").unwrap();
        config.set_base_url("http://127.0.0.1").unwrap();
        config.set_proxy("http://127.0.0.1", None).unwrap();
        let blueprint = Blueprint::new(&config, HeaderMap::new()).unwrap();
        let process = lanes.process();
        let closing = lanes.closing(process);
        let caller = Caller::blocking(TIME);
        let waiting = Waiting::new(&caller, &closing);
        let tls = process.tls(None).unwrap();
        let made = block_on(blueprint.lane(tls, process.names(), &waiting));
        made.ok().unwrap()
    }

    /// How many rest. They are taken.
    fn count_idle(lanes: &Lanes) -> usize {
        let slots = lanes.process().idle.iter();
        slots.filter_map(AtomicCell::take).count()
    }

    #[test]
    fn a_lane_rests_until_the_context_is_closed_and_none_that_comes_later() {
        let lanes = Lanes::new(4, TIME).unwrap();
        let put = || lanes.put_idle(lanes.process(), None, lane(&lanes));
        put();
        put();
        assert_eq!(count_idle(&lanes), 2);
        put();
        lanes.close();
        assert_eq!(count_idle(&lanes), 0);
        put();
        assert_eq!(count_idle(&lanes), 0);
    }

    #[test]
    fn taking_a_lane_drops_all_that_are_old() {
        let lanes = Lanes::new(4, TIME).unwrap();
        let process = lanes.process();
        let now = Instant::now() + TIME;
        // The last one is the first that is looked at.
        for since in [now - TIME, now - TIME, now] {
            let lane = lane(&lanes);
            process.keep(Box::new(Idle { lane, since }));
            process.rests_since(since);
        }
        assert!(process.take_idle(None, now).is_some());
        assert_eq!(count_idle(&lanes), 0);
    }

    #[test]
    fn putting_a_lane_back_drops_all_that_are_old() {
        let lanes = Lanes::new(4, Duration::ZERO).unwrap();
        for _ in 0..3 {
            lanes.put_idle(lanes.process(), None, lane(&lanes));
        }
        assert_eq!(count_idle(&lanes), 1, "the one that was put back last");
    }

    #[test]
    fn what_rests_since_before_a_connection_went_deaf_is_not_taken() {
        let lanes = Lanes::new(4, TIME).unwrap();
        let process = lanes.process();
        lanes.put_idle(process, None, lane(&lanes));
        let then = Instant::now();
        process.distrust_before(then);
        assert!(process.take_idle(None, Instant::now()).is_none());
        lanes.put_idle(process, None, lane(&lanes));
        assert!(process.take_idle(None, Instant::now()).is_some());
    }

    #[test]
    fn lanes_go_with_the_context_but_for_those_of_another_process() {
        for is_another in [false, true] {
            let mut lanes = Lanes::new(4, TIME).unwrap();
            lanes.put_idle(lanes.process(), None, lane(&lanes));
            // The lane holds them, too.
            let names = Arc::downgrade(lanes.process().names());
            if is_another {
                lanes.first.identity = ProcessIdentity::another();
            }
            drop(lanes);
            assert_eq!(names.strong_count() > 0, is_another);
        }
    }

    #[test]
    fn a_thread_keeps_its_seat_and_each_has_its_own() {
        assert_eq!(seat(), seat());
        let other = thread::spawn(|| (seat(), seat())).join().unwrap();
        assert!(other.0 == other.1 && other.0 != seat());
    }

    #[test]
    fn all_places_are_looked_at_whatever_the_seat() {
        for most_idle in 0..3 {
            let lanes = Lanes::new(most_idle, TIME).unwrap();
            for _ in 0..=most_idle {
                let count = || lanes.process().slots().count();
                let of_another = thread::scope(|scope| scope.spawn(count).join().unwrap());
                assert_eq!(of_another, most_idle);
            }
        }
    }

    #[test]
    fn a_slot_has_no_lock() {
        assert!(AtomicCell::<Option<Box<Idle>>>::is_lock_free());
    }

    #[test]
    fn one_process_has_one_entry() {
        let lanes = Lanes::new(4, Duration::from_secs(1)).unwrap();
        assert!(std::ptr::eq(lanes.process(), lanes.process()));
        assert!(Arc::ptr_eq(
            lanes.process().names(),
            lanes.process().names()
        ));
        assert!(lanes.first.child.get().is_none());
    }
}
