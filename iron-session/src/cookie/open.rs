//! Finds the session's seal in a request's cookies.

use super::candidate::Candidate;
use super::header::Received;
use super::refusal::{TOO_LONG, tells_more};
use crate::clock::Timestamp;
use crate::error::UnsealError;
use crate::limits::{MAX_CHUNKS, MAX_LINE_BYTES};
use crate::seal::{CLOCK_SKEW, Opened, Sealer, Token, Ttl};

/// The longest seal that is written.
const MAX_SEAL_BYTES: usize = MAX_CHUNKS * MAX_LINE_BYTES;

/// The result of opening a request's cookies.
pub(crate) struct Found<'a, R> {
    pub(crate) session: Result<R, Refused>,
    /// The seal that it is about; `None` if that was not worth keeping, or is missing.
    #[cfg_attr(not(feature = "inspect"), expect(dead_code, reason = "read by tools alone"))]
    pub(crate) candidate: Option<Candidate<'a>>,
    /// Whether it was chosen from several sessions.
    pub(crate) is_one_of_several: bool,
}

/// The reason why none of a request's cookies is a session.
pub(crate) struct Refused {
    pub(crate) error: UnsealError,
    /// Whether all of them have expired or never were a seal, so that no server can read
    /// them, neither a newer release nor one with other passwords.
    pub(crate) is_dead: bool,
}

/// The reason why an authentic seal could not be read.
pub(crate) struct Unread {
    pub(crate) error: UnsealError,
    /// Whether it holds a session nevertheless. Otherwise it was made for another use.
    pub(crate) is_session: bool,
    /// Whether the browser need not keep it.
    pub(crate) is_dead: bool,
}

/// Tells whether a text has the form of a seal. If one of that form is malformed (it has no
/// salt, or does not decrypt), this server may have the wrong kind of password: another
/// server may read it.
fn is_seal(text: &str) -> bool {
    Token::parse(text).is_ok_and(|token| token.decode_mac().is_ok())
}

/// Opens the session's seal and returns its content and validity; `None` if the request has
/// no such cookie.
///
/// If several cookies are sessions, whole or in chunks, the one that was issued or sealed last is used,
/// even if it can't be read (for example because a newer release wrote it). Between equals,
/// the first is used. An expired session is used only if there is no other. A cookie that
/// never was a session (it does not open, or was made for another use) is skipped.
pub(crate) fn open<'a, R>(
    received: &'a mut Received,
    sealer: &Sealer,
    read: impl Fn(Opened) -> Result<(R, Age), Unread>,
) -> Option<Found<'a, R>> {
    let mut refused = received.refused.take().map(|error| (error, None));
    let received = &*received;
    // Several cookies of one name differ in their scope, so the wrong one would be expired.
    let mut is_dead = refused.is_none() && !received.is_any_twice() && !received.lacks_first_chunk();
    let mut latest: Option<(Validity, Result<R, UnsealError>, Candidate<'_>)> = None;
    let mut is_one_of_several = false;
    for candidate in received.candidates() {
        // Skip anything too long to be a seal before hashing it.
        let opened =
            if candidate.seal.len() > MAX_SEAL_BYTES { Err(TOO_LONG) } else { sealer.open(&candidate.seal) };
        let (expires, opened) = match opened {
            Ok(opened) => (opened.seal.expires, read(opened)),
            Err(error) => {
                is_dead &= match error {
                    UnsealError::Expired { .. } => true,
                    // One of the chunks may be missing from this request only.
                    UnsealError::Malformed(_) => candidate.chunks == 0 && !is_seal(&candidate.seal),
                    _ => false,
                };
                let error = explain(error, &candidate, received);
                remember(&mut refused, error, Some(candidate));
                continue;
            }
        };
        is_dead &= matches!(&opened, Err(Unread { is_dead: true, .. }));
        let (age, session) = match opened {
            Ok((session, age)) => (age, Ok(session)),
            Err(Unread { error, is_session: true, .. }) => {
                (Age { ttl: sealer.ttl(), issued_at: None }, Err(error))
            }
            Err(Unread { error, is_session: false, .. }) => {
                remember(&mut refused, error, Some(candidate));
                continue;
            }
        };
        let validity = Validity { expires, age };
        let is_latest = latest.as_ref().is_none_or(|(latest, ..)| {
            is_one_of_several = true;
            validity.is_later(latest, sealer.now())
        });
        if is_latest {
            latest = Some((validity, session, candidate));
        }
    }
    if received.lacks_first_chunk() {
        remember(&mut refused, UnsealError::MissingChunk { index: received.number(0) }, None);
    }
    let (session, candidate) = match latest {
        Some((_, session, candidate)) => (session, Some(candidate)),
        None => refused.map(|(error, candidate)| (Err(error), candidate))?,
    };
    let session = session.map_err(|error| Refused { error, is_dead });
    Some(Found { session, candidate, is_one_of_several })
}

/// Keeps the most informative error, and the seal that it is about.
fn remember<'a>(
    kept: &mut Option<(UnsealError, Option<Candidate<'a>>)>,
    error: UnsealError,
    candidate: Option<Candidate<'a>>,
) {
    if tells_more(&error, kept.as_ref().map(|(error, _)| error)) {
        *kept = Some((error, candidate));
    }
}

/// What a session tells about its age.
pub(crate) struct Age {
    /// How long its seal was valid.
    pub(crate) ttl: Ttl,
    /// When it was issued, in Unix seconds.
    pub(crate) issued_at: Option<u64>,
}

/// The expiry of a seal, and the age of its session.
struct Validity {
    expires: Option<Timestamp>,
    age: Age,
}

impl Validity {
    /// Returns whether the session was issued later, or if that is equal or unknown, sealed later.
    fn is_later(&self, other: &Self, now: Timestamp) -> bool {
        match (self.age.issued_at, other.age.issued_at) {
            // An absolute timeout hides when the seal was made, but a later login is later.
            (Some(own), Some(other)) if own != other => own > other,
            _ => self.sealed_at(now) > other.sealed_at(now),
        }
    }

    /// Returns when the seal was made, computed from its expiry.
    fn sealed_at(&self, now: Timestamp) -> SealedAt {
        const UNKNOWN: Timestamp = Timestamp::from_unix_ms(0);
        match (self.expires, self.age.ttl) {
            (Some(expires), Ttl::After(ttl)) => {
                let at = expires.saturating_sub(ttl);
                SealedAt { under_options: at <= now.saturating_add(CLOCK_SKEW), at }
            }
            (Some(expires), Ttl::Unlimited) => SealedAt { under_options: false, at: expires },
            (None, ttl) => SealedAt { under_options: ttl == Ttl::Unlimited, at: UNKNOWN },
        }
    }
}

/// The time when a seal was made; greater is later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SealedAt {
    /// Whether the seal could come from the current options, and not from a release with
    /// another ttl, earlier or running at the same time.
    under_options: bool,
    at: Timestamp,
}

/// Returns which chunk is missing, if the malformed text is the start of a seal.
fn explain(error: UnsealError, candidate: &Candidate<'_>, received: &Received) -> UnsealError {
    let is_malformed = matches!(error, UnsealError::Malformed(_));
    if is_malformed && (1..MAX_CHUNKS).contains(&candidate.chunks) && Token::is_cut_short(&candidate.seal) {
        return UnsealError::MissingChunk { index: received.number(candidate.chunks) };
    }
    error
}
