//! Which service and which user are meant: each has an id, and a name that people know.

use std::ops::ControlFlow;

use verigator::{Error, Service, Status, User};

use crate::options::Target;
use crate::pages;
use crate::problem::{Problem, Result};
use crate::session::Session;

/// Finds the service that has this id, or else this host name.
///
/// # Errors
///
/// There is none.
pub fn service(session: &Session, named: &str) -> Result<Service> {
    // An id is opaque, but those that are given have no dots, and host names mostly have some.
    let finds: [fn(&Session, &str) -> Result<Service>; 2] = match named.contains('.') {
        true => [service_named, service_with_id],
        false => [service_with_id, service_named],
    };
    let mut refusal = None;
    for find in finds {
        match find(session, named) {
            Err(problem) if says_unknown(&problem) => drop(refusal.get_or_insert(problem)),
            found => return found,
        }
    }
    // The first one is about the form that the text has.
    let problem = refusal.unwrap_or_else(|| Problem::said("there is no such service"));
    Err(match &problem {
        Problem::Call { error, .. } if error.status() == Status::NOT_SUPPORTED => problem
            .or_advise("It cannot be asked for a service by its host name: pass the service's id"),
        _ => unknown(
            "service",
            named,
            "`verigator service list` shows those that there are, `verigator service create` makes one",
        ),
    })
}

/// Finds the user who has this id, or else this name within the service.
///
/// # Errors
///
/// There is none.
pub fn user(session: &Session, service: &Service, named: &str) -> Result<User> {
    match session.ask(|client| client.user(&service.id, named)) {
        Err(problem) if says_unknown(&problem) => user_named(session, service, named),
        found => found,
    }
}

/// Finds the service and the user.
///
/// # Errors
///
/// One of them is not there.
pub fn both(session: &Session, target: &Target) -> Result<(Service, User)> {
    let service = service(session, &target.service)?;
    let user = user(session, &service, &target.user)?;
    Ok((service, user))
}

fn service_with_id(session: &Session, id: &str) -> Result<Service> {
    session.ask(|client| client.service(id))
}

fn service_named(session: &Session, fqdn: &str) -> Result<Service> {
    session.ask(|client| client.find_service(fqdn))
}

fn user_named(session: &Session, service: &Service, named: &str) -> Result<User> {
    match session.ask(|client| client.find_user(&service.id, named)) {
        Err(Problem::Call { error, .. }) if error.status() == Status::NOT_SUPPORTED => {
            user_in_list(session, service, named)
        }
        Err(problem) if says_unknown(&problem) => Err(no_user(named)),
        found => found,
    }
}

/// Where the service finds nobody by name, all users are looked through.
fn user_in_list(session: &Session, service: &Service, named: &str) -> Result<User> {
    let look = |user: User| {
        Ok(match user.id_in_service == named {
            true => ControlFlow::Break(user),
            false => ControlFlow::Continue(()),
        })
    };
    pages::users(session, &service.id, look)?.ok_or_else(|| no_user(named))
}

fn no_user(named: &str) -> Problem {
    unknown(
        "user",
        named,
        "`verigator user list` shows those that there are, `verigator user add` registers one",
    )
}

/// Whether the service knows nothing of this name, or says that it can be none.
fn says_unknown(problem: &Problem) -> bool {
    let is_unknown = |error: &Error| {
        [
            Status::NOT_FOUND,
            Status::NOT_SUPPORTED,
            Status::INVALID_ARGUMENT,
            Status::INVALID_DATA,
        ]
        .contains(&error.status())
            || error.http_status() == Some(400)
    };
    matches!(problem, Problem::Call { error, .. } if is_unknown(error))
}

fn unknown(kind: &str, named: &str, advice: &str) -> Problem {
    Problem::said(format!("there is no {kind} {named:?}: {advice}"))
}
