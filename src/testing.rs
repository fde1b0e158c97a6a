//! The calls of a client made in the other ways, by a queue or awaited, so that one suite of tests runs over
//! all. With the feature `testing`, and for nobody else.

use std::sync::Arc;
use std::time::Duration;

use crate::answer::Noun;
use crate::asynchronous::AsyncClient;
use crate::call::Call;
use crate::client::Client;
use crate::error::Result;
use crate::operation::Operation;
use crate::queue::Queue;

/// How often who waits looks whether another one took his call out.
const TURN: Duration = Duration::from_millis(1);

/// A way to make a call.
#[derive(Clone)]
pub enum Form {
    /// Submitted to a queue.
    Queued(QueueOfTests),
    /// Awaited on a Tokio runtime.
    Awaited,
}

/// The queue that all calls of a client are submitted to.
#[derive(Clone)]
pub struct QueueOfTests(Arc<Queue>);

/// The same client, whose calls go through a queue.
pub fn queued(client: Client) -> Client {
    let queue = Arc::new(Queue::new(client.clone(), Vec::new));
    client.in_form(Form::Queued(QueueOfTests(queue)))
}

/// The same client, whose calls are awaited.
pub fn awaited(client: Client) -> Client {
    client.in_form(Form::Awaited)
}

impl Form {
    pub(crate) fn run<T: Noun + Send + 'static>(
        &self,
        client: &Client,
        operation: Operation<T>,
    ) -> Result<T> {
        match self {
            Self::Queued(QueueOfTests(queue)) => submit(queue, client, operation),
            Self::Awaited => tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(AsyncClient::from(client.clone()).run(operation)),
        }
    }
}

fn submit<T: Noun>(queue: &Arc<Queue>, client: &Client, operation: Operation<T>) -> Result<T> {
    let call = Call::new(client.clone(), operation.of_any_kind());
    queue.submit(&call, 0)?;
    loop {
        match call.outcome() {
            // Any of those who wait takes it out.
            None => drop(queue.next(Some(TURN))),
            Some(Err(error)) => return Err(error.clone()),
            Some(Ok(())) => return Ok(call.take_answer().expect("an answer of this kind")),
        }
    }
}
