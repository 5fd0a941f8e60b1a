//! What differs between two schemas of a session, and what that means while
//! servers of both run side by side.
//!
//! | additive | breaking |
//! | --- | --- |
//! | a member that may be missing is added | a member is removed or renamed, or is added and required |
//! | a bound is raised or dropped | a bound is lowered or added |
//! | a member becomes a `flash`, or ceases to be one | a member gets another type, form, range or pattern |
//! | unknown members are accepted | unknown members are refused |
//! | | a member is added beside a flattened map, and is no value of that map |
//! | | a value or variant is added to a choice, or removed |
//! | | a nested member becomes required, or ceases to be |
//! | | `javascript` on the struct is added or removed |
//!
//! After an additive change, each version reads what the other wrote and loses
//! nothing: `readable_by` may say so. Anything else needs a step from the old
//! struct to the new one. Adding a variant is breaking because the older server
//! can't read it. Names of types, and documentation, are no change at all.

use std::fmt;

use serde_json::Value;

use super::compare::Comparison;

/// What a change means for a rolling deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impact {
    /// Both versions read what the other wrote.
    Additive,
    /// They don't.
    Breaking,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// One difference between two schemas.
///
/// Printed, it is a line as `breaking  cart[].price: is a string, was an integer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub(super) impact: Impact,
    pub(super) path: String,
    pub(super) what: String,
}

impl Change {
    /// Returns what it means for a rolling deploy.
    pub fn impact(&self) -> Impact {
        self.impact
    }

    /// Returns the member that changed: `cart[].price`; nothing for the session itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Says what changed.
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the session" } else { &self.path };
        write!(f, "{}  {path}: {}", self.impact, self.what)
    }
}

/// Lists what changed from one schema of a session to another, as far as it
/// concerns payloads.
///
/// The version is not compared.
///
/// # Example
///
/// ```
/// use iron_session::schema::json::{Impact, changes};
/// use serde_json::json;
///
/// let old = json!({ "type": "object", "properties": { "visits": { "type": "integer" } } });
/// let new = json!({ "type": "object", "properties": { "visits": { "type": "string" } } });
/// let changes = changes(&old, &new);
/// assert_eq!(changes[0].impact(), Impact::Breaking);
/// assert_eq!(changes[0].to_string(), "breaking  visits: is a string, was an integer");
/// ```
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    Comparison::of(old, new)
}
