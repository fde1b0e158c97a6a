//! What protects that which is kept: whoever has the database alone reads no phone number, no secret of
//! an app, no PIN and no text.
//!
//! A value is encrypted for its place, which is a table, a column and a row: in another place it cannot be
//! read. It names its key, so that several can be in use while one takes over from another. All that a
//! key is used for has a key of its own, derived from it.
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
