//! Starts and verifies two-factor logins through the Verigator API.
//!
//! A safe Rust client ([`Client`]), and a C API over it that only converts. A call runs on the thread
//! that makes it; there is no signal handler, no global logger and no setting for the whole process, and
//! no environment is read unless asked for. `docs/security-model.md` has the exceptions.
//!
//! ```no_run
//! use verigator::{Client, Config, Method};
//!
//! let client = Client::new(&Config::new("api-username", "api-password")?)?;
//! let service = client.create_service("login.example.com", "Example")?;
//! let user = client.create_user(&service.id, "+3725555555", "kaisa@example.com")?;
//! let challenge = client.initiate(&service.id, &user.id, Method::Totp)?;
//! let answer = client.verify(&service.id, &user.id, Some(&challenge), "123456")?;
//! assert!(answer.verified);
//! # Ok::<(), verigator::Error>(())
//! ```
//!
//! The feature `capi` is for those who make a library for C of it, as `make release` does. It adds
//! the `ffi` module, from which `include/verigator.h` is made, and an allocator that overwrites what it
//! frees, which is then the whole program's. A Rust program leaves it off, and gets neither.
//!
//! The feature `tokio` adds `AsyncClient`, whose calls are awaited on the program's own runtime.
//!
//! # Where things are
//!
//! | module | what |
//! |---|---|
//! | `operation` | the operations of the contract as values; the only place that knows the routes |
//! | `client` | [`Client`]: one method for each operation; performs them, and says what they came to |
//! | `answer` | what the service can answer, of whichever kind |
//! | `call`, `queue` | an operation as an object with its own outcome, and what many of them run in; only `ffi` hands them out |
//! | `model` | [`Service`], [`User`], [`Method`], [`Challenge`], [`Verification`], [`Enrolment`], [`EnrolmentLink`], [`RecoveryCodes`] and so on: the nouns |
//! | `config` | [`Config`]: every option, its default and its limits; `option` names them, `environment` fills one, `proxies` and `no_proxy` choose |
//! | `error` | [`Error`], [`Status`], [`ErrorKind`]: one taxonomy for the whole library |
//! | `transport` | how bytes travel: lanes (each with one connection, for one call at a time), TLS, retry and deadlines; knows nothing of Verigator |
//! | `ffi` | with `capi`: the C API: status, boundary, handles, strings, one file for each noun |
//!
//! Arrows point one way: `ffi → client → operation → transport`.

#![deny(unsafe_op_in_unsafe_fn)]
// clippy.toml names them.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// Calls and queues are handed out by the C API alone.
#![cfg_attr(not(feature = "capi"), allow(dead_code, unused_imports))]

mod answer;
#[cfg(feature = "tokio")]
mod asynchronous;
mod call;
mod client;
mod config;
mod environment;
mod error;
#[cfg(feature = "capi")]
#[doc(hidden)]
pub mod ffi;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod lock;
mod log;
mod model;
mod no_proxy;
mod operation;
mod option;
mod pem;
mod proxies;
mod queue;
mod sanitise;
mod segment;
mod table;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod testing;
mod text;
mod token;
mod transport;
mod url_text;

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncClient;
pub use client::Client;
pub use config::{Config, TlsVersion};
pub use error::{Error, ErrorKind, Result, Status};
pub use log::LogLevel;
pub use model::{
    Challenge, Enrolment, EnrolmentLink, Method, RecoveryCodes, Service, ServiceList, TotpState,
    User, UserList, Verification,
};
