//! A session's payload, read from the text inside a seal.

use super::decoder::Skipped;
use super::metadata::Metadata;
use super::session_type::IronSession;
use super::single_pass::{self, Ordinary};
use super::source::Source;
use super::version;
use crate::clock::Timestamp;
use crate::error::{DecodeError, UnsealError};
use crate::limits::METADATA_NAME;
use crate::payload::{Members, Text};
use crate::scratch::Scratch;

/// A session's payload as it was received.
pub(crate) struct Payload {
    pub(super) members: Members,
    pub(super) metadata: Metadata,
    /// Indices of members that have expired.
    pub(super) expired: Vec<usize>,
    /// Whether an older version wrote it. Then only members that no version knows are left in
    /// it.
    pub(super) migrated: bool,
}

/// A payload and the session that was read from it.
pub(crate) struct Read<T> {
    pub(crate) payload: Payload,
    pub(crate) value: T,
    /// Members that don't fit their field, which has its default instead.
    pub(crate) defaulted: Vec<DecodeError>,
}

impl Payload {
    /// Reads a plaintext and decodes it as `T`.
    pub(crate) fn open<T: IronSession>(plaintext: Scratch, now: Timestamp) -> Result<Read<T>, UnsealError> {
        let text = match single_pass::open::<T>(Text::from_plaintext(plaintext)?, now) {
            Ok(Ordinary { session, metadata, members, skipped: Skipped { expired, defaulted } }) => {
                let payload = Self { members, metadata, expired, migrated: false };
                return Ok(Read { payload, value: session, defaulted });
            }
            Err(text) => text,
        };
        let mut members = Members::parse(text)?;
        let metadata = members
            .iter()
            .find(|member| member.name == METADATA_NAME)
            .map_or_else(Metadata::default, |member| Metadata::parse(member.readable, now));
        let found = metadata.version_for(&T::SCHEMA);
        let may_read = metadata.readable_by.unwrap_or(found);
        let mut source = Source::new(&members, now);
        let value = version::load::<T>(found, may_read, &mut source)?;
        let Skipped { mut expired, defaulted } = source.into_losses();
        let migrated = version::is_migrated::<T>(found);
        if migrated {
            // Expired members belong to known fields, so they are dropped with them.
            expired.clear();
            members.retain(|name| !version::is_known::<T>(found, name));
        }
        Ok(Read { payload: Self { members, metadata, expired, migrated }, value, defaulted })
    }

    pub(crate) fn metadata(&self) -> Metadata {
        self.metadata
    }

    /// Dates a session that has no time of issue.
    pub(crate) fn date(&mut self, issued_at_secs: u64, now: Timestamp) {
        self.metadata = self.metadata.dated(issued_at_secs, now);
    }
}

/// Decodes a session from text that does not come from a seal.
pub(crate) fn decode_object<T: IronSession>(text: &str) -> Result<T, DecodeError> {
    let members = Members::parse(Text::new(text))?;
    if !members.is_object() {
        // iron-session reads `null` as an empty session, but a user's text must be an object.
        return Err(DecodeError::NotAnObject { found: "null" });
    }
    Source::new(&members, Timestamp::MAX).decode()
}
