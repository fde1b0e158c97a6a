//! How a new key takes over, while servers run.
//!
//! It is put into the file, before the others; then it is written down in the database; then everything is
//! encrypted under it, in steps. Servers find it in the file when they meet a value that names it, and within a
//! minute anyway. Until then they encrypt under the old one: so some time later everything is gone over
//! once more, and the old one is written off.

use super::sealed::COLUMNS;
use super::transaction::values;
use super::unlock::KnownKey;
use super::{Error, Result, Storage, unlock};
use crate::clock::UnixMilliseconds;
use crate::secrets::{Key, KeyFileError, KeyId, KeyPlace};

/// After what time no server encrypts under an older key any more: they look for a new one every minute.
const TAKES_OVER: i64 = 600_000;

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
         them all; then put it first, and restart one of them; they do the rest"
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

    /// The keys that anything was ever encrypted under, the oldest first.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn keys(&self) -> Result<Vec<KnownKey>> {
        self.read(unlock::keys).await
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
        let known = self.keys().await?;
        if known.iter().any(|key| key.is_fixed) {
            return Err(RotationError::Credential);
        }
        self.tend_keys(now).await?;
        let is_resumed = self.needed_keys().await?.len() > 1;
        if !is_resumed {
            file.put_new_first()?;
            self.take_new_key(now).await?;
        }
        self.reseal().await?;
        let mut older = self.needed_keys().await?;
        let key = older.pop().ok_or(RotationError::Memory)?.id;
        Ok(Rotation {
            key,
            older: older.into_iter().map(|key| key.id).collect(),
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
        let Some(first) = read.first().map(Key::id) else {
            return Ok(());
        };
        let known = self.keys().await?;
        let newest = unlock::encrypting(first, &known);
        if self.current() == Some(newest) {
            return Ok(());
        }
        let is_there = |key: &KnownKey| read.iter().any(|read| read.id() == key.id);
        let mut needed = known.iter().filter(|key| key.is_needed);
        if let Some(KnownKey { id, .. }) = needed.find(|key| !is_there(key)) {
            let problem = format!("the key {id} is not in {place}, and needed");
            return Err(Error::Unreadable(problem).into());
        }
        self.write(move |tx| unlock::register_key(tx, newest, now))
            .await?;
        self.secrets.take(read);
        self.secrets.encrypt_under(newest);
        tracing::info!(key = %newest, "another key encrypts from now on");
        Ok(())
    }

    /// The keys that anything may be encrypted under, the oldest first.
    async fn needed_keys(&self) -> Result<Vec<KnownKey>> {
        let mut keys = self.keys().await?;
        keys.retain(|key| key.is_needed);
        Ok(keys)
    }

    /// Goes over everything once more when a new key took over some time ago, and writes the older ones off.
    async fn finish_rotation(&self, now: UnixMilliseconds) -> Result<()> {
        let mut older = self.needed_keys().await?;
        let Some(newest) = older.pop() else {
            return Ok(());
        };
        let is_early = now < newest.since + TAKES_OVER;
        if older.is_empty() || is_early || self.current() != Some(newest.id) {
            return Ok(());
        }
        self.reseal().await?;
        self.write(move |tx| {
            for KnownKey { id, .. } in &older {
                let sql = "UPDATE keys SET needed = 0 WHERE id = $1";
                tx.execute(sql, values![&id.to_string()])?;
                tracing::info!(
                    key = %id,
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
