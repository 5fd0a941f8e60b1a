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
pub(crate) use decode::decode_value;
pub use encode::Encoder;
pub(crate) use encode::encode_value;
use members::Members;
pub(crate) use metadata::{Lifetime, Metadata, NAME as METADATA_NAME};
use text::Text;
pub(crate) use write::{Change, Written, write};

use crate::error::{DecodeError, UnsealError};
use crate::schema::{IronSession, Schema};

/// A session's payload as it was received.
pub(crate) struct Payload {
    members: Members,
    metadata: Metadata,
}

impl Payload {
    /// Reads a plaintext and decodes it as `T`.
    pub(crate) fn open<T: IronSession>(plaintext: &[u8]) -> Result<(Self, T), UnsealError> {
        let members = Members::parse(Text::from_plaintext(plaintext)?)?;
        let metadata = members
            .iter()
            .find(|member| member.name == metadata::NAME)
            .map_or_else(Metadata::default, |member| Metadata::parse(member.readable));
        check_version(metadata, &T::SCHEMA)?;
        let value = T::decode(&mut Decoder::new(&members))?;
        Ok((Self { members, metadata }, value))
    }

    pub(crate) fn metadata(&self) -> Metadata {
        self.metadata
    }
}

/// Decodes a session's text that no seal held.
pub(crate) fn decode_text<T: IronSession>(text: &str) -> Result<T, DecodeError> {
    let members = Members::parse(Text::new(text))?;
    T::decode(&mut Decoder::new(&members))
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
