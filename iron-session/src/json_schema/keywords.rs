//! The keywords of a JSON Schema, and how references between schemas are followed.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The keyword for facts that JSON Schema has no keyword for.
pub(crate) const EXTENSION: &str = "x-iron-session";

/// Keywords that do not affect the form of a value.
pub(super) const ANNOTATIONS: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    EXTENSION,
];

/// The longest chain of references that is followed.
const MAX_REFERENCES: usize = 32;

/// A schema with its reference resolved.
pub(super) type Keywords = Map<String, Value>;

/// Follows references. Keywords next to a reference take precedence.
pub(super) fn resolve(root: &Value, schema: &Value) -> Keywords {
    let mut keywords = Keywords::new();
    let mut next = Some(schema);
    for _ in 0..MAX_REFERENCES {
        let Some(schema) = next else { break };
        next = match schema {
            Value::Object(own) => {
                for (name, value) in own.iter().filter(|(name, _)| *name != "$ref") {
                    keywords.entry(name.clone()).or_insert_with(|| value.clone());
                }
                let path = own.get("$ref").and_then(Value::as_str);
                path.and_then(|path| root.pointer(path.strip_prefix('#')?))
            }
            Value::Bool(false) => {
                keywords.insert("not".to_owned(), Keywords::new().into());
                None
            }
            _ => None,
        };
    }
    keywords
}

/// Returns the object in a keyword, and an empty one if there is none.
pub(super) fn object<'a>(schema: &'a Keywords, keyword: &str) -> &'a Keywords {
    static NONE: LazyLock<Keywords> = LazyLock::new(Keywords::new);
    schema.get(keyword).and_then(Value::as_object).unwrap_or(&NONE)
}
