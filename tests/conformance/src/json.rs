//! JSON as JavaScript writes it: a string may contain half a surrogate pair.

use serde_json::Value;

pub(crate) type Object = serde_json::Map<String, Value>;

/// Parses JSON text like `JSON.parse`. Half a surrogate pair becomes U+FFFD, and the depth is
/// unlimited.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let text = whole_surrogates(text);
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    deserializer.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut deserializer).map_err(|error| error.to_string())
}

/// Parses the text of an object.
pub(crate) fn object(text: &str) -> Result<Object, String> {
    match parse(text)? {
        Value::Object(object) => Ok(object),
        value => Err(format!("{value} is not an object")),
    }
}

/// Compares values as JavaScript does: all numbers are `f64`s.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => same_objects(a, b),
        _ => a == b,
    }
}

pub(crate) fn same_objects(a: &Object, b: &Object) -> bool {
    a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
}

/// Sets members of an object, and replaces those with the same names.
pub(crate) fn merge(mut into: Object, members: &Object) -> Object {
    into.extend(members.clone());
    into
}

/// Tells whether a text contains `\ufffd`, the escape that replaces half a surrogate pair.
pub(crate) fn has_replacement(text: &str) -> bool {
    text.to_ascii_lowercase().contains("\\ufffd")
}

/// Returns the depth of a value; a scalar has depth 0.
pub(crate) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn whole_surrogates(text: &str) -> String {
    let unit = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut whole = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(found) = text.get(rest..).and_then(|tail| tail.find('\\')) {
        let at = rest + found;
        whole.push_str(text.get(rest..at).unwrap_or_default());
        let is_high = |unit: u16| (0xD800..0xDC00).contains(&unit);
        let is_low = |unit: u16| (0xDC00..0xE000).contains(&unit);
        let (escape, len) = match unit(at) {
            Some(high) if is_high(high) && unit(at + 6).is_some_and(is_low) => (text.get(at..at + 12), 12),
            Some(half) if is_high(half) || is_low(half) => (Some("\\ufffd"), 6),
            _ => (text.get(at..at + 2), 2),
        };
        whole.push_str(escape.unwrap_or_default());
        rest = at + len;
    }
    whole.push_str(text.get(rest..).unwrap_or_default());
    whole
}
