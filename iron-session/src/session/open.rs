//! Opens the session in a request's cookies.

use std::sync::Arc;

use super::report::Report;
#[cfg(feature = "server-state")]
use super::revocation;
use super::unreadable::Unreadable;
use crate::codec::{IronSession, Lifetime, Metadata, Payload, Read};
use crate::cookie::{self, Age, Found, Received, Refused, Unread};
use crate::error::{DecodeError, UnsealError};
use crate::options::SessionOptions;
use crate::seal::{Opened, SealFacts, Sealer};

/// The content of the request's cookies.
pub(super) struct Loaded<T> {
    /// `None` if there was no cookie, or none that could be read.
    pub(super) payload: Option<Payload>,
    /// The value decoded from it, which changes are compared with.
    pub(super) value: Arc<T>,
    /// The facts about the seal that it was read from.
    pub(super) seal: Option<SealFacts>,
    /// Why the cookie could not be read.
    pub(super) unreadable: Option<UnreadableCookie>,
}

impl<T> Loaded<T> {
    /// Returns the session's own lifetime as received.
    pub(super) fn lifetime(&self) -> Option<Lifetime> {
        self.payload.as_ref()?.metadata().lifetime
    }
}

/// Why a cookie could not be read.
#[derive(Clone, Copy)]
pub(super) struct UnreadableCookie {
    pub(super) reason: Unreadable,
    /// Whether a newer release can read it, so that it must be kept.
    pub(super) kept: bool,
    /// Whether no server can read it any more, so that the browser need not keep it.
    pub(super) is_dead: bool,
}

/// Opens the session in a request's cookies, and reports the members and cookies that could not be
/// read.
pub(super) fn load<T: IronSession>(
    received: &mut Received,
    options: &SessionOptions,
    reports: &mut Vec<Report>,
) -> Loaded<T> {
    let mut unreadable = None;
    let found = open::<T>(received, options.sealer(), |metadata, value| check(options, metadata, value));
    if found.as_ref().is_some_and(|found| found.is_one_of_several) {
        reports.push(Report::SeveralSessions);
    }
    match found.map(|found| found.session) {
        Some(Ok((loaded, defaulted))) => {
            reports.extend(defaulted.into_iter().map(Report::Defaulted));
            return loaded;
        }
        Some(Err(Refused { error, is_dead })) => {
            let kept = error.is_of_newer_release();
            unreadable = Some(UnreadableCookie { reason: Unreadable::new(&error), kept, is_dead });
            reports.push(Report::Unreadable(error));
        }
        None => {}
    }
    Loaded { payload: None, value: Arc::new(T::empty()), seal: None, unreadable }
}

/// Checks whether a session has ended before its seal expires.
///
/// One that is older than the absolute timeout has expired, whatever its seal says: a server without
/// that setting may have made it.
#[cfg_attr(not(feature = "server-state"), expect(unused_variables, reason = "the value tells the subject"))]
fn check<T: IronSession>(options: &SessionOptions, metadata: Metadata, value: &T) -> Result<(), Unread> {
    if let (Some(timeout), Some(issued_at)) = (options.absolute_timeout(), metadata.issued_at)
        && let Some(expired_at) = timeout.ended_at(issued_at, options.sealer().now())
    {
        return Err(unread(UnsealError::Expired { expired_at }));
    }
    #[cfg(feature = "server-state")]
    if let Some(revoked) = revocation::is_revoked(options, metadata, value) {
        // Servers that don't know revocations accept it, so the browser must forget it.
        return Err(Unread { is_dead: revoked.is_long_ago, ..unread(UnsealError::Revoked) });
    }
    Ok(())
}

/// Opens the session in a request's cookies, with the members that did not fit their field. `check`
/// rejects a session that has ended.
pub(super) fn open<'a, T: IronSession>(
    received: &'a mut Received,
    sealer: &Sealer,
    check: impl Fn(Metadata, &T) -> Result<(), Unread>,
) -> Option<Found<'a, (Loaded<T>, Vec<DecodeError>)>> {
    let now = sealer.now();
    cookie::open(received, sealer, |Opened { plaintext, seal }| {
        let Read { payload, value, defaulted } = Payload::open::<T>(plaintext, now).map_err(unread)?;
        let metadata = payload.metadata();
        check(metadata, &value)?;
        let ttl = Lifetime::seal_ttl(metadata.lifetime, sealer.ttl());
        let (payload, seal) = (Some(payload), Some(seal));
        let loaded = Loaded { payload, value: Arc::new(value), seal, unreadable: None };
        Ok(((loaded, defaulted), Age { ttl, issued_at: metadata.issued_at }))
    })
}

/// Tells whether an authentic seal that can't be read holds a session.
fn unread(error: UnsealError) -> Unread {
    let is_session = matches!(
        error,
        UnsealError::NewerSchema { .. }
            | UnsealError::OlderSchema { .. }
            | UnsealError::Migration { .. }
            | UnsealError::Unsupported { .. }
    );
    Unread { error, is_session, is_dead: false }
}
