//! Which of the seals that were pasted is the session, decided as a server decides it.

use iron_session::Sealer;
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::cookie::{MAX_CHUNKS, MAX_LINE_BYTES};
use iron_session::error::UnsealError;
use iron_session::seal::Parts;
use serde_json::value::RawValue;

use crate::pasted::{Candidate, Pasted};

/// A seal, and what came out of opening it.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) candidate: &'a Candidate,
    /// What it holds; what an expired one held.
    pub(crate) payload: Result<Box<RawValue>, UnsealError>,
    /// Why a server does not take it all the same.
    pub(crate) expired: Option<UnsealError>,
}

impl<'a> Opened<'a> {
    /// Opens what a server would take: the session that was sealed last, as far as its
    /// end tells; or the one that it would tell of.
    pub(crate) fn of(pasted: &'a Pasted, sealer: &Sealer) -> Self {
        let try_open = |candidate: &'a Candidate| {
            // A seal that was pasted as it is may have travelled otherwise than in cookies.
            if pasted.name.is_some() && candidate.seal.len() > MAX_CHUNKS * MAX_LINE_BYTES {
                let payload = Err(UnsealError::Malformed("it is longer than any session cookie"));
                return Self { candidate, payload, expired: None };
            }
            Self::try_open(candidate, sealer)
        };
        let mut best = try_open(&pasted.first);
        for opened in pasted.others.iter().map(try_open) {
            if opened.tells() > best.tells() {
                best = opened;
            }
        }
        best
    }

    /// Tells how much it says about the session, the most last.
    fn tells(&self) -> (u8, Option<Timestamp>) {
        match self.error() {
            None | Some(UnsealError::Unsupported { .. }) => {
                // One without an end is taken for older than one that tells.
                let expires = Parts::parse(&self.candidate.seal).ok().and_then(|parts| parts.expires());
                (2, expires)
            }
            Some(UnsealError::Expired { .. }) => (1, None),
            Some(_) => (0, None),
        }
    }

    /// Returns why a server does not take it.
    pub(crate) fn error(&self) -> Option<&UnsealError> {
        self.expired.as_ref().or(self.payload.as_ref().err())
    }

    fn try_open(candidate: &'a Candidate, sealer: &Sealer) -> Self {
        let result = sealer.unseal(&candidate.seal);
        let Err(UnsealError::Expired { expired_at, .. }) = result else {
            return Self { candidate, payload: result, expired: None };
        };
        let then = sealer.clone().with_clock(ManualClock::at(expired_at));
        Self { candidate, payload: then.unseal(&candidate.seal), expired: result.err() }
    }
}
