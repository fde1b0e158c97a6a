//! How a call waits: no longer than its deadline, while its context is open, and while it is wanted.
//!
//! What a call does is written as `async fn`, and whatever takes time ends here, at its [`Driver`]. That is
//! the thread that makes the call, which blocks in here, so that the call is done the first time that it is
//! [polled](block_on); or the thread of a queue, which has many calls wait at once; or a task of the program's
//! runtime.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::task::coop::unconstrained;

use super::cancel::{Cancel, Listening};
use super::closing::Closing;
use super::lanes::Stash;
#[cfg(all(feature = "tokio", unix))]
use super::on_tokio;
use super::reactor::Reactor;
use super::socket::Socket;
use crate::lock::{Condition, Lock};
use crate::log::Lines;

/// Why a wait ended before what it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The time is over.
    Deadline,
    /// The context was closed.
    Closed,
    /// The call is not wanted any more.
    Cancelled,
}

/// What a call may do once a wait for its socket is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    /// There is something to read.
    Now,
    /// A read may block: it ends by itself after a [slice](Socket::SLICE) of time at most.
    Soon,
}

/// Who waits.
#[derive(Clone, Copy)]
pub(crate) enum Driver<'a> {
    /// The thread that makes the call. It blocks.
    Thread,
    /// The thread of a queue, which never does.
    Reactor(&'a Reactor),
    /// A task of somebody's runtime.
    #[cfg(all(feature = "tokio", unix))]
    Tokio,
}

/// Who makes a call, since when and until when, and whether it is still wanted.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) driver: Driver<'a>,
    pub(crate) began: Instant,
    pub(crate) deadline: Instant,
    /// None for a call that nobody can cancel.
    pub(crate) cancel: Option<&'a Cancel>,
    /// Where its log lines are kept, if they are.
    pub(crate) lines: Option<&'a Lines>,
}

/// The limits of one call, or of a part of it.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a> {
    caller: Caller<'a>,
    pub(super) closing: &'a Closing<'a>,
}

impl<'a> Caller<'a> {
    /// The thread that asks, for so much time.
    pub(crate) fn blocking(time: Duration) -> Self {
        let began = Instant::now();
        Self {
            driver: Driver::Thread,
            began,
            deadline: began + time,
            cancel: None,
            lines: None,
        }
    }
}

impl<'a> Waiting<'a> {
    pub(super) fn new(caller: &Caller<'a>, closing: &'a Closing<'a>) -> Self {
        Self {
            caller: *caller,
            closing,
        }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.caller.deadline
    }

    /// The same, with less time.
    pub(super) fn until(&self, end: Instant) -> Self {
        let mut less = *self;
        less.caller.deadline = self.caller.deadline.min(end);
        less
    }

