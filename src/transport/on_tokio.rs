//! How a call waits within the program's Tokio runtime: by the runtime's event queue and timer.

use std::future::poll_fn;
use std::mem;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{sleep, timeout_at};

use super::socket::Socket;

/// How long a call sleeps that the runtime cannot watch a socket for.
const NAP: Duration = Duration::from_millis(10);

/// A socket as the runtime takes it.
struct Watched(Arc<Socket>);

impl AsRawFd for Watched {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

/// Waits until one of these sockets can be used, until `until`, or until somebody wakes the task.
pub(super) async fn wait(sockets: &[&Arc<Socket>], what: PollFlags, until: Instant) {
    let is_write = what.contains(PollFlags::OUT);
    let interest = match is_write {
        true => Interest::WRITABLE,
        false => Interest::READABLE,
    };
    let watch = |socket: &&Arc<Socket>| {
        let watched = Watched(Arc::clone(socket));
        // SAFETY: the descriptor is the socket's, which keeps it open as long as this holds the socket.
        unsafe { AsyncFd::register_with_interest(watched, interest) }
    };
    let Ok(watched) = sockets.iter().map(watch).collect::<Result<Vec<_>, _>>() else {
        return sleep(NAP).await;
    };
    let is_ready = |one: &AsyncFd<Watched>, cx: &mut Context<'_>| match is_write {
        true => one.poll_write_ready(cx).is_ready(),
        false => one.poll_read_ready(cx).is_ready(),
    };
    let mut was_polled = false;
    let over = poll_fn(|cx| {
        let is_any_ready = watched.iter().any(|one| is_ready(one, cx));
        match is_any_ready || mem::replace(&mut was_polled, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    });
    // Which of the two it was, the call sees.
    let _ = timeout_at(until.into(), over).await;
}
