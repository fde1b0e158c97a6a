//! When `make install` builds the library and the command line, and when it takes what is there.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::support::run;

/// A file that was last changed so many seconds after another moment.
fn touch(path: &Path, seconds: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds);
    File::create(path).unwrap().set_modified(moment).unwrap();
}

#[test]
fn install_builds_what_is_older_than_its_source() {
    let project = tempfile::tempdir().unwrap();
    let file = |name: &str| project.path().join(name);
    fs::copy("Makefile", file("Makefile")).unwrap();
    for source in [
        "Cargo.lock",
        "Cargo.toml",
        "build/main.rs",
        "cli/Cargo.toml",
        "cli/src/main.rs",
        "include/verigator.h",
        "packaging/declarations.py",
        "packaging/documents/src/lib.rs",
        "packaging/linked.py",
        "packaging/settings",
        "packaging/third_party.py",
        "packaging/verigator.map",
        "scripts/link-shared",
        "scripts/build-release",
        "src/lib.rs",
    ] {
        touch(&file(source), 1);
    }
    let is_built = |what: &str| {
        let commands = run(Command::new("make")
            .args(["--dry-run", "install", "-C"])
            .arg(project.path())
            .env_remove("MAKEFLAGS"));
        assert!(commands.contains("scripts/install target/library"));
        assert!(commands.contains("scripts/install-cli target/cli"));
        commands.contains(&format!("scripts/build-release {what}"))
    };
    // Cargo's own, such as the build of a wheel leaves, is another library.
    touch(&file("target/release/libverigator.so"), 2);
    assert!(is_built("library") && is_built("cli"));
    touch(&file("target/library/libverigator.so"), 2);
    touch(&file("target/cli/verigator"), 2);
    assert!(!is_built("library") && !is_built("cli"));
    touch(&file("cli/src/main.rs"), 3);
    assert!(!is_built("library") && is_built("cli"));
    touch(&file("src/lib.rs"), 3);
    assert!(is_built("library") && is_built("cli"));
}
