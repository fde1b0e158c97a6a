//! `verigator verify`: checks a code.

use serde::Serialize;
use verigator::{Challenge, Method, Service, User, Verification};

use crate::commands::Answer;
use crate::options::VerifyOptions;
use crate::output::Outcome;
use crate::problem::{Problem, Result};
use crate::session::Session;
use crate::{target, terminal};

/// What to do where it is not known whether a check was carried out.
const ADVICE: &str = "The code may be used up: take the next one";

/// Does it.
///
/// # Errors
///
/// There is no code, or it could not be checked.
pub fn run(session: &Session, options: &VerifyOptions) -> Result<Answer> {
    let (service, user) = target::both(session, &options.target)?;
    let auth_id = options.auth_id.as_deref();
    let challenge = options
        .method
        .map(|method| Challenge::new(method.into(), auth_id));
    let Some(token) = terminal::ask("Verification code: ")? else {
        return Err(Problem::said(
            "stdin has no line with the code: type it, or write it to stdin",
        ));
    };
    let verification = verify(session, &service, &user, challenge.as_ref(), &token)?;
    let verdict = Verdict::of(&verification);
    session.output.print(&verdict)?;
    Ok(verdict.verified.into())
}

/// Has a code checked.
///
/// # Errors
///
/// It could not be checked.
pub fn verify(
    session: &Session,
    service: &Service,
    user: &User,
    challenge: Option<&Challenge>,
    token: &str,
) -> Result<Verification> {
    session.change(ADVICE, |client| {
        client.verify(&service.id, &user.id, challenge, token)
    })
}

/// A yes or a no.
#[derive(Serialize)]
pub struct Verdict {
    /// Whether it is a yes.
    pub verified: bool,
    /// What was checked, if the service says so.
    pub method: Option<Method>,
    /// Why it is a no.
    pub reason: Option<Reason>,
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It is not the right one, or was used before.
    Wrong,
    /// It was the right one until a while ago.
    Expired,
    /// There were too many.
    Throttled,
}

impl Verdict {
    /// What the service says, in short.
    pub fn of(verification: &Verification) -> Self {
        let reason = if verification.throttled {
            Reason::Throttled
        } else if verification.expired {
            Reason::Expired
        } else {
            Reason::Wrong
        };
        Self {
            verified: verification.verified,
            method: verification.method,
            reason: (!verification.verified).then_some(reason),
        }
    }
}

impl Reason {
    /// What a person reads of it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Wrong => "that is not the code, or it was used before",
            Self::Expired => "that code is too old",
            Self::Throttled => "there were too many wrong codes: wait before the next login",
        }
    }
}

impl Outcome for Verdict {
    fn lines(&self) -> Vec<String> {
        vec![match self.reason {
            None => "Verified.".to_owned(),
            Some(reason) => format!("Denied: {}.", reason.words()),
        }]
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}
