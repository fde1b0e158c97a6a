//! What the build made, and how it is run.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::OnceLock;

/// The folder that cargo leaves its results in, for the profile of the running tests. These may lie
/// elsewhere themselves: what is no result is kept where `build.build-dir` says.
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap().file_name().unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(target).join(profile)
}

/// The root of the workspace: tests begin in the folder of their package.
fn root() -> PathBuf {
    let package = std::env::current_dir().unwrap();
    let mut folders = package.ancestors();
    let root = folders.find(|folder| folder.join("Cargo.lock").exists());
    root.unwrap().to_owned()
}

/// A file that the build makes: `cargo test` leaves neither libraries nor other packages' programs
/// behind. The whole workspace at once, so that its packages' dependencies are built one way.
pub fn built(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = cargo();
        cargo.current_dir(root());
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
