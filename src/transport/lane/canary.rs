//! Tells whether the host has closed this library's descriptors, by one more descriptor that is there for
//! nothing else (the canary): who closes all closes it too. Of those of a runtime's event queue it could
//! not be told, since they look like any other's.

use std::io;
use std::sync::Arc;
use std::task::{Wake, Waker};

#[cfg(unix)]
pub(super) use unix::Canary;

/// Wakes who waits in an event queue, by a descriptor that belongs to it: not once something else has
/// that number.
struct WakeIfOurs {
    canary: Arc<Canary>,
    waker: Waker,
}

impl Canary {
    /// A waker for other threads than the one that waits, which may call it at any time. Where it does
    /// nothing, the deadline ends the wait.
    pub(super) fn guard(self: &Arc<Self>, waker: &Waker) -> Waker {
        Waker::from(Arc::new(WakeIfOurs {
            canary: Arc::clone(self),
            waker: waker.clone(),
        }))
    }
}

impl Wake for WakeIfOurs {
    fn wake(self: Arc<Self>) {
        if self.canary.is_ours() {
            self.waker.wake_by_ref();
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::mem;
    use std::os::unix::net::UnixDatagram;

    use super::super::super::socket::Identity;
    use super::io;

    pub(in super::super) struct Canary {
        /// There until it is dropped. It is connected to nothing.
        socket: Option<UnixDatagram>,
        identity: Identity,
    }

    impl Canary {
        pub(in super::super) fn new() -> io::Result<Self> {
            let socket = UnixDatagram::unbound()?;
            let identity = Identity::of(&socket)?;
            Ok(Self {
                socket: Some(socket),
                identity,
            })
        }

        pub(in super::super) fn is_ours(&self) -> bool {
            self.socket
                .as_ref()
                .and_then(|socket| Identity::of(socket).ok())
                .is_some_and(|now| now == self.identity)
        }
    }

    impl Drop for Canary {
        fn drop(&mut self) {
            if !self.is_ours() {
                mem::forget(self.socket.take());
            }
        }
    }
}

/// Elsewhere nobody closes what is not his.
#[cfg(not(unix))]
pub(super) struct Canary;

#[cfg(not(unix))]
impl Canary {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn is_ours(&self) -> bool {
        true
    }
}
