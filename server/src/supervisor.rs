//! Whoever started the server and looks after it, such as systemd: is told how it does (`sd_notify(3)`).
//!
//! A message is a datagram of a few lines, and all of it is here: a crate would only add its own words for
//! them.

#[cfg(unix)]
pub use unix::Supervisor;

#[cfg(not(unix))]
pub use none::Supervisor;

use std::time::Duration;

/// Names it. No program that the server starts is to have it, since some speak up by themselves.
pub const SOCKET_VARIABLE: &str = "NOTIFY_SOCKET";

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'a> {
    /// It serves.
    Ready,
    /// It serves, and took note of what changed.
    Reloaded,
    /// It serves, and could not take what changed: why.
    KeptOld(&'a str),
    /// It looks what changed, which is over with the next news.
    Reloading,
    /// It stops.
    Stopping,
    /// It is not stuck.
    Alive,
    /// Its state, in words.
    Status(&'a str),
}

/// How long between two signs of life, where one has to come at least so often.
fn pace(limit: Duration) -> Duration {
    limit / 3
}

#[cfg(unix)]
mod unix {
    use std::env;
    use std::io;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    use super::{News, SOCKET_VARIABLE, pace};

    /// How long a message may wait to be taken.
    const PATIENCE: Duration = Duration::from_secs(1);

    /// Who is told, if anybody.
    #[derive(Debug, Default)]
    pub struct Supervisor {
        socket: Option<(UnixDatagram, SocketAddr)>,
        watchdog: Option<Duration>,
    }

    impl Supervisor {
        /// The one that the environment names.
        pub fn from_environment() -> Self {
            let Some(name) = env::var_os(SOCKET_VARIABLE) else {
                return Self::default();
            };
            let socket = connect(&name.into_vec());
            if let Err(error) = &socket {
                tracing::warn!(%error, "the supervisor cannot be told anything");
            }
            Self {
                socket: socket.ok(),
                watchdog: watchdog(),
            }
        }

        /// How often it wants a sign of life, if it does.
        pub fn wants_signs_of_life(&self) -> Option<Duration> {
            self.watchdog.filter(|_| self.socket.is_some())
        }

        /// Tells news.
        pub fn tell(&self, news: News) {
            let Some((socket, address)) = &self.socket else {
                return;
            };
            if let Err(error) = socket.send_to_addr(message(news).as_bytes(), address) {
                tracing::warn!(%error, ?news, "the supervisor could not be told");
            }
        }
    }

    fn connect(name: &[u8]) -> io::Result<(UnixDatagram, SocketAddr)> {
        let address = match name {
            #[cfg(target_os = "linux")]
            [b'@', name @ ..] => {
                use std::os::linux::net::SocketAddrExt;
                SocketAddr::from_abstract_name(name)?
            }
            path => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(path))?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok((socket, address))
    }

    /// How often a sign of life is wanted of this process.
    fn watchdog() -> Option<Duration> {
        let is_meant = match env::var("WATCHDOG_PID") {
            Ok(id) => id == std::process::id().to_string(),
            Err(_) => true,
        };
        let limit = env::var("WATCHDOG_USEC").ok()?.parse().ok()?;
        (is_meant && limit > 0).then(|| pace(Duration::from_micros(limit)))
    }

    fn message(news: News) -> String {
        match news {
            News::Ready => "READY=1\nSTATUS=serving".to_owned(),
            News::Reloaded => "READY=1\nSTATUS=serving, reloaded".to_owned(),
            News::KeptOld(why) => format!("READY=1\nSTATUS=kept old: {}", line(why)),
            News::Reloading => {
                let now = clock_gettime(ClockId::Monotonic);
                let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000;
                format!("RELOADING=1\nMONOTONIC_USEC={microseconds}")
            }
            News::Stopping => "STOPPING=1\nSTATUS=finishing what is under way".to_owned(),
            News::Alive => "WATCHDOG=1".to_owned(),
            News::Status(state) => format!("STATUS={}", line(state)),
        }
    }

    /// One line: what follows a line end would be another message.
    fn line(text: &str) -> String {
        text.replace('\n', " ")
    }
}

#[cfg(not(unix))]
mod none {
    use std::time::Duration;

    use super::News;

    /// Nobody.
    #[derive(Debug, Default)]
    pub struct Supervisor;

    impl Supervisor {
        /// Nobody.
        pub fn from_environment() -> Self {
            Self
        }

        /// Never.
        pub fn wants_signs_of_life(&self) -> Option<Duration> {
            None
        }

        /// Tells nobody.
        pub fn tell(&self, _: News) {}
    }
}
