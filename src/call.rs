//! A call: one operation that is about to happen, and what it came to. It is run where it is made, or
//! submitted to a [queue](crate::queue); either ends it once.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crossbeam_utils::atomic::AtomicCell;
use once_cell::race::OnceBox;

use crate::answer::{Answer, Noun};
use crate::client::Client;
use crate::error::{Error, Result, Status};
use crate::log::Lines;
use crate::operation::Operation;
use crate::option;
use crate::queue::{self, Queue};
use crate::transport::{Caller, Cancel, Driver, ProcessIdentity, Steps};

/// One operation of a client, its outcome, and its error. Nothing here is waited for in a child of
/// `fork()`, where the thread that had it under way does not exist.
pub(crate) struct Call {
    client: Client,
    operation: Operation<Answer>,
    timeout: AtomicCell<Option<Duration>>,
    stage: AtomicU8,
    begun: OnceBox<Begun>,
    cancel: Cancel,
    /// What is left to be done, between two steps.
    steps: AtomicCell<Option<Box<Steps<Result<Answer>>>>>,
    /// What was logged of it.
    pub(crate) lines: Lines,
    answer: AtomicCell<Option<Box<Answer>>>,
    error: OnceBox<Error>,
    is_forgotten: AtomicBool,
    /// Whether it has ended and left its queue, which has nothing to forget then.
    is_out: AtomicBool,
    /// The handle that stands for it.
    pub(crate) handle: AtomicUsize,
}

/// Where a call was begun.
struct Begun {
    process: ProcessIdentity,
    submission: Option<Submission>,
}

/// What a call was submitted to, and what whoever did that knows it by.
struct Submission {
    queue: Weak<Queue>,
    tag: u64,
}

/// How far a call has come. It only goes on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Stage {
    /// Made, and neither run nor submitted.
    New,
    /// Submitted, and not begun.
    Waiting,
    Running,
    Ended,
}

