//! The tree that the tests of this folder install, and what they look up in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{built, run};

/// Where the tests install to, and what they build.
fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("install")
}

/// The prefix that the library is installed in: the build of the tests, linked as the released one.
pub fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        drop(fs::remove_dir_all(scratch()));
        let prefix = scratch().join("prefix");
        run(Command::new("scripts/install")
            .arg(linked())
            .env("PREFIX", &prefix));
        prefix
    })
}

/// A folder with the two libraries as `scripts/install` takes them.
fn linked() -> PathBuf {
    let folder = scratch().join("linked");
    fs::create_dir_all(&folder).unwrap();
    let archive = folder.join("libverigator.a");
    // Without the debug information, which is most of it: each consumer links it.
    run(Command::new("strip")
        .arg("--strip-debug")
        .arg(built("libverigator.a"))
        .arg("-o")
        .arg(&archive));
    let notices = run(Command::new("python3").args(["packaging/third_party.py", "verigator"]));
    fs::write(folder.join("THIRD-PARTY.txt"), notices).unwrap();
    run(Command::new("scripts/link-shared")
        .arg(&archive)
        .arg(&folder)
        .env("LDFLAGS", "-s"));
    folder
}

/// The installed shared library.
pub fn library() -> PathBuf {
    prefix().join(concat!("lib/libverigator.so.", env!("CARGO_PKG_VERSION")))
}

/// The installed header.
pub fn header() -> String {
    fs::read_to_string(prefix().join("include/verigator.h")).unwrap()
}

/// A folder for what one test makes.
pub fn folder(name: &str) -> PathBuf {
    prefix();
    let folder = scratch().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What pkg-config says of the installed library.
pub fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let said = run(Command::new("pkg-config")
        .args(arguments)
        .arg("verigator")
        .env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")));
    said.split_whitespace().map(str::to_owned).collect()
}

/// What `verigator.pc` adds for the static library.
pub fn private_libraries() -> Vec<String> {
    let shared = pkg_config(&["--libs"]);
    let mut all = pkg_config(&["--static", "--libs"]);
    all.retain(|flag| !shared.contains(flag));
    all
}

/// The files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let listing = run(Command::new("find").arg(folder).args(["!", "-type", "d"]));
    listing.lines().map(PathBuf::from).collect()
}
