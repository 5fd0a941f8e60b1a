//! The seal that a server would take from what was pasted, and what is in it.

use iron_session::Sealer;
use iron_session::clock::ManualClock;
use iron_session::error::UnsealError;
use iron_session::session::chosen_cookie;
use serde_json::value::RawValue;

use crate::pasted::{Pasted, PastedSeal};

/// A seal, and the result of opening it.
#[derive(Debug)]
pub(crate) struct OpenedSeal {
    pub(crate) seal: PastedSeal,
    /// The payload, also of a seal that has expired.
    pub(crate) payload: Result<Box<RawValue>, UnsealError>,
    /// Why a server can't use it, even if there is a payload.
    refused: Option<UnsealError>,
}

impl OpenedSeal {
    /// Opens the seal that a server would take. A seal that was pasted without a cookie may be
    /// longer than cookies, because it need not come from one.
    pub(crate) fn new(pasted: &Pasted, sealer: &Sealer) -> Self {
        let chosen = pasted.cookies.as_ref();
        let chosen = chosen.and_then(|cookies| chosen_cookie([&cookies.header], &cookies.name, sealer));
        let Some(chosen) = chosen else {
            return Self::open(pasted.first.clone(), sealer);
        };
        let (candidate, refused) = chosen.into_parts();
        let seal = candidate.map_or_else(|| pasted.first.clone(), PastedSeal::from);
        Self { refused, ..Self::open(seal, sealer) }
    }

    fn open(seal: PastedSeal, sealer: &Sealer) -> Self {
        let result = sealer.unseal(&seal.text);
        let Err(UnsealError::Expired { expired_at, .. }) = result else {
            return Self { seal, payload: result, refused: None };
        };
        let then = sealer.clone().with_clock(ManualClock::at(expired_at));
        let payload = then.unseal(&seal.text);
        Self { seal, payload, refused: result.err() }
    }

    /// Returns why a server can't use it.
    pub(crate) fn error(&self) -> Option<&UnsealError> {
        self.refused.as_ref().or(self.payload.as_ref().err())
    }

    /// Returns whether it has expired.
    pub(crate) fn is_expired(&self) -> bool {
        matches!(self.refused, Some(UnsealError::Expired { .. }))
    }

    /// Returns the payload of a seal that a server can use, of one that is not a session, and of
    /// an expired one if that may be ignored.
    pub(crate) fn into_payload(self, ignore_expiry: bool) -> Result<Box<RawValue>, UnsealError> {
        match (self.payload, self.refused) {
            (Ok(payload), Some(UnsealError::Expired { .. })) if ignore_expiry => Ok(payload),
            (Ok(payload), Some(UnsealError::Undecodable { .. })) => Ok(payload),
            (_, Some(refused)) => Err(refused),
            (payload, None) => payload,
        }
    }
}
