//! Why a cookie is not the session: the error that is reported if none of them is.

use crate::error::{Reason, UnsealError};

pub(super) const TOO_LONG: UnsealError =
    UnsealError::Malformed(Reason::new("it is longer than any session cookie"));

/// Keeps the most informative error, and between equals the first.
pub(super) fn remember(kept: &mut Option<UnsealError>, error: UnsealError) {
    if tells_more(&error, kept.as_ref()) {
        *kept = Some(error);
    }
}

/// Returns whether an error is more informative: one from a session, then one from a text that
/// looks like a seal, then any other.
pub(super) fn tells_more(error: &UnsealError, than: Option<&UnsealError>) -> bool {
    let tells = |error: &UnsealError| match error {
        UnsealError::Expired { .. } => 3,
        UnsealError::Malformed(_) => 0,
        UnsealError::MissingChunk { .. } => 1,
        _ => 2,
    };
    than.is_none_or(|than| tells(error) > tells(than))
}
