//! The contract's nouns: service, user, method, challenge.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::clock::UnixMilliseconds;

/// A service whose users log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// UUID v4.
    pub id: String,
    /// The host name it was created for.
    pub fqdn: String,
    /// Its name, as a person reads it.
    pub name: String,
    /// When it was created.
    pub ctime: UnixMilliseconds,
}

/// A user of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// UUID v4.
    pub id: String,
    /// The phone that PINs are sent to, in E.164.
    pub phone_number: String,
    /// What the service calls this user.
    pub id_in_service: String,
    /// When the user was registered.
    pub ctime: UnixMilliseconds,
}

/// How a login is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A code from an authenticator app.
    Totp,
    /// A PIN sent by SMS.
    Sms,
}

impl Method {
    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "totp" => Ok(Self::Totp),
            "sms" => Ok(Self::Sms),
            _ => Err(()),
        }
    }
}

/// A verification that was started for a user. A user has one at most of each method.
#[derive(Clone)]
pub struct Challenge {
    /// UUID v4; the contract's `auth_id`.
    pub id: String,
    /// How it is answered.
    pub method: Method,
    /// The PIN that answers it, while it can be answered; `None` for TOTP.
    pub pin: Option<Zeroizing<String>>,
    /// When it was started.
    pub ctime: UnixMilliseconds,
    /// How many wrong answers it has had.
    pub checks: u32,
    /// Whether it was answered rightly already: it is kept so that a replay is denied like any
    /// wrong code.
    pub spent: bool,
}

/// A secret that a user's authenticator app shares with the server.
#[derive(Clone)]
pub struct Enrolment {
    /// The shared secret.
    pub secret: Zeroizing<Vec<u8>>,
    /// The newest time step whose code was used.
    pub last_step: i64,
}
