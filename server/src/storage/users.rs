//! The users of services.

use super::audit::{Event, record};
use super::sealed::PHONE_NUMBER;
use super::search::Search;
use super::services::{count_in, service, service_from, service_query};
use super::transaction::{Query, Row, Transaction, values};
use super::{Error, Result, Storage, Target, conflict};
use crate::clock::UnixMilliseconds;
use crate::keys;
use crate::model::{Service, User};
use crate::secrets::Secrets;

/// Reads a user of the target's service.
pub(super) fn user(tx: &mut dyn Transaction, target: &Target, id: &str) -> Result<User> {
    let found = tx.query_all(&[service_query(target), user_query(target, id)])?;
    let mut found = found.into_iter();
    let mut next = || found.next().unwrap_or_default();
    service_from(next(), target)?;
    user_in(tx.secrets(), next())
}

/// What asks for a user of the target's service.
pub(super) fn user_query<'a>(target: &'a Target, id: &'a str) -> Query<'a> {
    let sql = "SELECT id, phone_number, id_in_service, ctime FROM users
               WHERE id = $1 AND service_id = $2";
    Query::new(sql, values![id, &target.service])
}

/// What that gives.
pub(super) fn user_in(secrets: &Secrets, rows: Vec<Row>) -> Result<User> {
    let row = rows.into_iter().next();
    user_from(secrets, row.ok_or(Error::NotFound("user"))?)
}

/// What asks for the failures of a user, and keeps everybody else from changing the user's standing until the
/// end of the transaction.
pub(super) fn failures_query<'a>(tx: &dyn Transaction, id: &'a str) -> Query<'a> {
    let lock = tx.for_update();
    let sql = format!("SELECT failures, last_failure FROM users WHERE id = $1{lock}");
    Query::new(sql, values![id])
}

/// Keeps everybody else from changing a user's standing until the end of the transaction.
pub(super) fn lock(tx: &mut dyn Transaction, id: &str) -> Result<()> {
    let Query { sql, values } = failures_query(tx, id);
    let row = tx.query_one(&sql, &values)?;
    row.map(drop).ok_or(Error::NotFound("user"))
}

/// A place in a list of users or services: after one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPlace {
    /// When that one was made.
    pub ctime: UnixMilliseconds,
    /// Its id.
    pub id: String,
}

impl ListPlace {
    /// The place after a user.
    pub fn after_user(user: &User) -> Self {
        Self {
            ctime: user.ctime,
            id: user.id.clone(),
        }
    }

    /// The place after a service.
    pub fn after_service(service: &Service) -> Self {
        Self {
            ctime: service.ctime,
            id: service.id.clone(),
        }
    }
}

fn user_from(secrets: &Secrets, mut row: Row) -> Result<User> {
    let id: String = row.take()?;
    Ok(User {
        phone_number: PHONE_NUMBER.take_text(secrets, &id, &mut row)?,
        id,
        id_in_service: row.take()?,
        ctime: row.take()?,
    })
}

/// Which user it is that a new one is too much like.
fn taken(error: Error) -> Error {
    let message = match &error {
        Error::Duplicate(constraint) if constraint.contains("phone_number") => {
            "a user with this phone_number exists already in the service"
        }
        _ => "a user with this id_in_service exists already in the service",
    };
    conflict(error, message)
}

/// How many users are counted in one transaction: some milliseconds' worth.
const COUNTED_AT_ONCE: i64 = 10_000;

/// How far a step has counted.
enum Step {
    /// As many as it takes, up to this place.
    More(ListPlace),
    /// All that were left, and how many these are.
    Last(i64),
}

/// Counts some of the users of a service, from a place in the list on.
fn count_step(
    tx: &mut dyn Transaction,
    target: &Target,
    after: &ListPlace,
    at_once: i64,
) -> Result<Step> {
    service(tx, target)?;
    let last = tx.query_one(
        "SELECT ctime, id FROM users WHERE service_id = $1 AND (ctime, id) > ($2, $3)
         ORDER BY ctime, id LIMIT 1 OFFSET $4",
        values![&target.service, after.ctime, &after.id, at_once - 1],
    )?;
    if let Some(mut row) = last {
        return Ok(Step::More(ListPlace {
            ctime: row.take()?,
            id: row.take()?,
        }));
    }
    let rest = tx.query_one(
        "SELECT count(*) FROM users WHERE service_id = $1 AND (ctime, id) > ($2, $3)",
        values![&target.service, after.ctime, &after.id],
    )?;
    count_in(rest).map(Step::Last)
}

