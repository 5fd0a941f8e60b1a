//! Counts the secrets that are serialized, wherever they are in a value.
//!
//! The compiler finds a secret in the types that it can probe. Inside any other type (such as
//! a user's own struct) it is found when it is serialized: the encoder of a member compares
//! this thread's count before and after.

use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// Records that a secret is serialized.
pub(crate) fn note() {
    COUNT.with(|count| count.set(count.get().wrapping_add(1)));
}

/// Returns how many secrets this thread has serialized.
pub(crate) fn count() -> u64 {
    COUNT.with(Cell::get)
}
