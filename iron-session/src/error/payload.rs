//! Errors of reading and writing the JSON inside a seal.

use std::fmt;

use super::Cause;
use super::text::{Field, Foreign, ForeignError};

/// Why a payload could not be read. Names members, never their content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not JSON text that `JSON.parse` accepts.
    #[error("not JSON: unexpected byte at offset {offset}")]
    #[non_exhaustive]
    Syntax {
        /// Where, in bytes of the payload.
        offset: usize,
    },
    /// Nested deeper than 128 levels.
    #[error("nested more than 128 levels deep")]
    TooDeep,
    /// A number that no `f64` holds (JavaScript would read `Infinity`).
    #[error("the number at offset {offset} is too large for an `f64`")]
    #[non_exhaustive]
    NumberTooLarge {
        /// Where, in bytes of the payload.
        offset: usize,
    },
    /// Not a compressed payload that can be inflated within its bound, 64 KiB.
    #[error("the compressed payload is damaged or inflates to more than 64 KiB")]
    Inflate,
    /// The payload is not an object, so it is no session.
    #[error(
        "a session must be a JSON object, but this is {found}; \
         if another program uses the cookie's name, choose another one"
    )]
    #[non_exhaustive]
    NotAnObject {
        /// The kind of JSON value found.
        found: &'static str,
    },
    /// A member of another type than the field's.
    #[error("member `{}` is {found} that does not fit the field's type", Foreign(.member))]
    #[non_exhaustive]
    Member {
        /// The member's name on the wire.
        member: String,
        /// The kind of JSON value found.
        found: &'static str,
    },
    /// The payload as a whole does not fit the type asked for.
    #[error(
        "the payload is {found} that does not fit the requested type; unseal it as the type that was sealed"
    )]
    #[non_exhaustive]
    Type {
        /// The kind of JSON value found.
        found: &'static str,
    },
}

/// Why a value could not be written as JSON.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The field's own `Serialize` failed.
    #[error("{} could not be serialized", Field(.member.as_deref()))]
    #[non_exhaustive]
    Serialize {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
        /// The text of serde's error, escaped and cut.
        #[source]
        cause: Cause,
    },
    /// The next request would not read the value as it was set.
    #[error("{} would not be read back as it was set", Field(.member.as_deref()))]
    #[non_exhaustive]
    Misread {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
        /// What would go wrong.
        #[source]
        cause: Misread,
    },
    /// A member under the name that the session's metadata has.
    #[error("`$` is reserved for the session's metadata; give the member another name")]
    Reserved,
    /// A value larger than its field allows.
    #[error(transparent)]
    FieldTooLarge(#[from] FieldTooLarge),
    /// An integer that JavaScript would round, in a session that it reads.
    #[error(
        "member `{}` holds an integer that JavaScript would round; \
         store it as text with `#[session(with = \"iron_session::with::text\")]`", Foreign(.member)
    )]
    #[non_exhaustive]
    RoundedByJavaScript {
        /// The member's name on the wire.
        member: String,
    },
    /// Nested deeper than 128 levels, which this library does not read.
    #[error("{} is nested more than 128 levels deep; store a flatter value", Field(.member.as_deref()))]
    #[non_exhaustive]
    TooDeep {
        /// The member's name on the wire; `None` for a whole value.
        member: Option<String>,
    },
}

impl EncodeError {
    /// Keeps serde's error as text.
    pub(crate) fn serialize(member: Option<String>, error: &serde_json::Error) -> Self {
        Self::Serialize { member, cause: Box::new(ForeignError::new(error)) }
    }
}

/// Why the next request would not read a value as it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misread {
    /// The type's `Deserialize` refuses what its `Serialize` writes.
    #[error(
        "its type can't deserialize its own output; a field with `skip_serializing_if` needs \
         `#[serde(default)]`, and a map inside `flatten` or a tagged enum needs strings as keys"
    )]
    Undecodable,
    /// A NaN or an infinity, which JSON has no number for.
    #[error("JSON writes NaN and infinity as `null`; check the number before you set it")]
    NotFinite,
    /// A value that is there is written as `null`, and `null` is read as `None`.
    #[error(
        "it contains a value that is written as `null`, which is read back as `None`; use a `bool` or an enum"
    )]
    Null,
    /// The type's `Deserialize` makes another value of what its `Serialize` writes.
    #[error(
        "its type deserializes its own output to a different value; check untagged enums, which take the first \
         variant that fits, and fields that are only serialized or only deserialized"
    )]
    Different,
}

/// A value larger than its field's `max_bytes` or `max_items`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` has {found} {unit}, but at most {limit} are allowed")]
#[non_exhaustive]
pub struct FieldTooLarge {
    /// The field's name; on the wire where it is saving that failed.
    pub field: String,
    /// What was counted.
    pub unit: Unit,
    /// How many there are.
    pub found: usize,
    /// How many are allowed.
    pub limit: usize,
}

/// Says what a field's limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes of JSON; of a text, those between the quotes, after escaping.
    Bytes,
    /// The elements of a list, or the members of a map.
    Items,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Items => "items",
        })
    }
}
