//! That a secret was written, wherever it stood in a value.
//!
//! The compiler finds a secret in the types that it can look into. Inside any other
//! (a struct of the user's own) it is found when it is serialized: whoever encodes a
//! member compares this thread's count before and after.

use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// Notes that a secret is written.
pub(super) fn note() {
    COUNT.with(|count| count.set(count.get().wrapping_add(1)));
}

/// Returns how many secrets this thread has written.
pub(crate) fn count() -> u64 {
    COUNT.with(Cell::get)
}
