//! Finding the seal among a request's cookies.

use super::header::Received;
use crate::error::UnsealError;
use crate::seal::{Opened, Sealer};

/// How many seals of one request are tried: one that was planted by a sibling
/// domain must not lock a user out, and a thousand must not cost a thousand
/// derivations.
pub(super) const MAX_CANDIDATES: usize = 4;

/// Opens the session's seal; `None` when the request has no such cookie.
///
/// The whole cookie counts if it opens, else the chunks do. A whole cookie that
/// was authentic ends the search: what it says (for example that it has
/// expired) is the truth about this session.
pub(crate) fn open(received: &Received, sealer: &Sealer) -> Option<Result<Opened, UnsealError>> {
    let joins = received.joins();
    let wholes = MAX_CANDIDATES - usize::from(joins > 0);

    let mut first_error = None;
    for seal in received.wholes().take(wholes) {
        match sealer.open(&seal) {
            Ok(opened) => return Some(Ok(opened)),
            Err(error) => remember(&mut first_error, error),
        }
    }
    if let Some(error) = first_error.take_if(|error| is_authentic(error)) {
        return Some(Err(error));
    }
    let tried = received.wholes().take(wholes).count();
    for attempt in 0..joins.min(MAX_CANDIDATES - tried) {
        match sealer.open(&received.join(attempt)) {
            Ok(opened) => return Some(Ok(opened)),
            Err(error) => remember(&mut first_error, error),
        }
    }
    if received.is_oversized() {
        remember(&mut first_error, UnsealError::Malformed("longer than any session cookie"));
    }
    first_error.map(Err)
}

/// Keeps the first error, but an authentic seal's before any other's.
fn remember(first: &mut Option<UnsealError>, error: UnsealError) {
    if first.as_ref().is_none_or(|first| is_authentic(&error) && !is_authentic(first)) {
        *first = Some(error);
    }
}

fn is_authentic(error: &UnsealError) -> bool {
    !matches!(error, UnsealError::Malformed(_) | UnsealError::UnknownPassword { .. } | UnsealError::Forged)
}
