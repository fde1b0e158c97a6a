//! The manual pages.

use std::fs;
use std::process::Command;

use crate::support::{functions, run};
use crate::tree::{files, prefix};

#[test]
fn a_manual_page_for_each_function() {
    let pages = prefix().join("share/man/man3");
    for function in functions() {
        let page = fs::read_to_string(pages.join(format!("{function}.3"))).unwrap();
        let text = page.replace('\n', " ");
        assert!(text.contains(&format!("{function} \\- ")), "{page}");
        assert!(text.contains("Since 1."), "{page}");
    }
    let overview = run(Command::new("mandoc")
        .args(["-T", "ascii"])
        .arg(pages.join("verigator.3")));
    for part in [
        "Deny by default",
        "V\u{8}VE\u{8}ER",
        "409: it exists already",
    ] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
}

#[test]
fn the_manual_pages_are_well_formed() {
    let pages = files(&prefix().join("share/man/man3"));
    let output = Command::new("mandoc")
        .args(["-T", "lint", "-W", "warning"])
        .args(&pages)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // They have a version instead.
    let wrong: Vec<&str> = said
        .lines()
        .filter(|line| !line.contains("missing date"))
        .collect();
    assert!(
        wrong.is_empty() && said.lines().count() == pages.len(),
        "{wrong:?}"
    );
}