impl Storage {
    /// Registers a user with a service.
    pub async fn register_user(&self, target: Target, user: &User) -> Result<()> {
        let user = user.clone();
        self.write(move |tx| {
            service(tx, &target)?;
            let (secrets, number) = (tx.secrets(), &user.phone_number);
            let key = secrets.hash_phone(number)?;
            let sealed = PHONE_NUMBER.seal(secrets, &user.id, number.as_bytes())?;
            tx.execute(
                "INSERT INTO users (id, service_id, phone_number_key, phone_number,
                                    id_in_service, id_in_service_key, ctime)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                values![
                    &user.id,
                    &target.service,
                    &key,
                    sealed.as_slice(),
                    &user.id_in_service,
                    &keys::id_in_service(&user.id_in_service),
                    user.ctime
                ],
            )
            .map_err(taken)?;
            let event = Event::of(&target, user.ctime).user(&user.id);
            record(tx, &event, "register-user", "registered")
        })
        .await
    }

    /// Finds the user of a service by its id_in_service, as compared when one is registered.
    pub async fn user_named(&self, target: Target, id_in_service: String) -> Result<User> {
        self.read(move |tx| {
            service(tx, &target)?;
            let rows = tx.query(
                "SELECT id, phone_number, id_in_service, ctime FROM users
                 WHERE service_id = $1 AND id_in_service_key = $2",
                values![&target.service, &keys::id_in_service(&id_in_service)],
            )?;
            user_in(tx.secrets(), rows)
        })
        .await
    }

    /// So many of the users of a service, oldest first, from a place in the list on.
    pub async fn users(
        &self,
        target: Target,
        after: Option<ListPlace>,
        limit: u32,
    ) -> Result<Vec<User>> {
        self.read(move |tx| {
            service(tx, &target)?;
            let beginning = ListPlace::default();
            let after = after.as_ref().unwrap_or(&beginning);
            let rows = tx.query(
                "SELECT id, phone_number, id_in_service, ctime FROM users
                 WHERE service_id = $1 AND (ctime, id) > ($2, $3) ORDER BY ctime, id LIMIT $4",
                values![&target.service, after.ctime, &after.id, limit],
            )?;
            let user = |row| user_from(tx.secrets(), row);
            rows.into_iter().map(user).collect()
        })
        .await
    }

    /// So many of the users of a service that are looked for, oldest first, from a place in the list on.
    pub async fn users_found(
        &self,
        target: Target,
        search: Search,
        after: Option<ListPlace>,
        limit: u32,
    ) -> Result<Vec<User>> {
        self.read(move |tx| {
            service(tx, &target)?;
            let beginning = ListPlace::default();
            let after = after.as_ref().unwrap_or(&beginning);
            let (pattern, phone_key) = (search.pattern(), search.phone_key(tx.secrets())?);
            let rows = tx.query(
                r"SELECT id, phone_number, id_in_service, ctime FROM users
                 WHERE service_id = $1 AND (lower(id_in_service) LIKE $2 ESCAPE '\'
                        OR id LIKE $2 ESCAPE '\' OR phone_number_key = $3)
                     AND (ctime, id) > ($4, $5) ORDER BY ctime, id LIMIT $6",
                values![
                    &target.service,
                    &pattern,
                    &phone_key,
                    after.ctime,
                    &after.id,
                    limit
                ],
            )?;
            let user = |row| user_from(tx.secrets(), row);
            rows.into_iter().map(user).collect()
        })
        .await
    }

    /// How many users a service has. They are counted in steps: the writer could not leave its log while a million
    /// are.
    pub async fn count_users(&self, target: Target) -> Result<i64> {
        self.count_users_by(COUNTED_AT_ONCE, target).await
    }

    async fn count_users_by(&self, at_once: i64, target: Target) -> Result<i64> {
        let mut counted = 0;
        let mut after = ListPlace::default();
        loop {
            let (target, from) = (target.clone(), after.clone());
            let step = self.read(move |tx| count_step(tx, &target, &from, at_once));
            match step.await? {
                Step::More(place) => after = place,
                Step::Last(rest) => return Ok(counted + rest),
            }
            counted += at_once;
        }
    }

    /// Reads a user.
    pub async fn user(&self, target: Target, id: String) -> Result<User> {
        self.read(move |tx| user(tx, &target, &id)).await
    }

    /// Deletes a user.
    pub async fn delete_user(
        &self,
        target: Target,
        id: String,
        now: UnixMilliseconds,
    ) -> Result<()> {
        self.write(move |tx| {
            user(tx, &target, &id)?;
            tx.execute("DELETE FROM users WHERE id = $1", values![&id])?;
            let event = Event::of(&target, now).user(&id);
            record(tx, &event, "delete-user", "deleted")
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_users_are_counted_however_many_at_once() {
        let storage = Storage::in_memory().unwrap();
        storage.add_account("mine", "x", 0).await.unwrap();
        let target = Target {
            account: Some("mine".to_owned()),
            address: None,
            service: "s".to_owned(),
        };
        for (id, count) in [("s", 7), ("other", 3)] {
            let service = Service {
                id: id.to_owned(),
                fqdn: format!("{id}.example"),
                name: "Example".to_owned(),
                ctime: 0,
            };
            storage
                .create_service("mine", None, &service)
                .await
                .unwrap();
            for number in 0..count {
                let user = User {
                    id: format!("{id}{number}"),
                    phone_number: format!("+3725000000{number}"),
                    id_in_service: number.to_string(),
                    ctime: number / 3,
                };
                let target = Target {
                    service: id.to_owned(),
                    ..target.clone()
                };
                storage.register_user(target, &user).await.unwrap();
            }
        }
        for at_once in 1..=8 {
            let counted = storage.count_users_by(at_once, target.clone()).await;
            assert_eq!(counted.unwrap(), 7, "{at_once} at once");
        }
    }
}
