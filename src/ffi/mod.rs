//! The C API. It only converts: arguments in, outcomes out, every export through one
//! [boundary]. What a function does is in [`Client`](crate::Client).
//!
//! `cbindgen` makes `include/verigator.h` from these files: their comments are the header's, and
//! the header's opening manual is in `cbindgen.toml`. cbindgen does not expand macros, so each
//! function is written out plainly.

// C's names, and constants that only the header uses.
#![allow(non_camel_case_types, dead_code)]

mod auth;
mod boundary;
mod config;
mod ctx;
mod error;
mod handle;
mod output;
mod service;
mod status;
mod table;
mod text;
mod user;
mod version;
