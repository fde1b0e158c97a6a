//! A user's standing as people look at it: what failed, and which logins are under way.

use super::transaction::{Row, values};
use super::users::user;
use super::{Error, Result, Storage, Target};
use crate::clock::UnixMilliseconds;

/// How a user stands.
#[derive(Debug)]
pub struct UserStanding {
    /// How many checks failed since the last that did not.
    pub failures: u32,
    /// When the last one failed; of no failures, nothing.
    pub last_failure: UnixMilliseconds,
    /// The logins that were started and not answered yet, the newest first.
    pub logins: Vec<LoginUnderWay>,
}

/// A login that was started.
#[derive(Debug)]
pub struct LoginUnderWay {
    /// How it is answered, as the contract names it.
    pub method: String,
    /// When it was started.
    pub ctime: UnixMilliseconds,
    /// How many wrong answers it has had.
    pub checks: u32,
}

impl Storage {
    /// How a user stands.
    pub async fn user_standing(&self, target: Target, user_id: String) -> Result<UserStanding> {
        self.read(move |tx| {
            user(tx, &target, &user_id)?;
            let failures = "SELECT failures, last_failure FROM users WHERE id = $1";
            let row = tx.query_one(failures, values![&user_id])?;
            let mut failures = row.ok_or(Error::NotFound("user"))?;
            let logins = tx.query(
                "SELECT method, ctime, checks FROM challenges WHERE user_id = $1 AND spent = 0
                 ORDER BY sequence DESC",
                values![&user_id],
            )?;
            let login = |mut row: Row| {
                Ok(LoginUnderWay {
                    method: row.take()?,
                    ctime: row.take()?,
                    checks: row.take()?,
                })
            };
            Ok(UserStanding {
                failures: failures.take()?,
                last_failure: failures.take()?,
                logins: logins.into_iter().map(login).collect::<Result<_>>()?,
            })
        })
        .await
    }
}
