//! A difference between two schemas of a session, and what it means while servers of both
//! versions run side by side.
//!
//! | additive | breaking |
//! | --- | --- |
//! | an optional member is added | a member is removed or renamed, or a required member is added |
//! | a limit is raised or dropped | a limit is lowered or added |
//! | a member becomes a `flash`, or the struct `revocable`, or stops being one | the type, form, range or pattern of a member changes |
//! | unknown members are now accepted | unknown members are now rejected |
//! | | a member is added next to a flattened map, and its type is not that of the map's values |
//! | | a value or variant is added to a choice, or removed from it |
//! | | a nested member becomes required, or becomes optional |
//! | | `javascript` on the struct is added or removed |
//! | | `storage` lets sessions be in records for the first time, or no longer |
//!
//! After an additive change, each version can read payloads of the other and loses nothing, so
//! `readable_by` may name the older version. Any other change needs a migration from the old
//! struct to the new one. Adding a variant is breaking because the older server can't read it.
//! Names of types, and documentation, do not count as changes.

use std::fmt;

/// The meaning of a change for a rolling deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Exhaustive on purpose: older servers can read the newer cookies, or they can't.
pub enum Impact {
    /// Both versions can read each other's payloads.
    Additive,
    /// At least one version cannot read the other's payloads.
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
/// It prints as a line such as `breaking  cart[].price: is a string, was an integer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub(super) impact: Impact,
    pub(super) path: String,
    pub(super) what: String,
}

impl Change {
    /// Returns the meaning for a rolling deploy.
    pub fn impact(&self) -> Impact {
        self.impact
    }

    /// Returns the path of the member that changed, such as `cart[].price`. It is empty for
    /// the session itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Describes the change.
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
