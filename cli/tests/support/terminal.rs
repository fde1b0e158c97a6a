//! A terminal with the program in it, and somebody who types.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use super::app::PATIENCE;
use super::{Cli, built};

/// Says how the program ended, and stays: with whoever came first the terminal would go, and its settings.
const SHELL: &str = r#"trap : INT; "$@"; echo "(ended with $?)"; until read -r line && [ "$line" = bye ]; do :; done"#;

/// A terminal, and what runs in it.
pub struct Terminal {
    /// The side of who sits there.
    person: File,
    /// The other one, kept open so that nothing is lost.
    program: File,
    child: Child,
    shown: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    /// How much of that was waited for.
    seen: usize,
}

impl Terminal {
    /// Runs the program in a terminal of this width.
    pub fn run(cli: &Cli, arguments: &[&str], columns: u16) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let person = openpt(flags).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let program = open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let size = Winsize {
            ws_row: 60,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&program, size).unwrap();
        let (person, program) = (File::from(person), File::from(program));
        let side = || Stdio::from(program.try_clone().unwrap());
        // Makes it the terminal that Ctrl-C comes from.
        let mut command = Command::new("setsid");
        cli.prepare(&mut command)
            .args(["--ctty", "sh", "-c", SHELL, "sh"])
            .arg(built("verigator"))
            .args(arguments)
            .stdin(side())
            .stdout(side())
            .stderr(side());
        let child = command.spawn().unwrap();
        let shown = read(person.try_clone().unwrap());
        Self {
            person,
            program,
            child,
            shown,
            bytes: Vec::new(),
            seen: 0,
        }
    }

    /// Waits until it shows this, after what was waited for before.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        loop {
            let unseen = &self.bytes[self.seen..];
            let mut places = unseen.windows(text.len());
            if let Some(place) = places.position(|place| place == text.as_bytes()) {
                self.seen += place + text.len();
                return self;
            }
            match self.shown.recv_timeout(PATIENCE) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(_) => panic!("{text:?} does not come: {:?}", self.text()),
            }
        }
    }

    /// What it showed until now.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn type_in(&mut self, text: &str) -> &mut Self {
        self.person.write_all(text.as_bytes()).unwrap();
        self
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        let shell = self.child.id();
        let children = format!("/proc/{shell}/task/{shell}/children");
        let program = std::fs::read_to_string(children).unwrap();
        let program = Pid::from_raw(program.trim().parse().unwrap()).unwrap();
        kill_process(program, signal).unwrap();
    }

    /// Waits until it no longer shows what is typed.
    pub fn wait_until_silent(&mut self) -> &mut Self {
        while self.echoes() {
            thread::yield_now();
        }
        self
    }

    /// Whether it shows what is typed.
    pub fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.program).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Waits until the program ends, and gives its exit code.
    #[track_caller]
    pub fn ended(&mut self) -> Option<i32> {
        self.wait_for("(ended with ").wait_for(")");
        assert!(!self.text().contains("panicked"), "{}", self.text());
        let end = self.text()[..self.seen]
            .rsplit("(ended with ")
            .next()
            .map(str::to_owned);
        end?.trim_end_matches(')').parse().ok()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(mut person: File) -> Receiver<Vec<u8>> {
    let (sender, shown) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = person.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    shown
}
