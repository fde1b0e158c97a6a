//! A TCP connection to whichever of a name's addresses answers first (RFC 8305).

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::super::closing::Registration;
use super::super::socket::Socket;
use super::super::waiting::{Ended, Waiting};

/// How long an address is alone before the next one is tried beside it (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Windows before 10 2004 does not tell of a connection that was refused to one who waits for it.
const LOOK_AGAIN: Option<Duration> = if cfg!(windows) {
    Some(Duration::from_millis(50))
} else {
    None
};

pub(super) enum Unconnected {
    Ended(Ended),
    /// Why the first address that failed did.
    Failed(io::Error),
}

impl From<Ended> for Unconnected {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

/// A connection that is being made, which is given up once the context is closed.
struct Attempt {
    socket: Arc<Socket>,
    registration: Registration,
}

/// Connects to one of these addresses.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    waiting: &Waiting<'_>,
) -> Result<(Arc<Socket>, Registration), Unconnected> {
    let mut race = Race::default();
    for address in alternating(addresses) {
        if let Err(error) = race.begin(address, waiting) {
            race.failed(error);
        } else if let Some(made) = race.run(Some(HEAD_START), waiting).await? {
            return Ok(made);
        }
    }
    match race.run(None, waiting).await? {
        Some(made) => Ok(made),
        None => {
            Err(Unconnected::Failed(race.why.unwrap_or_else(|| {
                io::Error::other("the name has no address")
            })))
        }
    }
}

#[derive(Default)]
struct Race {
    attempts: Vec<Attempt>,
    why: Option<io::Error>,
}

impl Race {
    fn begin(&mut self, address: SocketAddr, waiting: &Waiting<'_>) -> io::Result<()> {
        let socket = Arc::new(Socket::connect(address)?);
        let registration = waiting.closing.register(Waker::from(Arc::clone(&socket)));
        self.attempts.push(Attempt {
            socket,
            registration,
        });
        Ok(())
    }

    fn failed(&mut self, error: io::Error) {
        self.why.get_or_insert(error);
    }

    /// Waits for the first to be connected; None once `time` is over or one of them failed.
    async fn run(
        &mut self,
        time: Option<Duration>,
        waiting: &Waiting<'_>,
    ) -> Result<Option<(Arc<Socket>, Registration)>, Ended> {
        let end = time.map(|time| Instant::now() + time);
        let mut failures = 0;
        while !self.attempts.is_empty() {
            let mut index = 0;
            while index < self.attempts.len() {
                match self.attempts[index].socket.is_connected() {
                    Ok(false) => index += 1,
                    Ok(true) => {
                        let Attempt {
                            socket,
                            registration,
                        } = self.attempts.swap_remove(index);
                        match socket.settle() {
                            Ok(()) => return Ok(Some((socket, registration))),
                            Err(error) => self.failed(error),
                        }
                        failures += 1;
                    }
                    Err(error) => {
                        self.attempts.remove(index);
                        self.failed(error);
                        failures += 1;
                    }
                }
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let is_over = left.is_some_and(|left| left.is_zero() || failures > 0);
            if is_over || self.attempts.is_empty() {
                break;
            }
            let sockets: Vec<_> = self.attempts.iter().map(|one| &one.socket).collect();
            let most = [left, LOOK_AGAIN].into_iter().flatten().min();
            waiting.connected(&sockets, most).await?;
        }
        Ok(None)
    }
}

/// The families in turn, each in the order of the operating system, whose first choice is the first
/// (RFC 8305 section 4).
fn alternating(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (preferred, others): (Vec<SocketAddr>, Vec<SocketAddr>) = addresses
        .iter()
        .partition(|address| address.is_ipv6() == is_v6);
    let mut all = Vec::with_capacity(addresses.len());
    let mut others = others.into_iter();
    for address in preferred {
        all.push(address);
        all.extend(others.next());
    }
    all.extend(others);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_take_turns() {
        let parse = |list: &[&str]| -> Vec<SocketAddr> {
            list.iter().map(|one| one.parse().unwrap()).collect()
        };
        for (given, expected) in [
            (&[][..], &[][..]),
            (
                &["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"],
                &["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"],
            ),
            (
                &["1.1.1.1:1", "[::1]:1", "[::2]:1"],
                &["1.1.1.1:1", "[::1]:1", "[::2]:1"],
            ),
        ] {
            assert_eq!(alternating(&parse(given)), parse(expected));
        }
    }
}
