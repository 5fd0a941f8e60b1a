//! The payload of a content: encodes it, and checks that it fits its cookies.

use std::borrow::Cow;
use std::sync::Arc;

use super::open::Loaded;
use super::plaintext::Plaintext;
#[cfg(feature = "server-state")]
use super::revocation;
use super::state::{Content, State};
use crate::clock::Timestamp;
use crate::codec::{self, Inherits, IronSession, Metadata, SessionChange, Written};
use crate::cookie::DoesNotFit;
use crate::error::{LargeMember, SaveError, SealError};
use crate::limits::METADATA_NAME;
use crate::options::SessionOptions;
use crate::payload::Envelope;
use crate::schema::Storage;

/// The number of members that an error about size names.
const NAMED_MEMBERS: usize = 5;

/// Checks that a content can be saved.
pub(super) fn check<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<(), SaveError> {
    if let Some(reason) = state.kept(content) {
        return Err(SaveError::Unreadable { reason });
    }
    let written = write(options, state, content)?;
    match fits::<T>(options, &written)? {
        Ok(()) => Ok(()),
        Err(misfit) => Err(save_error::<T>(options, misfit, &written)),
    }
}

/// Encodes a content. Members that the received payload lacks are added if they fit.
pub(super) fn write<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Written, SealError> {
    let now = options.sealer().now();
    let touched = is_touched(state, content);
    let mut written = write_at(options, state, content, now, touched)?;
    // Members that the payload lacks are worth storing, but not at the price of the change.
    if written.completed && fits::<T>(options, &written)?.is_err() {
        written = write_at(options, state, content, now, false)?;
    }
    Ok(written)
}

/// Puts h3's object around a session that is written. A new session gets a new one.
fn put_into_envelope<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
    written: &mut Written,
) -> Result<(), SealError> {
    if !options.profile().has_envelope() || written.empty {
        return Ok(());
    }
    let restarted = content.restarted.as_deref();
    let received = state.loaded.as_ref().and_then(|loaded| loaded.envelope.as_ref());
    let received = received.filter(|_| restarted.is_none());
    let stamp = restarted.unwrap_or(&state.issue).stamp(written.metadata, options)?;
    written.set_plaintext(Envelope::write(received, &stamp, written.text()));
    Ok(())
}

/// Returns whether a handler has borrowed the session mutably.
pub(super) fn is_touched<T: IronSession>(state: &State<T>, content: &Content<T>) -> bool {
    state.loaded.as_ref().is_some_and(|loaded| !Arc::ptr_eq(&content.value, &loaded.value))
}

/// Returns the metadata that a content still has of the received session. An emptied session is no
/// younger.
pub(super) fn received_metadata<T: IronSession>(state: &State<T>, content: &Content<T>) -> Metadata {
    let payload = state.loaded.as_ref().and_then(|loaded| loaded.payload.as_ref());
    let received = payload.map_or_else(Metadata::default, codec::Payload::metadata);
    let kept = match content {
        Content { restarted: Some(_), .. } => Metadata::default(),
        Content { inherits: Inherits::All, .. } => received,
        _ => Metadata { issued_at: received.issued_at, id: received.id, ..Metadata::default() },
    };
    Metadata { lifetime: content.lifetime, revision: None, ..kept }
}

/// Returns the metadata that a content has once it is written, apart from the version. A content
/// that is never written gets no id.
///
/// # Errors
///
/// [`SealError::Randomness`] if there are no random bytes for its id.
pub(super) fn metadata<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
) -> Result<Metadata, SealError> {
    let received = received_metadata(state, content);
    if state.destroyed || state.kept(content).is_some() {
        return Ok(received);
    }
    let metadata = content.restarted.as_deref().unwrap_or(&state.issue).complete::<T>(received, options)?;
    #[cfg(feature = "server-state")]
    if content.restarted.is_some() || !state.has_payload() {
        return Ok(revocation::issued_late_enough(options, metadata, &*content.value));
    }
    Ok(metadata)
}

