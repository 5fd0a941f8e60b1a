//! What is inside a seal: JSON text, its members, and how they are written back.

mod complete;
#[cfg(feature = "compress")]
mod compressed;
mod decode;
mod encode;
mod hidden;
mod identity;
mod json;
mod lookup;
mod members;
mod merge;
mod metadata;
mod order;
mod origin;
mod reread;
mod scan;
mod single_pass;
mod source;
mod text;
mod write;

#[cfg(feature = "compress")]
pub(crate) use compressed::compress;
pub use decode::Decoder;
use decode::Losses;
pub(crate) use decode::decode_value;
#[cfg(feature = "schema")]
pub(crate) use decode::{UNTIL, VALUE};
pub use encode::Encoder;
pub(crate) use encode::encode_value;
use hidden::Hidden;
use members::Members;
pub(crate) use metadata::{Lifetime, Metadata};
pub(crate) use source::Source;
use text::Text;
pub(crate) use write::{Change, Written, write};

use crate::clock::Timestamp;
#[cfg(feature = "compress")]
use crate::erase::Erasing;
use crate::error::{DecodeError, UnsealError};
use crate::limits::METADATA_NAME;
use crate::schema::{IronSession, version};
use crate::scratch::Scratch;

/// A session's payload as it was received.
pub(crate) struct Payload {
    members: Members,
    metadata: Metadata,
    /// Indices of members whose time has passed.
    expired: Vec<usize>,
    /// Whether an older version wrote it: then what is left of it are the members
    /// that no version knew.
    migrated: bool,
}

/// A payload as it is sealed, other than as plain text.
#[cfg(feature = "compress")]
pub(crate) struct Form {
    pub(crate) plaintext: Erasing<Vec<u8>>,
    /// How many cookies it needs.
    pub(crate) cookies: usize,
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

/// Counts the elements of an array's text, or the members of an object's.
pub(crate) fn count_items(text: &str) -> usize {
    let elements = members::elements_of(text).map(|elements| elements.len());
    elements.or_else(|_| members::members_of(text).map(|members| members.len())).unwrap_or_default()
}

/// Tells whether a value holds a NaN or an infinity, which JSON can't write.
pub(crate) fn holds_no_number<T: serde::Serialize + ?Sized>(value: &T) -> bool {
    Hidden::of(value).has_numbers()
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
