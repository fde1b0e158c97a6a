//! The accounts that may call.

use super::audit::{Event, record};
use super::transaction::values;
use super::{Error, Result, Storage, conflict, found};
use crate::clock::UnixMilliseconds;
use crate::keys;

/// An API account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its username.
    pub name: String,
    /// When it was added.
    pub ctime: UnixMilliseconds,
    /// How many services it has.
    pub services: u32,
}

impl Storage {
    /// Adds an account; its name must differ from every other in more than case.
    pub async fn add_account(
        &self,
        name: &str,
        password_hash: &str,
        now: UnixMilliseconds,
    ) -> Result<()> {
        let (name, password_hash) = (name.to_owned(), password_hash.to_owned());
        self.write(move |tx| {
            tx.execute(
                "INSERT INTO accounts (name, name_key, password_hash, ctime)
                 VALUES ($1, $2, $3, $4)",
                values![&name, &keys::account(&name), &password_hash, now],
            )
            .map_err(|error| conflict(error, "an account of this name exists already"))?;
            record(tx, &Event::of_account(&name, now), "add-account", "added")
        })
        .await
    }

    /// All accounts, by name.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        self.read(|tx| {
            let rows = tx.query(
                "SELECT name, ctime,
                        (SELECT count(*) FROM services 
                         WHERE account = accounts.name AND deleted = 0)
                 FROM accounts ORDER BY name",
                &[],
            )?;
            rows.into_iter()
                .map(|mut row| {
                    Ok(Account {
                        name: row.take()?,
                        ctime: row.take()?,
                        services: row.take()?,
                    })
                })
                .collect()
        })
        .await
    }

    /// The password hash of an account, if there is such an account.
    pub async fn password_hash(&self, name: &str) -> Result<Option<String>> {
        let name = name.to_owned();
        self.read(move |tx| {
            let sql = "SELECT password_hash FROM accounts WHERE name = $1";
            let row = tx.query_one(sql, values![&name])?;
            row.map(|mut row| row.take()).transpose()
        })
        .await
    }

    /// Replaces the password hash of an account.
    pub async fn set_password_hash(
        &self,
        name: &str,
        password_hash: &str,
        now: UnixMilliseconds,
    ) -> Result<()> {
        let (name, password_hash) = (name.to_owned(), password_hash.to_owned());
        self.write(move |tx| {
            let sql = "UPDATE accounts SET password_hash = $1 WHERE name = $2";
            found(tx.execute(sql, values![&password_hash, &name])?, "account")?;
            record(
                tx,
                &Event::of_account(&name, now),
                "set-password",
                "changed",
            )
        })
        .await
    }

    /// Removes an account. One that has services is removed only along with them: nobody can use it
    /// from the first step on, and if that was the last, removing it again goes on.
    pub async fn remove_account(
        &self,
        name: &str,
        with_services: bool,
        now: UnixMilliseconds,
    ) -> Result<()> {
        let account = name.to_owned();
        self.write(move |tx| {
            let sql = "SELECT 1 FROM services WHERE account = $1 AND deleted = 0 LIMIT 1";
            let has_services = tx.query_one(sql, values![&account])?.is_some();
            if has_services && !with_services {
                return Err(Error::Conflict("the account has services"));
            }
            // No password has this hash.
            let sql = "UPDATE accounts SET password_hash = '' WHERE name = $1";
            found(tx.execute(sql, values![&account])?, "account")?;
            let sql = "UPDATE services SET deleted = 1, fqdn_key = id WHERE account = $1";
            tx.execute(sql, values![&account])?;
            Ok(())
        })
        .await?;
        self.purge().await?;
        let account = name.to_owned();
        self.write(move |tx| {
            let sql = "DELETE FROM accounts WHERE name = $1";
            found(tx.execute(sql, values![&account])?, "account")?;
            record(
                tx,
                &Event::of_account(&account, now),
                "remove-account",
                "removed",
            )
        })
        .await
    }
}
