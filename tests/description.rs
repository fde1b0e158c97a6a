//! The description of the C API is the one that `src/ffi` makes, what is made from it is fresh, and all
//! of it tells of the library as it is.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{description, functions, is_fresh, library, run};

/// What this build makes of `src/ffi`.
const HEADER: &str = include_str!(concat!(env!("OUT_DIR"), "/verigator.h"));
const DESCRIPTION: &str = include_str!(concat!(env!("OUT_DIR"), "/verigator.json"));

/// What is made from the description in turn, and in which form.
const DECLARED: [(&str, &str); 5] = [
    ("packaging/verigator.map", "version_script"),
    ("packaging/debian/libverigator1.symbols", "debian_symbols"),
    ("include/verigator.cdef", "cdef"),
    ("bindings/python/src/verigator/_raw.py", "python"),
    ("bindings/csharp/src/Native/Raw.cs", "csharp"),
];

fn form(name: &str) -> String {
    run(Command::new("python3").args(["packaging/declarations.py", name]))
}

/// `make header` runs this with UPDATE_HEADER set, and so replaces what is committed.
#[test]
fn what_is_committed_is_fresh() {
    let mut stale = Vec::new();
    for (file, text) in [
        ("include/verigator.h", HEADER),
        // A module is all that programs in Go get.
        ("bindings/go/internal/raw/verigator.h", HEADER),
        ("include/verigator.json", DESCRIPTION),
    ] {
        stale.extend((!is_fresh(file, text)).then_some(file));
    }
    for (file, name) in DECLARED {
        stale.extend((!is_fresh(file, &form(name))).then_some(file));
    }
    assert!(
        stale.is_empty(),
        "{stale:?}: not what src/ffi makes; run `make header`"
    );
}

#[test]
fn the_description_and_the_library_have_the_same_functions() {
    let mut nm = Command::new("nm");
    let listing = run(nm.args(["-D", "--defined-only"]).arg(library()));
    let mut exported: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    exported.sort_unstable();
    assert_eq!(exported, functions());
}

/// Runs a compiler on a program that has both the declarations for other languages and the header.
fn compile_with_both(compiler: &str, checks: &str) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("both.c");
    let cdef = Path::new("include/verigator.cdef").canonicalize().unwrap();
    let program = format!(
        "#include <stddef.h>\n#include <stdint.h>\n#include {cdef:?}\n{checks}\nint main(void) {{ return 0; }}\n"
    );
    fs::write(&source, program).unwrap();
    let mut command = Command::new(compiler);
    command.args(["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror"]);
    run(command.args(["-fsyntax-only", "-Iinclude"]).arg(&source));
}

/// C takes a second declaration of a name only if it is of the same type.
#[test]
fn the_declarations_without_a_preprocessor_are_those_of_the_header() {
    let described = description();
    let constants = described["constants"].as_array().unwrap();
    let name = |constant: &Value| constant["name"].as_str().unwrap().to_owned();
    let before: Vec<String> = constants
        .iter()
        .map(|constant| format!("before_{0} = {0}", name(constant)))
        .collect();
    let same: Vec<String> = constants
        .iter()
        .map(|constant| {
            let name = name(constant);
            format!("_Static_assert(before_{name} == {name}, \"{name}\");")
        })
        .collect();
    let checks = format!(
        "enum {{ {} }};\n#include \"verigator.h\"\n{}",
        before.join(", "),
        same.join("\n")
    );
    for compiler in ["gcc", "clang"] {
        compile_with_both(compiler, &checks);
    }
    let cdef = fs::read_to_string("include/verigator.cdef").unwrap();
    assert!(!cdef.contains('#'), "a preprocessor line");
    for function in functions() {
        let declared = cdef
            .lines()
            .filter(|line| line.contains(&format!("{function}(")));
        assert_eq!(declared.count(), 1, "{function}");
        assert!(HEADER.contains(&format!("{function}(")), "{function}");
    }
}

/// A status that nobody looks at is a warning in every language and with every compiler that has one:
/// of each function that returns one, but those that free.
#[test]
fn a_status_asks_to_be_looked_at() {
    let described = description();
    for function in described["functions"].as_array().unwrap() {
        let name = function["name"].as_str().unwrap();
        if function["returns"]["kind"] == "status" {
            assert_eq!(function["must_use"], !name.ends_with("_free"), "{name}");
        }
    }
}

