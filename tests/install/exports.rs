//! What the libraries need of the system, and what the shared one gives to programs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{functions, run};
use crate::tree::{folder, library, prefix, private_libraries};

#[test]
fn the_private_libraries_are_those_that_rustc_names() {
    let printed = Command::new("rustc")
        .args(["--print", "native-static-libs", "--crate-type", "staticlib"])
        .args(["--crate-name", "nothing", "-", "-o"])
        .arg(folder("rustc").join("libnothing.a"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(printed.stderr).unwrap();
    let (_, named) = printed
        .split_once("native-static-libs: ")
        .expect("the list of rustc");
    // Every compiler links these by itself.
    let mut named: Vec<&str> = named.lines().next().unwrap().split(' ').collect();
    named.retain(|name| !["-lgcc_s", "-lc"].contains(name));
    assert_eq!(private_libraries(), named);
}

/// Whether a shared library is one that may be installed, and what is wrong with it.
fn check_exports(library: &Path) -> (bool, String) {
    let output = Command::new("scripts/check-exports")
        .arg(library)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

#[test]
fn the_exports_and_the_soname() {
    assert_eq!(check_exports(&library()), (true, String::new()));
    for link in ["libverigator.so.1", "libverigator.so"] {
        let target = prefix().join("lib").join(link).canonicalize().unwrap();
        assert_eq!(target, library().canonicalize().unwrap());
    }
    let dynamic = run(Command::new("readelf").args(["-d"]).arg(library()));
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}

#[test]
fn the_static_library_shows_the_functions_alone() {
    let archive = prefix().join("lib/libverigator.a");
    let listing = run(Command::new("nm")
        .args(["--extern-only", "--defined-only", "--format=just-symbols"])
        .arg(&archive));
    let mut shown: Vec<&str> = listing
        .lines()
        .filter(|line| !line.is_empty() && !line.ends_with(".o:"))
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, functions());
}

/// Links a library that should not be installed.
fn wrong_library(name: &str, flags: &[&str]) -> (bool, String) {
    let library = folder("wrong").join(name);
    run(Command::new("cc")
        .args(["-shared", "-Wl,--whole-archive"])
        .arg(folder("linked").join("libverigator.a"))
        .args(["-Wl,--no-whole-archive", "-Wl,--gc-sections"])
        .args(flags)
        .arg("-o")
        .arg(&library));
    check_exports(&library)
}

#[test]
fn a_library_with_other_exports_or_another_soname_is_found_out() {
    let (fine, said) = wrong_library(
        "unnamed.so",
        &["-Wl,--version-script=packaging/verigator.map"],
    );
    assert!(!fine && said.contains("SONAME"), "{said}");
    let (fine, said) = wrong_library("unversioned.so", &["-Wl,-soname,libverigator.so.1"]);
    assert!(
        !fine && said.contains("< verigator_version@@VERIGATOR_1.0"),
        "{said}"
    );
    assert!(said.contains("> rust_eh_personality"), "{said}");
}
