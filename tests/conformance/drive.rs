//! The conformance peer, which drives a runner.

use std::path::Path;
use std::process::Command;

use crate::support::{built, run};

/// Has a runner make every call of the cases; it fails where one is not as its case has it.
pub fn drive(language: &str, runner: &Path) {
    let mut peer = Command::new(built("conformance-peer"));
    print!("{}", run(peer.args(["run", language, "--"]).arg(runner)));
}