impl Call {
    pub(crate) fn new(client: Client, operation: Operation<Answer>) -> Arc<Self> {
        Arc::new(Self {
            client,
            operation,
            timeout: AtomicCell::new(None),
            stage: AtomicU8::new(Stage::New as u8),
            begun: OnceBox::new(),
            cancel: Cancel::default(),
            steps: AtomicCell::new(None),
            lines: Lines::default(),
            answer: AtomicCell::new(None),
            error: OnceBox::new(),
            is_forgotten: AtomicBool::new(false),
            is_out: AtomicBool::new(false),
            handle: AtomicUsize::new(0),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Another time for the whole of it than its client's, in milliseconds.
    pub(crate) fn set_timeout(&self, milliseconds: i64) -> Result<()> {
        let timeout = option::argument(option::TIMEOUT.milliseconds(milliseconds))?;
        if !self.is(Stage::New) {
            return Err(begun());
        }
        self.timeout.store(Some(timeout));
        Ok(())
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.load().unwrap_or_else(|| self.client.timeout())
    }

    /// Makes it on this thread.
    pub(crate) fn run(&self) -> Result<()> {
        self.begin_by(None, ProcessIdentity::current())?;
        self.leaves_the_line();
        let mut caller = Caller::blocking(self.timeout());
        caller.cancel = Some(&self.cancel);
        caller.lines = Some(&self.lines);
        self.end(caught(|| {
            self.client.perform_on_this_thread(&self.operation, &caller)
        }));
        self.result()
    }

    /// Makes it on this thread until it waits; false if it has not ended by then.
    pub(crate) fn step(self: &Arc<Self>) -> Result<bool> {
        let mut steps = match self.steps.take() {
            Some(steps) if self.is_another_processes() => {
                // What it holds is that process's.
                mem::forget(steps);
                self.settle();
                return self.result().map(|()| true);
            }
            Some(steps) => steps,
            None => {
                self.begin_by(None, ProcessIdentity::current())?;
                self.leaves_the_line();
                Box::new(Steps::new(queue::alone(Arc::clone(self))))
            }
        };
        // A step that panics is the last.
        match caught(|| Ok(steps.next())).unwrap_or_else(|defect| Some(Err(defect))) {
            Some(outcome) => {
                self.end(outcome);
                self.result().map(|()| true)
            }
            None => {
                self.steps.store(Some(steps));
                // Who forgot it meanwhile found no steps, which hold on to the call.
                if self.is_forgotten() {
                    self.drop_steps();
                }
                Ok(false)
            }
        }
    }

    fn drop_steps(&self) {
        match self.steps.take() {
            Some(steps) if self.is_another_processes() => mem::forget(steps),
            steps => drop(steps),
        }
    }

    /// What it came to, once it ended.
    fn result(&self) -> Result<()> {
        match self.error.get() {
            None => Ok(()),
            Some(error) => Err(error.clone()),
        }
    }

    /// Makes it by this driver, until then. It [ends](Self::end) by what this gives.
    pub(crate) fn perform<'a>(
        &'a self,
        driver: Driver<'a>,
        began: Instant,
        deadline: Instant,
    ) -> impl Future<Output = Result<Answer>> + 'a {
        let caller = Caller {
            driver,
            began,
            deadline,
            cancel: Some(&self.cancel),
            lines: Some(&self.lines),
        };
        async move { self.client.perform(&self.operation, &caller).await }
    }

    /// It waits in the line of this queue from now on, in this process. Once only.
    pub(crate) fn begin(
        &self,
        queue: &Arc<Queue>,
        tag: u64,
        process: ProcessIdentity,
    ) -> Result<()> {
        let queue = Arc::downgrade(queue);
        self.begin_by(Some(Submission { queue, tag }), process)
    }

    fn begin_by(&self, submission: Option<Submission>, process: ProcessIdentity) -> Result<()> {
        if !self.goes_on(Stage::New, Stage::Waiting) {
            return Err(begun());
        }
        let begun = Begun {
            process,
            submission,
        };
        let _ = self.begun.set(Box::new(begun));
        Ok(())
    }

    /// What it was submitted with; 0 if it was not.
    pub(crate) fn tag(&self) -> u64 {
        self.submission().map_or(0, |submission| submission.tag)
    }

    fn submission(&self) -> Option<&Submission> {
        self.begun.get()?.submission.as_ref()
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.is(Stage::Waiting)
    }

    /// It is performed, or ended, by who asks: false if it left before.
    pub(crate) fn leaves_the_line(&self) -> bool {
        self.goes_on(Stage::Waiting, Stage::Running)
    }

    /// Ends it with this outcome.
    pub(crate) fn end(&self, outcome: Result<Answer>) {
        match outcome {
            Ok(answer) => self.answer.store(Some(Box::new(answer))),
            Err(error) => drop(self.error.set(Box::new(error))),
        }
        self.stage.store(Stage::Ended as u8, Ordering::SeqCst);
    }

    /// It is not wanted any more. One that has ended stays as it is.
    pub(crate) fn cancel(&self) {
        if self.is_another_processes() {
            return;
        }
        self.ask_to_cancel();
        if self.is_waiting()
            && let Some(queue) = self.queue()
        {
            queue.has_cancelled();
        }
    }

    /// [`cancel`](Self::cancel), for its queue, which sees to those in its line.
    pub(crate) fn ask_to_cancel(&self) {
        self.cancel.ask();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_asked_for()
    }

    /// Nobody wants to hear of it any more: it is cancelled, and does not come out of its queue.
    pub(crate) fn forget(&self) {
        if self.is_out.load(Ordering::SeqCst) {
            return;
        }
        self.is_forgotten.store(true, Ordering::SeqCst);
        self.cancel();
        self.drop_steps();
        if let Some(queue) = self.queue() {
            queue.forget(self);
        }
    }

    /// It was taken out of its queue.
    pub(crate) fn comes_out(&self) {
        self.is_out.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_forgotten(&self) -> bool {
        self.is_forgotten.load(Ordering::SeqCst)
    }

    /// Whether it is this queue's, and was not taken out of it yet.
    pub(crate) fn is_submitted_to(&self, queue: &Queue) -> bool {
        let is_its = |submission: &Submission| std::ptr::eq(submission.queue.as_ptr(), queue);
        self.submission().is_some_and(is_its) && !self.is_out.load(Ordering::SeqCst)
    }

    fn queue(&self) -> Option<Arc<Queue>> {
        self.submission()?.queue.upgrade()
    }

    /// In a child of `fork()`: what was under way in another process is not under way here.
    fn settle(&self) {
        if self.stage() < Stage::Ended as u8 && self.is_another_processes() {
            let message = "the call is under way in the process that this one was forked from";
            let error = Error::new(Status::CANCELLED, message).sent(true, false);
            self.end(Err(error));
        }
    }

    fn is_another_processes(&self) -> bool {
        let current = ProcessIdentity::current();
        self.begun
            .get()
            .is_some_and(|begun| begun.process != current)
    }

    /// What it came to; None as long as it has not ended.
    pub(crate) fn outcome(&self) -> Option<std::result::Result<(), &Error>> {
        self.settle();
        self.is(Stage::Ended)
            .then(|| self.error.get().map_or(Ok(()), Err))
    }

    /// The answer, if it is of this kind: handed over once.
    pub(crate) fn take_answer<T: Noun>(&self) -> Option<T> {
        let answer = match self.outcome() {
            Some(Ok(())) => *self.answer.take()?,
            _ => return None,
        };
        match T::from_answer(answer) {
            Ok(noun) => Some(noun),
            Err(other) => {
                self.answer.store(Some(Box::new(other)));
                None
            }
        }
    }

    fn stage(&self) -> u8 {
        self.stage.load(Ordering::SeqCst)
    }

    fn is(&self, stage: Stage) -> bool {
        self.stage() == stage as u8
    }

    fn goes_on(&self, from: Stage, to: Stage) -> bool {
        let (from, to) = (from as u8, to as u8);
        let swapped = self
            .stage
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
        swapped.is_ok()
    }
}

/// A defect ends a call as any other failure does, so that nobody waits for it.
fn caught<T>(perform: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(perform))
        .unwrap_or_else(|panic| Err(Error::defect(panic.as_ref(), None)))
}

fn begun() -> Error {
    Error::invalid_argument("the call was run or submitted before; make another one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::log::LogLevel;

    #[test]
    fn a_call_that_panics_has_ended() {
        let mut config = Config::new("user", "password").unwrap();
        config.set_base_url("http://127.0.0.1:1").unwrap();
        config.set_max_retries(0).unwrap();
        config.set_log(LogLevel::Error, |_, _| panic!("on purpose"));
        let client = Client::new(&config).unwrap();
        let call = || {
            Call::new(
                client.clone(),
                Operation::service("s").unwrap().of_any_kind(),
            )
        };
        let (run, stepped) = (call(), call());
        let error = run.run().unwrap_err();
        assert_eq!(error.status(), Status::PANIC);
        while let Ok(false) = stepped.step() {}
        for call in [run, stepped] {
            let error = call.outcome().unwrap().unwrap_err();
            assert_eq!(error.status(), Status::PANIC, "{error}");
        }
    }
}
