//! The thread of a queue: makes the calls that are submitted, and ends each of them.

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

/// Runs until the queue is closed and everything has ended.
pub(super) fn run(queue: &Local, alarm: &Arc<Alarm>, most: usize) {
    let ended = catch_unwind(AssertUnwindSafe(|| work(queue, alarm, most)));
    if let Err(panic) = ended {
        // Every call ends once, come what may.
        queue.lock().is_closed = true;
        let lost = queue.submitted.iter();
        let lost = lost.filter(|one| one.call.is_under_way());
        let defect = || Err(Error::defect(panic.as_ref(), None));
        queue.end(&mut lost.map(|one| (Arc::clone(&**one), defect())).collect());
    }
}

fn work(queue: &Local, alarm: &Arc<Alarm>, most: usize) {
    let reactor = Reactor::default();
    let waker = Waker::from(Arc::clone(alarm));
    let mut context = Context::from_waker(&waker);
    let mut line = Line::default();
    let mut running = FuturesUnordered::new();
    let mut ended = Vec::new();
    loop {
        let (is_closed, is_cancelled) = queue.arrive(&mut line);
        if is_closed || is_cancelled {
            for cancelled in line.cancelled(is_closed) {
                ended.push((cancelled, Err(cancelled_in_line())));
            }
        }
        while let Some(late) = line.late(Instant::now()) {
            ended.push((late, Err(late_in_line(most))));
        }
        let mut room = most.saturating_sub(running.len());
        while room > 0
            && let Some(next) = line.next()
        {
            running.push(perform(&reactor, next));
            room -= 1;
        }
        while let Poll::Ready(Some(one)) = running.poll_next_unpin(&mut context) {
            ended.push(one);
            room += 1;
        }
        queue.end(&mut ended);
        if room > 0 && !line.is_empty() {
            continue;
        }
        if is_closed && running.is_empty() {
            return;
        }
        reactor.turn(alarm, line.earliest());
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
