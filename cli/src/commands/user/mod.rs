//! `verigator user`: users of a service.

mod enrol;
mod export;
mod import;
mod recovery_codes;

use std::ops::ControlFlow;

use serde::Serialize;
use verigator::User;

use crate::commands::{Answer, Deed, Done};
use crate::options::{Target, UserCommand};
use crate::output::Outcome;
use crate::problem::Result;
use crate::session::Session;
use crate::{pages, target, terminal};

/// Does it.
///
/// # Errors
///
/// It could not be done.
pub fn run(session: &Session, command: UserCommand) -> Result<Answer> {
    match command {
        UserCommand::Add {
            service,
            user,
            phone,
        } => add(session, &service, &user, &phone)?,
        UserCommand::Get(target) => {
            let (_, user) = target::both(session, &target)?;
            session.output.print(&Shown::of(user))?;
        }
        UserCommand::List { service } => list(session, &service)?,
        UserCommand::Delete { target, yes } => delete(session, &target, yes)?,
        UserCommand::Unlock(target) => unlock(session, &target)?,
        UserCommand::Enrol(enrol) => return enrol::run(session, &enrol),
        UserCommand::Unenrol(target) => enrol::remove(session, &target)?,
        UserCommand::RecoveryCodes(command) => recovery_codes::run(session, &command)?,
        UserCommand::Import(import) => return import::run(session, &import),
        UserCommand::Export(export) => export::run(session, &export)?,
    }
    Ok(Answer::Yes)
}

fn add(session: &Session, service: &str, named: &str, phone: &str) -> Result<()> {
    let service = target::service(session, service)?;
    let advice = "Look whether the user is there by `verigator user get` before you add it again";
    let user = session.change(advice, |client| {
        client.create_user(&service.id, phone, named)
    })?;
    session.output.print(&Shown::of(user))
}

fn list(session: &Session, service: &str) -> Result<()> {
    let service = target::service(session, service)?;
    pages::users(session, &service.id, |user| {
        session.output.add(&Shown::of(user))?;
        Ok(ControlFlow::<()>::Continue(()))
    })?;
    session.output.flush()
}

fn delete(session: &Session, target: &Target, yes: bool) -> Result<()> {
    let (service, user) = target::both(session, target)?;
    if !yes {
        terminal::confirm(&format!(
            "Delete the user {:?} ({})",
            user.id_in_service, user.id
        ))?;
    }
    session.change("", |client| client.delete_user(&service.id, &user.id))?;
    session.output.print(&Done {
        id: user.id,
        done: Deed::Deleted,
    })
}

fn unlock(session: &Session, target: &Target) -> Result<()> {
    let (service, user) = target::both(session, target)?;
    session.change("", |client| client.unlock_user(&service.id, &user.id))?;
    session.output.print(&Done {
        id: user.id,
        done: Deed::Unlocked,
    })
}

/// A user, as results have it.
#[derive(Serialize)]
pub struct Shown {
    id: String,
    id_in_service: String,
    ctime: String,
}

impl Shown {
    fn of(user: User) -> Self {
        Self {
            id: user.id,
            id_in_service: user.id_in_service,
            ctime: user.ctime,
        }
    }
}

impl Outcome for Shown {
    fn lines(&self) -> Vec<String> {
        vec![format!(
            "{}  {}  {}",
            self.id, self.ctime, self.id_in_service
        )]
    }

    fn brief(&self) -> Vec<String> {
        vec![self.id.clone()]
    }
}
