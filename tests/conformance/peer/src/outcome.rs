//! Compares what came of a call, as its runner tells it, with what the case says must come of it.

use serde_json::{Map, Value, json};

use crate::case::{Case, Expect};
use crate::language::Way;

/// The members of an error.
const ERROR: &[&str] = &[
    "status",
    "kind",
    "http_status",
    "message",
    "service_message",
    "body",
    "request_id",
    "retry_after_ms",
    "maybe_sent",
    "retry_safe",
];

/// What is not as the case has it; empty when all is well.
pub fn problems(case: &Case, way: Way, outcome: &Value) -> Vec<String> {
    let mut problems = match (&case.expect, outcome.get("value"), outcome.get("error")) {
        (Expect::Value(expected), Some(value), None) => {
            of_value(case.value_in(way), expected, value)
        }
        (Expect::Error(expected), None, Some(error)) => of_error(expected, error),
        (Expect::Value(value), ..) => of_kind(&json!({ "value": value }), outcome),
        (Expect::Error(error), ..) => of_kind(&json!({ "error": error }), outcome),
    };
    if let Some(problem) = outcome.get("problem") {
        problems.push(format!("problem: {problem}"));
    }
    problems
}

/// Whether a case may expect this of a value with these members.
pub fn is_of_value(name: &str, members: &[&str]) -> bool {
    match name {
        "users_count" | "first_id" | "last_id" => members.contains(&"users"),
        _ => members.contains(&name),
    }
}

/// Whether a case may expect this of an error.
pub fn is_of_error(member: &str) -> bool {
    match member {
        "message_contains" | "message_lacks" => true,
        _ => member != "message" && ERROR.contains(&member),
    }
}

fn of_kind(expected: &Value, outcome: &Value) -> Vec<String> {
    vec![format!("expected {expected}, got {outcome}")]
}

/// What the call could not give in this way, for which there are no `members`, is not compared.
fn of_value(members: &[&str], expected: &Value, value: &Value) -> Vec<String> {
    let Value::Object(expected) = expected else {
        return of_member("value", expected, value).into_iter().collect();
    };
    let listed = value.get("users").and_then(Value::as_array);
    let compare = |(name, wanted): (&String, &Value)| match (name.as_str(), listed) {
        ("users_count", Some(users)) => of_member(name, wanted, &json!(users.len())),
        ("first_id", Some(users)) => of_member(name, wanted, &id(users.first())),
        ("last_id", Some(users)) => of_member(name, wanted, &id(users.last())),
        _ if members.contains(&name.as_str()) => of_member(name, wanted, &value[name]),
        _ => None,
    };
    let form = of_form(members, value);
    form.into_iter()
        .chain(expected.iter().filter_map(compare))
        .collect()
}

fn id(user: Option<&Value>) -> Value {
    user.map_or(Value::Null, |user| user["id"].clone())
}

fn of_error(expected: &Map<String, Value>, error: &Value) -> Vec<String> {
    let compare = |(name, wanted): (&String, &Value)| match name.as_str() {
        "message_contains" => of_message(name, true, wanted, &error["message"]),
        "message_lacks" => of_message(name, false, wanted, &error["message"]),
        _ => of_member(name, wanted, &error[name]),
    };
    let form = of_form(ERROR, error);
    form.into_iter()
        .chain(expected.iter().filter_map(compare))
        .collect()
}

/// Exactly its members stand in a value or an error.
fn of_form(members: &[&str], found: &Value) -> Option<String> {
    let found_members = found.as_object().into_iter().flat_map(Map::keys);
    let mut too_many = found_members.filter(|name| !members.contains(&name.as_str()));
    let mut missing = members.iter().filter(|name| found.get(name).is_none());
    match (missing.next(), too_many.next()) {
        (Some(name), _) => Some(format!("{name} is missing in {found}")),
        (None, Some(name)) => Some(format!("{name} should not be in {found}")),
        (None, None) => None,
    }
}

fn of_member(name: &str, expected: &Value, found: &Value) -> Option<String> {
    (found != expected).then(|| format!("{name}: expected {expected}, got {found}"))
}

