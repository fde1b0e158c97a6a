//! The function that a queue calls when the first ended call waits. It carries nothing; what it is
//! called for is [taken](super::Queue::next) elsewhere.

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
    /// Where it runs now.
    runs_on: Option<ThreadId>,
}

impl Wake {
    /// Sets another one, or none. The one before runs no more then: if it runs now, its end is waited
    /// for, unless that is who asks.
    pub(super) fn set(&self, function: Option<Function>) {
        let mut state = self.lock();
        let before = std::mem::replace(&mut state.function, function);
        while state.runs_on.is_some_and(|on| on != thread::current().id()) {
            state = self.has_run.wait(state);
        }
        drop(state);
        // What the program keeps in it is dropped without the lock.
        drop(before);
    }

    /// Calls it. Only the queue's own thread does.
    pub(super) fn call(&self) {
        let mut state = self.lock();
        let Some(function) = state.function.clone() else {
            return;
        };
        state.runs_on = Some(thread::current().id());
        drop(state);
        function();
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
    fn it_may_take_itself_away() {
        let wake = Arc::new(Wake::default());
        let weak = Arc::downgrade(&wake);
        wake.set(Some(Arc::new(move || weak.upgrade().unwrap().set(None))));
        wake.call();
        assert!(wake.lock().function.is_none());
    }
}
