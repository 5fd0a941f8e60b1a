//! Finding the seal among a request's cookies.

use super::MAX_LINE_BYTES;
use super::header::Received;
use crate::error::UnsealError;
use crate::schema::MAX_CHUNKS;
use crate::seal::{Opened, Sealer};

/// How many seals of one request are tried: one that was planted by a sibling
/// domain must not lock a user out, and a thousand must not cost a thousand
/// derivations.
pub(super) const MAX_CANDIDATES: usize = 4;

/// The longest seal that is written.
const MAX_SEAL_BYTES: usize = MAX_CHUNKS * MAX_LINE_BYTES;

const TOO_LONG: UnsealError = UnsealError::Malformed("longer than any session cookie");

/// Opens the session's seal and reads what it holds; `None` when the request
/// has no such cookie.
///
/// The whole cookie counts if it opens, else the chunks do. A whole cookie that
/// once was a session ends the search before the chunks: that it has expired,
/// say, is the truth about this session. One that never was (a seal made for
/// another use) is passed over like one that does not open.
pub(crate) fn open<R>(
    received: &Received,
    sealer: &Sealer,
    read: impl Fn(Opened) -> Result<R, UnsealError>,
) -> Option<Result<R, UnsealError>> {
    let try_open = |seal: &str| {
        // Hashed is what can be a seal, and no more.
        if seal.len() > MAX_SEAL_BYTES {
            return Err(TOO_LONG);
        }
        sealer.open(seal).and_then(&read)
    };
    let joins = received.joins();
    let wholes = MAX_CANDIDATES - usize::from(joins > 0);

    let mut first_error = None;
    let mut tried = 0;
    for seal in received.wholes().take(wholes) {
        tried += 1;
        match try_open(&seal) {
            Ok(session) => return Some(Ok(session)),
            Err(error) => remember(&mut first_error, error),
        }
    }
    if let Some(error) = first_error.take_if(|error| was_a_session(error)) {
        return Some(Err(error));
    }
    for attempt in 0..joins.min(MAX_CANDIDATES - tried) {
        match try_open(&received.join(attempt)) {
            Ok(session) => return Some(Ok(session)),
            Err(error) => remember(&mut first_error, error),
        }
    }
    if received.is_oversized() {
        remember(&mut first_error, TOO_LONG);
    }
    first_error.map(Err)
}

/// Keeps the first error, but that of what was a session before any other's.
fn remember(first: &mut Option<UnsealError>, error: UnsealError) {
    if first.as_ref().is_none_or(|first| was_a_session(&error) && !was_a_session(first)) {
        *first = Some(error);
    }
}

fn was_a_session(error: &UnsealError) -> bool {
    matches!(
        error,
        UnsealError::Expired { .. }
            | UnsealError::NewerSchema { .. }
            | UnsealError::OlderSchema { .. }
            | UnsealError::Migration { .. }
            | UnsealError::Unsupported { .. }
    )
}
