//! Opens the session in a request's cookies.

use std::sync::Arc;

use super::issue;
use super::report::Report;
#[cfg(feature = "server-state")]
use super::revocation;
use super::unreadable::Unreadable;
#[cfg(feature = "server-state")]
use crate::codec::SessionId;
use crate::codec::{IronSession, Lifetime, Metadata, Payload, Read};
use crate::cookie::{self, Age, Found, Received, Refused, Unread};
use crate::error::{DecodeError, UnsealError};
use crate::options::SessionOptions;
use crate::payload::Envelope;
use crate::seal::{Opened, SealFacts, Sealer};
#[cfg(feature = "server-state")]
use crate::server_state::OpenedRecord;

/// The content of the request's cookies.
pub(super) struct Loaded<T> {
    /// `None` if there was no cookie, or none that could be read.
    pub(super) payload: Option<Payload>,
    /// The value decoded from it, which changes are compared with.
    pub(super) value: Arc<T>,
    /// h3's object around it.
    pub(super) envelope: Option<Envelope>,
    /// The facts about the seal that it was read from.
    pub(super) seal: Option<SealFacts>,
    /// Why the cookie could not be read.
    pub(super) unreadable: Option<UnreadableCookie>,
    /// The record that it was read from, if it was.
    #[cfg(feature = "server-state")]
    pub(super) record: Option<StoredAs>,
}

impl<T> Loaded<T> {
    /// Returns the session's own lifetime as received.
    pub(super) fn lifetime(&self) -> Option<Lifetime> {
        self.payload.as_ref()?.metadata().lifetime
    }
}

/// The record of a session.
#[cfg(feature = "server-state")]
#[derive(Clone, Copy)]
pub(super) struct StoredAs {
    pub(super) key: SessionId,
    /// The revision that the store knows.
    pub(super) revision: u64,
    /// The session's turn among those of its subject.
    pub(super) turn: Option<u64>,
}

/// The session of a cookie.
#[cfg_attr(
    feature = "server-state",
    expect(
        clippy::large_enum_variant,
        reason = "most requests have the large one, which a box would allocate"
    )
)]
pub(super) enum InCookie<T> {
    /// The whole session, or none.
    Session(Loaded<T>),
    /// The record that holds it.
    #[cfg(feature = "server-state")]
    Reference(Reference),
}

/// What a cookie holds whose session is in a record.
#[cfg(feature = "server-state")]
#[derive(Clone, Copy)]
pub(super) struct Reference {
    pub(super) key: SessionId,
    /// The revision of the record when the cookie was written.
    pub(super) revision: u64,
    seal: SealFacts,
    /// Whether the request has no other session.
    is_only: bool,
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
) -> InCookie<T> {
    let mut unreadable = None;
    #[cfg(feature = "server-state")]
    let is_only = !received.is_any_twice();
    let reads_records = options.storage::<T>().may_be_record();
    let check = |metadata, value: &T| check(options, metadata, value);
    let envelopes = if !options.profile().has_envelope() {
        Envelopes::None
    } else if issue::has_age::<T>(options) {
        Envelopes::Dated
    } else {
        Envelopes::Undated
    };
    let found = open::<T>(received, options.sealer(), envelopes, reads_records, check);
    #[cfg(feature = "server-state")]
    let is_only = is_only && found.as_ref().is_some_and(|found| !found.is_one_of_several);
    if found.as_ref().is_some_and(|found| found.is_one_of_several) {
        reports.push(Report::SeveralSessions);
    }
    match found.map(|found| found.session) {
        Some(Ok(Seal::Session(loaded, defaulted))) => {
            reports.extend(defaulted.into_iter().map(Report::Defaulted));
            return InCookie::Session(loaded);
        }
        #[cfg(feature = "server-state")]
        Some(Ok(Seal::Reference(reference))) => {
            return InCookie::Reference(Reference { is_only, ..reference });
        }
        Some(Err(Refused { error, is_dead })) => {
            let kept = error.is_of_newer_release();
            unreadable = Some(UnreadableCookie { reason: Unreadable::new(&error), kept, is_dead });
            reports.push(Report::Unreadable(error));
        }
        None => {}
    }
    InCookie::Session(Loaded { unreadable, ..Loaded::nothing() })
}

impl<T: IronSession> Loaded<T> {
    /// No session.
    pub(super) fn nothing() -> Self {
        Self {
            payload: None,
            value: Arc::new(T::empty()),
            envelope: None,
            seal: None,
            unreadable: None,
            #[cfg(feature = "server-state")]
            record: None,
        }
    }
}

#[cfg(feature = "server-state")]
impl Reference {
    /// Reads the session in its record, and reports the members that could not be read.
    pub(super) fn read<T: IronSession>(
        self,
        record: Result<OpenedRecord, UnsealError>,
        options: &SessionOptions,
        reports: &mut Vec<Report>,
    ) -> Loaded<T> {
        let read = record.map_err(unread);
        let read = read.and_then(|record| read_record(self.key, record, self.seal, options));
        match read {
            Ok((loaded, defaulted)) => {
                reports.extend(defaulted.into_iter().map(Report::Defaulted));
                loaded
            }
            Err(Unread { error, is_dead, .. }) => {
                // A session without a record may have been replaced by a new one just now, and the
                // response to that may be under way to the same browser.
                let is_dead = is_dead || matches!(error, UnsealError::Expired { .. });
                let unreadable = UnreadableCookie {
                    reason: Unreadable::new(&error),
                    kept: error.is_of_newer_release(),
                    is_dead: is_dead && self.is_only,
                };
                reports.push(Report::Unreadable(error));
                Loaded { unreadable: Some(unreadable), ..Loaded::nothing() }
            }
        }
    }
}

