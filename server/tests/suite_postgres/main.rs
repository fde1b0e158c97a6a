//! The contract once more, with what is kept in PostgreSQL; and what only a database elsewhere can do.

// Its tests are those of the other suite, some of which have helpers that these here do not need.
#![allow(dead_code, reason = "see above")]

#[path = "../suite/authentication.rs"]
mod authentication;
mod balanced;
mod balancer;
#[path = "../../../tests/support/certificates.rs"]
mod certificates;
mod counting;
#[path = "../suite/crash.rs"]
mod crash;
mod database;
#[path = "../suite/delivery.rs"]
mod delivery;
#[path = "../suite/delivery_reports.rs"]
mod delivery_reports;
#[path = "../suite/described.rs"]
mod described;
#[path = "../suite/disk.rs"]
mod disk;
#[path = "../suite/enrolment.rs"]
mod enrolment;
#[path = "../suite/enrolment_links.rs"]
mod enrolment_links;
mod failover;
mod full_disk;
#[path = "../suite/gateway.rs"]
mod gateway;
#[path = "../suite/harness.rs"]
mod harness;
#[path = "../suite/http_channel.rs"]
mod http_channel;
#[path = "../suite/limits.rs"]
mod limits;
mod location;
#[path = "../suite/metrics.rs"]
mod metrics;
mod migration;
mod moving;
mod network;
#[path = "../suite/phones.rs"]
mod phones;
mod pooler;
#[path = "../suite/process.rs"]
mod process;
#[path = "../suite/recovery_codes.rs"]
mod recovery_codes;
#[path = "../suite/secrets.rs"]
mod secrets;
#[path = "../suite/self_service.rs"]
mod self_service;
#[path = "../suite/services.rs"]
mod services;
#[path = "../suite/storage.rs"]
mod storage;
#[path = "../suite/throttling.rs"]
mod throttling;
mod tls;
#[path = "../suite/trails.rs"]
mod trails;
#[path = "../suite/two_processes.rs"]
mod two_processes;
#[path = "../suite/users.rs"]
mod users;
