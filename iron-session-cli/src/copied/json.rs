//! Cookies in JSON: what extensions of browsers export, Playwright's storage state, a HAR file,
//! Firefox's panel "Network", or the headers that a program printed.

use serde_json::Value;

use super::{Cookie, named, of_line};

/// Reads what begins like an object or an array.
pub(super) fn parse(text: &str) -> Option<Value> {
    text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

pub(super) fn cookies(value: &Value) -> Vec<Cookie> {
    let mut cookies = Vec::new();
    find(value, None, &mut cookies);
    cookies
}

/// Looks at a value, and at all in it; the parser has bounded how deep that is.
fn find(value: &Value, name: Option<&str>, cookies: &mut Vec<Cookie>) {
    match value {
        Value::String(text) => match name {
            Some(name) => cookies.extend(named(name, text)),
            None => cookies.extend(text.lines().flat_map(of_line)),
        },
        // Of a header that was sent several times.
        Value::Array(values) => values.iter().for_each(|value| find(value, name, cookies)),
        Value::Object(members) => {
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            match (text("name").or(name), text("value")) {
                (Some(name), Some(value)) => cookies.extend(named(name, value)),
                _ => members.iter().for_each(|(key, value)| find(value, Some(key), cookies)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
