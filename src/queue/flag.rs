//! A descriptor that can be read exactly as long as ended calls wait: for programs that wait for other
//! things too. It is a state, and no event.

use std::io;
use std::sync::Arc;

use crate::lock::{Guard, Lock};
use crate::transport::Socket;

#[derive(Default)]
pub(super) struct Flag(Lock<State>);

#[derive(Default)]
struct State {
    /// Made when somebody asks for the descriptor.
    ends: Option<Arc<Ends>>,
    is_wanted: bool,
    is_up: bool,
    /// One thread at a time writes or reads, and not under the lock.
    is_changing: bool,
}

struct Ends {
    /// The program's.
    near: Socket,
    far: Socket,
}

impl Flag {
    /// The descriptor: the same each time, unless the host took it.
    pub(super) fn descriptor(&self) -> io::Result<i64> {
        let mut state = self.lock();
        let ends = match &state.ends {
            Some(ends) if ends.are_ours() => Arc::clone(ends),
            _ => {
                state.is_up = false;
                Arc::clone(state.ends.insert(Arc::new(Ends::new()?)))
            }
        };
        drop(state);
        self.settle();
        Ok(ends.near.number())
    }

    /// Whether it is to be readable: said under the lock of what it shows.
    pub(super) fn want(&self, is_wanted: bool) {
        self.lock().is_wanted = is_wanted;
    }

    /// Makes it so, once that lock is free.
    pub(super) fn settle(&self) {
        let mut state = self.lock();
        while let Some(ends) = &state.ends
            && state.is_up != state.is_wanted
            && !state.is_changing
        {
            let (ends, is_up) = (Arc::clone(ends), state.is_wanted);
            state.is_changing = true;
            drop(state);
            ends.show(is_up);
            state = self.lock();
            state.is_changing = false;
            // Unless there are new ones since.
            if state
                .ends
                .as_ref()
                .is_some_and(|now| Arc::ptr_eq(now, &ends))
            {
                state.is_up = is_up;
            }
        }
    }

    fn lock(&self) -> Guard<'_, State> {
        self.0.lock()
    }
}

impl Ends {
    fn new() -> io::Result<Self> {
        let (near, far) = Socket::pair()?;
        Ok(Self { near, far })
    }

    fn are_ours(&self) -> bool {
        self.near.is_ours() && self.far.is_ours()
    }

    fn show(&self, is_up: bool) {
        if !self.are_ours() {
            return;
        }
        // One byte is there, or none.
        let _ = match is_up {
            true => self.far.write(&[1]),
            false => self.near.read(&mut [0], false),
        };
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::*;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    fn is_readable(flag: &Flag) -> bool {
        let state = flag.lock();
        let Some(ends) = &state.ends else {
            return false;
        };
        let mut polled = [PollFd::new(&ends.near, PollFlags::IN)];
        let at_once = Timespec::try_from(Duration::ZERO).unwrap();
        poll(&mut polled, Some(&at_once)).unwrap() == 1
    }

    #[test]
    fn it_can_be_read_as_long_as_it_is_wanted_however_often_that_is_said() {
        let flag = Flag::default();
        flag.want(true);
        flag.settle();
        assert!(!is_readable(&flag));
        let descriptor = flag.descriptor().unwrap();
        assert!(is_readable(&flag));
        for is_wanted in [true, true, false, false, true, false] {
            flag.want(is_wanted);
            flag.settle();
            assert_eq!(is_readable(&flag), is_wanted);
        }
        assert_eq!(flag.descriptor().unwrap(), descriptor);
    }

    #[test]
    fn of_several_threads_one_changes_it_and_the_last_word_stands() {
        let flag = Flag::default();
        flag.descriptor().unwrap();
        for last in [true, false] {
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for turn in 0..500 {
                            flag.want(turn % 2 == 0);
                            flag.settle();
                        }
                    });
                }
            });
            flag.want(last);
            flag.settle();
            assert_eq!(is_readable(&flag), last);
        }
    }
}
