//! The description that this build makes of these files, for the tests.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

static API: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/verigator.json"))).unwrap()
});

/// What is in one part of the description, with the names.
pub(super) fn items(part: &str) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let items = API[part].as_array().unwrap().iter();
    items.map(|item| (item["name"].as_str().unwrap(), item))
}

/// The names of the functions.
pub(super) fn functions() -> BTreeSet<&'static str> {
    items("functions").map(|(name, _)| name).collect()
}

/// Whether this function has an output.
pub(super) fn has_output(name: &str) -> bool {
    let (_, function) = items("functions").find(|item| item.0 == name).unwrap();
    let mut parameters = function["parameters"].as_array().unwrap().iter();
    parameters.any(|parameter| parameter["out"] == true)
}
