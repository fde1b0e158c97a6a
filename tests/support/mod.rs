//! What the integration tests share. Each test file uses a part of it.
#![allow(dead_code)]

pub mod build;
pub mod certificates;
pub mod full;
pub mod limit;
pub mod login;
pub mod peer;
pub mod program;
pub mod proxy;
pub mod route;
pub mod server;

use std::path::PathBuf;

pub use build::*;

/// The shared library, as C programs load it.
pub fn library() -> PathBuf {
    built("libverigator.so")
}

/// The functions that a text of `verigator.h` declares, sorted.
pub fn functions(header: &str) -> Vec<&str> {
    let mut functions: Vec<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '#', '/']) && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("verigator_"))
        .collect();
    functions.sort_unstable();
    assert!(
        functions.contains(&"verigator_auth_initiate") && functions.len() > 50,
        "{functions:?}"
    );
    functions
}
