//! The documents name what is there, and those that are made of something else are as it makes them. Whether their links
//! lead to something, tests/documents/check says.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{built, functions, is_fresh, names, run};

/// No example is left out: it is named, or the folder of the program that it is a part of.
#[test]
fn every_example_is_named() {
    let places = [
        "README.md",
        "bindings/*/README.md",
        "docs/quick-start/*.md",
        "docs/operations.md",
    ];
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
        // examples/LANGUAGE/PROGRAM/..., or a folder that tells of itself.
        let is_program =
            |folder: &&Path| path.components().count() == 4 || folder.join("README.md").exists();
        let program = path.parent().filter(is_program);
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

/// What stands between backticks in a document, but in blocks of code.
fn named(document: &str) -> Vec<String> {
    let text = fs::read_to_string(document).unwrap();
    let prose = text.split("```").step_by(2);
    let spans = prose.flat_map(|part| part.split('`').skip(1).step_by(2));
    spans.map(str::to_owned).collect()
}

/// The documents that tell how this project is made and run.
fn documents() -> Vec<String> {
    let listed = run(Command::new("git").args(["ls-files", "docs/*.md", "CONTRIBUTING.md"]));
    let is_made =
        |name: &&str| name.starts_with("docs/options/") || *name == "docs/server-options.md";
    listed
        .lines()
        .filter(|name| !is_made(name))
        .map(str::to_owned)
        .collect()
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn each_of(path: &str) -> Vec<String> {
    let Some((begin, (choices, end))) = path
        .split_once('{')
        .and_then(|(begin, rest)| Some((begin, rest.split_once('}')?)))
    else {
        return vec![path.to_owned()];
    };
    let choices = choices.split(',');
    choices
        .map(|choice| format!("{begin}{choice}{end}"))
        .collect()
}

/// Whether a text looks like a file or a folder of this project, and not like one of a machine.
fn is_path(text: &str) -> bool {
    let ends = [
        ".rs", ".c", ".h", ".hpp", ".py", ".ts", ".java", ".cs", ".php", ".go", ".json", ".toml",
        ".md", "/",
    ];
    let begins = ["scripts/", "packaging/", "tests/", "src/", "docs/"];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-{},".contains(c);
    let is_elsewhere = text.starts_with(['/', '.']) || text.starts_with("target/");
    let is_here = begins.iter().any(|begin| text.starts_with(begin))
        || ends.iter().any(|end| text.ends_with(end));
    text.chars().all(is_plain) && !is_elsewhere && is_here
}

/// A path may begin anywhere, where the words around it say in which folder.
#[test]
fn the_files_that_are_named_are_there() {
    let files: Vec<String> = run(Command::new("git").arg("ls-files"))
        .lines()
        .map(|file| format!("/{file}"))
        .collect();
    let is_there = |path: &String| {
        let wanted = format!("/{}", path.trim_end_matches('/'));
        let is_folder = |file: &String| file.contains(&format!("{wanted}/"));
        files
            .iter()
            .any(|file| file.ends_with(&wanted) || is_folder(file))
    };
    let mut missing = Vec::new();
    let mut count = 0;
    for document in documents() {
        for path in named(&document)
            .iter()
            .filter(|text| is_path(text))
            .flat_map(|text| each_of(text))
        {
            count += 1;
            if !is_there(&path) {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    let picture = fs::read_to_string("docs/architecture/folders.svg").unwrap();
    let words = picture.split(|c: char| c.is_whitespace() || "<>,;:".contains(c));
    let words = words.filter(|word| is_path(word) && !word.starts_with(char::is_uppercase));
    missing.extend(words.map(str::to_owned).filter(|word| !is_there(word)));
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count > 100, "{count}");
}

/// Functions, types, constants and metrics.
#[test]
fn the_names_of_the_c_api_and_of_metrics_are_those_that_there_are() {
    let parts = ["constants", "handles", "callbacks", "numbers"].map(names);
    let readme = fs::read_to_string("server/README.md").unwrap();
    let metrics = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let known: BTreeSet<String> = functions()
        .into_iter()
        .chain(parts.into_iter().flatten())
        .chain(metrics.map(str::to_owned))
        .collect();
    // The versions of exported names are not among them.
    let is_name = |word: &&str| {
        let begins = word.starts_with("verigator_") || word.starts_with("VERIGATOR_");
        begins && !word.ends_with(|c: char| c == '_' || c.is_ascii_digit())
    };
    let others = [
        "VERIGATOR_VERSION_MAJOR",
        "VERIGATOR_VERSION_MINOR",
        "VERIGATOR_VERSION_PATCH",
        "VERIGATOR_USERNAME",
        "VERIGATOR_PASSWORD",
        "VERIGATOR_BASE_URL",
        "VERIGATOR_INSTALL",
    ];
    let mut unknown = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let words = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(is_name);
        for word in words.filter(|word| !others.contains(word)) {
            let whole = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| word.strip_suffix(end));
            if !known.contains(word) && !whole.is_some_and(|name| known.contains(name)) {
                unknown.push(format!("{document}: {word}"));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn the_options_of_the_server_that_are_named_are_its() {
    let page = fs::read_to_string("docs/server-options.md").unwrap();
    for document in [
        "docs/operations.md",
        "docs/glossary.md",
        "docs/security-model.md",
    ] {
        for option in named(document).iter().filter(|text| text.starts_with("--")) {
            let name = option.split([' ', '=']).next().unwrap();
            assert!(page.contains(&format!("`{name}")), "{document}: {option}");
        }
    }
}

#[test]
fn the_commands_of_make_that_are_named_are_its() {
    let makefile = fs::read_to_string("Makefile").unwrap();
    for document in documents() {
        for command in named(&document)
            .iter()
            .filter_map(|text| text.strip_prefix("make "))
        {
            let targets = command.split(' ').take_while(|word| !word.starts_with('-'));
            for target in targets.filter(|word| !word.contains('=')) {
                assert!(
                    makefile.contains(&format!("\n{target}:")),
                    "{document}: make {target}"
                );
            }
        }
    }
}

/// The table in docs/architecture.md, by the names that the bench has for its goals.
#[test]
fn the_figures_of_the_engine_are_those_of_the_bench() {
    let results = fs::read_to_string("bench/results.json").unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    let text = fs::read_to_string("docs/architecture.md").unwrap();
    let (_, table) = text.split_once("| what | measured |\n|---|---|\n").unwrap();
    let rows: Vec<&str> = table
        .lines()
        .take_while(|line| line.starts_with("| "))
        .collect();
    assert!(rows.len() > 3);
    for row in rows {
        let (what, told) = row.trim_matches(['|', ' ']).split_once(" | ").unwrap();
        let mut goals = results["goals"].as_array().unwrap().iter();
        let goal = goals.find(|goal| goal["what"] == what);
        let measured = goal.unwrap_or_else(|| panic!("{what}"))["measured"]
            .as_f64()
            .unwrap();
        assert_eq!(told, format!("{measured:.2}"), "{what}");
    }
}
