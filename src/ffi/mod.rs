//! The C API. It only converts: arguments in, outcomes out, every export through one
//! `boundary`. What a function does is in [`Client`](crate::Client).
//!
//! `cbindgen` makes `include/verigator.h` from these files: their comments are the header's, and
//! the header's opening manual is in `cbindgen.toml`. cbindgen does not expand macros, so each
//! function is written out plainly. A binding that is itself written in Rust calls them from here.

#![allow(non_camel_case_types)]
// The comments are C's: an address in them is text.
#![allow(rustdoc::bare_urls)]

mod auth;
mod boundary;
mod config;
mod ctx;
mod error;
mod handle;
mod kinds;
mod output;
mod panic_hook;
#[cfg(test)]
mod panics;
mod service;
mod status;
mod table;
mod text;
mod truth;
mod user;
mod version;
mod wipe;

pub use auth::*;
pub use config::*;
pub use ctx::*;
pub use error::*;
pub use service::*;
pub use status::*;
pub use user::*;
pub use version::*;
