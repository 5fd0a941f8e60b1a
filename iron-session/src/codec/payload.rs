//! A session's payload, read from the text inside a seal.

use super::decoder::Losses;
use super::metadata::Metadata;
use super::session_type::IronSession;
use super::source::Source;
use super::{single_pass, version};
use crate::clock::Timestamp;
use crate::error::{DecodeError, UnsealError};
use crate::limits::METADATA_NAME;
use crate::payload::{Members, Text};
use crate::scratch::Scratch;

/// A session's payload as it was received.
pub(crate) struct Payload {
    pub(super) members: Members,
    pub(super) metadata: Metadata,
    /// Indices of members whose time has passed.
    pub(super) expired: Vec<usize>,
    /// Whether an older version wrote it: then what is left of it are the members
    /// that no version knew.
    pub(super) migrated: bool,
}

/// A payload, and what was read from it.
pub(crate) struct Read<T> {
    pub(crate) payload: Payload,
    pub(crate) value: T,
    /// Members that don't fit their field, whose default took their place.
    pub(crate) defaulted: Vec<DecodeError>,
}

impl Payload {
    /// Reads a plaintext and decodes it as `T`.
    pub(crate) fn open<T: IronSession>(plaintext: Scratch, now: Timestamp) -> Result<Read<T>, UnsealError> {
        let text = match single_pass::open::<T>(Text::from_plaintext(plaintext)?, now) {
            Ok((payload, value, losses)) => {
                return Ok(Read { payload, value, defaulted: losses.defaulted });
            }
            Err(text) => text,
        };
        let mut members = Members::parse(text)?;
        let metadata = members
            .iter()
            .find(|member| member.name == METADATA_NAME)
            .map_or_else(Metadata::default, |member| Metadata::parse(member.readable));
        let found = metadata.version.unwrap_or(T::SCHEMA.untagged());
        let may_read = metadata.readable_by.unwrap_or(found);
        let mut source = Source::new(&members, now);
        let value = version::load::<T>(found, may_read, &mut source)?;
        let Losses { mut expired, defaulted } = source.into_losses();
        let migrated = version::is_migrated::<T>(found);
        if migrated {
            // What has ended was known, and goes with all that was.
            expired.clear();
            members.retain(|name| !version::is_known::<T>(found, name));
        }
        Ok(Read { payload: Self { members, metadata, expired, migrated }, value, defaulted })
    }

    pub(crate) fn metadata(&self) -> Metadata {
        self.metadata
    }
}

/// Decodes a session's text that no seal held.
pub(crate) fn decode_object<T: IronSession>(text: &str) -> Result<T, DecodeError> {
    let members = Members::parse(Text::new(text))?;
    if !members.is_object() {
        // An empty session for iron-session alone.
        return Err(DecodeError::NotAnObject { found: "null" });
    }
    Source::new(&members, Timestamp::MAX).decode()
}
