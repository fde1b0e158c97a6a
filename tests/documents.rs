//! The documents name what is there. Whether their links lead to something, tests/documents/check says.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::run;

/// No example is left out: it is named, or the folder of the program that it is a part of.
#[test]
fn every_example_is_named() {
    let places = ["README.md", "bindings/*/README.md", "docs/quick-start/*.md"];
    let documents = run(Command::new("git").arg("ls-files").args(places));
    let readmes: String = documents
        .lines()
        .map(|readme| fs::read_to_string(readme).unwrap())
        .collect();
    let is_named = |path: &Path| readmes.contains(path.file_name().unwrap().to_str().unwrap());
    let helpers = ["http.c", "logins.c", "phone.c", "totp.c"];
    let examples = run(Command::new("git").args(["ls-files", "examples"]));
    for example in examples.lines().filter(|name| !name.ends_with(".h")) {
        let path = Path::new(example);
        let is_help = helpers.contains(&path.file_name().unwrap().to_str().unwrap())
            || ["go.mod", "package.json"]
                .iter()
                .any(|name| path.ends_with(name));
        // examples/LANGUAGE/PROGRAM/...
        let program = path.parent().filter(|_| path.components().count() == 4);
        let is_part = program.is_some_and(|folder| readmes.contains(folder.to_str().unwrap()));
        assert!(is_help || is_part || is_named(path), "{example}");
    }
}
