//! A key, and what it does for a value in its place.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::randomness::{Randomness, SystemRandomness};

/// How many bytes a key has.
pub const KEY_BYTES: usize = 32;
/// How many bytes the id of a key has.
const ID_BYTES: usize = 8;
/// How many bytes a nonce has: enough to be drawn at random (draft-irtf-cfrg-xchacha-03, section 3.1).
const NONCE_BYTES: usize = 24;
/// What an encrypted value begins with: how the rest of it is to be read.
const FORMAT: u8 = 1;
/// How long the beginning of an encrypted value is: format, id and nonce.
const HEAD: usize = 1 + ID_BYTES + NONCE_BYTES;

/// Bytes that are wiped when they are dropped.
pub type SecretBytes = Zeroizing<Vec<u8>>;

/// What a key is called. It is derived from the key, so that it proves it, too.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; ID_BYTES]);

impl KeyId {
    /// The key that a value names, if it is an encrypted one.
    pub fn of_value(sealed: &[u8]) -> Option<Self> {
        let id = sealed.get(1..=ID_BYTES)?.try_into().ok()?;
        (sealed[0] == FORMAT).then_some(Self(id))
    }

    /// Its bytes, as values have them after the first one.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes());
        let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(())
    }
}

/// Where a value is kept. It can be read in no other place.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What the row is known by, for as long as it is there.
    pub row: &'a str,
}

impl Place<'_> {
    /// Different bytes for different places: names of tables and columns have no such characters.
    fn as_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{} of {}", self.table, self.column, self.row)
    }
}

/// A key, with those that are derived from it.
pub struct Key {
    id: KeyId,
    master: Zeroizing<[u8; KEY_BYTES]>,
    values: Zeroizing<[u8; KEY_BYTES]>,
}

impl Key {
    /// A new key.
    pub fn generate() -> Self {
        let mut master = Zeroizing::new([0; KEY_BYTES]);
        SystemRandomness.fill(&mut *master);
        Self::new(master)
    }

    /// The key that these bytes are.
    pub fn new(master: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let kdf = Hkdf::<Sha256>::new(None, &*master);
        let mut id = [0; ID_BYTES];
        let mut values = Zeroizing::new([0; KEY_BYTES]);
        derive(&kdf, "id", &mut id);
        derive(&kdf, "values", &mut *values);
        let id = KeyId(id);
        Self { id, master, values }
    }

    /// What it is called.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Its bytes, to be kept.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.master
    }

    /// Encrypts a value for its place.
    pub fn seal(&self, place: Place, value: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        SystemRandomness.fill(&mut nonce);
        let payload = Payload {
            msg: value,
            aad: &place.as_bytes(),
        };
        let encrypted = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let encrypted = encrypted.expect("a value is shorter than 256 GB");
        [&[FORMAT], self.id.as_bytes(), &nonce, &encrypted].concat()
    }

    /// Decrypts what [`seal`](Self::seal) gave; `None` if it is of another place, or was changed.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Option<SecretBytes> {
        let (head, encrypted) = sealed.split_at_checked(HEAD)?;
        let nonce: [u8; NONCE_BYTES] = head[HEAD - NONCE_BYTES..].try_into().ok()?;
        let payload = Payload {
            msg: encrypted,
            aad: &place.as_bytes(),
        };
        let value = self.cipher().decrypt(&XNonce::from(nonce), payload);
        value.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.values).into())
    }
}

/// Derives what a key is used for (RFC 5869).
fn derive(kdf: &Hkdf<Sha256>, purpose: &str, bytes: &mut [u8]) {
    let info = format!("verigator-server {purpose}");
    let derived = kdf.expand(info.as_bytes(), bytes);
    derived.expect("HKDF gives so few bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        table: "users",
        column: "phone_number",
        row: "one",
    };

    #[test]
    fn a_value_is_read_in_its_place_and_by_its_key_only() {
        let (key, other) = (Key::generate(), Key::generate());
        let sealed = key.seal(PLACE, b"+4401234567");
        assert_eq!(KeyId::of_value(&sealed), Some(key.id()));
        assert_eq!(**key.open(PLACE, &sealed).unwrap(), *b"+4401234567");
        assert!(other.open(PLACE, &sealed).is_none());
        for place in [
            Place {
                row: "two",
                ..PLACE
            },
            Place {
                column: "x",
                ..PLACE
            },
            Place {
                table: "x",
                ..PLACE
            },
        ] {
            assert!(key.open(place, &sealed).is_none(), "{place}");
        }
    }

    #[test]
    fn a_value_that_was_changed_or_cut_is_not_read() {
        let key = Key::generate();
        let sealed = key.seal(PLACE, b"x");
        for byte in 1 + ID_BYTES..sealed.len() {
            let mut changed = sealed.clone();
            changed[byte] ^= 1;
            assert!(key.open(PLACE, &changed).is_none(), "byte {byte}");
        }
        for length in 0..sealed.len() {
            assert!(key.open(PLACE, &sealed[..length]).is_none(), "{length}");
        }
        assert_ne!(key.seal(PLACE, b"x"), sealed, "no two are the same");
    }

    #[test]
    fn an_id_is_that_of_its_key() {
        let key = Key::generate();
        let id: KeyId = key.id().to_string().parse().unwrap();
        assert_eq!(id, Key::new(key.master.clone()).id());
        assert_ne!(id, Key::generate().id());
        assert!("0123".parse::<KeyId>().is_err());
    }
}
