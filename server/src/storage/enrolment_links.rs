//! The links by which users set their apps up.
//!
//! While a link is good, an enrolment that was begun and not confirmed was begun by it: to make a link ends what was
//! begun before, and to begin one otherwise ends the link.

use zeroize::Zeroizing;

use super::audit::{Event, record};
use super::services::service;
use super::transaction::{Transaction, values};
use super::users::user;
use super::{Error, Result, Storage, Target, enrolments};
use crate::client_address::ClientAddress;
use crate::clock::UnixMilliseconds;
use crate::enrolment_link::{LinkHash, MOST_USES, is_good};
use crate::model::{Service, User};
use crate::otp::Miss;

/// A link that can be used.
#[derive(Debug)]
pub struct OpenLink {
    /// For which service.
    pub service: Service,
    /// For which of its users.
    pub user: User,
    /// When it ends.
    pub expires: UnixMilliseconds,
}

/// A link that cannot be used.
#[derive(Debug)]
pub struct ClosedLink {
    /// Why.
    pub why: WhyClosed,
    /// For which service it was, if that is known.
    pub service: Option<Service>,
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyClosed {
    /// There is none like it: it was replaced, or its user is gone, or somebody made it up.
    Unknown,
    /// An app was confirmed since it was made.
    Used,
    /// Its time is over.
    Expired,
    /// Too many secrets were shown by it, or codes were wrong.
    Exhausted,
}

/// What the use of a link gives, or why it cannot be used.
type Use<T> = Result<std::result::Result<T, ClosedLink>>;

/// A link as it is found, with what is needed to use it.
struct Found {
    link: OpenLink,
    /// The account that its service belongs to, asking for the service from where the link is used.
    target: Target,
}

/// Removes the link of a user, and gives how many there were.
pub(super) fn remove(tx: &mut dyn Transaction, user_id: &str) -> Result<u64> {
    let sql = "DELETE FROM enrolment_links WHERE user_id = $1";
    tx.execute(sql, values![user_id])
}

/// Uses the link of a user up, if there is one.
pub(super) fn spend(tx: &mut dyn Transaction, user_id: &str) -> Result<()> {
    let sql = "UPDATE enrolment_links SET spent = 1 WHERE user_id = $1";
    tx.execute(sql, values![user_id]).map(drop)
}

/// Finds a link that can be used, for somebody at an address. If it is to be used, nobody else uses it until the end
/// of the transaction.
fn find(
    tx: &mut dyn Transaction,
    hash: LinkHash,
    address: ClientAddress,
    now: UnixMilliseconds,
    is_used: bool,
) -> Use<Found> {
    let unknown = ClosedLink {
        why: WhyClosed::Unknown,
        service: None,
    };
    let lock = if is_used { tx.for_update() } else { "" };
    let sql =
        format!("SELECT user_id, expires, uses, spent FROM enrolment_links WHERE hash = $1{lock}");
    let Some(mut row) = tx.query_one(&sql, values![hash.as_bytes()])? else {
        return Ok(Err(unknown));
    };
    let (user_id, expires): (String, UnixMilliseconds) = (row.take()?, row.take()?);
    let (uses, spent): (u32, bool) = (row.take()?, row.take()?);
    let Some(target) = target_of(tx, &user_id, address)? else {
        return Ok(Err(unknown));
    };
    let service = service(tx, &target)?;
    let why = match (spent, is_good(expires, now), uses < MOST_USES) {
        (true, ..) => WhyClosed::Used,
        (_, false, _) => WhyClosed::Expired,
        (.., false) => WhyClosed::Exhausted,
        (false, true, true) => {
            let user = user(tx, &target, &user_id)?;
            let link = OpenLink {
                service,
                user,
                expires,
            };
            return Ok(Ok(Found { link, target }));
        }
    };
    Ok(Err(ClosedLink {
        why,
        service: Some(service),
    }))
}

/// The account and the service of a user, unless the service was deleted.
fn target_of(
    tx: &mut dyn Transaction,
    user_id: &str,
    address: ClientAddress,
) -> Result<Option<Target>> {
    let sql = "SELECT services.account, services.id FROM users
               JOIN services ON services.id = users.service_id
               WHERE users.id = $1 AND services.deleted = 0";
    let row = tx.query_one(sql, values![user_id])?;
    row.map(|mut row| {
        Ok(Target {
            account: Some(row.take()?),
            address: Some(address),
            service: row.take()?,
        })
    })
    .transpose()
}

/// Counts a use of a link.
fn count(tx: &mut dyn Transaction, user_id: &str) -> Result<()> {
    let sql = "UPDATE enrolment_links SET uses = uses + 1 WHERE user_id = $1";
    tx.execute(sql, values![user_id]).map(drop)
}

impl Storage {
    /// Makes a link for a user, in place of another one and of an enrolment that was begun; says whether there was
    /// either.
    pub async fn make_enrolment_link(
        &self,
        target: Target,
        user_id: String,
        hash: LinkHash,
        expires: UnixMilliseconds,
        now: UnixMilliseconds,
    ) -> Result<bool> {
        self.write(move |tx| {
            user(tx, &target, &user_id)?;
            let sql = "SELECT expires FROM enrolment_links WHERE user_id = $1 AND spent = 0";
            let before: Option<UnixMilliseconds> = match tx.query_one(sql, values![&user_id])? {
                Some(mut row) => Some(row.take()?),
                None => None,
            };
            let ended = enrolments::end_begun(tx, &user_id)?;
            let replaced = ended || before.is_some_and(|expires| is_good(expires, now));
            tx.execute(
                "INSERT INTO enrolment_links (user_id, hash, expires) VALUES ($1, $2, $3)
                 ON CONFLICT (user_id) DO UPDATE
                 SET hash = excluded.hash, expires = excluded.expires, uses = 0, spent = 0",
                values![&user_id, hash.as_bytes(), expires],
            )?;
            let event = Event::of(&target, now).user(&user_id);
            let outcome = if replaced { "made again" } else { "made" };
            record(tx, &event, "make-enrolment-link", outcome)?;
            Ok(replaced)
        })
        .await
    }

