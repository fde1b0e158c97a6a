//! A queue: calls go in, ended calls come out. One thread makes them all, as many at once as there may
//! be connections; whoever takes them out need not wait for any.
//!
//! ```text
//! submit ──> line ──> running (one thread, one reactor) ──> ended ──> next
//!                                                             └─ flag, wake: that one is there
//! ```
//!
//! A queue has one entry for each process that uses it, since a child of `fork()` has neither the thread nor
//! what it was at. Nothing is taken from the entry of the parent, whose locks may be held for ever: the calls
//! themselves say which queue they were submitted to.
//!
//! A call is put into a list and taken out of it under the lock, and no more is done there, so that `submit`
//! takes no longer when a program has many threads.

mod detour;
mod flag;
mod line;
mod thread;
mod wake;

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use once_cell::race::OnceBox;

use crate::answer::Answer;
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Result, Status};
use crate::lock::{Condition, Guard, Lock};
use crate::transport::{Alarm, Driver, ProcessIdentity, own_thread};

use flag::Flag;
pub(crate) use wake::Function;
use wake::Wake;

/// The calls that a program holds, of any queue or none. Asked for in a child of `fork()`, so it must not wait.
pub(crate) type Held = fn() -> Vec<Arc<Call>>;

/// What calls are submitted to.
pub(crate) struct Queue {
    client: Client,
    held: Held,
    first: Entry,
}

/// What a queue is in one process.
struct Entry {
    local: Arc<Local>,
    child: OnceBox<Entry>,
}

struct Local {
    identity: ProcessIdentity,
    state: Lock<State>,
    /// That a call ended, or that none will.
    changed: Condition,
    flag: Flag,
    wake: Wake,
}

#[derive(Default)]
struct State {
    /// Submitted, and not seen by the thread yet.
    arrived: Vec<Arc<Submitted>>,
    ended: VecDeque<Arc<Call>>,
    /// How many are submitted and have not ended.
    pending: usize,
    /// How many threads wait for one to end.
    takers: usize,
    /// What wakes the thread, once there is one.
    alarm: Option<Arc<Alarm>>,
    /// Whether one that may be in the line was cancelled.
    has_cancelled: bool,
    /// Whether a function was set that may not know yet what waits.
    has_new_wake: bool,
    is_closed: bool,
    /// Nothing is taken out any more.
    is_freed: bool,
}

/// A call in a queue.
struct Submitted {
    call: Arc<Call>,
    began: Instant,
    deadline: Instant,
    /// Whether its context was closed by then.
    is_late: bool,
}

impl Submitted {
    /// Its time begins now.
    fn new(call: &Arc<Call>) -> Self {
        let began = Instant::now();
        Self {
            call: Arc::clone(call),
            began,
            deadline: began + call.timeout(),
            is_late: call.client().is_closed(),
        }
    }
}

/// A call that a thread of the program's makes, without a queue.
pub(crate) async fn alone(call: Arc<Call>) -> Result<Answer> {
    let submitted = Arc::new(Submitted::new(&call));
    match call.client().blocks() {
        false => {
            let Submitted {
                began, deadline, ..
            } = *submitted;
            call.perform(Driver::Thread, began, deadline).await
        }
        true => detour::perform(submitted).await,
    }
}

/// What comes out of a queue.
pub(crate) enum Next {
    Ended(Arc<Call>),
    /// None has ended in this time, but some are under way.
    Pending,
    /// None is under way.
    Empty,
    /// The queue was closed, and no call is left.
    Closed,
}

impl Queue {
    /// One for the calls of this client, among those that are held. It has no thread before the first is
    /// submitted.
    pub(crate) fn new(client: Client, held: Held) -> Self {
        Self {
            client,
            held,
            first: Entry::new(Local::default()),
        }
    }

