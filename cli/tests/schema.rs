//! What `--json` prints is as the schema says, which is what scripts rely on.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::scripted;

fn schema() -> Value {
    serde_json::from_str(include_str!("../schema.json")).unwrap()
}

/// Asserts that a result is one of these, with nothing that the schema does not tell of.
#[track_caller]
pub fn assert_is(kind: &str, result: &Value) {
    let mut schema = schema();
    assert!(schema["$defs"][kind].is_object(), "no {kind} in the schema");
    let any = validator(&schema)
        .validate(result)
        .map_err(|why| why.to_string());
    assert_eq!(any, Ok(()), "{result}");
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{kind}") }]);
    close(&mut schema);
    let this = validator(&schema)
        .validate(result)
        .map_err(|why| why.to_string());
    assert_eq!(this, Ok(()), "{result} is no {kind}");
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).unwrap()
}

/// Lets no object have what is not described.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            if object.get("properties").is_some_and(Value::is_object) {
                object.insert("additionalProperties".into(), false.into());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => (),
    }
}

#[test]
fn the_schema_is_one_and_refuses_what_is_wrong() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let user = scripted::user("u", "kaisa");
    assert_is("user", &user);
    for wrong in [
        json!({ "id": "u", "ctime": "2026" }),
        json!({ "id": "", "id_in_service": "kaisa", "ctime": "2026" }),
        json!({ "id": "u", "id_in_service": "kaisa", "ctime": "2026", "phone_number": "+1" }),
    ] {
        let refused = std::panic::catch_unwind(|| assert_is("user", &wrong));
        assert!(refused.is_err(), "{wrong}");
    }
}
