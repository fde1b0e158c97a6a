//! The line: submitted calls that wait for a connection, in order. Their deadlines run.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use super::Submitted;

/// So many deadlines of calls that have left the line do no harm.
const FEW: usize = 64;

#[derive(Default)]
pub(super) struct Line {
    waiting: VecDeque<Arc<Submitted>>,
    /// The earliest first, and some of calls that have left the line.
    deadlines: BinaryHeap<Reverse<ByDeadline>>,
}

struct ByDeadline(Arc<Submitted>);

impl Line {
    pub(super) fn push(&mut self, call: Arc<Submitted>) {
        self.deadlines.push(Reverse(ByDeadline(Arc::clone(&call))));
        self.waiting.push_back(call);
    }

    /// The first of those that nobody ended meanwhile.
    pub(super) fn next(&mut self) -> Option<Arc<Submitted>> {
        self.forget_who_left();
        std::iter::from_fn(|| self.waiting.pop_front()).find(|next| next.call.leaves_the_line())
    }

    /// Those that were cancelled, or all. They leave the line.
    pub(super) fn cancelled(&mut self, are_all: bool) -> VecDeque<Arc<Submitted>> {
        let waiting = mem::take(&mut self.waiting).into_iter();
        let (mut cancelled, stay): (VecDeque<_>, _) =
            waiting.partition(|one| are_all || one.call.is_cancelled());
        self.waiting = stay;
        cancelled.retain(|one| one.call.leaves_the_line());
        self.forget_who_left();
        cancelled
    }

    /// Keeps what the line takes in proportion to who waits in it.
    fn forget_who_left(&mut self) {
        if self.deadlines.len() > 2 * self.waiting.len() + FEW {
            self.deadlines.retain(|late| late.0.0.call.is_waiting());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// One whose deadline has passed.
    pub(super) fn late(&mut self, now: Instant) -> Option<Arc<Submitted>> {
        while let Some(Reverse(ByDeadline(first))) = self.deadlines.peek()
            && first.deadline <= now
        {
            let first = self.deadlines.pop().map(|Reverse(first)| first.0);
            if let Some(late) = first.filter(|first| first.call.leaves_the_line()) {
                return Some(late);
            }
        }
        None
    }

    /// When there may be one.
    pub(super) fn earliest(&self) -> Option<Instant> {
        let first = self.deadlines.peek();
        first.map(|Reverse(first)| first.0.deadline)
    }
}

impl Ord for ByDeadline {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.deadline.cmp(&other.0.deadline)
    }
}

impl PartialOrd for ByDeadline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByDeadline {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ByDeadline {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Call;
    use crate::client::Client;
    use crate::config::Config;
    use crate::operation::Operation;
    use crate::queue::Queue;
    use crate::transport::ProcessIdentity;

    /// Also while all connections are busy, so that nobody asks for the next.
    #[test]
    fn who_was_cancelled_is_not_kept_until_the_deadline() {
        let client = Client::new(&Config::new("user", "password").unwrap()).unwrap();
        let queue = Arc::new(Queue::new(client.clone(), Vec::new));
        let mut line = Line::default();
        for _ in 0..10 {
            for _ in 0..100 {
                let operation = Operation::service("s").unwrap().of_any_kind();
                let call = Call::new(client.clone(), operation);
                call.begin(&queue, 0, ProcessIdentity::current()).unwrap();
                line.push(Arc::new(Submitted::new(&call)));
                call.ask_to_cancel();
            }
            assert_eq!(line.cancelled(false).len(), 100);
            assert!(line.deadlines.len() <= FEW, "{}", line.deadlines.len());
        }
    }
}
