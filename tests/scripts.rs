//! How the scripts come by the packages that they need.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A program of this name for those who look in `folder` first.
fn stand_in(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_held_lock_of_apt_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let waited = folder.path().join("waited");
    let lock = "E: Could not get lock /var/lib/apt/lists/lock.";
    let apt_get = format!("[ -e {waited:?} ] || {{ echo '{lock}' >&2; exit 100; }}");
    stand_in(folder.path(), "apt-get", &apt_get);
    stand_in(folder.path(), "sleep", &format!("touch {waited:?}"));
    stand_in(folder.path(), "id", "echo 0");
    let path = std::env::var("PATH").unwrap();
    let status = Command::new("scripts/need")
        .arg("--lists")
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .status()
        .unwrap();
    assert!(status.success() && waited.exists());
}

/// Another one would not wait for the lock. What has lists of its own fetches without it.
#[test]
fn one_script_alone_installs_packages() {
    let found = Command::new("git")
        .args(["grep", "--files-with-matches", "--extended-regexp"])
        .args(["-e", "apt(-get)? .*install|apt-get update", "--"])
        .args([
            "scripts", "bindings", "bench", "examples", ".ci", "Makefile",
        ])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(found.stdout).unwrap(), "scripts/need\n");
}
