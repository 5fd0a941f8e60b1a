//! Why a cookie is not the session: the error that is reported if none of them is.

use crate::error::UnsealError;

pub(super) const TOO_LONG: UnsealError = UnsealError::Malformed("it is longer than any session cookie");

/// Keeps the most informative error, and between equals the first: one from a session, then
/// one from a text that looks like a seal, then any other.
pub(super) fn remember(first: &mut Option<UnsealError>, error: UnsealError) {
    let tells = |error: &UnsealError| match error {
        UnsealError::Expired { .. } => 3,
        UnsealError::Malformed(_) => 0,
        UnsealError::MissingChunk { .. } => 1,
        _ => 2,
    };
    if first.as_ref().is_none_or(|first| tells(&error) > tells(first)) {
        *first = Some(error);
    }
}
