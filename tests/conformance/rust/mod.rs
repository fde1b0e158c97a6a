//! The runner of the conformance cases for Rust.

mod call;
mod difference;
mod peer;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

pub use peer::Peer;

/// The project's folder, which cargo runs tests in: what was compiled in one checkout may serve another.
pub fn root() -> PathBuf {
    std::env::current_dir().unwrap()
}

pub fn cases_folder() -> PathBuf {
    root().join("tests/conformance/cases")
}

/// Where a runner writes its results for the summary.
pub fn results_file(language: &str) -> PathBuf {
    let folder = root().join("target/conformance");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{language}.json"))
}

/// Runs every case and writes the results; gives the failures.
pub fn run_all(peer: &Peer) -> Vec<String> {
    let mut results = BTreeMap::new();
    let mut failures = Vec::new();
    for case in cases() {
        let name = case["name"].as_str().unwrap().to_owned();
        let result = match case["skip"]["rust"].as_str() {
            Some(why) => format!("skip: {why}"),
            None => {
                let problems = run_case(peer, &name, &case);
                let result = if problems.is_empty() { "pass" } else { "fail" };
                failures.extend(problems.iter().map(|problem| format!("{name}: {problem}")));
                result.to_owned()
            }
        };
        results.insert(name, result);
    }
    let results = serde_json::to_string_pretty(&results).unwrap() + "\n";
    fs::write(results_file("rust"), results).unwrap();
    failures
}

fn run_case(peer: &Peer, name: &str, case: &Value) -> Vec<String> {
    let outcome = call::outcome(case, &format!("{}/rust/{name}", peer.url));
    let mut problems = difference::differences(&case["expect"], &outcome);
    problems.extend(peer.verdict("rust", name).err());
    problems
}

fn cases() -> Vec<Value> {
    let entries = fs::read_dir(cases_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().unwrap() == "json")
        .collect();
    files.sort();
    let read = |path: &PathBuf| -> Vec<Value> {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    files.iter().flat_map(read).collect()
}
