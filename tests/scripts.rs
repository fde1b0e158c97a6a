//! How the scripts come by the packages that they need.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

/// A program of this name for those who look in `folder` first.
fn stand_in(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What `scripts/need` says of a program that no machine has, which an `apt-get` of this script would install, and
/// whether it was there then. `installs` is VERIGATOR_INSTALL.
fn need(apt_get: &str, installs: Option<&str>) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    stand_in(folder.path(), "apt-get", apt_get);
    stand_in(folder.path(), "id", "echo 0");
    let path = std::env::var("PATH").unwrap();
    let mut need = Command::new("scripts/need");
    need.args(["cat", "no-such-program"])
        .env_remove("VERIGATOR_INSTALL")
        .env("FOLDER", folder.path())
        .env("PATH", format!("{}:{path}", folder.path().display()));
    if let Some(installs) = installs {
        need.env("VERIGATOR_INSTALL", installs);
    }
    let output = need.output().unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn who_has_not_asked_for_it_is_told_what_to_install() {
    for installs in [None, Some("no")] {
        let (is_there, said) = need("echo installed >&2", installs);
        assert!(!is_there);
        assert!(said.starts_with("missing: no-such-program. "), "{said}");
        assert!(said.contains("apt-get install no-such-program"), "{said}");
        assert!(!said.contains("installed"), "{said}");
    }
}

/// Debian asks `policy-rc.d` before it starts a service; 101 is no.
#[test]
fn what_is_installed_is_said_first_and_no_service_starts() {
    let policy = Path::new("/usr/sbin/policy-rc.d");
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !is_root || !Path::new("/var/lib/dpkg").exists() || policy.exists() {
        return;
    }
    let (is_there, said) = need(
        "[ $1 = update ] || { /usr/sbin/policy-rc.d nginx start; echo \"the policy: $?\" >&2
            ln -s /bin/true $FOLDER/no-such-program; }",
        Some("yes"),
    );
    assert!(is_there, "{said}");
    assert_eq!(
        said,
        "missing: no-such-program. Installing with apt-get: no-such-program. \
         (VERIGATOR_INSTALL=no stops here instead.)\nthe policy: 101\n"
    );
    assert!(!policy.exists());
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
