//! The threads that this library starts: named, and with the host's signals blocked.

use std::io;
use std::panic;
use std::thread::{self, Builder, JoinHandle};

use super::loaded;
use super::sigpipe;

/// Enough for a handshake, and for any NSS module; given so that `RUST_MIN_STACK` is not read from the
/// environment.
const STACK_BYTES: usize = 1 << 20;

/// Starts one, which may go on after the call that it is for. Its name begins with `verigator-`.
pub(crate) fn start<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    loaded::stay()?;
    #[expect(clippy::disallowed_methods, reason = "the one place for it")]
    begin(name, |builder| builder.spawn(work))
}

/// Has one do this work, and waits for its end.
pub(crate) fn wait_for<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        #[expect(clippy::disallowed_methods, reason = "the one place for it")]
        let thread = begin(name, |builder| builder.spawn_scoped(scope, work))?;
        Ok(thread
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })
}

/// The host's signals are for the host's threads: this one begins with them blocked, but those of faults.
fn begin<T>(name: &str, spawn: impl FnOnce(Builder) -> io::Result<T>) -> io::Result<T> {
    let builder = Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
    sigpipe::with_signals_blocked(|| spawn(builder))
}
