//! The keys that a process has. They may become more while it runs.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::key::{Key, KeyId, Place, SecretBytes};
use super::key_file::KeyFileError;
use super::key_place::KeyPlace;

/// Why a value cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Its key is not here.
    #[error("{place} is encrypted under the key {key}, which is missing; {advice}")]
    Missing {
        /// Where the value is.
        place: String,
        /// Which key it is.
        key: KeyId,
        /// What to do.
        advice: String,
    },
    /// It is not what was put there.
    #[error("{0} was damaged, or changed by hand: it does not fit its place")]
    Damaged(String),
    /// The database was opened without its keys.
    #[error("{0} is encrypted, and the database was opened without its keys")]
    Locked(String),
}

/// The keys of a database; none, if it is used without them.
pub struct Secrets {
    place: Option<KeyPlace>,
    ring: RwLock<Arc<Ring>>,
    /// What phone numbers are hashed with: the same whichever key encrypts it, so that one number is
    /// one user and has one limit while another key takes over.
    hash_key: OnceLock<SecretBytes>,
}

/// The first encrypts.
#[derive(Default)]
struct Ring(Vec<Arc<Key>>);

impl Ring {
    fn find(&self, id: KeyId) -> Option<Arc<Key>> {
        self.0.iter().find(|key| key.id() == id).cloned()
    }
}

impl Secrets {
    /// Keys that are to be read from a place.
    pub fn at(place: KeyPlace) -> Self {
        Self {
            place: Some(place),
            ..Self::none()
        }
    }

    /// A key of its own that is kept nowhere.
    pub fn in_memory() -> Self {
        let secrets = Self::at(KeyPlace::Memory);
        secrets.take(vec![Key::generate()]);
        secrets.take_hash_key(Self::new_hash_key());
        secrets
    }

    /// No keys: nothing that is encrypted can be read or written.
    pub fn none() -> Self {
        Self {
            place: None,
            ring: RwLock::default(),
            hash_key: OnceLock::new(),
        }
    }

    /// Where the keys are, if there are to be any.
    pub fn place(&self) -> Option<&KeyPlace> {
        self.place.as_ref()
    }

    /// The key that encrypts, if there is any.
    pub fn current(&self) -> Option<Arc<Key>> {
        self.ring().0.first().cloned()
    }

    /// Whether a key is here.
    pub fn has(&self, id: KeyId) -> bool {
        self.ring().find(id).is_some()
    }

    /// Takes keys in place of those that are here. The first of them encrypts from now on.
    pub fn take(&self, keys: Vec<Key>) {
        let keys = keys.into_iter().map(Arc::new).collect();
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Ring(keys));
    }

    /// Encrypts under one of the keys from now on, if it is here.
    pub fn encrypt_under(&self, id: KeyId) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = ring.0.clone();
        keys.sort_by_key(|key| key.id() != id);
        *ring = Arc::new(Ring(keys));
    }

    /// Takes what phone numbers are hashed with. It is the same for as long as the database is there.
    pub fn take_hash_key(&self, key: SecretBytes) {
        let _ = self.hash_key.set(key);
    }

    /// Something new that phone numbers could be hashed with.
    pub fn new_hash_key() -> SecretBytes {
        SecretBytes::new(Key::generate().bytes().to_vec())
    }

    /// Encrypts a value for its place.
    ///
    /// # Errors
    ///
    /// There is no key.
    pub fn seal(&self, place: Place, value: &[u8]) -> Result<Vec<u8>, Unreadable> {
        Ok(self.encrypting(place)?.seal(place, value))
    }

    /// Decrypts a value.
    ///
    /// # Errors
    ///
    /// Its key is missing, also in the file, or it is not what was put there.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<SecretBytes, Unreadable> {
        let damaged = || Unreadable::Damaged(place.to_string());
        let id = KeyId::of_value(sealed).ok_or_else(damaged)?;
        self.key(id, place)?.open(place, sealed).ok_or_else(damaged)
    }

    /// What a phone number, or the beginning of one, is compared by: equal for equal ones.
    ///
    /// # Errors
    ///
    /// There is no key.
    pub fn hash_phone(&self, number: &str) -> Result<String, Unreadable> {
        let locked = || Unreadable::Locked("a phone number".to_owned());
        let key = self.hash_key.get().ok_or_else(locked)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(number.as_bytes());
        Ok(data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    fn encrypting(&self, place: Place) -> Result<Arc<Key>, Unreadable> {
        self.current()
            .ok_or_else(|| Unreadable::Locked(place.to_string()))
    }

    /// The key that a value names. If it is not here it may be in the file by now.
    fn key(&self, id: KeyId, place: Place) -> Result<Arc<Key>, Unreadable> {
        if let Some(key) = self.ring().find(id) {
            return Ok(key);
        }
        let Some(keys) = &self.place else {
            return Err(Unreadable::Locked(place.to_string()));
        };
        let _ = self.learn();
        self.ring().find(id).ok_or_else(|| Unreadable::Missing {
            place: place.to_string(),
            key: id,
            advice: keys.advice(),
        })
    }

    /// Learns what other keys are in the file. The one that encrypts stays: another one has to be known to
    /// the database first.
    fn learn(&self) -> Result<(), KeyFileError> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let read = place.read()?;
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = ring.0.clone();
        let new = read.into_iter().filter(|key| ring.find(key.id()).is_none());
        keys.extend(new.map(Arc::new));
        *ring = Arc::new(Ring(keys));
        Ok(())
    }

    fn ring(&self) -> Arc<Ring> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::KeyFile;

    const PLACE: Place = Place {
        table: "challenges",
        column: "pin",
        row: "user",
    };

    #[test]
    fn equal_numbers_have_equal_hashes_under_one_hash_key() {
        let (secrets, others) = (Secrets::in_memory(), Secrets::in_memory());
        let hash = |number| secrets.hash_phone(number).unwrap();
        assert_eq!(hash("+1"), hash("+1"));
        assert_ne!(hash("+1"), hash("+2"));
        assert_ne!(hash("+1"), others.hash_phone("+1").unwrap());
    }

    #[test]
    fn a_key_that_came_into_the_file_is_found_there_but_encrypts_nothing_yet() {
        let directory = tempfile::tempdir().unwrap();
        let file = KeyFile::at(directory.path().join("key"));
        file.make().unwrap();
        let secrets = Secrets::at(KeyPlace::File(file.clone()));
        secrets.take(file.read().unwrap());
        let old = secrets.current().unwrap().id();
        file.put_new_first().unwrap();
        let sealed = file.read().unwrap()[0].seal(PLACE, b"x");
        assert_eq!(**secrets.open(PLACE, &sealed).unwrap(), *b"x");
        assert_eq!(secrets.current().unwrap().id(), old);

        let sealed = Key::generate().seal(PLACE, b"x");
        let told = secrets.open(PLACE, &sealed).unwrap_err().to_string();
        let id = KeyId::of_value(&sealed).unwrap().to_string();
        assert!(told.contains(&id) && told.contains("--key-file"), "{told}");
    }

    #[test]
    fn without_keys_nothing_is_read_or_written() {
        let secrets = Secrets::none();
        assert!(secrets.seal(PLACE, b"x").is_err());
        assert!(secrets.hash_phone("+1").is_err());
        let sealed = Key::generate().seal(PLACE, b"x");
        assert!(secrets.open(PLACE, &sealed).is_err());
    }
}