/// A function that takes a context makes a call, unless it only makes an object for later ones.
#[test]
fn it_is_told_which_functions_block() {
    let described = description();
    let waits = [
        "verigator_call_run",
        "verigator_call_step",
        "verigator_queue_next",
    ];
    for function in described["functions"].as_array().unwrap() {
        let name = function["name"].as_str().unwrap();
        let parameters = function["parameters"].as_array().unwrap();
        let has = |kind: &str| parameters.iter().any(|parameter| parameter["of"] == kind);
        let is_object = has("verigator_call") || has("verigator_queue");
        let makes_a_call =
            has("verigator_ctx") && !is_object && !name.starts_with("verigator_ctx_");
        let expected = makes_a_call || waits.contains(&name);
        assert_eq!(function["blocks"], expected, "{name}");
    }
}

/// What each handle is freed by takes it, and NULL, and nothing else.
#[test]
fn each_handle_is_freed_by_a_function() {
    let described = description();
    let find = |name: &Value| {
        let mut functions = described["functions"].as_array().unwrap().iter();
        functions.find(|function| function["name"] == *name)
    };
    for handle in described["handles"].as_array().unwrap() {
        let free = find(&handle["free"]).unwrap_or_else(|| panic!("{handle}"));
        let parameters = free["parameters"].as_array().unwrap();
        assert_eq!(parameters.len(), 1, "{free}");
        assert_eq!(parameters[0]["of"], handle["name"], "{free}");
        assert_eq!(parameters[0]["nullable"], true, "{free}");
    }
}

/// What a form is of another description.
fn form_of(api: &Value, name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for part in ["include", "packaging"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    let program = folder.path().join("packaging/declarations.py");
    fs::copy("packaging/declarations.py", &program).unwrap();
    fs::write(
        folder.path().join("include/verigator.json"),
        api.to_string(),
    )
    .unwrap();
    run(Command::new("python3").arg(program).arg(name))
}

/// A program that needs a later function does not start with an earlier library; and what a major
/// version begins with is all of its first one.
#[test]
fn each_minor_version_has_a_node_in_the_shared_library() {
    let mut api = description();
    let functions = api["functions"].as_array_mut().unwrap();
    let last = functions.last_mut().unwrap();
    last["since"] = "1.10".into();
    let name = last["name"].as_str().unwrap().to_owned();
    let script = form_of(&api, "version_script");
    let node = format!("VERIGATOR_1.10 {{\n    global:\n        {name};\n}} VERIGATOR_1.0;\n");
    assert!(script.ends_with(&node), "{script}");
    assert!(form_of(&api, "exports").contains(&format!("{name}@@VERIGATOR_1.10\n")));
    api["version"] = "2.0.0".into();
    let script = form_of(&api, "version_script");
    assert_eq!(script.matches("VERIGATOR_").count(), 1, "{script}");
    assert!(script.contains("VERIGATOR_2.0 {"), "{script}");
}

/// Each language's form is made, and has each function with all its parameters; but C# gives nothing to call back.
#[test]
fn each_form_has_each_function_with_its_parameters() {
    let described = description();
    let csharp = form("csharp");
    for function in described["functions"].as_array().unwrap() {
        let name = function["name"].as_str().unwrap();
        let expected = function["parameters"].as_array().unwrap();
        let declared = csharp.split_once(&format!(" {name}("));
        if expected
            .iter()
            .any(|parameter| parameter["kind"] == "callback")
        {
            assert!(declared.is_none(), "{name}");
            continue;
        }
        let parameters = declared.unwrap().1.split_once(");").unwrap().0.trim();
        let words: Vec<&str> = parameters
            .split(", ")
            .filter(|word| !word.is_empty())
            .collect();
        assert_eq!(words.len(), expected.len(), "{name}");
        for (word, parameter) in words.iter().zip(expected) {
            assert!(
                word.ends_with(parameter["name"].as_str().unwrap()),
                "{name}: {word}"
            );
            assert_eq!(
                word.starts_with("out "),
                parameter["out"] == true,
                "{name}: {word}"
            );
        }
    }
    let names: BTreeSet<String> = form("names").lines().map(str::to_owned).collect();
    assert_eq!(names, functions().into_iter().collect());
}
