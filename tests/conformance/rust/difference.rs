//! Compares what a case expects with what came of its call.

use serde_json::{Map, Value};

/// What is not as expected; empty when all is well. Only what the case names is compared.
pub fn differences(expected: &Value, outcome: &Value) -> Vec<String> {
    let (kind, expected) = expected.as_object().unwrap().iter().next().unwrap();
    match (outcome.get(kind), expected) {
        (None, _) => vec![format!("expected {kind} {expected}, got {outcome}")],
        (Some(actual), Value::Object(fields)) => of_fields(fields, actual),
        (Some(actual), _) if actual == expected => Vec::new(),
        (Some(actual), _) => vec![format!("expected {kind} {expected}, got {actual}")],
    }
}

fn of_fields(expected: &Map<String, Value>, actual: &Value) -> Vec<String> {
    let differs = |(field, wanted): (&String, &Value)| match field.as_str() {
        "message_contains" | "message_lacks" => of_message(field, wanted, &actual["message"]),
        _ if actual.get(field) == Some(wanted) => None,
        _ => Some(format!("{field}: expected {wanted}, got {}", actual[field])),
    };
    expected.iter().filter_map(differs).collect()
}

fn of_message(field: &str, parts: &Value, message: &Value) -> Option<String> {
    let has = |part: &Value| message.as_str().unwrap().contains(part.as_str().unwrap());
    let wrong = |part: &&Value| has(part) != (field == "message_contains");
    let part = parts.as_array().unwrap().iter().find(wrong)?;
    Some(format!("{field}: {part}, got {message}"))
}