    /// Looks at a link, and changes nothing: whatever previews links does so too.
    pub async fn enrolment_link(
        &self,
        hash: LinkHash,
        address: ClientAddress,
        now: UnixMilliseconds,
    ) -> Use<OpenLink> {
        self.read(move |tx| Ok(find(tx, hash, address, now, false)?.map(|found| found.link)))
            .await
    }

    /// Begins an enrolment by a link, in place of one that was begun by it before.
    pub async fn begin_enrolment_by_link(
        &self,
        hash: LinkHash,
        address: ClientAddress,
        secret: Zeroizing<Vec<u8>>,
        now: UnixMilliseconds,
    ) -> Use<OpenLink> {
        self.write(move |tx| {
            let found = find(tx, hash, address, now, true)?;
            let Found { link, target } = match found {
                Ok(found) => found,
                Err(closed) => return Ok(Err(closed)),
            };
            let user_id = &link.user.id;
            count(tx, user_id)?;
            let event = Event::of(&target, now).user(user_id);
            enrolments::begin(tx, &event, "begin-enrolment-by-link", user_id, &secret)?;
            Ok(Ok(link))
        })
        .await
    }

    /// Confirms the enrolment that was begun by a link, and uses the link up, if `matching_step` finds the step of
    /// the code for its secret; says whether it did, or what is known of the code. `None` if none was begun.
    pub async fn confirm_enrolment_by_link(
        &self,
        hash: LinkHash,
        address: ClientAddress,
        now: impl Fn() -> UnixMilliseconds + Send + 'static,
        matching_step: impl Fn(&[u8], UnixMilliseconds) -> std::result::Result<i64, Option<Miss>>
        + Send
        + 'static,
    ) -> Use<(OpenLink, Option<std::result::Result<(), Option<Miss>>>)> {
        self.write(move |tx| {
            let found = find(tx, hash, address, now(), true)?;
            let Found { link, target } = match found {
                Ok(found) => found,
                Err(closed) => return Ok(Err(closed)),
            };
            let user_id = &link.user.id;
            let operation = "confirm-enrolment-by-link";
            let confirmed =
                enrolments::confirm(tx, &target, operation, user_id, &now, &matching_step);
            let confirmed = match confirmed {
                // Removed or confirmed otherwise: then there is no link either, or it shows a secret first.
                Err(Error::NotFound(_) | Error::Conflict(_)) => None,
                confirmed => Some(confirmed?),
            };
            if let Some(Err(_)) = confirmed {
                count(tx, user_id)?;
            }
            Ok(Ok((link, confirmed)))
        })
        .await
    }
}
