//! What the documents name is there, and those that are made of something else are as it makes them.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::{built, is_fresh, run};

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

/// No example is left out: it is named, or the folder of the program that it is a part of.
#[test]
fn every_example_is_named() {
    let documents =
        run(Command::new("git").args(["ls-files", "README.md", "bindings/*/README.md"]));
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

/// `make header` runs this with UPDATE_HEADER set, and so replaces what is committed.
#[test]
fn the_pages_of_the_options_are_fresh() {
    let printed = run(Command::new("python3").arg("packaging/option_pages.py"));
    let pages: BTreeMap<String, String> = serde_json::from_str(&printed).unwrap();
    let is_stale = |page: &str| !is_fresh(&format!("docs/options/{page}"), &pages[page]);
    let stale: Vec<&String> = pages.keys().filter(|page| is_stale(page)).collect();
    assert!(
        stale.is_empty(),
        "{stale:?} in docs/options; run `make header`"
    );
    let files = fs::read_dir("docs/options").unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let too_many: Vec<String> = names.filter(|name| !pages.contains_key(name)).collect();
    assert!(
        too_many.is_empty(),
        "{too_many:?} in docs/options: no option"
    );
}

/// The same.
#[test]
fn the_page_of_the_servers_options_is_fresh() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(built("verigator-server"))
        .arg("documents")
        .arg(folder.path()));
    let page = fs::read_to_string(folder.path().join("markdown/verigator-server.md")).unwrap();
    assert!(
        is_fresh("docs/server-options.md", &page),
        "run `make header`"
    );
}
