//! The contract, told as tests: real HTTP over loopback, a clock that only moves when told to.

mod authentication;
mod chaos;
mod enrolment;
mod harness;
mod hostile;
mod operations;
mod program;
mod services;
mod throttling;
mod users;
