//! The subject of sessions, as a user types it.

use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::json_text;

/// The value of a field `#[session(subject)]`.
pub(crate) struct Subject(Box<RawValue>);

impl Subject {
    /// Interprets a text: JSON, or what is not JSON as a text.
    pub(crate) fn parse(typed: &str) -> Result<Self, Failure> {
        let json = match serde_json::from_str(typed) {
            Ok(Value::Null) => {
                let next = "pass the value of the field `#[session(subject)]`; `'\"null\"'` is the text";
                return Err(Failure::other("`null` is not a subject", next));
            }
            // A text has one form, however its characters were escaped.
            Ok(Value::String(text)) => Value::from(text).to_string(),
            // A number that is read and written again may be another one.
            Ok(_) => json_text::compact(typed),
            Err(_) => Value::from(typed).to_string(),
        };
        RawValue::from_string(json)
            .map(Self)
            .map_err(|error| Failure::caused_by(&error, "please report this as a bug of iron-session"))
    }

    pub(crate) fn json(&self) -> &RawValue {
        &self.0
    }
}

/// Says how it was understood: `the number 42`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0.get().as_bytes() {
            [b'"', ..] => "text",
            [b'-' | b'0'..=b'9', ..] => "number",
            _ => "value",
        };
        write!(f, "the {kind} {}", self.0.get())
    }
}
