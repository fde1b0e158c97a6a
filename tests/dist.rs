//! What `scripts/dist/check` does not let into a release.

use std::fs;
use std::process::Command;

/// What the check says of a release that is this one file.
fn check(content: &str) -> String {
    let release = tempfile::tempdir().unwrap();
    for folder in ["lib", "jni"] {
        fs::create_dir(release.path().join(folder)).unwrap();
    }
    fs::write(release.path().join("lib/libverigator.a"), content).unwrap();
    let output = Command::new("scripts/dist/check")
        .arg("linux-x86_64")
        .arg(release.path())
        .output()
        .unwrap();
    assert!(!output.status.success(), "there is no shared library");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_path_of_the_machine_that_built_it_is_found_as_text_and_in_a_symbol() {
    let root = std::env::current_dir().unwrap().display().to_string();
    let symbol = root.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
    for leak in [
        format!("{root}/src/lib.rs"),
        format!("_head_{symbol}_target_release_deps_rustcYOILXH_advapi32_dll_imports_lib"),
    ] {
        let said = check(&format!("\0{leak}\0"));
        assert!(said.contains(" is in "), "{leak}: {said}");
    }
    let said = check("\0/libverigator/src/lib.rs\0_head_advapi32_dll_imports_lib\0");
    assert!(!said.contains(" is in "), "{said}");
}