    /// Has a call made, which the program knows by this tag. It ends once, and comes out of
    /// [`next`](Self::next) then.
    pub(crate) fn submit(self: &Arc<Self>, call: &Arc<Call>, tag: u64) -> Result<()> {
        if !call.client().is(&self.client) {
            let message = "the call was made with another context than the queue; use one for both";
            return Err(Error::invalid_argument(message));
        }
        let alarm = self.local().submit(self, call, tag)?;
        alarm.ring();
        Ok(())
    }

    /// Takes out the call that ended first, or waits for one: no longer than `most`, and for ever with
    /// None, but not if none is under way.
    pub(crate) fn next(&self, most: Option<Duration>) -> Next {
        self.local().next(most)
    }

    /// The number of a descriptor that can be read as long as an ended call waits.
    pub(crate) fn descriptor(&self) -> Result<i64> {
        self.local().flag.descriptor().map_err(|error| {
            let message = format!(
                "the operating system gave no descriptor for the queue (raise the limit on open files): {error}"
            );
            Error::new(Status::SYSTEM, message)
        })
    }

    /// Has this function called when the first ended call waits, on the queue's thread; soon if one waits
    /// already.
    pub(crate) fn set_wake(&self, function: Option<Function>) {
        self.local().set_wake(function);
    }

    /// Cancels what is under way, and takes no more calls. What has ended can still be taken out.
    pub(crate) fn close(&self) {
        self.local().close();
    }

    /// Closes it, and nobody takes anything out any more.
    pub(crate) fn free(&self) {
        let local = self.local();
        local.lock().is_freed = true;
        local.close();
    }

    /// One of its calls was cancelled.
    pub(crate) fn has_cancelled(&self) {
        self.local().has_cancelled();
    }

    /// Nobody wants to hear of this call any more.
    pub(crate) fn forget(&self, call: &Call) {
        self.local().forget(call);
    }

    /// What belongs to the process that asks: its entry is the newest, or there is none yet.
    fn local(&self) -> &Arc<Local> {
        let identity = ProcessIdentity::current();
        let mut entry = &self.first;
        while let Some(child) = entry.child.get() {
            entry = child;
        }
        while entry.local.identity != identity {
            let new = || Box::new(Entry::new(Local::in_a_child(self.inherited())));
            entry = entry.child.get_or_init(new);
        }
        &entry.local
    }

    /// What a child of `fork()` finds to take out: what the parent had submitted and not taken out.
    fn inherited(&self) -> VecDeque<Arc<Call>> {
        let mut inherited = VecDeque::from((self.held)());
        // One that has not ended here was about to be begun by a thread that is not here.
        inherited.retain(|call| call.is_submitted_to(self) && call.outcome().is_some());
        inherited
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.free();
    }
}

impl Entry {
    fn new(local: Local) -> Self {
        Self {
            local: Arc::new(local),
            child: OnceBox::new(),
        }
    }
}

/// What is another process's stays as it is: a thread of that one may have been at it.
impl Drop for Entry {
    fn drop(&mut self) {
        if self.local.identity != ProcessIdentity::current() {
            mem::forget(Arc::clone(&self.local));
        }
    }
}

impl Default for Local {
    fn default() -> Self {
        Self {
            identity: ProcessIdentity::current(),
            state: Lock::default(),
            changed: Condition::default(),
            flag: Flag::default(),
            wake: Wake::default(),
        }
    }
}

impl Local {
    /// One with nothing under way: what the parent had is cancelled here, and goes on there.
    fn in_a_child(ended: VecDeque<Arc<Call>>) -> Self {
        let local = Self::default();
        local.flag.want(!ended.is_empty());
        local.lock().ended = ended;
        local
    }

