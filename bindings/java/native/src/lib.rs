//! The native half of the Java binding: one function for each native method of
//! `com.messente.verigator.Native`, which calls the C function of the same name.
//!
//! It only converts. A handle of the C API is a `long` in Java, so the C API's own table tells a
//! handle that was freed before. What a call fails with is the call's. What else fails is thrown before
//! the native method returns: the last error belongs to the thread, and a virtual thread may go on on
//! another one. Nothing here calls Java on a thread that Java did not make.
//!
//! | module | what |
//! |---|---|
//! | `boundary` | the way from Java into Rust and back: no panic passes |
//! | `failure` | a status that is not success becomes a Java exception |
//! | `text` | strings: UTF-16 in Java, UTF-8 in C |
//! | `handle` | handles: opaque in C, `long` in Java |
//! | `config`, `ctx`, `call`, `queue`, `service`, `user`, `totp`, `recovery_codes`, `auth`, `version` | the native methods, by noun |

mod auth;
mod boundary;
mod call;
mod config;
mod ctx;
mod failure;
mod handle;
mod queue;
mod recovery_codes;
mod service;
mod text;
mod totp;
mod user;
mod version;
