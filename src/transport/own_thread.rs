//! The threads that this library starts: named, and with the host's signals blocked.

use std::io;
use std::thread::{self, JoinHandle};

use super::loaded;
use super::sigpipe;

/// Enough for a handshake, and for any NSS module; given so that `RUST_MIN_STACK` is not read from the
/// environment.
const STACK_BYTES: usize = 1 << 20;

/// Starts one. Its name begins with `verigator-`.
pub(crate) fn start<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    loaded::stay()?;
    // The host's signals are for the host's threads: this one starts with them blocked, but those of
    // faults.
    sigpipe::with_signals_blocked(|| {
        thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK_BYTES)
            .spawn(work)
    })
}
