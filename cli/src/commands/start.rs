//! `verigator start`: starts an authentication.

use serde::Serialize;
use verigator::{Challenge, Method, Service, User};

use crate::options::{StartOptions, StartedMethod};
use crate::output::Outcome;
use crate::problem::Result;
use crate::session::Session;
use crate::target;

/// What to do where it is not known whether a start was carried out.
const ADVICE: &str = "The user may get a message: wait for it before you start again";

/// Does it.
///
/// # Errors
///
/// It could not be started.
pub fn run(session: &Session, options: &StartOptions) -> Result<()> {
    let (service, user) = target::both(session, &options.target)?;
    let challenge = start(session, &service, &user, options.method)?;
    session.output.print(&Started {
        method: challenge.method,
        auth_id: challenge.auth_id,
        user_id: user.id,
    })
}

/// Starts an authentication of this user.
///
/// # Errors
///
/// It could not be started.
pub fn start(
    session: &Session,
    service: &Service,
    user: &User,
    method: StartedMethod,
) -> Result<Challenge> {
    session.change(ADVICE, |client| {
        client.initiate(&service.id, &user.id, method.into())
    })
}

impl From<StartedMethod> for Method {
    fn from(method: StartedMethod) -> Self {
        match method {
            StartedMethod::Totp => Self::Totp,
            StartedMethod::Sms => Self::Sms,
        }
    }
}

#[derive(Serialize)]
struct Started {
    method: Method,
    auth_id: Option<String>,
    user_id: String,
}

impl Outcome for Started {
    fn lines(&self) -> Vec<String> {
        let method = match self.method {
            Method::Sms => "sms",
            _ => "totp",
        };
        let mut line = format!("Started: verify with --method {method}");
        if let Some(id) = &self.auth_id {
            line += &format!(" --auth-id {id}");
        }
        vec![line]
    }

    fn brief(&self) -> Vec<String> {
        self.auth_id.iter().cloned().collect()
    }
}
