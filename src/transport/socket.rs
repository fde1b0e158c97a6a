//! A TCP socket that is used only as long as its descriptor is this library's.
//!
//! A host may close all descriptors (a daemon does, when it starts) and open files of its own, which then have
//! those numbers. So what a number stands for is looked at before anything is written, and before it is closed.

use std::io;
use std::mem;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::task::Wake;
use std::time::Duration;

use rustix::net::{RecvFlags, SendFlags, recv, send};
use socket2::{Domain, Protocol, Type};

pub(crate) struct Socket {
    /// There until it is dropped.
    system: Option<socket2::Socket>,
    identity: Identity,
}

impl Socket {
    /// How long a read blocks at most.
    pub(crate) const SLICE: Duration = Duration::from_millis(90);

    /// Whether a read can block beside others that do not. Where it cannot, none does.
    pub(crate) const CAN_BLOCK: bool = cfg!(unix);

    /// Begins to connect to this address.
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let domain = Domain::for_address(address);
        let system = socket2::Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        system.set_tcp_nodelay(true)?;
        let socket = Self::quiet(system)?;
        match socket.system().connect(&address.into()) {
            Err(error) if !is_under_way(&error) => Err(error),
            _ => Ok(socket),
        }
    }

    /// Two that are connected with each other. Neither blocks.
    pub(crate) fn pair() -> io::Result<(Self, Self)> {
        let (near, far) = system_pair()?;
        Ok((Self::quiet(near)?, Self::quiet(far)?))
    }

    fn quiet(system: socket2::Socket) -> io::Result<Self> {
        system.set_nonblocking(true)?;
        #[cfg(target_vendor = "apple")]
        system.set_nosigpipe(true)?;
        let identity = Identity::of(&system)?;
        Ok(Self {
            system: Some(system),
            identity,
        })
    }

    fn system(&self) -> &socket2::Socket {
        match &self.system {
            Some(system) => system,
            None => unreachable!("it is there until it is dropped"),
        }
    }

    /// Whether it is connected by now, or why it cannot be.
    pub(crate) fn is_connected(&self) -> io::Result<bool> {
        if let Some(error) = self.system().take_error()? {
            return Err(error);
        }
        match self.system().peer_addr() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes ready for reads that block.
    pub(crate) fn settle(&self) -> io::Result<()> {
        if Self::CAN_BLOCK {
            self.system().set_nonblocking(false)?;
            self.system().set_read_timeout(Some(Self::SLICE))?;
        }
        Ok(())
    }

    /// The number that the operating system knows it by.
    pub(crate) fn number(&self) -> i64 {
        #[cfg(unix)]
        let number = std::os::fd::AsRawFd::as_raw_fd(self.system());
        #[cfg(windows)]
        let number = std::os::windows::io::AsRawSocket::as_raw_socket(self.system());
        number as i64
    }

    /// Whether its number still stands for it.
    pub(crate) fn is_ours(&self) -> bool {
        Identity::of(self.system()).is_ok_and(|now| now == self.identity)
    }

    /// Reads what is there; one that `may_block` waits a slice of time for it.
    pub(crate) fn read(&self, buffer: &mut [u8], may_block: bool) -> io::Result<usize> {
        let flags = if may_block {
            RecvFlags::empty()
        } else {
            AT_ONCE
        };
        let (read, _) = recv(self.system(), buffer, flags)?;
        Ok(read)
    }

    /// Writes what there is room for, and raises no signal.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(send(self.system(), bytes, AT_ONCE_AND_QUIETLY)?)
    }

    /// Ends the connection, so that whoever waits for it waits no more.
    pub(crate) fn shut_down(&self) {
        if self.is_ours() {
            // One that is not connected any more has nothing to end.
            let _ = self.system().shutdown(Shutdown::Both);
        }
    }
}

#[cfg(unix)]
fn system_pair() -> io::Result<(socket2::Socket, socket2::Socket)> {
    socket2::Socket::pair(Domain::UNIX, Type::STREAM, None)
}

/// Elsewhere there are no pairs: one, which is to be written to, connects to the other over loopback.
#[cfg(not(unix))]
fn system_pair() -> io::Result<(socket2::Socket, socket2::Socket)> {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let far = TcpStream::connect(listener.local_addr()?)?;
    // Otherwise a byte waits until the one before was acknowledged, which takes 40 to 200 ms.
    far.set_nodelay(true)?;
    loop {
        let (near, from) = listener.accept()?;
        // Whoever else found the port.
        if from == far.local_addr()? {
            return Ok((near.into(), far.into()));
        }
    }
}

