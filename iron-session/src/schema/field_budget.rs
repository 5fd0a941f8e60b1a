//! The part of the budget that one field needs, and what else is known about the field.

use super::bounds::Bounds;
use super::size::plus;
use crate::limits::{EXPIRY_DIGITS, json_len};
use crate::payload::Identity;

/// Describes how much of the payload a field can need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct FieldBudget {
    name: &'static str,
    max_bytes: Option<usize>,
    bounds: Bounds,
    keeps_plain: bool,
    waives_secrets: bool,
    identity: Identity,
    is_kept: bool,
    is_counter: bool,
}

impl FieldBudget {
    /// Creates one from a member's name and the largest size of its value, if it has one.
    #[must_use]
    pub const fn new(name: &'static str, max_value_bytes: Option<usize>) -> Self {
        let max_bytes = match max_value_bytes {
            Some(value) => Some(plus(plus(json_len(name), "\"\":,".len()), value)),
            None => None,
        };
        let bounds = Bounds::NONE.with_largest(max_value_bytes);
        Self {
            name,
            max_bytes,
            bounds,
            keeps_plain: false,
            waives_secrets: false,
            identity: Identity::Alike,
            is_kept: false,
            is_counter: false,
        }
    }

    /// Adds the field's bounds.
    #[must_use]
    pub const fn with_bounds(self, bounds: Bounds) -> Self {
        Self { bounds: bounds.with_largest(self.bounds.largest()), ..self }
    }

    /// Adds the deadline that the member contains.
    #[must_use]
    pub const fn with_deadline(self) -> Self {
        let max_bytes = match self.max_bytes {
            Some(bytes) => Some(plus(bytes, r#"{"value":,"until_ms":}"#.len() + EXPIRY_DIGITS)),
            None => None,
        };
        Self { max_bytes, ..self }
    }

    /// Disables compression while a session holds the field.
    #[must_use]
    pub const fn keeping_plain(self) -> Self {
        Self { keeps_plain: true, ..self }
    }

    /// Returns whether a session that holds the field is never compressed.
    #[cfg_attr(not(feature = "compress"), expect(dead_code, reason = "nothing is compressed"))]
    pub(crate) const fn keeps_plain(&self) -> bool {
        self.keeps_plain
    }

    /// Allows the field's secrets to be compressed with the session.
    #[must_use]
    pub const fn waiving_secrets(self) -> Self {
        Self { waives_secrets: true, ..self }
    }

    /// Returns whether the field's secrets may be compressed with the session.
    #[cfg_attr(not(feature = "compress"), expect(dead_code, reason = "nothing is compressed"))]
    pub(crate) const fn waives_secrets(&self) -> bool {
        self.waives_secrets
    }

    /// Sets when a value that replaces another is the same thing.
    #[must_use]
    pub const fn with_identity(self, identity: Identity) -> Self {
        Self { identity, ..self }
    }

    /// Returns when a value that replaces another is the same thing.
    pub(crate) const fn identity(&self) -> Identity {
        self.identity
    }

    /// Keeps the field when the session starts again.
    #[must_use]
    pub const fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    /// Returns whether the field stays when the session starts again.
    pub(crate) const fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Adds up the changes that several requests make to the field at the same time.
    #[must_use]
    pub const fn counting(self) -> Self {
        Self { is_counter: true, ..self }
    }

    /// Returns whether the changes of several requests add up.
    #[cfg_attr(not(feature = "server-state"), expect(dead_code, reason = "there are no records"))]
    pub(crate) const fn is_counter(&self) -> bool {
        self.is_counter
    }

    /// Returns the bounds that are checked when the field is saved.
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Returns the member's name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the maximum bytes that it takes, including name and punctuation; `None` if
    /// they are not bounded.
    #[must_use]
    pub const fn max_bytes(&self) -> Option<usize> {
        self.max_bytes
    }
}
