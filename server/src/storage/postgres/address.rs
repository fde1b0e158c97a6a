//! The address of a PostgreSQL database, and how to come there.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};
use zeroize::Zeroizing;

use crate::secret_file;

/// How long to wait for a server that does not answer; the next one that the address names is tried
/// then.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection may be silent before it is asked whether the other end is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long what was sent may go unacknowledged before the connection is given up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// Where the password is, if no file has it; the name is that of PostgreSQL's own programs.
pub const PASSWORD_VARIABLE: &str = "PGPASSWORD";

/// How many connections there are unless somebody chooses: as many transactions can be under way at once.
pub const CONNECTIONS: usize = 16;

/// A `postgres://` URL without a password, and what goes with it.
#[derive(Clone)]
pub struct Address {
    shown: String,
    config: Config,
    /// The certificates that a server's is checked against; the system's if none is named.
    authorities: Option<PathBuf>,
    connections: usize,
}

impl Address {
    /// Reads the password from a file, or else from the environment if it is there.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_password(&mut self, file: Option<&Path>) -> Result<(), String> {
        let password = match file {
            Some(path) => Some(secret_file::read(path).map_err(|error| {
                let path = path.display();
                format!("the file {path} with the database's password cannot be read: {error}")
            })?),
            None => std::env::var(PASSWORD_VARIABLE).ok().map(Zeroizing::new),
        };
        if let Some(password) = password {
            self.config.password(password.as_str());
        }
        Ok(())
    }

    /// Checks the server's certificate against those in a file, and not against the system's.
    pub fn trust(&mut self, authorities: &Path) {
        self.authorities = Some(authorities.to_owned());
    }

    /// Has so many transactions under way at once, at most.
    pub fn limit_connections(&mut self, connections: usize) {
        self.connections = connections;
    }

    pub(super) fn connections(&self) -> usize {
        self.connections
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn authorities(&self) -> Option<&Path> {
        self.authorities.as_deref()
    }

    /// Whether connections are encrypted: always, but for a server on this machine and where the
    /// address says that it is not wanted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Require
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error);
            let why = cause.map_or_else(|| error.to_string(), ToString::to_string);
            format!("{why}; write postgres://USER@HOST:PORT/DATABASE")
        })?;
        if config.get_password().is_some() {
            return Err(format!(
                "a password in an address is seen by everybody in the list of processes; put it into a \
                 file, for --database-password-file, or into {PASSWORD_VARIABLE}"
            ));
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            let local = config.get_hosts().iter().all(is_local)
                && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
            config.ssl_mode(if local {
                SslMode::Disable
            } else {
                SslMode::Require
            });
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNACKNOWLEDGED);
        }
        if config.get_application_name().is_none() {
            config.application_name("verigator-server");
        }
        config.keepalives_idle(KEEPALIVE);
        // Of several servers, the one that writes; and none that stands still is always the first.
        config
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .load_balance_hosts(LoadBalanceHosts::Random);
        Ok(Self {
            shown: url.to_owned(),
            config,
            authorities: None,
            connections: CONNECTIONS,
        })
    }
}

/// Whether what is sent to a host stays on this machine.
fn is_local(host: &Host) -> bool {
    match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback())
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Address").field(&self.shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_the_address_says_otherwise() {
        for (url, encrypted) in [
            ("postgres://db.example.com/verigator", true),
            ("postgres://10.0.0.1,10.0.0.2/verigator", true),
            ("postgres://localhost,10.0.0.2/verigator", true),
            ("postgres://localhost/verigator", false),
            ("postgres://127.0.0.1/verigator", false),
            ("postgres:///verigator?host=/run/postgresql", false),
            ("postgres:///verigator?hostaddr=10.0.0.1", true),
            ("postgres://localhost/verigator?hostaddr=10.0.0.1", true),
            ("postgres://db.example.com/verigator?sslmode=disable", false),
            ("postgres://localhost/verigator?sslmode=require", true),
        ] {
            let address: Address = url.parse().unwrap();
            assert_eq!(address.is_encrypted(), encrypted, "{url}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        let refusal = "postgres://me:secret@localhost/verigator".parse::<Address>();
        let refusal = refusal.unwrap_err();
        assert!(refusal.contains("--database-password-file"), "{refusal}");
        assert!(!refusal.contains("secret"), "{refusal}");
    }

    #[test]
    fn what_is_no_address_is_told_why() {
        let refusal = "postgres://localhost/x?sslmode=perhaps".parse::<Address>();
        let refusal = refusal.unwrap_err();
        assert!(refusal.contains("sslmode"), "{refusal}");
    }
}
