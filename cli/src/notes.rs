//! What goes to stderr beside errors: notes, and progress once something takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::options::CommonOptions;
use crate::plain;

/// After how long something is told to be under way.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a terminal shows it anew, and how often anything else is told.
const ON_A_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Stderr.
#[derive(Debug, Clone, Copy)]
pub struct Notes {
    is_silent: bool,
    on_terminal: bool,
}

impl Notes {
    /// What these options leave of them. What reads JSON may read stderr, too: so then only a person is told.
    pub fn of(options: &CommonOptions) -> Self {
        let on_terminal = io::stderr().is_terminal();
        Self {
            is_silent: options.quiet || (options.json && !on_terminal),
            on_terminal,
        }
    }

    /// Tells something.
    pub fn tell(self, text: &str) {
        if !self.is_silent {
            let before = if self.on_terminal { "\r\x1b[K" } else { "" };
            write(&format!("{before}verigator: {}\n", plain::line(text)));
        }
    }

    /// Tells that something is under way, if it takes long, until the end of what is returned.
    pub fn under_way(self, what: impl Into<String>) -> UnderWay {
        let what = Arc::new(Mutex::new(what.into()));
        let watched = Arc::clone(&what);
        let (end, ended) = mpsc::channel();
        let watch = move || {
            let mut wait = PATIENCE;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = self.show(&watched.lock().unwrap_or_else(PoisonError::into_inner));
            }
            if wait != PATIENCE && self.on_terminal {
                write("\r\x1b[K");
            }
        };
        UnderWay {
            what,
            watch: (!self.is_silent).then(|| (end, thread::spawn(watch))),
        }
    }

    /// Shows what is under way, and says after how long it is to be shown again.
    fn show(self, what: &str) -> Duration {
        let what = plain::line(what);
        if self.on_terminal {
            write(&format!("\r\x1b[K{what} ..."));
            ON_A_TERMINAL
        } else {
            write(&format!("verigator: {what} ...\n"));
            ELSEWHERE
        }
    }
}

/// Something that is under way.
pub struct UnderWay {
    what: Arc<Mutex<String>>,
    watch: Option<(Sender<()>, JoinHandle<()>)>,
}

impl UnderWay {
    /// Says how far it has come.
    pub fn say(&self, what: String) {
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some((end, watch)) = self.watch.take() {
            drop(end);
            let _ = watch.join();
        }
    }
}

/// Nobody can be told that stderr cannot be written.
pub fn write(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
