//! The person at the terminal: what they are asked, and how the terminal is left.

use std::io::{self, BufRead, IsTerminal, Read};

use zeroize::Zeroizing;

use crate::notes;
use crate::plain;
use crate::problem::{Problem, Result};

/// The longest answer, in bytes.
const LONGEST: u64 = 4096;

/// Asks a question on stderr, and reads a line of stdin; `None` where that ends. Somebody who is not at a terminal is
/// asked nothing, but may have written the line in advance.
///
/// # Errors
///
/// Stdin cannot be read, or has a line that no answer could be.
pub fn ask(question: &str) -> Result<Option<Zeroizing<String>>> {
    if io::stdin().is_terminal() {
        notes::write(&plain::line(question));
    }
    let mut line = Zeroizing::new(String::new());
    let mut stdin = io::stdin().lock().take(LONGEST);
    let read = stdin.read_line(&mut line);
    match read.map_err(|error| Problem::said(format!("stdin cannot be read: {error}")))? {
        0 => Ok(None),
        length if length as u64 == LONGEST => {
            Err(Problem::said("the line on stdin is too long for an answer"))
        }
        _ => Ok(Some(Zeroizing::new(line.trim().to_owned()))),
    }
}

/// Asks for something that nobody else is to see.
///
/// # Errors
///
/// There is no terminal, for which `otherwise` says what to do instead.
pub fn ask_hidden(question: &str, otherwise: &str) -> Result<Zeroizing<String>> {
    let answer = settings::kept(|| rpassword::prompt_password(plain::line(question)));
    let answer = answer.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Problem::said("interrupted"),
        _ => Problem::said(format!(
            "there is no terminal to ask at ({error}): {otherwise}"
        )),
    })?;
    Ok(Zeroizing::new(answer))
}

/// Asks whether something is meant that cannot be undone.
///
/// # Errors
///
/// It is not, or nobody is there to ask.
pub fn confirm(what: &str) -> Result<()> {
    if !io::stdin().is_terminal() {
        return Err(Problem::said(format!(
            "{what} cannot be undone, and nobody is there to ask: pass --yes if it is meant. \
             Nothing was done"
        )));
    }
    let answer = ask(&format!("{what}? It cannot be undone [y/N] "))?;
    match answer
        .as_deref()
        .map(|answer| answer.to_lowercase())
        .as_deref()
    {
        Some("y" | "yes") => Ok(()),
        _ => Err(Problem::said("nothing was done")),
    }
}

#[cfg(unix)]
pub use settings::give_back_when_interrupted;

#[cfg(not(unix))]
pub fn give_back_when_interrupted() {}

/// The width of the terminal that stdout is, in columns.
#[cfg(unix)]
pub fn width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|width| *width > 0)
}

#[cfg(not(unix))]
pub fn width() -> Option<usize> {
    None
}

#[cfg(not(unix))]
mod settings {
    pub fn kept<T>(change: impl FnOnce() -> T) -> T {
        change()
    }
}

/// The settings of the terminal, which outlive this program.
#[cfg(unix)]
mod settings {
    use std::fs::File;
    use std::io::{self, IsTerminal};
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use crate::{notes, session};

    /// As the settings were before this program changed them.
    static KEPT: Mutex<Option<Termios>> = Mutex::new(None);

    /// Does something that changes them, and has them as they were if a signal ends this program meanwhile.
    pub fn kept<T>(change: impl FnOnce() -> T) -> T {
        let as_they_are = terminal().and_then(|terminal| tcgetattr(terminal).ok());
        set(as_they_are);
        let done = change();
        set(None);
        done
    }

    fn set(settings: Option<Termios>) {
        *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    fn terminal() -> Option<File> {
        File::options().read(true).write(true).open("/dev/tty").ok()
    }

    /// Has Ctrl-C end this program with the exit code that is neither a yes nor a no, and the terminal as it was.
    /// Where nobody sits, signals are left as whoever started this program has set them.
    pub fn give_back_when_interrupted() {
        if !io::stdin().is_terminal() {
            return;
        }
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    end_by(signal);
                }
            });
        }
    }

    fn end_by(signal: i32) {
        let settings = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(settings), Some(terminal)) = (&*settings, terminal()) {
            let _ = tcsetattr(terminal, OptionalActions::Now, settings);
        }
        notes::write(&format!(
            "\nverigator: interrupted{}\n",
            session::left_open()
        ));
        if signal == SIGINT {
            std::process::exit(crate::COULD_NOT);
        }
        let _ = emulate_default_handler(signal);
    }
}
