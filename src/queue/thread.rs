//! The thread of a queue: makes the calls that are submitted, and ends each of them.

use std::collections::HashMap;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::answer::Answer;
use crate::error::{Error, Result, Status};
use crate::transport::{Alarm, Driver, Reactor};

use super::detour;
use super::line::Line;
use super::{Local, Submitted};

/// What the thread is at.
#[derive(Default)]
struct Work {
    line: Line,
    /// All that arrived and have not ended, in the line and out of it.
    under_way: HashMap<*const Submitted, Arc<Submitted>>,
    /// Whether the queue was closed, and they were cancelled.
    is_cancelled: bool,
}

/// Runs until the queue is closed and everything has ended.
pub(super) fn run(queue: &Local, alarm: &Arc<Alarm>, most: usize) {
    let mut work = Work::default();
    let ended = catch_unwind(AssertUnwindSafe(|| work.run(queue, alarm, most)));
    if let Err(panic) = ended {
        // Every call ends once, come what may.
        let lost = work.under_way.into_values().chain(queue.give_up());
        let defect = || Err(Error::defect(panic.as_ref(), None));
        queue.end(&mut lost.map(|one| (one, defect())).collect());
    }
}

impl Work {
    fn run(&mut self, queue: &Local, alarm: &Arc<Alarm>, most: usize) {
        let reactor = Reactor::default();
        let waker = Waker::from(Arc::clone(alarm));
        let mut context = Context::from_waker(&waker);
        let mut running = FuturesUnordered::new();
        let (mut arrived, mut ended) = (Vec::new(), Vec::new());
        loop {
            let (is_closed, is_cancelled) = queue.arrive(&mut arrived);
            arrived.drain(..).for_each(|one| self.take_on(one));
            if is_closed && !mem::replace(&mut self.is_cancelled, true) {
                self.cancel_all();
            }
            if is_closed || is_cancelled {
                for cancelled in self.line.cancelled(is_closed) {
                    ended.push((cancelled, Err(cancelled_in_line())));
                }
            }
            while let Some(late) = self.line.late(Instant::now()) {
                ended.push((late, Err(late_in_line(most))));
            }
            let mut room = most.saturating_sub(running.len());
            while room > 0
                && let Some(next) = self.line.next()
            {
                running.push(perform(&reactor, next));
                room -= 1;
            }
            while let Poll::Ready(Some(one)) = running.poll_next_unpin(&mut context) {
                ended.push(one);
                room += 1;
            }
            for (one, _) in &ended {
                self.under_way.remove(&Arc::as_ptr(one));
            }
            queue.end(&mut ended);
            if room > 0 && !self.line.is_empty() {
                continue;
            }
            if is_closed && running.is_empty() {
                return;
            }
            reactor.turn(alarm, self.line.earliest());
        }
    }

    fn take_on(&mut self, one: Arc<Submitted>) {
        self.under_way.insert(Arc::as_ptr(&one), Arc::clone(&one));
        self.line.push(one);
    }

    fn cancel_all(&self) {
        for one in self.under_way.values() {
            one.call.ask_to_cancel();
        }
    }
}

async fn perform(reactor: &Reactor, submitted: Arc<Submitted>) -> (Arc<Submitted>, Result<Answer>) {
    let outcome = AssertUnwindSafe(outcome_of(reactor, &submitted))
        .catch_unwind()
        .await;
    let outcome = outcome.unwrap_or_else(|panic| Err(Error::defect(panic.as_ref(), None)));
    (submitted, outcome)
}

async fn outcome_of(reactor: &Reactor, submitted: &Arc<Submitted>) -> Result<Answer> {
    let Submitted {
        call,
        began,
        deadline,
        ..
    } = &**submitted;
    let outcome = match call.client().blocks() {
        false => {
            call.perform(Driver::Reactor(reactor), *began, *deadline)
                .await
        }
        true => detour::perform(Arc::clone(submitted)).await,
    };
    match outcome {
        Err(error) if error.status() == Status::CLOSED && !submitted.is_late => {
            Err(closed_while_in_line())
        }
        outcome => outcome,
    }
}

fn closed_while_in_line() -> Error {
    Error::new(
        Status::CANCELLED,
        "the call was cancelled: its context was closed before it was begun",
    )
}

fn cancelled_in_line() -> Error {
    Error::new(
        Status::CANCELLED,
        "the call was cancelled before it was begun",
    )
}

fn late_in_line(most: usize) -> Error {
    let message = format!(
        "the deadline passed while the call waited for one of {most} connections (see max_connections)"
    );
    Error::new(Status::TIMEOUT, message)
}
