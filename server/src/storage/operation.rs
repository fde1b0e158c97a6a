//! An operation on its way from whoever asked for it to a thread where it may block, and back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::transaction::Transaction;
use super::{Error, Result};
use crate::deadline;

/// An operation that waits for its turn, or for its outcome to be kept.
pub(super) trait Waiting: Send {
    /// Until when it may be worked on, if there is a limit.
    fn deadline(&self) -> Option<Instant>;

    /// Runs it, maybe again; says whether there is something to keep. It does not run when its time is
    /// over.
    fn run(&mut self, tx: &mut dyn Transaction) -> bool;

    /// Why it failed, if it ran and did.
    fn failure(&self) -> Option<&Error>;

    /// Tells its outcome to whoever asked, unless nothing of it was kept.
    fn tell(self: Box<Self>, kept: Result<()>);
}

struct Operation<T, F> {
    operation: F,
    deadline: Option<Instant>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

/// How long the end of the threads is waited for: a disk that hangs must not hang the program.
const END_TIMEOUT: Duration = Duration::from_secs(1);

/// Where threads take operations from, one at a time.
pub(super) struct Line {
    waiting: Mutex<Receiver<Box<dyn Waiting>>>,
    /// Nothing is ever sent: it ends with the last of the threads.
    _end: mpsc::Sender<()>,
}

impl Line {
    /// A line, and its end.
    pub(super) fn new() -> (Sender, Arc<Self>) {
        let (operations, waiting) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let sender = Sender {
            operations: Some(operations),
            ended: Mutex::new(ended),
        };
        let waiting = Mutex::new(waiting);
        (sender, Arc::new(Self { waiting, _end: end }))
    }

    /// The next operation, when there is one; `None` if there will be none any more.
    pub(super) fn next(&self) -> Option<Box<dyn Waiting>> {
        self.receiver().recv().ok()
    }

    /// The next operation, if there is one now.
    pub(super) fn next_now(&self) -> Option<Box<dyn Waiting>> {
        self.receiver().try_recv().ok()
    }

    fn receiver(&self) -> MutexGuard<'_, Receiver<Box<dyn Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a [`Line`], where operations go in. The threads end when this is dropped.
pub(super) struct Sender {
    /// `Some` until it is dropped.
    operations: Option<mpsc::Sender<Box<dyn Waiting>>>,
    ended: Mutex<Receiver<()>>,
}

impl Sender {
    /// Has an operation run by a thread, and gives its outcome once it is kept.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (waiting, outcome) = waiting(operation);
        let ended = || Error::Unavailable("its threads have ended".to_owned());
        let operations = self.operations.as_ref().ok_or_else(ended)?;
        operations.send(waiting).map_err(|_| ended())?;
        outcome.await.map_err(|_| ended())?
    }
}

impl Drop for Sender {
    /// Waits until the threads have closed their connections: the last one of a SQLite file leaves no log
    /// behind.
    fn drop(&mut self) {
        self.operations = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(END_TIMEOUT);
    }
}

/// Wraps an operation up; its outcome comes out of the receiver.
fn waiting<T: Send + 'static>(
    operation: impl FnMut(&mut dyn Transaction) -> Result<T> + Send + 'static,
) -> (Box<dyn Waiting>, oneshot::Receiver<Result<T>>) {
    let (reply, outcome) = oneshot::channel();
    let operation = Operation {
        operation,
        deadline: deadline::current(),
        outcome: None,
        reply,
    };
    (Box::new(operation), outcome)
}

impl<T, F> Waiting for Operation<T, F>
where
    T: Send,
    F: FnMut(&mut dyn Transaction) -> Result<T> + Send,
{
    fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn run(&mut self, tx: &mut dyn Transaction) -> bool {
        let is_late = self.deadline.is_some_and(|end| end <= Instant::now());
        let outcome = match is_late {
            true => Err(Error::TooLate),
            // A panic is the end of this operation, and of no other.
            false => catch_unwind(AssertUnwindSafe(|| (self.operation)(tx)))
                .unwrap_or_else(|_| Err(Error::Unavailable("an operation panicked".to_owned()))),
        };
        self.outcome.insert(outcome).is_ok()
    }

    fn failure(&self) -> Option<&Error> {
        self.outcome.as_ref()?.as_ref().err()
    }

    fn tell(self: Box<Self>, kept: Result<()>) {
        let outcome = match (self.outcome, kept) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::Unavailable("it was not run".to_owned())),
        };
        // Whoever does not wait any more does not need to know.
        let _ = self.reply.send(outcome);
    }
}
