//! The function that a queue calls when the first ended call waits. It carries no call: who is woken takes
//! them [out](super::Queue::next).

use std::sync::Arc;
use std::thread::{self, ThreadId};

use crate::lock::{Condition, Guard, Lock};

/// The program's function.
pub(crate) type Function = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
pub(super) struct Wake {
    state: Lock<State>,
    has_run: Condition,
}

#[derive(Default)]
struct State {
    function: Option<Function>,
    /// Whether it was called since it was set.
    is_told: bool,
    /// Where it runs now.
    runs_on: Option<ThreadId>,
}

impl Wake {
    /// Sets another one, or none. The one before runs no more then: if it runs now, its end is waited
    /// for, unless that is who asks.
    pub(super) fn set(&self, function: Option<Function>) {
        let mut state = self.lock();
        let before = std::mem::replace(&mut state.function, function);
        state.is_told = false;
        while state.runs_on.is_some_and(|on| on != thread::current().id()) {
            state = self.has_run.wait(state);
        }
        drop(state);
        // What the program keeps in it is dropped without the lock.
        drop(before);
    }

    /// Calls it.
    pub(super) fn call(&self) {
        self.run(self.lock());
    }

    /// Calls it if it was not called since it was set: it is told what the one before was told of.
    pub(super) fn catch_up(&self) {
        let state = self.lock();
        if !state.is_told {
            self.run(state);
        }
    }

    /// Only one thread at a time does this: the queue's own, or before there is one whoever sets it.
    fn run(&self, mut state: Guard<'_, State>) {
        let Some(function) = state.function.clone() else {
            return;
        };
        state.is_told = true;
        state.runs_on = Some(thread::current().id());
        drop(state);
        function();
        // What the program keeps in it is gone before a setter that waits goes on.
        drop(function);
        self.lock().runs_on = None;
        self.has_run.notify_all();
    }

    fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::channel;

    #[test]
    fn it_runs_no_more_once_another_one_is_set() {
        let wake = Arc::new(Wake::default());
        let (has_begun, begun) = channel();
        let (go_on, goes_on) = channel::<()>();
        let goes_on = Lock::new(goes_on);
        let has_ended = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&has_ended);
        wake.set(Some(Arc::new(move || {
            has_begun.send(()).unwrap();
            goes_on.lock().recv().unwrap();
            ended.store(true, Ordering::SeqCst);
        })));
        let caller = Arc::clone(&wake);
        let calling = thread::spawn(move || caller.call());
        begun.recv().unwrap();
        let setter = Arc::clone(&wake);
        let setting = thread::spawn(move || setter.set(None));
        go_on.send(()).unwrap();
        setting.join().unwrap();
        assert!(has_ended.load(Ordering::SeqCst));
        calling.join().unwrap();
        wake.call();
    }

    #[test]
    fn what_it_keeps_is_gone_once_another_one_is_set() {
        let wake = Arc::new(Wake::default());
        for _ in 0..1000 {
            let kept = Arc::new(());
            let is_kept = Arc::downgrade(&kept);
            let (has_begun, begun) = channel();
            wake.set(Some(Arc::new(move || {
                has_begun.send(Arc::strong_count(&kept)).unwrap();
            })));
            let caller = Arc::clone(&wake);
            let calling = thread::spawn(move || caller.call());
            begun.recv().unwrap();
            wake.set(None);
            assert!(is_kept.upgrade().is_none());
            calling.join().unwrap();
        }
    }

    #[test]
    fn it_may_take_itself_away() {
        let wake = Arc::new(Wake::default());
        let weak = Arc::downgrade(&wake);
        wake.set(Some(Arc::new(move || weak.upgrade().unwrap().set(None))));
        wake.call();
        assert!(wake.lock().function.is_none());
    }
}
