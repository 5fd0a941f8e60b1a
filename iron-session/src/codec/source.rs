//! The slow path: decodes a session from members that are known.

use std::collections::HashMap;

use super::decoder::{Decoder, Skipped};
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::error::DecodeError;
use crate::payload::Members;

/// The members of a received session, from which any type can be decoded.
pub(crate) struct Source<'a> {
    members: &'a Members,
    now: Timestamp,
    skipped: Skipped,
}

impl<'a> Source<'a> {
    pub(crate) fn new(members: &'a Members, now: Timestamp) -> Self {
        Self { members, now, skipped: Skipped::default() }
    }

    pub(crate) fn into_losses(self) -> Skipped {
        self.skipped
    }

    /// Decodes a session. If a field has several members (its name and an alias), the last one
    /// counts.
    pub(crate) fn decode<T: IronSession>(&mut self) -> Result<T, DecodeError> {
        let mut last = HashMap::new();
        for (index, member) in self.members.iter().enumerate() {
            if let Some(name) = T::canonical(&member.name) {
                last.insert(name.to_owned(), index);
            }
        }
        let mut session = T::empty();
        for (index, member) in self.members.iter().enumerate() {
            let counts = T::canonical(&member.name).is_some_and(|name| last.get(name) == Some(&index));
            if counts {
                let at = (index, member.name.as_ref());
                let mut decoder = Decoder::new(at, member.readable, self.now, &mut self.skipped);
                session.decode(&member.name, &mut decoder)?;
            }
        }
        Ok(session)
    }
}