    fn submit(
        self: &Arc<Self>,
        queue: &Arc<Queue>,
        call: &Arc<Call>,
        tag: u64,
    ) -> Result<Arc<Alarm>> {
        let submitted = Arc::new(Submitted::new(call));
        let mut state = self.lock();
        if state.is_closed {
            return Err(Error::new(
                Status::CLOSED,
                "the queue was closed; make a new one",
            ));
        }
        let alarm = match &state.alarm {
            Some(alarm) => Arc::clone(alarm),
            None => Arc::clone(
                state
                    .alarm
                    .insert(self.start(queue.client.max_connections())?),
            ),
        };
        call.begin(queue, tag, self.identity)?;
        // Who cancelled it before had no queue to tell.
        state.has_cancelled |= call.is_cancelled();
        state.pending += 1;
        state.arrived.push(submitted);
        Ok(alarm)
    }

    fn start(self: &Arc<Self>, most: usize) -> Result<Arc<Alarm>> {
        let started = Alarm::new().and_then(|alarm| {
            let (local, alarm) = (Arc::clone(self), Arc::new(alarm));
            let of_thread = Arc::clone(&alarm);
            own_thread::start("verigator-queue", move || {
                thread::run(&local, &of_thread, most)
            })?;
            Ok(alarm)
        });
        started.map_err(|error| {
            let message = format!("there is no thread for the queue: {error}");
            Error::new(Status::SYSTEM, message)
        })
    }

