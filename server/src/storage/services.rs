//! Services, and who may touch them.

use super::audit::{Event, record};
use super::search::Search;
use super::transaction::{Query, Row, Transaction, values};
use super::users::ListPlace;
use super::{Error, Result, Storage, Target, conflict, found};
use crate::client_address::ClientAddress;
use crate::clock::UnixMilliseconds;
use crate::keys;
use crate::model::Service;

/// Reads the service of a target, if whoever asks may touch it.
pub(super) fn service(tx: &mut dyn Transaction, target: &Target) -> Result<Service> {
    let Query { sql, values } = service_query(target);
    service_from(tx.query(&sql, &values)?, target)
}

/// What asks for the service of a target.
pub(super) fn service_query(target: &Target) -> Query<'_> {
    let sql = "SELECT account, id, fqdn, name, ctime FROM services
               WHERE id = $1 AND deleted = 0";
    Query::new(sql, values![&target.service])
}

/// What that gives, if whoever asks may touch it.
pub(super) fn service_from(rows: Vec<Row>, target: &Target) -> Result<Service> {
    owned_service_from(rows, target).map(|(service, _)| service)
}

/// The same, and the account that it belongs to.
pub(super) fn owned_service_from(rows: Vec<Row>, target: &Target) -> Result<(Service, String)> {
    let mut row = rows.into_iter().next().ok_or(Error::NotFound("service"))?;
    let owner: String = row.take()?;
    if target.account.as_ref().is_some_and(|asks| *asks != owner) {
        return Err(Error::Forbidden);
    }
    Ok((listed(row)?, owner))
}

/// What else a row says of a service.
fn listed(mut row: Row) -> Result<Service> {
    Ok(Service {
        id: row.take()?,
        fqdn: row.take()?,
        name: row.take()?,
        ctime: row.take()?,
    })
}

/// What a query for one number gives.
pub(super) fn count_in(row: Option<Row>) -> Result<i64> {
    row.map_or(Ok(0), |mut row| row.take())
}

impl Storage {
    /// Creates a service that belongs to an account, asked for from an address.
    pub async fn create_service(
        &self,
        account: &str,
        address: Option<ClientAddress>,
        service: &Service,
    ) -> Result<()> {
        let (account, service) = (account.to_owned(), service.clone());
        self.write(move |tx| {
            let sql = "SELECT 1 FROM accounts WHERE name = $1";
            let account_row = tx.query_one(sql, values![&account])?;
            found(account_row.iter().count() as u64, "account")?;
            tx.execute(
                "INSERT INTO services (id, account, fqdn, fqdn_key, name, ctime)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                values![
                    &service.id,
                    &account,
                    &service.fqdn,
                    &keys::host(&service.fqdn),
                    &service.name,
                    service.ctime
                ],
            )
            .map_err(|error| conflict(error, "a service with this fqdn exists already"))?;
            let target = Target {
                account: Some(account.clone()),
                address,
                service: service.id.clone(),
            };
            let event = Event::of(&target, service.ctime);
            record(tx, &event, "create-service", "created")
        })
        .await
    }

    /// Reads a service.
    pub async fn service(&self, target: Target) -> Result<Service> {
        self.read(move |tx| service(tx, &target)).await
    }

    /// Finds the service of an account by its fqdn, as compared when one is created.
    pub async fn service_named(&self, account: String, fqdn: String) -> Result<Service> {
        self.read(move |tx| {
            let row = tx.query_one(
                "SELECT id, fqdn, name, ctime FROM services
                 WHERE account = $1 AND fqdn_key = $2 AND deleted = 0",
                values![&account, &keys::host(&fqdn)],
            )?;
            row.ok_or(Error::NotFound("service")).and_then(listed)
        })
        .await
    }

    /// So many of the services of an account, oldest first, from a place in the list on.
    pub async fn services(
        &self,
        account: String,
        after: Option<ListPlace>,
        limit: u32,
    ) -> Result<Vec<Service>> {
        self.read(move |tx| {
            let beginning = ListPlace::default();
            let after = after.as_ref().unwrap_or(&beginning);
            let rows = tx.query(
                "SELECT id, fqdn, name, ctime FROM services
                 WHERE account = $1 AND (ctime, id) > ($2, $3) AND deleted = 0
                 ORDER BY ctime, id LIMIT $4",
                values![&account, after.ctime, &after.id, limit],
            )?;
            rows.into_iter().map(listed).collect()
        })
        .await
    }

    /// So many of the services of all accounts, each with its account, oldest first, from a place in the list
    /// on; those that are looked for.
    pub async fn services_of_all(
        &self,
        search: Option<Search>,
        after: Option<ListPlace>,
        limit: u32,
    ) -> Result<Vec<(Service, String)>> {
        self.read(move |tx| {
            let beginning = ListPlace::default();
            let after = after.as_ref().unwrap_or(&beginning);
            let pattern = search.as_ref().map(Search::pattern);
            let rows = tx.query(
                r"SELECT account, id, fqdn, name, ctime FROM services
                 WHERE (CAST($1 AS TEXT) IS NULL OR lower(name) LIKE $1 ESCAPE '\'
                        OR lower(fqdn) LIKE $1 ESCAPE '\' OR lower(account) LIKE $1 ESCAPE '\'
                        OR id LIKE $1 ESCAPE '\')
                     AND (ctime, id) > ($2, $3) AND deleted = 0
                 ORDER BY ctime, id LIMIT $4",
                values![pattern.as_ref(), after.ctime, &after.id, limit],
            )?;
            let owned = |mut row: Row| {
                let account = row.take()?;
                Ok((listed(row)?, account))
            };
            rows.into_iter().map(owned).collect()
        })
        .await
    }

    /// How many services an account has.
    pub async fn count_services(&self, account: String) -> Result<i64> {
        self.read(move |tx| {
            let sql = "SELECT count(*) FROM services WHERE account = $1 AND deleted = 0";
            count_in(tx.query_one(sql, values![&account])?)
        })
        .await
    }

    /// Deletes a service. It is gone at once; its users are removed by [`Storage::purge`].
    pub async fn delete_service(&self, target: Target, now: UnixMilliseconds) -> Result<()> {
        self.write(move |tx| {
            service(tx, &target)?;
            tx.execute(
                // Its fqdn is free again.
                "UPDATE services SET deleted = 1, fqdn_key = id WHERE id = $1",
                values![&target.service],
            )?;
            record(tx, &Event::of(&target, now), "delete-service", "deleted")
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_service_of_an_account_that_was_removed_is_no_conflict() {
        let storage = Storage::in_memory().unwrap();
        let service = Service {
            id: "1".to_owned(),
            fqdn: "example.com".to_owned(),
            name: "Example".to_owned(),
            ctime: 0,
        };
        let outcome = storage.create_service("removed", None, &service).await;
        assert!(
            matches!(outcome, Err(Error::NotFound("account"))),
            "{outcome:?}"
        );
    }
}
