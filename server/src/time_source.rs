//! Whether the clock can be relied on, by which codes of apps are right or wrong: a server whose clock is off
//! by a minute refuses everybody. It is only ever a warning: the system may know less than its operator.

use std::process::{Command, Stdio};
use std::thread;

use crate::clock::{Clock, SystemClock, UnixMilliseconds};
use crate::storage::PASSWORD_VARIABLE;
use crate::supervisor::SOCKET_VARIABLE;

/// A time that is over: 1 January 2026.
const PAST: UnixMilliseconds = 1_767_225_600_000;
/// Asks the kernel (`adjtimex(2)`), which takes unsafe code.
const ASK: [&str; 4] = [
    "timedatectl",
    "show",
    "--property=NTPSynchronized",
    "--value",
];

/// Warns in the log of a clock that is wrong or that nobody sets. Does not wait for that.
pub fn check() {
    if SystemClock.now() < PAST {
        tracing::warn!(
            "the clock of this machine shows a time in the past: no code of an app will be right"
        );
    }
    // If it does not come to its end, nothing is lost but a warning.
    let asked = thread::Builder::new().name("time-source".to_owned()).spawn(|| {
        if is_synchronised() == Some(false) {
            tracing::warn!(
                "the clock of this machine is not synchronised, the system says: codes of apps are right for \
                 30 s only, so let NTP set it (systemd-timesyncd, chrony)"
            );
        }
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the system was not asked whether its clock is synchronised");
    }
}

/// What the system says, if it says anything.
fn is_synchronised() -> Option<bool> {
    let [program, arguments @ ..] = ASK;
    let mut asking = Command::new(program);
    asking.args(arguments).stdin(Stdio::null());
    asking
        .env_remove(PASSWORD_VARIABLE)
        .env_remove(SOCKET_VARIABLE);
    let output = asking.output().ok()?;
    match output.stdout.trim_ascii() {
        b"yes" => Some(true),
        b"no" => Some(false),
        _ => None,
    }
}
