//! The names that no accessor may have.
//!
//! Only data, so that a test can take this file in by its path and compare it
//! with the methods that `Session` really has.

/// The methods of `Session` itself: they win over those of the struct that it
/// derefs to, so an accessor of that name could not be called.
pub(crate) const SESSION_METHODS: &[&str] =
    &["save", "update", "reload", "clear", "destroy", "restart", "cookie"];

/// The methods of the trait `IronSession`, which an accessor of that name would
/// hide on the struct.
pub(crate) const IRON_SESSION_METHODS: &[&str] =
    &["budget", "empty", "decode", "encode", "left_out", "canonical"];

/// The methods that a value has through std's traits: either they win over an
/// accessor of that name on a `Session`, or it would hide them on the struct.
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
