//! Each language tells of each option the default and the limits that the library goes by.

mod support;

use std::fs;

use serde_json::Value;
use support::description;

/// Where and how a language tells of its options.
struct Language {
    file: &'static str,
    /// What its declaration of an option begins with.
    declaration: fn(&str) -> String,
    /// Whether its comment stands behind that.
    comments_behind: bool,
    /// A time of so many milliseconds.
    time: fn(u64) -> String,
}

const LANGUAGES: [Language; 9] = [
    Language {
        file: "src/ffi/config.rs",
        declaration: |option| format!("fn verigator_config_set_{option}"),
        comments_behind: false,
        time: |ms| ms.to_string(),
    },
    Language {
        file: "src/config.rs",
        declaration: |option| format!("pub fn set_{option}("),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        file: "include/verigator.hpp",
        declaration: |option| format!("config &set_{option}("),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        file: "bindings/java/src/main/java/com/messente/verigator/VerigatorBuilder.java",
        declaration: |option| format!("public VerigatorBuilder {}(", in_camel_case(option)),
        comments_behind: false,
        time: |ms| with_unit(ms, [" millisecond", " seconds", " hour"]),
    },
    Language {
        file: "bindings/python/src/verigator/options.py",
        declaration: |option| format!("\n    {option}: "),
        comments_behind: true,
        time: in_seconds,
    },
    Language {
        file: "bindings/php/src/Options.php",
        declaration: |option| format!(" ${} ", in_camel_case(option)),
        comments_behind: true,
        time: in_seconds,
    },
    Language {
        file: "bindings/node/src/options.ts",
        declaration: |option| format!("\n  {}?: ", in_camel_case(option)),
        comments_behind: false,
        time: |ms| ms.to_string(),
    },
    Language {
        file: "bindings/go/option.go",
        declaration: |option| format!("func {}(", in_camel_case(&format!("With_{option}"))),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
    Language {
        file: "bindings/csharp/src/ClientOptions.cs",
        declaration: |option| format!(" {} {{ get; set; }}", in_pascal_case(option)),
        comments_behind: false,
        time: |ms| with_unit(ms, [" ms", " s", " hour"]),
    },
];

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

fn in_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |begun, word| {
        begun + &word[..1].to_uppercase() + &word[1..]
    })
}

fn in_pascal_case(name: &str) -> String {
    let camel = in_camel_case(name);
    camel[..1].to_uppercase() + &camel[1..]
}

impl Language {
    /// The comment of an option, in one line.
    fn comment(&self, text: &str, option: &str) -> String {
        let declaration = (self.declaration)(option);
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