/// Encodes a content. If it was `touched`, members that the received payload lacks are added.
pub(super) fn write_at<T: IronSession>(
    options: &SessionOptions,
    state: &State<T>,
    content: &Content<T>,
    now: Timestamp,
    touched: bool,
) -> Result<Written, SealError> {
    let loaded = state.loaded.as_ref();
    let inherits = content.inherits;
    let received =
        loaded.and_then(|loaded| loaded.payload.as_ref()).filter(|_| inherits != Inherits::Nothing);
    let before = match (received, loaded) {
        (Some(_), Some(loaded)) => before(loaded, inherits),
        _ => Cow::Owned(T::empty()),
    };
    let before = &*before;
    let metadata = metadata(options, state, content)?.tagged(&T::SCHEMA);
    let cleared = content.cleared.without(before.left_out());
    let after = &*content.value;
    let change = SessionChange { received, inherits, before, after, touched, metadata, cleared, now };
    let mut written = codec::write(&change)?;
    put_into_envelope(options, state, content, &mut written)?;
    Ok(written)
}

/// Returns the session that changes are compared with: the received one, as far as it stays.
fn before<T: IronSession>(loaded: &Loaded<T>, inherits: Inherits) -> Cow<'_, T> {
    match inherits {
        Inherits::All => Cow::Borrowed(&*loaded.value),
        Inherits::Kept => {
            let mut before = T::empty();
            before.swap_kept(&mut T::clone(&loaded.value));
            Cow::Owned(before)
        }
        Inherits::Nothing => Cow::Owned(T::empty()),
    }
}

/// Why a payload can't be stored.
#[derive(Clone, Copy)]
pub(super) enum Misfit {
    /// It does not fit its cookies.
    Cookies(DoesNotFit),
    /// It is larger than a record may be.
    Record,
}

/// Checks that a payload fits the cookies that the session may use, or its record.
pub(super) fn fits<T: IronSession>(
    options: &SessionOptions,
    written: &Written,
) -> Result<Result<(), Misfit>, SealError> {
    let fits_record = || written.bytes().len() <= T::SCHEMA.max_record_bytes();
    Ok(match options.storage::<T>() {
        Storage::Cookie => fits_cookies::<T>(options, written)?.map_err(Misfit::Cookies),
        Storage::Overflow if fits_cookies::<T>(options, written)?.is_ok() => Ok(()),
        Storage::Overflow | Storage::Server if fits_record() => Ok(()),
        Storage::Overflow | Storage::Server => Err(Misfit::Record),
    })
}

/// Returns whether a payload belongs into a record.
#[cfg(feature = "server-state")]
pub(super) fn is_record<T: IronSession>(
    options: &SessionOptions,
    written: &Written,
) -> Result<bool, SealError> {
    Ok(match options.storage::<T>() {
        Storage::Cookie => false,
        Storage::Overflow => fits_cookies::<T>(options, written)?.is_err(),
        Storage::Server => true,
    })
}

fn fits_cookies<T: IronSession>(
    options: &SessionOptions,
    written: &Written,
) -> Result<Result<(), DoesNotFit>, SealError> {
    let validity = options.validity(written.metadata, options.sealer().now());
    let needed_bytes = Plaintext::choose::<T>(options, validity, written)?.seal_bytes;
    let limit_bytes = options.layout::<T>().capacity(validity.max_age_secs);
    let misfit = DoesNotFit { needed_bytes, limit_bytes };
    Ok(if needed_bytes > limit_bytes { Err(misfit) } else { Ok(()) })
}

pub(super) fn save_error<T: IronSession>(
    options: &SessionOptions,
    misfit: Misfit,
    written: &Written,
) -> SaveError {
    let mut sizes = written.sizes();
    sizes.sort_by(|(_, a), (_, b)| b.cmp(a));
    let is_unknown = |name: &str| name != METADATA_NAME && T::canonical(name).is_none();
    let largest = sizes.into_iter().take(NAMED_MEMBERS).map(|(name, bytes)| LargeMember {
        is_unknown: is_unknown(&name),
        name,
        bytes,
    });
    let largest = largest.collect();
    match misfit {
        Misfit::Cookies(DoesNotFit { needed_bytes, limit_bytes }) => {
            let max_cookies = options.layout::<T>().max_cookies;
            SaveError::TooLarge { needed_bytes, limit_bytes, max_cookies, largest }
        }
        Misfit::Record => SaveError::RecordTooLarge {
            needed_bytes: written.bytes().len(),
            limit_bytes: T::SCHEMA.max_record_bytes(),
            largest,
        },
    }
}
