//! The C API. It only converts: arguments in, outcomes out, every export through one
//! `boundary`. What a function does is in [`Client`](crate::Client).
//!
//! The build makes `include/verigator.h` and `include/verigator.json` from these files: their comments
//! are the header's, and the header's opening manual is in `cbindgen.toml`. Neither cbindgen nor
//! `build/description.rs` expands macros, so each function is written out plainly. A binding that is
//! itself written in Rust calls them from here.

#![allow(non_camel_case_types)]
// The comments are C's: an address in them is text.
#![allow(rustdoc::bare_urls)]

mod auth;
mod boundary;
mod call;
mod config;
mod ctx;
#[cfg(test)]
mod described;
mod error;
mod handle;
mod kinds;
mod output;
mod panic_hook;
#[cfg(test)]
mod panics;
mod queue;
mod recovery_codes;
mod service;
mod status;
mod text;
mod totp;
mod truth;
mod user;
mod user_data;
mod version;
mod wipe;

pub use auth::*;
pub use call::*;
pub use config::*;
pub use ctx::*;
pub use error::*;
pub use queue::*;
pub use recovery_codes::*;
pub use service::*;
pub use status::*;
pub use totp::*;
pub use user::*;
pub use user_data::verigator_destroy_callback;
pub use version::*;
