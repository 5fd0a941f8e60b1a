//! What is inside a seal: JSON text, its members, and how they are written back.

mod decode;
mod encode;
mod members;
mod merge;
mod metadata;
mod scan;
mod text;
mod write;

pub use decode::Decoder;
pub(crate) use decode::{Losses, decode_value};
pub use encode::Encoder;
pub(crate) use encode::encode_value;
use members::Members;
pub(crate) use metadata::{Lifetime, MAX_BYTES as METADATA_MAX_BYTES, Metadata, NAME as METADATA_NAME};
use text::Text;
pub(crate) use write::{Change, Written, write};

use crate::clock::Timestamp;
use crate::error::{DecodeError, UnsealError};
use crate::schema::{IronSession, Schema};

/// A session's payload as it was received.
pub(crate) struct Payload {
    members: Members,
    metadata: Metadata,
    /// Indices of members whose time has passed.
    expired: Vec<usize>,
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
    pub(crate) fn open<T: IronSession>(plaintext: &[u8], now: Timestamp) -> Result<Read<T>, UnsealError> {
        let members = Members::parse(Text::from_plaintext(plaintext)?)?;
        let metadata = members
            .iter()
            .find(|member| member.name == metadata::NAME)
            .map_or_else(Metadata::default, |member| Metadata::parse(member.readable));
        check_version(metadata, &T::SCHEMA)?;
        let mut decoder = Decoder::new(&members, now);
        let value = T::decode(&mut decoder)?;
        let Losses { expired, defaulted } = decoder.into_losses();
        Ok(Read { payload: Self { members, metadata, expired }, value, defaulted })
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

/// Decodes a session's text that no seal held.
pub(crate) fn decode_text<T: IronSession>(text: &str) -> Result<T, DecodeError> {
    let members = Members::parse(Text::new(text))?;
    T::decode(&mut Decoder::new(&members, Timestamp::MAX))
}

/// Refuses what a newer release wrote for newer releases only.
fn check_version(metadata: Metadata, schema: &Schema) -> Result<(), UnsealError> {
    let known = schema.version();
    match metadata.version {
        Some(found) if found > known && metadata.readable_by.is_none_or(|oldest| oldest > known) => {
            Err(UnsealError::NewerSchema { found, known })
        }
        _ => Ok(()),
    }
}
