//! What the documents name is there.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::run;

/// The places that a document links to, but those elsewhere and in itself.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn every_link_leads_to_something() {
    let documents = run(Command::new("git").args(["ls-files", "*.md"]));
    let mut count = 0;
    for document in documents.lines() {
        let folder = Path::new(document).parent().unwrap();
        for link in links(&fs::read_to_string(document).unwrap()) {
            assert!(folder.join(link).exists(), "{document}: {link}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

/// No example is left out.
#[test]
fn every_example_is_named() {
    let readmes = [
        "README.md",
        "bindings/python/README.md",
        "bindings/java/README.md",
        "bindings/php/README.md",
        "bindings/csharp/README.md",
    ]
    .map(|readme| fs::read_to_string(readme).unwrap())
    .concat();
    let helpers = ["http.c", "logins.c", "phone.c", "totp.c"];
    let examples = run(Command::new("git").args(["ls-files", "examples"]));
    for example in examples.lines().filter(|name| !name.ends_with(".h")) {
        let name = Path::new(example).file_name().unwrap().to_str().unwrap();
        assert!(
            helpers.contains(&name) || readmes.contains(name),
            "{example}"
        );
    }
}
