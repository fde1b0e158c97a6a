//! The contract, told as tests: real HTTP over loopback, a clock that only moves when told to.

mod authentication;
#[cfg(unix)]
mod backups;
#[path = "../../../tests/support/certificates.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
#[cfg(unix)]
mod certificates;
mod chaos;
mod crash;
#[path = "database_sqlite.rs"]
mod database;
mod deadlines;
mod delivery;
mod delivery_reports;
mod described;
#[allow(dead_code, reason = "the tests of PostgreSQL need the rest")]
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod disk_faults;
mod enrolment;
mod enrolment_links;
#[cfg(target_os = "linux")]
mod floods;
mod full_disk;
mod gateway;
mod harness;
#[cfg(unix)]
mod healthcheck;
mod hostile;
mod http_channel;
mod limits;
#[cfg(unix)]
mod listening;
mod metrics;
mod old_database;
mod openapi;
mod operations;
mod origins;
mod pages;
mod phones;
mod process;
mod program;
mod recovery_codes;
mod secrets;
mod self_service;
mod services;
mod storage;
mod throttling;
#[cfg(unix)]
mod tls_server;
mod trails;
mod two_processes;
mod users;
#[cfg(unix)]
mod write_ahead_log;
