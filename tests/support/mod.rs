//! What the integration tests share. Each test file uses a part of it.
#![allow(dead_code)]

pub mod certificates;
pub mod full;
pub mod limit;
pub mod login;
pub mod peer;
pub mod program;
pub mod proxy;
pub mod route;
pub mod server;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;

/// The folder that cargo leaves its results in, for the profile of the running tests. These may lie
/// elsewhere themselves: what is no result is kept where `build.build-dir` says.
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap().file_name().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    std::path::absolute(Path::new(&target).join(profile)).unwrap()
}

/// The shared library, as C programs load it.
pub fn library() -> PathBuf {
    built("libverigator.so")
}

/// A file that the build makes: `cargo test` leaves neither libraries nor other packages' programs
/// behind. The whole workspace at once, so that its packages' dependencies are built one way.
pub fn built(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = cargo();
        cargo.args(["build", "--quiet", "--workspace"]);
        if build_folder().ends_with("release") {
            cargo.arg("--release");
        }
        run(&mut cargo);
    });
    build_folder().join(name)
}

/// Cargo, without what it tells a test of its package: ring's build script would take that for a
/// change, and all that depends on ring would be built anew, here and by the next command.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars() {
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"];
        if told.iter().any(|told| name.starts_with(told)) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a command that must succeed, and gives what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The URL at which a server listens, from the line that it prints once it does.
pub fn announced_url(server: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line.split_whitespace().last();
    url.expect("the line that it is ready").to_owned()
}

/// The description of the C API.
pub fn description() -> serde_json::Value {
    let text = std::fs::read_to_string("include/verigator.json").unwrap();
    serde_json::from_str(&text).unwrap()
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