/// Each of `parts` is in the message, or none of them.
fn of_message(name: &str, wanted: bool, parts: &Value, message: &Value) -> Option<String> {
    let text = message.as_str().unwrap_or_default();
    let parts = parts.as_array().into_iter().flatten();
    let mut wrong = parts.filter(|part| text.contains(part.as_str().unwrap_or_default()) != wanted);
    let part = wrong.next()?;
    Some(format!("{name}: {part}, got {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(operation: &str, expect: &Value) -> Case {
        serde_json::from_value(json!({
            "name": "a-case",
            "about": "Is compared.",
            "call": { "operation": operation, "arguments": {} },
            "replies": [],
            "requests": [],
            "expect": expect,
        }))
        .unwrap()
    }

    fn error() -> Value {
        json!({
            "status": 9, "kind": "service", "http_status": 404, "message": "no user \"u1\"",
            "service_message": null, "body": "{}", "request_id": null, "retry_after_ms": null,
            "maybe_sent": true, "retry_safe": false,
        })
    }

    /// What is said of an error where a case expects this of it.
    fn of(expected: &Value, outcome: &Value) -> Vec<String> {
        let case = case("get_user", &json!({ "error": expected }));
        problems(&case, Way::Blocking, outcome)
    }

    #[test]
    fn what_the_case_says_is_accepted() {
        let expected = json!({
            "status": 9, "body": "{}", "request_id": null,
            "message_contains": ["u1", "user"], "message_lacks": ["pass"],
        });
        assert_eq!(of(&expected, &json!({ "error": error() })), [""; 0]);
    }

    #[test]
    fn each_member_counts() {
        for (name, value) in error().as_object().unwrap() {
            if name != "message" {
                let mut other = error();
                other[name] = json!("another");
                let said = of(&json!({ name: value }), &json!({ "error": other }));
                assert_eq!(said, [format!("{name}: expected {value}, got \"another\"")]);
            }
            let mut less = error();
            less.as_object_mut().unwrap().remove(name);
            let said = of(&json!({ "status": 9 }), &json!({ "error": less }));
            assert!(
                said[0].starts_with(&format!("{name} is missing")),
                "{said:?}"
            );
        }
        let mut more = error();
        more["colour"] = json!("red");
        let said = of(&json!({ "status": 9 }), &json!({ "error": more }));
        assert!(said[0].starts_with("colour should not be in"), "{said:?}");
    }

    #[test]
    fn the_message_counts() {
        let outcome = json!({ "error": error() });
        let said = of(&json!({ "message_contains": ["user", "u2"] }), &outcome);
        assert!(
            said[0].starts_with("message_contains: \"u2\", got"),
            "{said:?}"
        );
        let said = of(&json!({ "message_lacks": ["u2", "user"] }), &outcome);
        assert!(
            said[0].starts_with("message_lacks: \"user\", got"),
            "{said:?}"
        );
    }

    #[test]
    fn a_value_is_no_error_and_an_error_no_value() {
        for outcome in [
            json!({ "value": null }),
            json!({ "value": null, "error": error() }),
            json!({}),
            json!(null),
        ] {
            let said = of(&json!({ "status": 9 }), &outcome);
            assert!(said[0].starts_with("expected {\"error\":"), "{said:?}");
        }
        let nothing = case("delete_user", &json!({ "value": null }));
        let said = problems(&nothing, Way::Queue, &json!({ "error": error() }));
        assert!(
            said[0].starts_with("expected {\"value\":null}, got"),
            "{said:?}"
        );
        let said = problems(&nothing, Way::Queue, &json!({ "value": {} }));
        assert_eq!(said, ["value: expected null, got {}"]);
    }

    #[test]
    fn a_broken_promise_fails_what_is_right_otherwise() {
        let outcome = json!({ "error": error(), "problem": "an output is not empty" });
        let said = of(&json!({ "status": 9 }), &outcome);
        assert_eq!(said, ["problem: \"an output is not empty\""]);
    }

    #[test]
    fn of_a_long_list_its_ends_count() {
        let expected = json!({ "users_count": 2, "first_id": "u0", "last_id": "u1" });
        let case = case("list_users", &json!({ "value": expected }));
        let listing = |users: Value| json!({ "users": users, "total": 2, "next_cursor": null });
        let of = |users| problems(&case, Way::Queue, &json!({ "value": listing(users) }));
        assert_eq!(of(json!([{ "id": "u0" }, { "id": "u1" }])), [""; 0]);
        assert_eq!(of(json!([{ "id": "u0" }])).len(), 2);
        assert_eq!(of(json!([])).len(), 3);
    }

    #[test]
    fn a_simple_function_gives_a_part_of_the_value() {
        let expected = json!({ "verified": true, "result": "ok" });
        let case = case("verify", &json!({ "value": expected }));
        let of = |value: Value| problems(&case, Way::Simple, &json!({ "value": value }));
        assert_eq!(of(json!({ "verified": true })), [""; 0]);
        assert_eq!(of(json!({ "verified": false })).len(), 1);
        assert_eq!(of(json!({ "verified": true, "result": "ok" })).len(), 1);
    }
}
