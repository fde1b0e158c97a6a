//! The software bill of materials, as packaging/bill.py makes it for the archives, whose schema `scripts/dist/test-archive` judges.

use crate::support::run;
use serde_json::Value;
use std::process::Command;

/// The bill of the library for Linux or Windows.
fn bill(target: &str) -> String {
    run(Command::new("python3")
        .args(["packaging/bill.py", "libverigator", "verigator", target])
        .env("SOURCE_DATE_EPOCH", "1700000000"))
}

/// The component of a name, if there is one.
fn component<'a>(bill: &'a Value, name: &str) -> Option<&'a Value> {
    let mut all = bill["components"].as_array().unwrap().iter();
    all.find(|one| one["name"] == name)
}

#[test]
fn the_bill_names_what_is_linked_and_nothing_else() {
    let text = bill("x86_64-unknown-linux-gnu");
    let bill: Value = serde_json::from_str(&text).unwrap();
    let hyper = component(&bill, "hyper").unwrap();
    assert_eq!(hyper["scope"], "required");
    assert_eq!(hyper["hashes"][0]["content"].as_str().unwrap().len(), 64);
    assert_eq!(hyper["licenses"][0]["expression"], "MIT");
    let version = hyper["version"].as_str().unwrap();
    assert_eq!(hyper["purl"], format!("pkg:cargo/hyper@{version}"));
    // A macro runs in the compiler only.
    assert_eq!(
        component(&bill, "serde_derive").unwrap()["scope"],
        "excluded"
    );
    // What the tests, the build, the server, and other systems need is not in it.
    for absent in ["proptest", "cbindgen", "rusqlite", "windows-sys"] {
        assert_eq!(component(&bill, absent), None);
    }
}

#[test]
fn the_bill_is_that_of_its_target_and_the_same_each_time() {
    let linux = bill("x86_64-unknown-linux-gnu");
    assert_eq!(linux, bill("x86_64-unknown-linux-gnu"));
    let windows = bill("x86_64-pc-windows-gnu");
    let parsed: Value = serde_json::from_str(&windows).unwrap();
    assert!(component(&parsed, "windows-sys").is_some());
    let serial = |text: &str| serde_json::from_str::<Value>(text).unwrap()["serialNumber"].clone();
    assert_ne!(serial(&linux), serial(&windows));
}
