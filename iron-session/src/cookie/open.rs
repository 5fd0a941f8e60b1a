//! Finding the seal among a request's cookies.

use super::MAX_LINE_BYTES;
use super::header::Received;
use crate::error::UnsealError;
use crate::schema::MAX_CHUNKS;
use crate::seal::{Opened, Sealer};

/// The longest seal that is written.
const MAX_SEAL_BYTES: usize = MAX_CHUNKS * MAX_LINE_BYTES;

const TOO_LONG: UnsealError = UnsealError::Malformed("longer than any session cookie");

/// Why none of a request's cookies is a session.
pub(crate) struct Refused {
    pub(crate) error: UnsealError,
    /// Whether all of them are past their end, or never were a seal, so that no
    /// server can read them: not a newer release, and not one with other passwords.
    pub(crate) is_dead: bool,
}

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
) -> Option<Result<R, Refused>> {
    let mut first_error = None;
    // Of cookies of one name, which differ in their scope, the wrong one would be expired.
    let mut is_dead = !received.is_any_twice();
    let mut is_decided = false;
    for candidate in received.candidates() {
        let is_whole = candidate.chunks == 0;
        if is_decided && !is_whole {
            is_dead = false;
            break;
        }
        // Hashed is what can be a seal, and no more.
        let opened = if candidate.seal.len() > MAX_SEAL_BYTES {
            Err(TOO_LONG)
        } else {
            sealer.open(&candidate.seal).and_then(&read)
        };
        match opened {
            Ok(session) => return Some(Ok(session)),
            Err(error) => {
                is_dead &= match error {
                    UnsealError::Expired { .. } => true,
                    // Of chunks, one may be missing from this request alone.
                    UnsealError::Malformed(_) => is_whole,
                    _ => false,
                };
                is_decided |= is_whole && was_a_session(&error);
                remember(&mut first_error, error);
            }
        }
    }
    if received.is_oversized() {
        remember(&mut first_error, TOO_LONG);
    }
    first_error.map(|error| Err(Refused { error, is_dead }))
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
