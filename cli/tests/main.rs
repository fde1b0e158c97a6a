//! The program `verigator` against the real server, in terminals and in pipes.

mod commands;
mod documents;
mod enrolment;
mod export;
mod failures;
mod import;
mod login;
mod output;
mod schema;
mod settings;
mod support;
