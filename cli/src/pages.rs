//! Lists that are too long for one reply: read by the page, each thing looked at and let go.

use std::ops::ControlFlow;

use verigator::{Service, User};

use crate::notes::UnderWay;
use crate::problem::{Problem, Result};
use crate::session::Session;

/// How many things are on a page.
const LIMIT: i64 = 1000;

/// Looks at each user of a service, from a place in the list on, until `look` has seen enough; says what it broke
/// off with. `turn` is told the place after each page, and `under_way` how many there were.
///
/// # Errors
///
/// A page could not be had, or `look` failed.
pub fn users_from<T>(
    session: &Session,
    under_way: &UnderWay,
    service_id: &str,
    place: Option<String>,
    mut look: impl FnMut(User) -> Result<ControlFlow<T>>,
    mut turn: impl FnMut(Option<&str>) -> Result<()>,
) -> Result<Option<T>> {
    let (mut cursor, mut seen) = (place, 0_u64);
    loop {
        under_way.say(format!("{seen} users read"));
        let client = session.client();
        let page = client.page_users(service_id, LIMIT, cursor.as_deref());
        under_way.pause();
        let page = page.map_err(|error| session.problem(error))?;
        seen += page.users.len() as u64;
        for user in page.users {
            if let ControlFlow::Break(found) = look(user)? {
                return Ok(Some(found));
            }
        }
        turn(page.next_cursor.as_deref())?;
        match next(cursor, page.next_cursor)? {
            Some(next) => cursor = Some(next),
            None => return Ok(None),
        }
    }
}

/// Looks at each user of a service until `look` has seen enough; says what it broke off with.
///
/// # Errors
///
/// As [`users_from`].
pub fn users<T>(
    session: &Session,
    service_id: &str,
    look: impl FnMut(User) -> Result<ControlFlow<T>>,
) -> Result<Option<T>> {
    let under_way = session.under_way("reading users");
    users_from(session, &under_way, service_id, None, look, |_| Ok(()))
}

/// Looks at each service of the account.
///
/// # Errors
///
/// A page could not be had, or `look` failed.
pub fn services(session: &Session, mut look: impl FnMut(Service) -> Result<()>) -> Result<()> {
    let mut cursor = None;
    loop {
        let page = session.ask(|client| client.page_services(LIMIT, cursor.as_deref()))?;
        page.services.into_iter().try_for_each(&mut look)?;
        match next(cursor, page.next_cursor)? {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

/// Where the next page begins. A list that leads back to where it was would never end.
fn next(this: Option<String>, next: Option<String>) -> Result<Option<String>> {
    match next.is_some() && this == next {
        true => Err(Problem::said(
            "the service's list leads from a page to the same page again, so it has no end",
        )),
        false => Ok(next),
    }
}
