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

/// The description of the C API.
pub fn description() -> serde_json::Value {
    let text = std::fs::read_to_string("include/verigator.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Compares a committed file, or replaces it where `make header` says so.
pub fn is_fresh(file: &str, text: &str) -> bool {
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(file, text).unwrap();
    }
    std::fs::read_to_string(file).unwrap_or_default() == text
}

/// The names in one part of the description, sorted.
pub fn names(part: &str) -> Vec<String> {
    let described = description();
    let items = described[part].as_array().unwrap().iter();
    let mut names: Vec<String> = items
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// The functions of the C API, sorted.
pub fn functions() -> Vec<String> {
    names("functions")
}
