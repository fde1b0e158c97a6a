//! What goes to stderr beside errors: notes, and progress once something takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::options::CommonOptions;
use crate::plain;

/// After how long something is told to be under way.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a terminal shows it anew, and how often anything else is told.
const ON_A_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Takes a terminal's line away.
const CLEAR: &str = "\r\x1b[K";

/// Stderr.
#[derive(Debug, Clone, Copy)]
pub struct Notes {
    is_silent: bool,
    on_terminal: bool,
    shows_progress: bool,
}

impl Notes {
    /// What these options leave of them. What reads JSON may read stderr, too: so then only a person is told.
    pub fn of(options: &CommonOptions) -> Self {
        let on_terminal = io::stderr().is_terminal();
        let is_silent = options.quiet || (options.json && !on_terminal);
        // Results that come as they come would stand in its line.
        let is_in_the_way = options.json && io::stdout().is_terminal();
        Self {
            is_silent,
            on_terminal,
            shows_progress: !is_silent && !is_in_the_way,
        }
    }

    /// Tells something.
    pub fn tell(self, text: &str) {
        if !self.is_silent {
            self.insist(&format!("verigator: {text}"));
        }
    }

    /// Tells something to those, too, who want to know of nothing else.
    pub fn insist(self, text: &str) {
        let before = if self.on_terminal { CLEAR } else { "" };
        write(&format!("{before}{}\n", plain::line(text)));
    }

    /// Tells that something is under way, if it takes long, until the end of what is returned.
    pub fn under_way(self, what: impl Into<String>) -> UnderWay {
        let state = Arc::new(Mutex::new(State {
            what: Some(what.into()),
            is_shown: false,
        }));
        let watched = Arc::clone(&state);
        let (end, ended) = mpsc::channel();
        let watch = move || {
            let mut wait = PATIENCE;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = self.show(&mut locked(&watched));
            }
        };
        UnderWay {
            state,
            watch: self.shows_progress.then(|| (end, thread::spawn(watch))),
        }
    }

    /// Shows what is under way, if anything, and says after how long it is to be shown again.
    fn show(self, state: &mut State) -> Duration {
        let Some(what) = state.what.as_deref().map(plain::line) else {
            return ON_A_TERMINAL;
        };
        if !self.on_terminal {
            write(&format!("verigator: {what} ...\n"));
            return ELSEWHERE;
        }
        write(&format!("{CLEAR}{what} ..."));
        state.is_shown = true;
        ON_A_TERMINAL
    }
}

/// Something that is under way.
pub struct UnderWay {
    state: Arc<Mutex<State>>,
    watch: Option<(Sender<()>, JoinHandle<()>)>,
}

struct State {
    /// What that is, while there is something to wait for.
    what: Option<String>,
    /// Whether a terminal shows it.
    is_shown: bool,
}

impl State {
    fn hide(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            write(CLEAR);
        }
    }
}

impl UnderWay {
    /// Says what there is to wait for now.
    pub fn say(&self, what: String) {
        locked(&self.state).what = Some(what);
    }

    /// Leaves the terminal to others until there is something to wait for again.
    pub fn pause(&self) {
        let mut state = locked(&self.state);
        state.what = None;
        state.hide();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some((end, watch)) = self.watch.take() {
            drop(end);
            let _ = watch.join();
            locked(&self.state).hide();
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes to stderr. Nobody can be told that this cannot be written.
pub fn write(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
