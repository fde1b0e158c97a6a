//! The submitted calls that wait for a connection, in order. Their deadlines run.

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
        if self.deadlines.len() > 2 * self.waiting.len() + FEW {
            self.deadlines.retain(|late| late.0.0.call.is_waiting());
        }
        std::iter::from_fn(|| self.waiting.pop_front()).find(|next| next.call.leaves_the_line())
    }

    /// Those that were cancelled, or all. They leave the line.
    pub(super) fn cancelled(&mut self, are_all: bool) -> VecDeque<Arc<Submitted>> {
        let waiting = mem::take(&mut self.waiting).into_iter();
        let (mut cancelled, stay): (VecDeque<_>, _) =
            waiting.partition(|one| are_all || one.call.is_cancelled());
        self.waiting = stay;
        cancelled.retain(|one| one.call.leaves_the_line());
        cancelled
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
