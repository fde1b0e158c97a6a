//! The descriptor of a queue: it can be read exactly as long as an ended call waits, for programs that wait
//! with `poll` and the like. It is one end of a pair of sockets; a byte is written to the other end, and
//! taken back.

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
    /// Whether there is a byte, or one is being written: not under the lock.
    is_up: bool,
    /// How many bytes are to be read that were not there yet.
    owed: usize,
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
                (state.is_up, state.owed) = (false, 0);
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

    /// Makes it so, once that lock is free. Whoever finds that nothing is there does that too: the
    /// thread that wrote a byte late may be kept from taking it back.
    pub(super) fn settle(&self) {
        if let Some(ends) = self.raises() {
            ends.raise();
        }
        self.lowers();
    }

    /// What is to be written to, by who asks.
    fn raises(&self) -> Option<Arc<Ends>> {
        let mut state = self.lock();
        if state.is_up || !state.is_wanted {
            return None;
        }
        let ends = Arc::clone(state.ends.as_ref()?);
        state.is_up = true;
        Some(ends)
    }

    /// Reads what is not to be there, as far as it is.
    fn lowers(&self) {
        let mut state = self.lock();
        if state.is_up && !state.is_wanted {
            state.is_up = false;
            state.owed += 1;
        }
        if state.owed > 0
            && let Some(ends) = &state.ends
        {
            state.owed -= ends.lower(state.owed);
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

    fn raise(&self) {
        if self.far.is_ours() {
            let _ = self.far.write(&[1]);
        }
    }

    /// Takes so many bytes; returns how many there were.
    fn lower(&self, most: usize) -> usize {
        let mut bytes = [0; 64];
        let most = most.min(bytes.len());
        match self.near.is_ours() {
            true => self.near.read(&mut bytes[..most], false).unwrap_or(0),
            false => 0,
        }
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
    fn a_thread_that_raised_it_need_not_be_waited_for_to_lower_it() {
        let flag = Flag::default();
        flag.descriptor().unwrap();
        flag.want(true);
        flag.raises().unwrap().raise();
        flag.want(false);
        flag.settle();
        assert!(!is_readable(&flag));
        flag.lowers();
        flag.want(true);
        flag.settle();
        assert!(is_readable(&flag));
    }

    #[test]
    fn a_byte_that_comes_late_is_taken_back() {
        let flag = Flag::default();
        flag.descriptor().unwrap();
        flag.want(true);
        let late = flag.raises().unwrap();
        flag.want(false);
        flag.settle();
        late.raise();
        flag.lowers();
        assert!(!is_readable(&flag));
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
