//! The words for types and values in a report.

use serde_json::{Map, Value};

/// Names the values of a schema: `a string`, `an integer or null`.
pub(super) fn of_type(schema: &Map<String, Value>) -> String {
    let word = |kind: &str| match kind {
        "null" => kind.to_owned(),
        "array" | "integer" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    };
    let is_choice = ["enum", "const", "oneOf", "anyOf"].iter().any(|keyword| schema.contains_key(*keyword));
    match schema.get("type") {
        Some(Value::String(kind)) => word(kind),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).map(word).collect::<Vec<_>>().join(" or ")
        }
        _ if is_choice => "a choice".to_owned(),
        _ => "anything".to_owned(),
    }
}

/// Lists values as JSON.
pub(super) fn list(values: &[&Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
