//! What is counted, and what may not be.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use verigator::ffi::verigator_status_name;

use crate::child::Fate;
use crate::context::Outcome;
use crate::proxy::Arrivals;

#[derive(Default)]
pub struct Counts {
    /// Calls by their status.
    calls: Mutex<BTreeMap<i32, u64>>,
    accepted: AtomicU64,
    denied: AtomicU64,
    unknown: AtomicU64,
    /// Children whose call was answered, and all of them.
    children_answered: AtomicU64,
    children: AtomicU64,
    /// A yes to what is wrong or used, or a no to what is right.
    wrong: AtomicU64,
    /// Requests that arrived more often than they were made.
    duplicates: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counts {
    /// Counts a call and hands its value on.
    pub fn call<T>(&self, outcome: Outcome<T>) -> Option<T> {
        let status = outcome.as_ref().err().copied().unwrap_or_default();
        *self.calls.lock().unwrap().entry(status).or_default() += 1;
        outcome.ok()
    }

    /// Counts an answer, and whether it may be.
    fn answer(&self, answer: Option<bool>, allowed: bool) {
        count(match answer {
            Some(true) => &self.accepted,
            Some(false) => &self.denied,
            None => &self.unknown,
        });
        if !allowed {
            count(&self.wrong);
        }
    }

    /// How many users have logged in.
    pub fn logins(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub fn wrong_pin(&self, answer: Option<bool>) {
        self.answer(answer, answer != Some(true));
    }

    pub fn right_pin(&self, answer: Option<bool>) {
        self.answer(answer, answer != Some(false));
    }

    /// After an answer that was lost, either may be.
    pub fn same_pin_again(&self, before: Option<bool>, answer: Option<bool>) {
        self.answer(answer, before.is_none() || answer != Some(true));
    }

    /// Compares what arrived with what was sent: a PIN twice, everything else once.
    pub fn arrived(&self, arrivals: Arrivals) {
        for (request, arrived) in arrivals {
            let is_pin = request.contains("\"token\"") && !request.contains("not ");
            let is_delete = request.starts_with("DELETE");
            if arrived > if is_pin { 2 } else { 1 } && !is_delete {
                count(&self.duplicates);
                println!("arrived {arrived} times: {request}");
            }
        }
    }

    /// Counts a child by what its call came to.
    pub fn child(&self, fate: Fate) {
        count(&self.children);
        match fate {
            Fate::Answered => count(&self.children_answered),
            Fate::Failed => {}
            Fate::Wrong => count(&self.wrong),
        }
    }

    pub fn print(&self) {
        println!("  calls, by status:");
        for (status, calls) in &*self.calls.lock().unwrap() {
            println!("    {:24} {calls:9}", name(*status));
        }
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        println!(
            "  verifications: {} accepted, {} denied, {} without an answer",
            read(&self.accepted),
            read(&self.denied),
            read(&self.unknown)
        );
        println!(
            "  children: {}, {} of them answered",
            read(&self.children),
            read(&self.children_answered)
        );
        println!(
            "  wrong answers: {}; requests sent twice: {}",
            read(&self.wrong),
            read(&self.duplicates)
        );
    }

    pub fn check(&self) {
        assert_eq!(self.wrong.load(Ordering::Relaxed), 0, "wrong answers");
        assert_eq!(self.duplicates.load(Ordering::Relaxed), 0, "duplicates");
        assert!(self.logins() > 0, "nobody logged in");
        let answered = self.children_answered.load(Ordering::Relaxed);
        assert!(answered > 0, "no child was answered");
    }
}

fn name(status: i32) -> String {
    let name = verigator_status_name(status);
    if name.is_null() {
        return status.to_string();
    }
    // SAFETY: the names are static and NUL-terminated.
    unsafe { CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}
