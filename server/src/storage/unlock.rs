//! Gives a database its keys when it is opened: all that its values name must be there, and only a database
//! without any gets a new one.

use super::audit::{Event, record};
use super::sealed::HASH_KEY;
use super::transaction::{Row, Transaction, values};
use super::{Error, Result, plain, sealed};
use crate::clock::{Clock, SystemClock, UnixMilliseconds};
use crate::secrets::{Key, KeyFileError, KeyId, KeyPlace, Secrets};

/// The row of the one hash key there is.
const HASH_KEY_ROW: &str = "phone numbers";

/// Why a database does not get its keys.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// The file with the keys is of no use.
    #[error("{0}")]
    File(#[from] KeyFileError),
    /// The file with the keys is missing.
    #[error("{file}, and the database is encrypted under the key {key}; {advice}")]
    NoFile {
        /// Which file is missing.
        file: KeyFileError,
        /// The key that is needed.
        key: KeyId,
        /// What to do.
        advice: String,
    },
    /// A key is missing.
    #[error("the database is encrypted under the key {key}, which is missing; {advice}")]
    NoKey {
        /// The key that is needed.
        key: KeyId,
        /// What to do.
        advice: String,
    },
    /// There is something encrypted, but nothing says under which key.
    #[error(
        "there is something encrypted in {0}, but nothing says under which key: was it moved here, and not to the \
         end? Then move it again; or else restore a backup"
    )]
    NoKeyKnown(String),
    /// The database failed, or cannot be read.
    #[error("{0}")]
    Database(#[from] Error),
}

/// What is done in one transaction.
pub(super) type Work<'a> = &'a mut dyn FnMut(&mut dyn Transaction) -> Result<()>;

/// Runs something in a transaction that changes something, or that does not.
pub(super) type Run<'a> = &'a mut dyn FnMut(Access, Work) -> std::result::Result<(), Error>;

/// What a transaction does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Reads,
    Writes,
}

/// What a database says of its keys.
#[derive(Default)]
struct Known {
    /// The oldest first.
    keys: Vec<KnownKey>,
    hash_key: Option<Vec<u8>>,
    has_plain_values: bool,
    has_left_something: bool,
    /// A column with an encrypted value, where no key is known.
    encrypted: Option<String>,
}

/// Gives a database its keys, and encrypts what is not encrypted yet. Says whether something may be left behind
/// in a file by that.
pub(super) fn unlock(secrets: &Secrets, run: Run) -> std::result::Result<bool, UnlockError> {
    let Some(place) = secrets.place() else {
        return Ok(false);
    };
    let mut known = known(run)?;
    if let Some(column) = known.encrypted {
        return Err(UnlockError::NoKeyKnown(column));
    }
    let made = read_keys(secrets, place, &known)?;
    if known.hash_key.is_none() {
        run(Access::Writes, &mut begin)?;
        known = self::known(run)?;
        let refused = refuse_missing(secrets, place, &known);
        if let (Err(_), KeyPlace::File(file), true) = (&refused, place, made) {
            // Another server was quicker, with a key of its own.
            file.unmake();
        }
        refused?;
    }
    if let Some(first) = secrets.current() {
        let key = encrypting(first.id(), &known.keys);
        secrets.encrypt_under(key);
        if !known.keys.iter().any(|known| known.id == key) {
            run(Access::Writes, &mut |tx| register(tx, SystemClock.now()))?;
        }
    }
    let hash_key = known.hash_key.unwrap_or_default();
    secrets.take_hash_key(HASH_KEY.open(secrets, HASH_KEY_ROW, &hash_key)?);
    let mut more = known.has_plain_values;
    while more {
        run(Access::Writes, &mut |tx| {
            more = plain::step(tx)?;
            Ok(())
        })?;
    }
    Ok(known.has_left_something)
}

/// Writes the key that encrypts down as the newest, if it is new, before it encrypts anything.
pub(super) fn register(tx: &mut dyn Transaction, now: UnixMilliseconds) -> Result<()> {
    if let Some(key) = tx.secrets().current() {
        register_key(tx, key.id(), now)?;
    }
    Ok(())
}

/// The same of any key.
pub(super) fn register_key(
    tx: &mut dyn Transaction,
    key: KeyId,
    now: UnixMilliseconds,
) -> Result<()> {
    let sql = "INSERT INTO keys (id, ctime) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    let key = key.to_string();
    let is_new = tx.execute(sql, values![&key, now])? > 0;
    let others = "SELECT 1 FROM keys WHERE id <> $1 LIMIT 1";
    if is_new && tx.query_one(others, values![&key])?.is_some() {
        record(tx, &Event::of_nobody(now), "rotate-key", &key)?;
    }
    Ok(())
}

