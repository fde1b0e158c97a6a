//! The description of the API, which every answer that a test sees is held against.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

/// The description, as the server has it.
pub fn description() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).unwrap()
}

/// The described paths, in each of their forms, with what stands there.
pub fn paths() -> BTreeMap<String, Value> {
    let description = description();
    let mut paths = BTreeMap::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let others = item["x-other-paths"].as_array().into_iter().flatten();
        let others = others.map(|path| path.as_str().unwrap().to_owned());
        for form in others.chain([path.clone()]) {
            let twice = paths.insert(form.clone(), item.clone());
            assert!(twice.is_none(), "{form} is there twice");
        }
    }
    paths
}

/// Asserts that an answer's status is one that the description has for what was asked, if it has that at all.
#[track_caller]
pub fn assert_described(method: &str, target: &str, status: u16, text: &str) {
    static PATHS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(paths);
    let path = target.split('?').next().unwrap_or_default();
    let fitting = PATHS.iter().filter(|(form, _)| fits(form, path));
    let Some((form, item)) = fitting.min_by_key(|(form, _)| form.matches('{').count()) else {
        return;
    };
    let operation = &item[method.to_lowercase()];
    // What the description says of all operations together.
    let is_misbehaviour = text.starts_with("{\"message\":\"chaos: ");
    let documented = if status == 200 && !operation["responses"]["201"].is_null() {
        201
    } else {
        status
    };
    assert!(
        operation.is_null()
            || is_misbehaviour
            || !operation["responses"][documented.to_string()].is_null(),
        "{method} {form} is not described to answer {status}: {text}"
    );
}

/// Whether a path is of a form.
fn fits(form: &str, path: &str) -> bool {
    let (mut parts, mut given) = (form.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given => (),
            (Some(part), Some(given)) if part.starts_with('{') && !given.is_empty() => (),
            _ => return false,
        }
    }
}
