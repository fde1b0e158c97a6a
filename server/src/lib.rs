//! `verigator-server` answers the contract of the Verigator two-factor API.
//!
//! A request passes through the modules in this order:
//!
//! | module | what it does |
//! |---|---|
//! | [`server`] | takes connections (by [`listener`]) and stops gracefully |
//! | [`opening`] | reads what a connection begins with ([`proxy_protocol`], [`certificates`]) |
//! | [`conversation`] | answers the requests of one connection, and knows whose they are ([`proxies`]) |
//! | [`connections`], [`connection`] | how many there are, what they hold, and which is closed for another |
//! | [`routes`] | knows every path |
//! | [`middleware`] | request ids, log, time limit ([`deadline`]), counters, [`chaos`], foreign pages ([`sites`]) |
//! | [`extract`], [`body`] | who asks (by [`accounts`], [`password`], [`guesses`], [`turns`]), about what, with which values |
//! | [`handlers`] | decode, decide, encode |
//! | [`authentication`] | decides how a login goes, by [`otp`], [`pin`], [`recovery_code`], [`token`] and [`throttle`] |
//! | [`enrolment_link`] | a link by which a user sets an app up |
//! | [`page`], [`live`] | what people look at, and that there is anything new |
//! | [`delivery`] | takes messages to gateways |
//! | [`secrets`] | encrypts what is secret of it |
//! | [`storage`] | keeps what was decided, each operation atomically |
//! | [`reply`], [`error`] | what the client is told |
//!
//! Tests run it in their own process:
//!
//! ```no_run
//! use verigator_server::server::{Server, Settings};
//! use verigator_server::storage::Storage;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let storage = Storage::in_memory()?;
//! let server = Server::bind(Settings::new(storage)).await?;
//! println!("http://{}", server.address()?);
//! server.serve(std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

pub mod accounts;
#[cfg(unix)]
pub mod activation;
pub mod authentication;
pub mod authorities;
pub mod body;
pub mod certificates;
pub mod chaos;
pub mod client_address;
pub mod clock;
pub mod commands;
pub mod connection;
pub mod connections;
pub mod conversation;
pub mod country;
pub mod credentials;
pub mod deadline;
pub mod delivery;
pub mod endpoint;
pub mod enrolment;
pub mod enrolment_link;
pub mod error;
pub mod extract;
pub mod guesses;
pub mod handlers;
pub mod histogram;
pub mod invisible;
pub mod keys;
pub mod limits;
pub mod list_page;
pub mod listen_options;
pub mod listener;
pub mod live;
pub mod log_path;
pub mod log_writer;
pub mod logging;
pub mod metrics;
pub mod middleware;
pub mod model;
pub mod opening;
pub mod operation;
pub mod option_sources;
pub mod options;
pub mod otp;
pub mod outbox;
pub mod page;
pub mod password;
pub mod phone;
pub mod pin;
pub mod proxies;
pub mod proxy_protocol;
pub mod public_url;
pub mod randomness;
pub mod readiness;
pub mod recovery_code;
pub mod refusals;
pub mod reply;
pub mod routes;
pub mod secret_file;
pub mod secrets;
pub mod server;
pub mod sites;
pub mod state;
pub mod storage;
pub mod supervisor;
pub mod throttle;
pub mod time_source;
pub mod token;
pub mod turns;
#[cfg(unix)]
pub mod unix_socket;
pub mod unsent;