    fn next(&self, most: Option<Duration>) -> Next {
        let end = most.and_then(|most| Instant::now().checked_add(most));
        let mut state = self.lock();
        loop {
            if state.is_freed {
                return Next::Closed;
            }
            if let Some(first) = state.ended.pop_front() {
                self.flag.want(!state.ended.is_empty());
                drop(state);
                self.flag.settle();
                first.comes_out();
                return Next::Ended(first);
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let waits_no_longer = match left {
                Some(left) => left.is_zero(),
                None => state.pending == 0,
            };
            let none = match (state.pending, state.is_closed) {
                (0, true) => Next::Closed,
                (0, false) if waits_no_longer => Next::Empty,
                (_, _) if waits_no_longer => Next::Pending,
                _ => {
                    state = self.wait(state, left);
                    continue;
                }
            };
            drop(state);
            self.flag.settle();
            return none;
        }
    }

    fn wait<'a>(&self, mut state: Guard<'a, State>, most: Option<Duration>) -> Guard<'a, State> {
        state.takers += 1;
        let mut state = match most {
            None => self.changed.wait(state),
            Some(most) => self.changed.wait_for(state, most),
        };
        state.takers -= 1;
        state
    }

    /// Calls end, with these outcomes. Only the thread does this, and not with each by itself: whoever
    /// takes them out wants the same lock.
    fn end(&self, outcomes: &mut Vec<(Arc<Submitted>, Result<Answer>)>) {
        if outcomes.is_empty() {
            return;
        }
        let ended: Vec<_> = outcomes
            .drain(..)
            .map(|(submitted, outcome)| {
                submitted.call.end(outcome);
                Arc::clone(&submitted.call)
            })
            .collect();
        let mut state = self.lock();
        state.pending -= ended.len();
        let were_none = state.ended.is_empty();
        if !state.is_freed {
            let is_wanted = |call: &&Arc<Call>| !call.is_forgotten();
            state.ended.extend(ended.iter().filter(is_wanted).cloned());
        }
        let is_first = were_none && !state.ended.is_empty();
        self.flag.want(!state.ended.is_empty());
        self.tell(&state);
        drop(state);
        self.flag.settle();
        if is_first {
            self.wake.call();
        }
    }

    /// Wakes those who wait for a call to end.
    fn tell(&self, state: &State) {
        if state.takers > 0 {
            self.changed.notify_all();
        }
    }

    fn set_wake(&self, function: Option<Function>) {
        self.wake.set(function);
        let mut state = self.lock();
        state.has_new_wake = true;
        let alarm = state.alarm.clone();
        let is_due = !state.ended.is_empty();
        drop(state);
        match alarm {
            Some(alarm) => alarm.ring(),
            // A child has what its parent had submitted, and no thread yet.
            None if is_due => self.wake.catch_up(),
            None => (),
        }
    }

    /// Gives the thread what arrived; says whether the queue is closed, and whether one that was in the line
    /// may have been cancelled.
    fn arrive(&self, arrived: &mut Vec<Arc<Submitted>>) -> (bool, bool) {
        let mut state = self.lock();
        mem::swap(&mut state.arrived, arrived);
        let is_wake_due = mem::take(&mut state.has_new_wake) && !state.ended.is_empty();
        let told = (state.is_closed, mem::take(&mut state.has_cancelled));
        drop(state);
        if is_wake_due {
            self.wake.catch_up();
        }
        told
    }

    /// The thread ends before its time: gives what arrived since it looked, and takes no more.
    fn give_up(&self) -> Vec<Arc<Submitted>> {
        let mut state = self.lock();
        state.is_closed = true;
        mem::take(&mut state.arrived)
    }

    /// The thread cancels what is under way once it sees this.
    fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let left = match state.is_freed {
            true => mem::take(&mut state.ended),
            false => VecDeque::new(),
        };
        self.flag.want(!state.ended.is_empty());
        self.tell(&state);
        let alarm = state.alarm.clone();
        drop(state);
        drop(left);
        self.flag.settle();
        self.wake.set(None);
        alarm.iter().for_each(|alarm| alarm.ring());
    }

    fn has_cancelled(&self) {
        let mut state = self.lock();
        state.has_cancelled = true;
        let alarm = state.alarm.clone();
        drop(state);
        alarm.iter().for_each(|alarm| alarm.ring());
    }

    fn forget(&self, call: &Call) {
        let mut state = self.lock();
        let is_it = |ended: &Arc<Call>| std::ptr::eq(&**ended, call);
        let place = state.ended.iter().position(is_it);
        let forgotten = place.and_then(|place| state.ended.remove(place));
        self.flag.want(!state.ended.is_empty());
        drop(state);
        drop(forgotten);
        self.flag.settle();
    }

    fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::config::Config;
    use crate::operation::Operation;

    thread_local! {
        static HELD: RefCell<Vec<Arc<Call>>> = const { RefCell::new(Vec::new()) };
    }

    /// A queue, and a call that waits in it.
    fn queue_with_a_call() -> (Arc<Queue>, Arc<Call>) {
        let client = Client::new(&Config::new("user", "password").unwrap()).unwrap();
        let queue = Queue::new(client.clone(), || HELD.with(|held| held.borrow().clone()));
        let (queue, operation) = (Arc::new(queue), Operation::service("s").unwrap());
        let call = Call::new(client, operation.of_any_kind());
        HELD.set(vec![Arc::clone(&call)]);
        call.begin(&queue, 0, ProcessIdentity::current()).unwrap();
        (queue, call)
    }

    /// Whoever listens to a call of the parent's is woken under a lock, which a thread that is not in the
    /// child may have held.
    #[test]
    fn closing_a_childs_queue_leaves_the_calls_of_its_parent_alone() {
        let (queue, call) = queue_with_a_call();
        call.end(Err(Error::new(Status::CANCELLED, "settled")));
        let child = Local::in_a_child(queue.inherited());
        child.close();
        assert!(!call.is_cancelled());
        assert!(matches!(child.next(None), Next::Ended(_)));
        assert!(matches!(child.next(None), Next::Closed));
        assert!(queue.inherited().is_empty());
    }

    /// The thread that would have begun it is not in the child.
    #[test]
    fn a_call_that_the_parent_was_about_to_begin_does_not_come_out_of_its_childs_queue() {
        let (queue, _call) = queue_with_a_call();
        let child = Local::in_a_child(queue.inherited());
        assert!(matches!(child.next(None), Next::Empty));
    }

    #[test]
    fn a_call_of_another_queue_does_not_come_out() {
        let (queue, call) = queue_with_a_call();
        call.end(Err(Error::new(Status::CANCELLED, "settled")));
        let other = Queue::new(queue.client.clone(), queue.held);
        assert!(other.inherited().is_empty());
        assert_eq!(queue.inherited().len(), 1);
    }
}