    /// How much time is left.
    pub(super) fn left(&self) -> Result<Duration, Ended> {
        if let Some(ended) = self.is_given_up() {
            return Err(ended);
        }
        let left = self.deadline().saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Ended::Deadline);
        }
        Ok(left)
    }

    /// Whether the answer is not wanted any more, whatever the time.
    pub(super) fn is_given_up(&self) -> Option<Ended> {
        if self.closing.has_begun() {
            Some(Ended::Closed)
        } else if self.caller.cancel.is_some_and(Cancel::is_asked_for) {
            Some(Ended::Cancelled)
        } else {
            None
        }
    }

    /// Has this waker called once the call is cancelled, as long as what is returned lives. Who listens
    /// looks afterwards whether it [was](Self::is_given_up): what comes in between is not missed.
    pub(super) fn listen(&self, waker: impl FnOnce() -> Waker) -> Option<Listening<'a>> {
        self.caller.cancel.map(|cancel| cancel.listen(waker()))
    }

    /// [`listen`](Self::listen) for a thread that waits for a socket, which is shut down then. A reactor
    /// is woken by itself.
    pub(super) fn listen_with(&self, socket: &Arc<Socket>) -> Option<Listening<'a>> {
        match self.caller.driver {
            Driver::Thread => self.listen(|| Waker::from(Arc::clone(socket))),
            _ => None,
        }
    }

    /// Where a queue keeps the lanes that no call of its uses now.
    pub(super) fn stash(&self) -> Option<&'a Arc<Stash>> {
        match self.caller.driver {
            Driver::Reactor(reactor) => Some(&reactor.lanes),
            _ => None,
        }
    }

    /// Waits until there is something to read. Closing the context shuts the socket down, which can
    /// be read too.
    pub(super) async fn readable(&self, socket: &Arc<Socket>) -> Result<Readable, Ended> {
        let left = self.left()?;
        // One system call less than to ask first; most replies come within the slice.
        let may_block = Socket::CAN_BLOCK && matches!(self.caller.driver, Driver::Thread);
        if may_block && left > Socket::SLICE {
            return Ok(Readable::Soon);
        }
        self.either(&[socket], PollFlags::IN, left).await?;
        Ok(Readable::Now)
    }

    /// Waits until there is room to write.
    pub(super) async fn writable(&self, socket: &Arc<Socket>) -> Result<(), Ended> {
        self.either(&[socket], PollFlags::OUT, self.left()?).await
    }

    /// Waits until one of these is connected, or cannot be, but no longer than `most`.
    pub(super) async fn connected(
        &self,
        sockets: &[&Arc<Socket>],
        most: Option<Duration>,
    ) -> Result<(), Ended> {
        let left = self.left()?;
        let most = most.map_or(left, |most| most.min(left));
        self.either(sockets, PollFlags::OUT, most).await
    }

    /// Waits until `look` finds something. It leaves the waker that it is given with whoever brings
    /// that about.
    pub(super) async fn found<T>(
        &self,
        mut look: impl FnMut(&Waker) -> Option<T>,
    ) -> Result<T, Ended> {
        match self.caller.driver {
            Driver::Thread => {
                let signal = Arc::<Signal>::default();
                let waker = Waker::from(Arc::clone(&signal));
                let _closing = self.closing.register(waker.clone());
                let _cancelling = self.listen(|| waker.clone());
                loop {
                    if let Some(found) = look(&waker) {
                        return Ok(found);
                    }
                    signal.wait(self.left()?.min(Socket::SLICE));
                    self.pause().await;
                }
            }
            _ => {
                let _closing = self.closing.register(own_waker().await);
                loop {
                    if let Some(found) = look(&own_waker().await) {
                        return Ok(found);
                    }
                    self.turn(&[], PollFlags::empty(), self.left()?).await?;
                }
            }
        }
    }

    /// Waits for this time to pass.
    pub(super) async fn sleep(&self, time: Duration) -> Result<(), Ended> {
        let Some(end) = Instant::now().checked_add(time) else {
            return Err(Ended::Deadline);
        };
        match self.until(end).found(|_| None::<()>).await {
            Err(Ended::Deadline) if Instant::now() < self.deadline() => Ok(()),
            ended => ended,
        }
    }

    async fn either(
        &self,
        sockets: &[&Arc<Socket>],
        what: PollFlags,
        most: Duration,
    ) -> Result<(), Ended> {
        if !matches!(self.caller.driver, Driver::Thread) {
            return self.turn(sockets, what, most).await;
        }
        let mut polled: Vec<_> = sockets.iter().map(|one| PollFd::new(*one, what)).collect();
        let end = Instant::now() + most;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let slice = Timespec::try_from(left.min(Socket::SLICE)).ok();
            let has_slept = match poll(&mut polled, slice.as_ref()) {
                Ok(ready) => ready == 0,
                Err(error) => error == Errno::INTR,
            };
            self.left()?;
            // Whatever else is wrong with a socket, its next use tells.
            if !has_slept || Instant::now() >= end {
                return Ok(());
            }
            self.pause().await;
        }
    }

    /// The thread slept for a slice of time, or until a signal came: whoever drives this call may see to
    /// something else before it [goes on](Steps).
    pub(super) async fn pause(&self) {
        let mut has_paused = false;
        poll_fn(|cx| match mem::replace(&mut has_paused, true) {
            true => Poll::Ready(()),
            false => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
    }

    /// Lets other calls go on until one of these sockets can be used, the time is over, or somebody
    /// wakes this call.
    async fn turn(
        &self,
        sockets: &[&Arc<Socket>],
        what: PollFlags,
        most: Duration,
    ) -> Result<(), Ended> {
        let _cancelling = match self.caller.cancel {
            Some(cancel) => Some(cancel.listen(own_waker().await)),
            None => None,
        };
        // Who cancelled before that woke nobody.
        self.left()?;
        let until = Instant::now() + most;
        match self.caller.driver {
            Driver::Thread => unreachable!("it blocks instead"),
            Driver::Reactor(reactor) => reactor.wait(sockets, what, until).await,
            #[cfg(all(feature = "tokio", unix))]
            Driver::Tokio => on_tokio::wait(sockets, what, until).await,
        }
        self.left().map(drop)
    }
}

/// What wakes the call that asks.
async fn own_waker() -> Waker {
    poll_fn(|cx| Poll::Ready(cx.waker().clone())).await
}

/// Something to wait for that another thread brings about.
#[derive(Default)]
struct Signal {
    given: Lock<bool>,
    changed: Condition,
}

impl Signal {
    /// Waits no longer than this. The signal is taken back.
    fn wait(&self, most: Duration) {
        let mut given = self.given.lock();
        if !*given {
            given = self.changed.wait_for(given, most);
        }
        *given = false;
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.given.lock() = true;
        self.changed.notify_all();
    }
}

/// Runs a call whose waits block.
pub(crate) fn block_on<T>(call: impl Future<Output = T>) -> T {
    // Within an asynchronous runtime the channels inside hyper would count against the budget of the
    // task that makes the call, and then pretend that there is nothing to receive.
    let mut call = pin!(unconstrained(call));
    loop {
        if let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result;
        }
    }
}

/// A call that is made a step at a time, by whichever thread takes the next one.
pub(crate) struct Steps<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Steps<T> {
    pub(crate) fn new(call: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Box::pin(unconstrained(call)))
    }

    /// Goes on until it is done, or has slept for a slice of time; None then, and when a signal came.
    pub(crate) fn next(&mut self) -> Option<T> {
        let signal = Arc::<Signal>::default();
        let waker = Waker::from(Arc::clone(&signal));
        match self.0.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => {
                // Given already, unless it is another thread that makes the call.
                signal.wait(Socket::SLICE);
                None
            }
        }
    }
}
