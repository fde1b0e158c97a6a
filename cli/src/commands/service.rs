//! `verigator service`: services.

use serde::Serialize;
use verigator::Service;

use crate::commands::{Deed, Done};
use crate::options::ServiceCommand;
use crate::output::Outcome;
use crate::problem::Result;
use crate::session::Session;
use crate::{pages, target, terminal};

/// Does it.
///
/// # Errors
///
/// It could not be done.
pub fn run(session: &Session, command: ServiceCommand) -> Result<()> {
    match command {
        ServiceCommand::Create { fqdn, name } => create(session, &fqdn, &name),
        ServiceCommand::Get { service } => {
            let service = target::service(session, &service)?;
            session.output.print(&Shown::of(service))
        }
        ServiceCommand::Find { fqdn } => {
            let service = session.ask(|client| client.find_service(&fqdn))?;
            session.output.print(&Shown::of(service))
        }
        ServiceCommand::List => list(session),
        ServiceCommand::Delete { service, yes } => delete(session, &service, yes),
    }
}

fn create(session: &Session, fqdn: &str, name: &str) -> Result<()> {
    let advice = "Look whether it is there by `verigator service find` before you create it again";
    let service = session.change(advice, |client| client.create_service(fqdn, name))?;
    session.output.print(&Shown::of(service))
}

fn list(session: &Session) -> Result<()> {
    pages::services(session, |service| session.output.add(&Shown::of(service)))?;
    session.output.flush()
}

fn delete(session: &Session, named: &str, yes: bool) -> Result<()> {
    let service = target::service(session, named)?;
    if !yes {
        terminal::confirm(&format!(
            "Delete the service {:?} ({}) and all of its users",
            service.name, service.id
        ))?;
    }
    session.change("", |client| client.delete_service(&service.id))?;
    session.output.print(&Done {
        id: service.id,
        done: Deed::Deleted,
    })
}

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    ctime: String,
}

impl Shown {
    fn of(service: Service) -> Self {
        Self {
            id: service.id,
            name: service.name,
            ctime: service.ctime,
        }
    }
}

impl Outcome for Shown {
    fn lines(&self) -> Vec<String> {
        vec![format!("{}  {}  {}", self.id, self.ctime, self.name)]
    }

    fn brief(&self) -> Vec<String> {
        vec![self.id.clone()]
    }
}
