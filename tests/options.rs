//! Each language tells of each option the default and the limits that the library goes by.

mod support;

use std::fs;

use serde_json::Value;
use support::{description, names};

/// Where and how a language tells of its options.
struct Language {
    /// What the pages in docs/options call it.
    name: &'static str,
    file: &'static str,
    /// What its declaration of an option begins with, of one by this name.
    declaration: fn(&str) -> String,
    /// Whether its comment stands behind that.
    comments_behind: bool,
    /// A time of so many milliseconds.
    time: fn(u64) -> String,
}

const LANGUAGES: [Language; 9] = [
    Language {
        name: "C",
        file: "src/ffi/config.rs",
        declaration: |name| format!("fn {name}("),
        comments_behind: false,
        time: |ms| ms.to_string(),
    },
    Language {
        name: "Rust",
        file: "src/config.rs",
        declaration: |name| format!("pub fn {}(", method(name)),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        name: "C++",
        file: "include/verigator.hpp",
        declaration: |name| format!("config &{}(", method(name)),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        name: "Java",
        file: "bindings/java/src/main/java/com/messente/verigator/VerigatorBuilder.java",
        declaration: |name| format!("public VerigatorBuilder {name}("),
        comments_behind: false,
        time: |ms| with_unit(ms, [" millisecond", " seconds", " hour"]),
    },
    Language {
        name: "Python",
        file: "bindings/python/src/verigator/options.py",
        declaration: |name| format!("\n    {name}: "),
        comments_behind: true,
        time: in_seconds,
    },
    Language {
        name: "PHP",
        file: "bindings/php/src/Options.php",
        declaration: |name| format!(" ${name} "),
        comments_behind: true,
        time: in_seconds,
    },
    Language {
        name: "Node.js",
        file: "bindings/node/src/options.ts",
        declaration: |name| format!("\n  {name}?: "),
        comments_behind: false,
        time: |ms| ms.to_string(),
    },
    Language {
        name: "Go",
        file: "bindings/go/option.go",
        declaration: |name| format!("func {name}("),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        name: "C#",
        file: "bindings/csharp/src/ClientOptions.cs",
        declaration: |name| format!(" {name} {{ get; "),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
];

/// A method without its class.
fn method(name: &str) -> &str {
    name.rsplit("::").next().unwrap()
}

fn with_unit(ms: u64, [milliseconds, seconds, hours]: [&str; 3]) -> String {
    match ms {
        ms if ms % 3_600_000 == 0 => format!("{}{hours}", ms / 3_600_000),
        ms if ms % 1000 == 0 => format!("{}{seconds}", ms / 1000),
        ms => format!("{ms}{milliseconds}"),
    }
}

fn in_seconds(ms: u64) -> String {
    (ms as f64 / 1000.0).to_string()
}

impl Language {
    /// What it calls an option, as the page of that says.
    fn names(&self, option: &str) -> Vec<String> {
        let page = fs::read_to_string(format!("docs/options/{option}.md")).unwrap();
        let begin = format!("| {} | ", self.name);
        let row = page.lines().find_map(|line| line.strip_prefix(&begin));
        let row = row.unwrap_or_else(|| panic!("{option}: no {}", self.name));
        let names = row.split(" |").next().unwrap().split(", ");
        names
            .map(|name| name.trim_matches('`').to_owned())
            .collect()
    }

    /// The comment of an option, in one line.
    fn comment(&self, text: &str, option: &str) -> String {
        let declaration = (self.declaration)(&self.names(option)[0]);
        let (before, behind) = text
            .split_once(&declaration)
            .unwrap_or_else(|| panic!("{}: no {declaration}", self.file));
        let comment = if self.comments_behind {
            // Quoted, or until the next one.
            let quoted = behind.split("\"\"\"").nth(1);
            quoted.or_else(|| behind.split("@param").next())
        } else {
            before.rsplit("\n\n").next()
        };
        let words = comment.unwrap().split_whitespace();
        let words = words.filter(|word| !["///", "//", "*"].contains(word));
        words.collect::<Vec<_>>().join(" ")
    }

    fn number(&self, option: &Value, which: &str) -> String {
        let number = option[which].as_u64().unwrap();
        if option["unit"] == "ms" {
            (self.time)(number)
        } else {
            number.to_string()
        }
    }
}

/// The options that are numbers, each with its name.
fn numbers(description: &Value) -> Vec<(&str, &Value)> {
    let options = description["options"].as_array().unwrap().iter();
    let numbers = options.filter(|option| option["kind"] == "number");
    numbers
        .map(|option| (option["name"].as_str().unwrap(), option))
        .collect()
}

#[test]
fn each_language_tells_the_default_and_the_limits_of_each_number() {
    let described = description();
    let options = numbers(&described);
    assert!(!options.is_empty());
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let text = fs::read_to_string(language.file).unwrap();
        for (name, option) in &options {
            let comment = language.comment(&text, name);
            let number = |which: &str| language.number(option, which);
            let default = format!("Default: {}", number("default"));
            let limits = format!("{} to {}", number("least"), number("most"));
            for told in [default, limits] {
                let is_told = comment.match_indices(&told).any(|(at, _)| {
                    comment[at + told.len()..].starts_with([';', '.', ',', ' '])
                        || comment.ends_with(&told)
                });
                if !is_told {
                    wrong.push(format!("{}: {name}: {told}", language.file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not told: {wrong:#?}");
}

#[test]
fn each_language_has_each_option_by_the_names_that_its_page_tells() {
    let mut missing = Vec::new();
    for language in LANGUAGES {
        let text = fs::read_to_string(language.file).unwrap();
        for option in names("options") {
            let names = language.names(&option);
            assert!(!names.is_empty(), "{option}");
            let is_missing = |name: &&String| !text.contains(&(language.declaration)(name));
            missing.extend(names.iter().filter(is_missing).cloned());
        }
    }
    assert!(missing.is_empty(), "no declaration of {missing:?}");
}

#[test]
fn the_variables_that_an_option_is_taken_from_are_those_of_the_environment() {
    let described = description();
    let functions = described["functions"].as_array().unwrap();
    let from_env = functions
        .iter()
        .find(|one| one["name"] == "verigator_config_from_env");
    let comment = from_env.unwrap()["comment"].as_str().unwrap();
    for option in names("options") {
        let page = fs::read_to_string(format!("docs/options/{option}.md")).unwrap();
        let row = page
            .lines()
            .find(|line| line.starts_with("| environment |"));
        for variable in row
            .into_iter()
            .flat_map(|row| row.split('`').skip(1).step_by(2))
        {
            assert!(comment.contains(variable), "{option}: {variable}");
        }
    }
}

#[test]
fn the_table_of_the_python_binding_has_the_defaults() {
    let readme = fs::read_to_string("bindings/python/README.md").unwrap();
    for (name, option) in numbers(&description()) {
        let begin = format!("| `{name}`");
        let row = readme.lines().find(|line| line.starts_with(&begin));
        let row = row.unwrap_or_else(|| panic!("no row of {name}"));
        let number = option["default"].as_u64().unwrap();
        let default = match option["unit"].as_str() {
            Some("ms") => in_seconds(number),
            _ => number.to_string(),
        };
        assert!(row.ends_with(&format!(" | {default} |")), "{row}");
    }
}
