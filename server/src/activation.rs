//! Sockets that systemd made and passes to the server that it starts (`sd_listen_fds(3)`). They outlive the
//! server: while it is started again clients wait, and none is refused.

use std::io;

use listenfd::ListenFd;
use tokio::net::{TcpListener, UnixListener};

use crate::listener::Listener;
use crate::unix_socket::UnixSocket;

/// Takes the sockets that were passed to this process; none if none were.
///
/// # Errors
///
/// One of them takes no connections of a stream.
pub fn listeners() -> Result<Vec<Listener>, String> {
    // What is meant for the process that started this one is none of ours.
    if std::env::var("LISTEN_PID").ok() != Some(std::process::id().to_string()) {
        return Ok(Vec::new());
    }
    let mut passed = ListenFd::from_env();
    (0..passed.len())
        .map(|number| {
            listener(&mut passed, number).map_err(|error| {
                format!(
                    "socket {number} that systemd passed cannot be used: {error}; ListenStream= of the socket \
                     unit has to name an address or a path"
                )
            })
        })
        .collect()
}

fn listener(passed: &mut ListenFd, number: usize) -> io::Result<Listener> {
    if let Ok(Some(listener)) = passed.take_tcp_listener(number) {
        listener.set_nonblocking(true)?;
        return TcpListener::from_std(listener).map(Listener::Network);
    }
    let listener = passed.take_unix_listener(number)?;
    let listener = listener.ok_or(io::ErrorKind::NotFound)?;
    listener.set_nonblocking(true)?;
    UnixListener::from_std(listener).map(|listener| Listener::Socket(UnixSocket::passed(listener)))
}