#[cfg(unix)]
const AT_ONCE: RecvFlags = RecvFlags::DONTWAIT;
#[cfg(all(unix, not(target_vendor = "apple")))]
const AT_ONCE_AND_QUIETLY: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
#[cfg(target_vendor = "apple")]
const AT_ONCE_AND_QUIETLY: SendFlags = SendFlags::DONTWAIT;

// There it never blocks, and there are no signals.
#[cfg(not(unix))]
const AT_ONCE: RecvFlags = RecvFlags::empty();
#[cfg(not(unix))]
const AT_ONCE_AND_QUIETLY: SendFlags = SendFlags::empty();

impl Wake for Socket {
    fn wake(self: Arc<Self>) {
        self.shut_down();
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if !self.is_ours() {
            // What has its number now stays open.
            mem::forget(self.system.take());
        }
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Socket {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.system().as_fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for Socket {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.system().as_socket()
    }
}

/// Whether the connection goes on being made.
fn is_under_way(error: &io::Error) -> bool {
    #[cfg(unix)]
    let is_under_way = error.raw_os_error() == Some(libc::EINPROGRESS);
    #[cfg(not(unix))]
    let is_under_way = error.kind() == io::ErrorKind::WouldBlock;
    is_under_way
}

/// What tells a socket from whatever else may have its number later.
#[cfg(unix)]
#[derive(PartialEq, Eq)]
pub(crate) struct Identity {
    device: rustix::fs::Dev,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    pub(crate) fn of(descriptor: &impl std::os::fd::AsFd) -> io::Result<Self> {
        let status = rustix::fs::fstat(descriptor)?;
        Ok(Self {
            device: status.st_dev as rustix::fs::Dev,
            inode: status.st_ino,
        })
    }
}

/// Elsewhere nobody closes what is not his: handles have no small numbers to walk through.
#[cfg(not(unix))]
#[derive(PartialEq, Eq)]
pub(crate) struct Identity;

#[cfg(not(unix))]
impl Identity {
    pub(crate) fn of<T>(_: &T) -> io::Result<Self> {
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    #[cfg(unix)]
    fn a_number_that_stands_for_something_else_is_neither_used_nor_closed() {
        use std::fs::File;
        use std::os::fd::AsRawFd;

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = Socket::connect(listener.local_addr().unwrap()).unwrap();
        assert!(socket.is_ours());
        let file = File::open("/dev/null").unwrap();
        let number = socket.system().as_raw_fd();
        // SAFETY: the socket is told from the file that takes its number, which stays open.
        assert_eq!(unsafe { libc::dup2(file.as_raw_fd(), number) }, number);
        assert!(!socket.is_ours());
        drop(socket);
        // SAFETY: it asks whether the number is open, and then closes it.
        unsafe {
            assert_ne!(libc::fcntl(number, libc::F_GETFD), -1);
            libc::close(number);
        }
    }

    /// Closing the context shuts a socket down that its call may be about to write to.
    #[test]
    #[cfg(all(unix, not(target_vendor = "apple")))]
    fn a_write_to_what_was_shut_down_raises_no_sigpipe() {
        use std::ptr::null_mut;

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = Arc::new(Socket::connect(listener.local_addr().unwrap()).unwrap());
        listener.accept().unwrap();
        Arc::clone(&socket).wake();
        // SAFETY: the sets are initialised before they are read; only this thread's mask is changed, so
        // that a signal would wait, and it is set back.
        let is_raised = unsafe {
            let (mut sigpipe, mut before, mut pending) =
                (mem::zeroed(), mem::zeroed(), mem::zeroed());
            libc::sigemptyset(&mut sigpipe);
            libc::sigaddset(&mut sigpipe, libc::SIGPIPE);
            libc::pthread_sigmask(libc::SIG_BLOCK, &sigpipe, &mut before);
            let error = socket.write(b"x").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
            libc::sigpending(&mut pending);
            let is_raised = libc::sigismember(&pending, libc::SIGPIPE) == 1;
            let at_once = libc::timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            libc::sigtimedwait(&sigpipe, null_mut(), &at_once);
            libc::pthread_sigmask(libc::SIG_SETMASK, &before, null_mut());
            is_raised
        };
        assert!(!is_raised);
    }
}