/// A key, as the database knows it.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// What it is called.
    pub id: KeyId,
    /// Since when it encrypts, or did so.
    pub since: UnixMilliseconds,
    /// Whether anything may be encrypted under it still.
    pub is_needed: bool,
    /// Whether the server that was started last has it from a credential.
    pub is_fixed: bool,
}

/// The keys that anything was ever encrypted under, the oldest first.
pub(super) fn keys(tx: &mut dyn Transaction) -> Result<Vec<KnownKey>> {
    let rows = tx.query(
        "SELECT id, ctime, needed, fixed FROM keys ORDER BY sequence",
        &[],
    )?;
    let key = |mut row: Row| {
        let id: String = row.take()?;
        let unknown = |()| Error::Unreadable(format!("the key {id} has no id of a key"));
        Ok(KnownKey {
            id: id.parse().map_err(unknown)?,
            since: row.take()?,
            is_needed: row.take()?,
            is_fixed: row.take()?,
        })
    };
    rows.into_iter().map(key).collect()
}

/// Which key encrypts: the first in the file if the database does not know it, or else the newest of those that it
/// knows. One that was written off does not come back.
pub(super) fn encrypting(in_file: KeyId, known: &[KnownKey]) -> KeyId {
    match known.last() {
        Some(newest) if known.iter().any(|key| key.id == in_file) => newest.id,
        _ => in_file,
    }
}

fn known(run: Run) -> Result<Known> {
    let mut known = Known::default();
    run(Access::Reads, &mut |tx| {
        // Another server may be beginning: what comes with the first key is looked for before it.
        let sql = "SELECT secret FROM hash_keys WHERE id = $1";
        let row = tx.query_one(sql, values![HASH_KEY_ROW])?;
        known = Known {
            hash_key: row.map(|mut row| row.take()).transpose()?,
            keys: keys(tx)?,
            has_plain_values: plain::waits(tx)?,
            has_left_something: plain::is_left(tx)?,
            encrypted: sealed::anything_without_key(tx)?,
        };
        Ok(())
    })?;
    Ok(known)
}

/// Reads the keys, and sees whether all are there that the database needs. Makes the first one for a database that
/// needs none; says whether it did.
fn read_keys(
    secrets: &Secrets,
    place: &KeyPlace,
    known: &Known,
) -> std::result::Result<bool, UnlockError> {
    let newest = known.keys.last().map(|key| key.id);
    let mut made = false;
    let keys = match (place.read(), place, newest) {
        (_, KeyPlace::Memory, _) if secrets.current().is_some() => return Ok(false),
        (_, KeyPlace::Memory, _) => vec![Key::generate()],
        (Err(KeyFileError::Missing(_)), KeyPlace::File(file), None) => {
            made = file.make()?;
            file.read()?
        }
        (Err(file @ KeyFileError::Missing(_)), _, Some(key)) => {
            return Err(UnlockError::NoFile {
                file,
                key,
                advice: place.advice(),
            });
        }
        (keys, ..) => keys?,
    };
    secrets.take(keys);
    refuse_missing(secrets, place, known)?;
    Ok(made)
}

fn refuse_missing(
    secrets: &Secrets,
    place: &KeyPlace,
    known: &Known,
) -> std::result::Result<(), UnlockError> {
    let mut needed = known.keys.iter().rev().filter(|key| key.is_needed);
    match needed.find(|key| !secrets.has(key.id)) {
        None => Ok(()),
        Some(key) => Err(UnlockError::NoKey {
            key: key.id,
            advice: place.advice(),
        }),
    }
}

/// Writes down the first key of all, unless another server has done so.
fn begin(tx: &mut dyn Transaction) -> Result<()> {
    let hash_key = HASH_KEY.seal(tx.secrets(), HASH_KEY_ROW, &Secrets::new_hash_key())?;
    let first = tx.execute(
        "INSERT INTO hash_keys (id, secret) SELECT $1, $2
         WHERE NOT EXISTS (SELECT 1 FROM keys) ON CONFLICT (id) DO NOTHING",
        values![HASH_KEY_ROW, hash_key.as_slice()],
    )?;
    match first {
        0 => Ok(()),
        _ => register(tx, SystemClock.now()),
    }
}
