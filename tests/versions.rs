//! The version in Cargo.toml is that of every package, and of every page that names it.
//!
//! For a new one, Cargo.toml, CHANGELOG.md and packaging/debian/changelog are written first, and `make header` run; then
//! this test names what is left.

mod support;

use std::fs;
use std::process::Command;

use support::run;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A file, how many times the text is in it, and the text, in which `{}` is the version.
const PLACES: [(&str, usize, &str); 25] = [
    (
        "bench/clients/go/go.mod",
        1,
        "libverigator/bindings/go v{}\n",
    ),
    ("bindings/csharp/src/PackageVersion.cs", 1, "Value = \"{}\""),
    (
        "bindings/csharp/src/PackageVersion.cs",
        2,
        "Version(\"{}.0\")",
    ),
    ("bindings/csharp/tests/Unit/LoaderTest.cs", 1, "\"{}\\n\""),
    (
        "bindings/go/tests/go.mod",
        1,
        "libverigator/bindings/go v{}\n",
    ),
    (
        "bindings/go/tests/place_test.go",
        1,
        "const version = \"v{}\"",
    ),
    ("bindings/java/README.md", 1, "<version>{}</version>"),
    (
        "bindings/java/integration/pom.xml",
        2,
        "<version>{}</version>",
    ),
    ("bindings/java/pom.xml", 1, "<version>{}</version>"),
    (
        "bindings/node/package-lock.json",
        1,
        "\"libverigator\",\n  \"version\": \"{}\"",
    ),
    (
        "bindings/node/package-lock.json",
        1,
        "\"libverigator\",\n      \"version\": \"{}\"",
    ),
    ("bindings/node/package.json", 1, "\"version\": \"{}\""),
    ("bindings/php/composer.json", 1, "\"version\": \"{}\""),
    (
        "bindings/php/install-clean",
        1,
        "\"libverigator/verigator\": \"{}\"",
    ),
    ("bindings/php/src/Version.php", 1, "NUMBER = '{}'"),
    ("bindings/php/tests/LibraryTest.php", 2, "'{}'"),
    (
        "bindings/python/src/verigator/_version.py",
        1,
        "__version__ = \"{}\"",
    ),
    ("examples/go/go.mod", 1, "libverigator/bindings/go v{}\n"),
    (
        "examples/node/express/package.json",
        1,
        "\"libverigator\": \"^{}\"",
    ),
    ("examples/node/package.json", 1, "\"libverigator\": \"^{}\""),
    ("packaging/debian/changelog", 1, "libverigator ({}-"),
    (
        "packaging/rpm/libverigator.spec",
        1,
        "\nVersion:        {}\n",
    ),
    ("packaging/rpm/libverigator.spec", 1, "> - {}-"),
    ("server/openapi.json", 1, "\"version\": \"{}\""),
    ("tests/cpp/login.cpp", 1, "version() == \"{}\""),
];

#[test]
fn every_package_has_the_version_of_the_workspace() {
    let differing = PLACES.iter().filter_map(|(file, times, text)| {
        let expected = text.replace("{}", VERSION);
        let found = fs::read_to_string(file).unwrap().matches(&expected).count();
        (found != *times).then(|| format!("{file} has {expected:?} {found} times, not {times}"))
    });
    let differing: Vec<String> = differing.collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// What is being worked on has no date yet.
#[test]
fn the_changelog_begins_with_this_version_or_with_what_is_unreleased() {
    let changelog = fs::read_to_string("CHANGELOG.md").unwrap();
    let newest = changelog.lines().find(|line| line.starts_with("## "));
    let newest = newest.unwrap();
    let dated = format!("## [{VERSION}] - ");
    assert!(
        newest == "## [Unreleased]" || newest.starts_with(&dated),
        "{newest}"
    );
}

/// Such as libverigator 1.2.3, verigator-php/1.2.3 or Verigator.1.2.3.nupkg.
#[test]
fn every_page_that_names_a_version_names_this_one() {
    let named = r"(verigator[a-z-]*|bindings/go)[-/. @]v?[0-9]+\.[0-9]+\.[0-9]+";
    let arguments = [
        "grep",
        "--ignore-case",
        "--extended-regexp",
        "--line-number",
        "--only-matching",
        named,
    ];
    let pages = ["--", "*.md", ":!CHANGELOG.md"];
    let found = run(Command::new("git").args(arguments).args(pages));
    let differing: Vec<&str> = found
        .lines()
        .filter(|line| !line.ends_with(VERSION))
        .collect();
    assert!(
        differing.is_empty(),
        "not {VERSION}:\n{}",
        differing.join("\n")
    );
    assert!(!found.is_empty());
}
