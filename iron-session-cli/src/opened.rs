//! Which of the seals that were pasted is the session, decided as a server decides it.

use iron_session::Sealer;
use iron_session::clock::ManualClock;
use iron_session::cookie::Candidate;
use iron_session::error::UnsealError;
use serde_json::value::RawValue;

use crate::pasted::Pasted;

/// A seal, and what came out of opening it.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) candidate: &'a Candidate<'static>,
    /// What it holds; what an expired one held.
    pub(crate) payload: Result<Box<RawValue>, UnsealError>,
    /// Why a server does not take it all the same.
    pub(crate) expired: Option<UnsealError>,
}

impl<'a> Opened<'a> {
    /// Opens the first that opens, or tells of the one that a server would tell of.
    pub(crate) fn of(pasted: &'a Pasted, sealer: &Sealer) -> Self {
        let mut best = Self::try_open(&pasted.first, sealer);
        for candidate in &pasted.others {
            let is_decided = candidate.chunks() > 0 && best.was_a_session();
            if best.error().is_none() || is_decided {
                break;
            }
            let opened = Self::try_open(candidate, sealer);
            if opened.error().is_none() || opened.was_a_session() && !best.was_a_session() {
                best = opened;
            }
        }
        best
    }

    /// Returns why a server does not take it.
    pub(crate) fn error(&self) -> Option<&UnsealError> {
        self.expired.as_ref().or(self.payload.as_ref().err())
    }

    fn try_open(candidate: &'a Candidate<'static>, sealer: &Sealer) -> Self {
        let result = sealer.unseal(candidate.seal());
        let Err(UnsealError::Expired { expired_at }) = result else {
            return Self { candidate, payload: result, expired: None };
        };
        let then = sealer.clone().clock(ManualClock::at(expired_at));
        let expired = Some(UnsealError::Expired { expired_at });
        Self { candidate, payload: then.unseal(candidate.seal()), expired }
    }

    fn was_a_session(&self) -> bool {
        matches!(self.error(), Some(UnsealError::Expired { .. } | UnsealError::Unsupported { .. }))
    }
}
