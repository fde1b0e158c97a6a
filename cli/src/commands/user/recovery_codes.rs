//! `verigator user recovery-codes`: codes that are good for one login each.

use serde::Serialize;

use crate::commands::{Deed, Done};
use crate::options::RecoveryCodesCommand;
use crate::output::Outcome;
use crate::problem::Result;
use crate::session::Session;
use crate::target;

/// Does it.
///
/// # Errors
///
/// It could not be done.
pub fn run(session: &Session, command: &RecoveryCodesCommand) -> Result<()> {
    match command {
        RecoveryCodesCommand::Create(target) => {
            let (service, user) = target::both(session, target)?;
            let advice = "Those that there were may be good for nothing any more: make new ones";
            let made = session.change(advice, |client| {
                client.create_recovery_codes(&service.id, &user.id)
            })?;
            session.output.print(&Made {
                recovery_codes: made.codes.iter().map(|code| code.as_str()).collect(),
            })
        }
        RecoveryCodesCommand::Count(target) => {
            let (service, user) = target::both(session, target)?;
            let count =
                |client: &verigator::Client| client.count_recovery_codes(&service.id, &user.id);
            session.output.print(&Left {
                remaining: session.ask(count)?,
            })
        }
        RecoveryCodesCommand::Delete(target) => {
            let (service, user) = target::both(session, target)?;
            session.change("", |client| {
                client.delete_recovery_codes(&service.id, &user.id)
            })?;
            session.output.print(&Done {
                id: user.id,
                done: Deed::RecoveryCodesDeleted,
            })
        }
    }
}

#[derive(Serialize)]
struct Made<'a> {
    recovery_codes: Vec<&'a str>,
}

impl Outcome for Made<'_> {
    fn lines(&self) -> Vec<String> {
        self.brief()
    }

    fn brief(&self) -> Vec<String> {
        self.recovery_codes
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

#[derive(Serialize)]
struct Left {
    remaining: u32,
}

impl Outcome for Left {
    fn lines(&self) -> Vec<String> {
        vec![format!("{} recovery codes are left.", self.remaining)]
    }

    fn brief(&self) -> Vec<String> {
        vec![self.remaining.to_string()]
    }
}