/// Reads the session in a record, with the members that did not fit their field.
#[cfg(feature = "server-state")]
pub(super) fn read_record<T: IronSession>(
    key: SessionId,
    record: OpenedRecord,
    seal: SealFacts,
    options: &SessionOptions,
) -> Result<(Loaded<T>, Vec<DecodeError>), Unread> {
    let stored_as = StoredAs { key, revision: record.stored_revision, turn: record.turn };
    let read = Payload::open::<T>(record.payload, options.sealer().now());
    let Read { payload, value, defaulted } = read.map_err(unread)?;
    check(options, payload.metadata(), &value)?;
    let record = Some(stored_as);
    let (payload, value, seal) = (Some(payload), Arc::new(value), Some(seal));
    Ok((Loaded { payload, value, envelope: None, seal, unreadable: None, record }, defaulted))
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

/// The content of an authentic seal: the session, with the members that did not fit their field, or its
/// record.
#[cfg_attr(
    feature = "server-state",
    expect(
        clippy::large_enum_variant,
        reason = "most requests have the large one, which a box would allocate"
    )
)]
pub(super) enum Seal<T> {
    Session(Loaded<T>, Vec<DecodeError>),
    #[cfg(feature = "server-state")]
    Reference(Reference),
}

/// Whether sessions are in h3's object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Envelopes {
    None,
    /// They are, and its date is not needed.
    Undated,
    /// They are, and it dates sessions that have no date.
    Dated,
}

/// Opens the session in a request's cookies. `check` rejects a session that has ended. A session that is
/// in a record is rejected, too, unless this server `reads_records`.
pub(super) fn open<'a, T: IronSession>(
    received: &'a mut Received,
    sealer: &Sealer,
    envelopes: Envelopes,
    #[cfg_attr(not(feature = "server-state"), expect(unused_variables, reason = "there are no records"))]
    reads_records: bool,
    check: impl Fn(Metadata, &T) -> Result<(), Unread>,
) -> Option<Found<'a, Seal<T>>> {
    let now = sealer.now();
    cookie::open(received, sealer, |Opened { plaintext, seal }| {
        #[cfg(feature = "server-state")]
        if reads_records && let Some(metadata) = Metadata::of_reference(&plaintext, now) {
            return read_reference(metadata, seal, sealer, |metadata| check(metadata, &T::empty()));
        }
        let (envelope, plaintext) = match envelopes {
            Envelopes::None => (None, plaintext),
            Envelopes::Undated | Envelopes::Dated => {
                let (envelope, session) = Envelope::open(plaintext).map_err(unread)?;
                (Some(envelope), session)
            }
        };
        let read = Payload::open::<T>(plaintext, now).map_err(unread)?;
        let Read { mut payload, value, defaulted } = read;
        if envelopes == Envelopes::Dated
            && let Some(created_at_ms) = envelope.as_ref().and_then(Envelope::created_at_ms)
        {
            payload.date(created_at_ms / 1000, now);
        }
        let metadata = payload.metadata();
        if metadata.revision.is_some() {
            return Err(unread(UnsealError::InRecord));
        }
        check(metadata, &value)?;
        let ttl = Lifetime::seal_ttl(metadata.lifetime, sealer.ttl());
        let (payload, value, seal) = (Some(payload), Arc::new(value), Some(seal));
        let loaded = Loaded { payload, value, envelope, seal, ..Loaded::nothing() };
        Ok((Seal::Session(loaded, defaulted), Age { ttl, issued_at: metadata.issued_at }))
    })
}

/// Reads a cookie whose session is in a record.
#[cfg(feature = "server-state")]
fn read_reference<T>(
    metadata: Metadata,
    seal: SealFacts,
    sealer: &Sealer,
    check: impl FnOnce(Metadata) -> Result<(), Unread>,
) -> Result<(Seal<T>, Age), Unread> {
    let (Some(key), Some(revision)) = (metadata.id, metadata.revision) else {
        return Err(unread(UnsealError::InRecord));
    };
    check(metadata)?;
    let ttl = Lifetime::seal_ttl(metadata.lifetime, sealer.ttl());
    let reference = Reference { key, revision, seal, is_only: true };
    Ok((Seal::Reference(reference), Age { ttl, issued_at: metadata.issued_at }))
}

/// Tells whether an authentic seal that can't be read holds a session.
fn unread(error: UnsealError) -> Unread {
    let is_session = matches!(
        error,
        UnsealError::NewerSchema { .. }
            | UnsealError::OlderSchema { .. }
            | UnsealError::Migration { .. }
            | UnsealError::Unsupported { .. }
            | UnsealError::InRecord
    );
    Unread { error, is_session, is_dead: false }
}
