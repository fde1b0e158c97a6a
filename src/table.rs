//! A table whose values are found by tickets, such as the handles of one kind.
//!
//! A ticket is the number of a slot and of the slot's generation. One whose value was removed finds nothing,
//! though the slot is used again. Nothing waits: a thread that a `fork()` leaves behind in the middle of an
//! operation costs the child one slot at most. To insert and to remove takes longer the more threads there
//! are that use the library, since each may be reading the value that goes (see `arc_swap`); to get does not.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use once_cell::race::OnceBox;

/// The first segment's slots; each later segment has twice as many as the one before.
const FIRST_SEGMENT: u32 = 64;
const SEGMENTS: usize = 18;

/// The most slots, so that a slot's number fits the handle (see [`crate::ffi`]).
pub(crate) const MOST_SLOTS: u32 = FIRST_SEGMENT * ((1 << SEGMENTS) - 1);

pub(crate) struct Table<T> {
    segments: [OnceBox<Box<[Slot<T>]>>; SEGMENTS],
    /// How many slots were ever used.
    used: AtomicU32,
    /// A stack of freed slots: the topmost one's number plus one, and above it a counter that
    /// changes with every operation, so that a stale view of the stack is not taken for the new.
    free: AtomicU64,
}

struct Slot<T> {
    entry: ArcSwapOption<Entry<T>>,
    generation: AtomicU32,
    next_free: AtomicU32,
}

/// A value in the table; whoever holds it keeps it alive, also after its handle is freed.
pub(crate) struct Entry<T> {
    generation: u32,
    value: T,
}

impl<T> Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A slot's number and its generation at the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

/// The generations of a slot that a handle can tell apart.
#[derive(Clone, Copy)]
pub(crate) struct Generations {
    pub(crate) count: u32,
    /// Whether a slot that had all of them begins anew. Otherwise it is not used again.
    pub(crate) begin_anew: bool,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        Self {
            segments: [const { OnceBox::new() }; SEGMENTS],
            used: AtomicU32::new(0),
            free: AtomicU64::new(0),
        }
    }

    /// One that has no slot left.
    #[cfg(test)]
    pub(crate) const fn full() -> Self {
        let mut table = Self::new();
        table.used = AtomicU32::new(MOST_SLOTS);
        table
    }

    /// As if the slot had had so many generations.
    #[cfg(test)]
    pub(crate) fn age(&self, slot: u32, generations: u32) {
        self.slot(slot)
            .generation
            .store(generations, Ordering::Relaxed);
    }

    /// Stores `value`. `None`: the table is full.
    pub(crate) fn insert(&self, value: T, generations: Generations) -> Option<Ticket> {
        let number = self.pop_free().or_else(|| self.unused())?;
        let slot = self.slot(number);
        // Whoever took the slot from the stack is alone with it.
        let generation = slot.generation.fetch_add(1, Ordering::Relaxed) % generations.count;
        slot.entry
            .store(Some(Arc::new(Entry { generation, value })));
        Some(Ticket {
            slot: number,
            generation,
        })
    }

    /// The value that `ticket` was given for, unless it was removed.
    pub(crate) fn get(&self, ticket: Ticket) -> Option<Arc<Entry<T>>> {
        let entry = self.used_slot(ticket.slot)?.entry.load_full()?;
        (entry.generation == ticket.generation).then_some(entry)
    }

    /// Removes the value that `ticket` was given for; of several threads that try, one succeeds.
    pub(crate) fn remove(&self, ticket: Ticket, generations: Generations) -> Option<Arc<Entry<T>>> {
        let entry = self.get(ticket)?;
        let slot = self.slot(ticket.slot);
        let before = slot.entry.compare_and_swap(&entry, None);
        if !before
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, &entry))
        {
            return None;
        }
        if generations.begin_anew || ticket.generation + 1 < generations.count {
            self.push_free(ticket.slot);
        }
        Some(entry)
    }

    /// All that are there.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Arc<Entry<T>>> {
        let used = self.used.load(Ordering::Acquire);
        (0..used).filter_map(|number| self.slot(number).entry.load_full())
    }

    fn unused(&self) -> Option<u32> {
        self.used
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| {
                (used < MOST_SLOTS).then_some(used + 1)
            })
            .ok()
    }

    fn used_slot(&self, number: u32) -> Option<&Slot<T>> {
        (number < self.used.load(Ordering::Acquire)).then(|| self.slot(number))
    }

    fn slot(&self, number: u32) -> &Slot<T> {
        let (segment, index) = place(number);
        let new = || {
            let slots = (0..FIRST_SEGMENT << segment).map(|_| Slot {
                entry: ArcSwapOption::const_empty(),
                generation: AtomicU32::new(0),
                next_free: AtomicU32::new(0),
            });
            Box::new(slots.collect::<Box<[_]>>())
        };
        &self.segments[segment].get_or_init(new)[index]
    }

    fn pop_free(&self) -> Option<u32> {
        let mut head = self.free.load(Ordering::Acquire);
        loop {
            let top = (head as u32).checked_sub(1)?;
            let next = self.slot(top).next_free.load(Ordering::Relaxed);
            match self.replace_free(head, next) {
                Ok(()) => return Some(top),
                Err(now) => head = now,
            }
        }
    }

    fn push_free(&self, number: u32) {
        let mut head = self.free.load(Ordering::Acquire);
        loop {
            self.slot(number)
                .next_free
                .store(head as u32, Ordering::Relaxed);
            match self.replace_free(head, number + 1) {
                Ok(()) => return,
                Err(now) => head = now,
            }
        }
    }

    fn replace_free(&self, head: u64, top: u32) -> Result<(), u64> {
        let counter = (head >> 32).wrapping_add(1) << 32;
        self.free
            .compare_exchange_weak(
                head,
                counter | u64::from(top),
                Ordering::AcqRel,
                Ordering::Acquire,
            )
            .map(drop)
    }
}

