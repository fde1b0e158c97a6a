//! What protects that which is kept: whoever has the database alone reads no phone number, no secret of
//! an app, no PIN and no text.
//!
//! A value is encrypted by XChaCha20-Poly1305, whose nonces are long enough to be drawn at random by all servers on
//! a database. What goes into its tag beside it is its place, which is a table, a column and a row: in another
//! place it cannot be read. Before it stands the id of its key, so that several keys can be in use while one takes over
//! from another; the id is derived from the key, so that a wrong key is known for one.
//!
//! The keys are in a file, or a credential, outside of the database, which has only their ids: where one of them is
//! missing nothing is served, and none is made. What phones are found and counted by is HMAC-SHA256 of their numbers.
//! Its key is kept in the database, encrypted like the rest: it stays the same when another key takes over.
//!
//! | module | what it does |
//! |---|---|
//! | [`key`] | encrypts a value for its place |
//! | [`key_file`] | keeps keys in a file |
//! | [`key_place`] | finds that file |
//! | [`ring`] | the keys that a process has |

pub mod key;
pub mod key_file;
pub mod key_place;
pub mod ring;

pub use key::{Key, KeyId, Place};
pub use key_file::{KeyFile, KeyFileError};
pub use key_place::KeyPlace;
pub use ring::Secrets;
