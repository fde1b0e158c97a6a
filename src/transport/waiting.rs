//! How a call waits: no longer than its deadline, and no longer than its context is open.
//!
//! Everything above is written as `async fn`, and everything that takes time ends here. Today each
//! of these waits blocks the thread that makes the call, so a call is done the first time that it
//! is [polled](block_on).

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::task::coop::unconstrained;

use super::closing::Closing;
use super::socket::Socket;

/// Why a wait ended before what it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The time is over.
    Deadline,
    /// The context was closed.
    Closed,
}

/// What a call may do once a wait for its socket is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    /// There is something to read.
    Now,
    /// A read may block: it ends by itself after a [slice](Socket::SLICE) of time at most.
    Soon,
}

/// The limits of one call.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a> {
    deadline: Instant,
    pub(super) closing: &'a Closing<'a>,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(deadline: Instant, closing: &'a Closing<'a>) -> Self {
        Self { deadline, closing }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The same, with less time.
    pub(super) fn until(&self, end: Instant) -> Self {
        Self {
            deadline: self.deadline.min(end),
            ..*self
        }
    }

    /// How much time is left.
    pub(super) fn left(&self) -> Result<Duration, Ended> {
        if self.closing.has_begun() {
            return Err(Ended::Closed);
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Ended::Deadline);
        }
        Ok(left)
    }

    /// Waits until there is something to read. Closing the context shuts the socket down, which can
    /// be read too.
    pub(super) async fn readable(&self, socket: &Socket) -> Result<Readable, Ended> {
        let left = self.left()?;
        // One system call less than to ask first; most replies come within the slice.
        if Socket::CAN_BLOCK && left > Socket::SLICE {
            return Ok(Readable::Soon);
        }
        self.either(&[socket], PollFlags::IN, left)?;
        Ok(Readable::Now)
    }

    /// Waits until there is room to write.
    pub(super) async fn writable(&self, socket: &Socket) -> Result<(), Ended> {
        self.either(&[socket], PollFlags::OUT, self.left()?)
    }

    /// Waits until one of these is connected, or cannot be, but no longer than `most`.
    pub(super) async fn connected(
        &self,
        sockets: &[&Socket],
        most: Option<Duration>,
    ) -> Result<(), Ended> {
        let left = self.left()?;
        self.either(
            sockets,
            PollFlags::OUT,
            most.map_or(left, |most| most.min(left)),
        )
    }

    /// Waits for `signal`, which somebody else gives.
    pub(super) async fn signal(&self, signal: &Arc<Signal>) -> Result<(), Ended> {
        let _registration = self.closing.register(Waker::from(Arc::clone(signal)));
        while !signal.wait(self.left()?) {}
        self.left().map(drop)
    }

    /// Waits for this time to pass.
    pub(super) async fn sleep(&self, time: Duration) -> Result<(), Ended> {
        let Some(end) = Instant::now().checked_add(time) else {
            return Err(Ended::Deadline);
        };
        match self.until(end).signal(&Arc::default()).await {
            Err(Ended::Deadline) if Instant::now() < self.deadline => Ok(()),
            ended => ended,
        }
    }

    fn either(&self, sockets: &[&Socket], what: PollFlags, most: Duration) -> Result<(), Ended> {
        let mut polled: Vec<_> = sockets.iter().map(|one| PollFd::new(*one, what)).collect();
        match poll(&mut polled, Timespec::try_from(most).ok().as_ref()) {
            // Whatever else is wrong with a socket, its next use tells.
            Ok(_) | Err(_) => self.left().map(drop),
        }
    }
}

/// Something to wait for that another thread brings about.
#[derive(Default)]
pub(super) struct Signal {
    given: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    /// Whether it was given within this time. It is taken back by that.
    fn wait(&self, most: Duration) -> bool {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut given, _) = self
            .changed
            .wait_timeout_while(given, most, |given| !*given)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut given)
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// Runs a call whose waits block.
pub(super) fn block_on<T>(call: impl Future<Output = T>) -> T {
    // Within an asynchronous runtime the channels inside hyper would count against the budget of the
    // task that makes the call, and then pretend that there is nothing to receive.
    let mut call = pin!(unconstrained(call));
    loop {
        if let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result;
        }
    }
}
