//! `verigator user export`: the users of a service, in a file that grows by the page, or on stdout.

mod kept;
mod sheet;

use std::ops::ControlFlow;

use verigator::{Service, User};

use self::kept::{Kept, Place};
use crate::commands::user::Shown;
use crate::options::ExportOptions;
use crate::output::Form;
use crate::pages;
use crate::problem::Result;
use crate::session::Session;
use crate::target;

/// Does it.
///
/// # Errors
///
/// A page could not be had, or the users cannot be written.
pub fn run(session: &Session, options: &ExportOptions) -> Result<()> {
    let service = target::service(session, &options.service)?;
    match &options.output {
        None => to_stdout(session, &service),
        Some(path) => to_file(session, &service, path),
    }
}

fn to_stdout(session: &Session, service: &Service) -> Result<()> {
    let output = &session.output;
    if output.form != Form::Json {
        output.write(&sheet::head())?;
    }
    pages::users(session, &service.id, |user| {
        match output.form {
            Form::Json => output.add(&Shown::of(user))?,
            _ => output.write(&sheet::row_for_stdout(&user))?,
        }
        Ok(ControlFlow::<()>::Continue(()))
    })?;
    output.flush()
}

fn to_file(session: &Session, service: &Service, path: &std::path::Path) -> Result<()> {
    let is_json = session.output.form == Form::Json;
    let of = format!("{} of {} json={is_json}", service.id, session.base_url());
    let (kept, place) = Kept::open(path, of)?;
    let row = |user: User| match is_json {
        true => format!("{}\n", crate::plain::json(&Shown::of(user))),
        false => sheet::row(&user),
    };
    let cursor = match place {
        Place::Beginning if is_json => None,
        Place::Beginning => {
            kept.write(&sheet::head())?;
            None
        }
        Place::After(cursor) => {
            session
                .notes
                .tell("going on with the export that was interrupted");
            Some(cursor)
        }
    };
    let under_way = session.under_way("reading users");
    pages::users_from(
        session,
        &under_way,
        &service.id,
        cursor,
        |user| {
            kept.write(&row(user))?;
            Ok(ControlFlow::<()>::Continue(()))
        },
        |cursor| kept.remember(cursor),
    )?;
    kept.finish()
}
