//! A call through a proxy that blocks the thread which drives it: it gets a thread of its own, so that the
//! other calls of the queue go on.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use crossbeam_utils::atomic::AtomicCell;
use futures_util::task::AtomicWaker;

use crate::answer::Answer;
use crate::error::{Error, Result, Status};
use crate::transport::{Driver, block_on, own_thread};

use super::Submitted;

/// What the thread came to, and who waits for it.
#[derive(Default)]
struct Detour {
    outcome: AtomicCell<Option<Box<Result<Answer>>>>,
    waker: AtomicWaker,
}

/// Wakes who waits, also when the thread panics.
struct Wakes(Arc<Detour>);

impl Drop for Wakes {
    fn drop(&mut self) {
        self.0.waker.wake();
    }
}

pub(super) async fn perform(submitted: Arc<Submitted>) -> Result<Answer> {
    let detour = Arc::<Detour>::default();
    let end = Wakes(Arc::clone(&detour));
    // Kept until its thread has done its work: ThreadSanitizer then sees that nobody uses what is given back.
    let _thread = own_thread::start("verigator-call", move || {
        let Submitted {
            call,
            began,
            deadline,
            ..
        } = &*submitted;
        let outcome = block_on(call.perform(Driver::Thread, *began, *deadline));
        end.0.outcome.store(Some(Box::new(outcome)));
    })
    .map_err(|error| {
        let message = format!("there is no thread for a call through a proxy: {error}");
        Error::new(Status::SYSTEM, message)
    })?;
    poll_fn(|cx| {
        detour.waker.register(cx.waker());
        let outcome = detour.outcome.take();
        match outcome {
            Some(outcome) => Poll::Ready(*outcome),
            // Its thread is gone without a word.
            None if Arc::strong_count(&detour) == 1 => {
                Poll::Ready(Err(Error::defect(&"the thread of a call ended", None)))
            }
            None => Poll::Pending,
        }
    })
    .await
}
