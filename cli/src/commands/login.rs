//! `verigator login`: a login from start to end.

use verigator::{Challenge, Method, Service, Status, User};
use zeroize::Zeroizing;

use crate::commands::verify::{Reason, Verdict, verify};
use crate::commands::{Answer, start};
use crate::options::LoginOptions;
use crate::problem::{Problem, Result};
use crate::session::Session;
use crate::{target, terminal};

/// Does it.
///
/// # Errors
///
/// Nobody could be asked, or no code could be checked: this is neither a yes nor a no.
pub fn run(session: &Session, options: &LoginOptions) -> Result<Answer> {
    let (service, user) = target::both(session, &options.start.target)?;
    let challenge = start::start(session, &service, &user, options.start.method)?;
    let login = Login {
        session,
        service,
        user,
        challenge,
    };
    let verdict = login.verdict(options.prompts)?;
    session.output.print(&verdict)?;
    Ok(verdict.verified.into())
}

/// A login that was started.
struct Login<'a> {
    session: &'a Session,
    service: Service,
    user: User,
    challenge: Challenge,
}

impl Login<'_> {
    /// Asks for codes until one is right, none is left, or the service wants no more of them.
    fn verdict(&self, prompts: u8) -> Result<Verdict> {
        let mut before = String::new();
        let mut left = prompts;
        loop {
            let token = self.ask(&before)?;
            left -= 1;
            let verdict = self.check(&token)?;
            match verdict.reason {
                Some(reason) if reason == Reason::Wrong && left > 0 => {
                    before = format!("Wrong code, or one that was used before; {left} left. ");
                }
                _ => return Ok(verdict),
            }
        }
    }

    /// Asks for a code. All that a person must know is in the question: nothing else is sure to be seen.
    fn ask(&self, before: &str) -> Result<Zeroizing<String>> {
        let of = match self.challenge.method {
            Method::Sms => "code in the text message",
            _ => "code of your authenticator app",
        };
        terminal::ask(&format!("{before}Verification code ({of}): "))?.ok_or_else(|| {
            Problem::said(
                "nobody gave a code: stdin ended. The login was started, and can be ended by `verigator verify`",
            )
        })
    }

    /// Has a code checked. What cannot be one is wrong without being sent.
    fn check(&self, token: &str) -> Result<Verdict> {
        let checked = verify(
            self.session,
            &self.service,
            &self.user,
            Some(&self.challenge),
            token,
        );
        match checked {
            Ok(verification) => Ok(Verdict::of(&verification)),
            Err(Problem::Call { error, .. }) if error.status() == Status::INVALID_ARGUMENT => {
                Ok(Verdict {
                    verified: false,
                    method: None,
                    reason: Some(Reason::Wrong),
                })
            }
            Err(problem) => Err(problem),
        }
    }
}