/// The segment that a slot is in, and its place there.
fn place(number: u32) -> (usize, usize) {
    let block = number / FIRST_SEGMENT + 1;
    let segment = block.ilog2();
    let index = number - FIRST_SEGMENT * ((1 << segment) - 1);
    (segment as usize, index as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Barrier;

    const GENERATIONS: Generations = Generations {
        count: u32::MAX,
        begin_anew: false,
    };

    #[test]
    fn every_slot_has_its_own_place() {
        assert_eq!(place(0), (0, 0));
        assert_eq!(place(63), (0, 63));
        assert_eq!(place(64), (1, 0));
        assert_eq!(place(191), (1, 127));
        assert_eq!(place(192), (2, 0));
        assert_eq!(place(MOST_SLOTS - 1).0, SEGMENTS - 1);
    }

    #[test]
    fn what_was_removed_is_gone_though_its_slot_is_used_again() {
        let table = Table::new();
        let first = table.insert("first", GENERATIONS).unwrap();
        assert_eq!(**table.get(first).unwrap(), "first");
        assert!(table.remove(first, GENERATIONS).is_some());
        assert!(table.get(first).is_none() && table.remove(first, GENERATIONS).is_none());
        let second = table.insert("second", GENERATIONS).unwrap();
        assert_eq!(second.slot, first.slot);
        assert!(table.get(first).is_none());
        assert_eq!(**table.get(second).unwrap(), "second");
    }

    #[test]
    fn a_stale_view_of_the_freed_slots_is_not_taken_for_the_new() {
        let table = Table::new();
        let use_a_slot = || {
            let ticket = table.insert((), GENERATIONS).unwrap();
            table.remove(ticket, GENERATIONS).unwrap();
        };
        use_a_slot();
        let stale = table.free.load(Ordering::Relaxed);
        use_a_slot();
        // The same slot is on top again.
        assert_eq!(table.free.load(Ordering::Relaxed) as u32, stale as u32);
        assert!(table.replace_free(stale, 0).is_err());
    }

    #[test]
    fn a_slot_that_had_all_its_generations_is_not_used_again_or_begins_anew() {
        for begin_anew in [false, true] {
            let generations = Generations {
                count: 3,
                begin_anew,
            };
            let table = Table::new();
            let tickets: Vec<_> = (0..4)
                .map(|n| {
                    let ticket = table.insert(n, generations).unwrap();
                    table.remove(ticket, generations).unwrap();
                    ticket
                })
                .collect();
            assert_eq!(tickets[2].slot, tickets[0].slot);
            assert_eq!(tickets[3] == tickets[0], begin_anew);
        }
    }

    #[test]
    fn a_ticket_never_given_finds_nothing() {
        for table in [Table::<u8>::new(), Table::full()] {
            for slot in [0, 1, MOST_SLOTS, u32::MAX] {
                let generation = 0;
                assert!(table.get(Ticket { slot, generation }).is_none());
            }
        }
    }

    #[test]
    fn who_holds_a_value_keeps_it_after_it_is_removed() {
        let table = Table::new();
        let ticket = table.insert(String::from("kept"), GENERATIONS).unwrap();
        let held = table.get(ticket).unwrap();
        table.remove(ticket, GENERATIONS);
        assert_eq!(**held, *"kept");
    }

    #[test]
    fn threads_neither_share_a_slot_nor_remove_twice() {
        let table = Table::new();
        let barrier = Barrier::new(4);
        let tickets: Vec<_> = (0..300)
            .map(|n| table.insert(n, GENERATIONS).unwrap())
            .collect();
        let removed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        let removed = tickets
                            .iter()
                            .filter(|&&t| table.remove(t, GENERATIONS).is_some())
                            .count();
                        let own: Vec<_> = (0..1000)
                            .map(|n| (table.insert(n, GENERATIONS).unwrap(), n))
                            .collect();
                        assert!(own.iter().all(|&(t, n)| **table.get(t).unwrap() == n));
                        assert_eq!(
                            own.iter().map(|o| o.0.slot).collect::<HashSet<_>>().len(),
                            1000
                        );
                        removed
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(removed, 300);
    }
}
