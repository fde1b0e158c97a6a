//! The contract, told as tests: real HTTP over loopback, a clock that only moves when told to.

mod authentication;
mod chaos;
mod crash;
mod deadlines;
mod enrolment;
mod full_disk;
mod harness;
mod hostile;
mod operations;
mod origins;
mod process;
mod program;
mod services;
mod storage;
mod throttling;
mod users;
