//! How a new key takes over, while servers run.
//!
//! It is put into the file, before the others; then it is written down in the database; then everything is
//! encrypted under it, in steps. Servers find it in the file when they meet a value that names it, and within a
//! minute anyway. Until then they encrypt under the old one: so some time later everything is gone over
//! once more, and the old one is written off.

use super::audit::{Event, record};
use super::sealed::COLUMNS;
use super::transaction::{Transaction, values};
use super::{Error, Result, Storage, unlock};
use crate::clock::UnixMilliseconds;
use crate::pin;
use crate::secrets::{KeyFileError, KeyId, KeyPlace};

/// After what time no server encrypts under an older key any more, and no PIN that was hashed with it counts.
const TAKES_OVER: i64 = 2 * pin::LIFETIME_MILLISECONDS;

/// Why a new key did not take over, or not entirely.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The file with the keys cannot be changed.
    #[error("{0}")]
    File(#[from] KeyFileError),
    /// The keys are not in a file of ours.
    #[error(
        "servers have their keys from a credential, which stays as it was when they were started. Put the line \
         of a new key (openssl rand -base64 32) at the end of what the credential is made from, and restart \
         them all; then put it first, and restart them once more; they do the rest"
    )]
    Credential,
    /// There is no file.
    #[error("the key of a database in memory is gone with it")]
    Memory,
    /// The database failed, or holds what cannot be read.
    #[error("{0}; run it again")]
    Database(#[from] Error),
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The key that everything is encrypted under.
    pub key: KeyId,
    /// Keys that are needed a little longer.
    pub older: Vec<KeyId>,
    /// Whether it had been begun before.
    pub is_resumed: bool,
}

/// Whether a server runs, or did last, with keys that it cannot read anew.
fn is_fixed(tx: &mut dyn Transaction) -> Result<bool> {
    let row = tx.query_one("SELECT max(fixed) FROM keys", &[])?;
    let fixed: Option<bool> = row.map_or(Ok(None), |mut row| row.take())?;
    Ok(fixed.unwrap_or(false))
}

impl Storage {
    /// Writes down whether this server can read its keys anew while it runs.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn record_key_place(&self) -> Result<()> {
        let is_fixed = matches!(self.secrets.place(), Some(KeyPlace::Credential(_)));
        self.write(move |tx| {
            let sql = "UPDATE keys SET fixed = $1 WHERE fixed <> $1";
            tx.execute(sql, values![i64::from(is_fixed)]).map(drop)
        })
        .await
    }

    /// Has a new key take over; or the newest there is, if that was begun and not finished.
    ///
    /// # Errors
    ///
    /// [`RotationError`]. It can be run again, and goes on.
    pub async fn rotate_key(
        &self,
        now: UnixMilliseconds,
    ) -> std::result::Result<Rotation, RotationError> {
        let file = match self.secrets.place() {
            Some(KeyPlace::File(file)) => file,
            Some(KeyPlace::Credential(_)) => return Err(RotationError::Credential),
            _ => return Err(RotationError::Memory),
        };
        if self.read(is_fixed).await? {
            return Err(RotationError::Credential);
        }
        self.finish_rotation(now).await?;
        let (keys, _) = self.read(unlock::keys).await?;
        let is_resumed = keys.len() > 1;
        if !is_resumed {
            file.put_new_first()?;
            self.take_new_key(now).await?;
        }
        self.reseal().await?;
        let (mut older, _) = self.read(unlock::keys).await?;
        let key = older.pop().ok_or(RotationError::Memory)?;
        Ok(Rotation {
            key,
            older,
            is_resumed,
        })
    }

    /// Looks after the keys, as a server does from time to time: takes a new one from the file, and writes older
    /// ones off.
    ///
    /// # Errors
    ///
    /// The file or the database cannot be used; the keys stay as they were.
    pub async fn tend_keys(&self, now: UnixMilliseconds) -> std::result::Result<(), RotationError> {
        self.take_new_key(now).await?;
        Ok(self.finish_rotation(now).await?)
    }

    /// Takes the keys that are in the file. A new one is written down before it encrypts anything.
    async fn take_new_key(&self, now: UnixMilliseconds) -> std::result::Result<(), RotationError> {
        let Some(place @ (KeyPlace::File(_) | KeyPlace::Credential(_))) = self.secrets.place()
        else {
            return Ok(());
        };
        let read = place.read()?;
        let Some(first) = read.first().map(|key| key.id()) else {
            return Ok(());
        };
        if self.secrets.current().is_some_and(|key| key.id() == first) {
            return Ok(());
        }
        let (known, _) = self.read(unlock::keys).await?;
        let is_there = |id: &KeyId| read.iter().any(|key| key.id() == *id);
        if let Some(missing) = known.iter().find(|id| !is_there(id)) {
            let problem = format!("the key {missing} is gone from the key file, and still needed");
            return Err(Error::Unreadable(problem).into());
        }
        self.write(move |tx| {
            unlock::register_key(tx, first, now)?;
            record(tx, &Event::of_nobody(now), "rotate-key", &first.to_string())
        })
        .await?;
        self.secrets.take(read);
        tracing::info!(key = %first, "a new key encrypts from now on");
        Ok(())
    }

    /// Goes over everything once more when a new key took over some time ago, and writes the older ones off.
    async fn finish_rotation(&self, now: UnixMilliseconds) -> Result<()> {
        let (mut older, since) = self.read(unlock::keys).await?;
        let newest = older.pop();
        if older.is_empty() || now < since + TAKES_OVER || newest != self.current() {
            return Ok(());
        }
        self.reseal().await?;
        self.write(move |tx| {
            for key in &older {
                tx.execute("DELETE FROM keys WHERE id = $1", values![&key.to_string()])?;
                tracing::info!(
                    %key,
                    "nothing is encrypted under this key any more; keep it for backups made before"
                );
            }
            Ok(())
        })
        .await
    }

    fn current(&self) -> Option<KeyId> {
        self.secrets.current().map(|key| key.id())
    }

    /// Encrypts everything under the newest key.
    async fn reseal(&self) -> Result<()> {
        let Some(newest) = self.current() else {
            return Ok(());
        };
        for column in COLUMNS {
            let mut last = None;
            loop {
                let after: Option<String> = last;
                last = self
                    .write(move |tx| column.reseal(tx, newest, after.as_deref()))
                    .await?;
                if last.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}
