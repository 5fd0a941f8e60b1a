//! The names that no accessor may have.
//!
//! This file contains only data, so that a test can include it by its path and compare it
//! with the methods that `Session` really has.

/// The methods of `Session` itself, including those of the feature `server-state`: turning on a feature must
/// not break a struct. They take precedence over those of the struct that it
/// derefs to, so an accessor with such a name could not be called.
pub(crate) const SESSION_METHODS: &[&str] = &[
    "save",
    "update",
    "discard",
    "reload",
    "clear",
    "destroy",
    "restart",
    "sign_in",
    "cookie",
    "meta",
    "revoke",
    "revoke_subject",
];

/// The methods of the trait `IronSession`. An accessor with such a name would hide the
/// method on the struct.
pub(crate) const IRON_SESSION_METHODS: &[&str] =
    &["budget", "empty", "decode", "encode", "left_out", "swap_kept", "subject_text", "canonical"];

/// The methods that a value has through std's traits. On a `Session` such a method takes
/// precedence over an accessor of the same name, or on the struct the accessor would hide it.
pub(crate) const STD_METHODS: &[&str] = &[
    "clone",
    "clone_from",
    "default",
    "into",
    "try_into",
    "from",
    "try_from",
    "borrow",
    "borrow_mut",
    "to_owned",
    "clone_into",
    "deref",
    "deref_mut",
    "as_ref",
    "as_mut",
    "eq",
    "ne",
    "cmp",
    "hash",
    "fmt",
    "drop",
    "type_id",
];
