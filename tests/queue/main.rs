//! Calls and queues, through the C API: each submitted call comes out once, whatever happens.

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod cancelling;
mod descriptor;
mod ends;
mod handles;
mod host;
mod limits;
mod outcomes;
mod processes;
mod steps;
mod threads;
mod waking;

use std::process::Command;

/// Runs the ignored test of this name in a process of its own.
fn in_a_process(test: &str) {
    support::run(Command::new(std::env::current_exe().unwrap()).args([
        "--exact",
        test,
        "--ignored",
        "--nocapture",
    ]));
}
