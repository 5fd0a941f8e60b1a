//! The change that a request made to a session.

use super::metadata::Metadata;
use super::payload::Payload;
use super::session_type::IronSession;
use crate::clock::Timestamp;
use crate::schema::left_out::LeftOut;

/// The members of the received payload that still belong to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inherits {
    /// All of them: the session continues.
    All,
    /// Those of `#[session(keep)]` fields: the session was restarted.
    Kept,
    /// None of them: the session was emptied.
    Nothing,
}

impl Inherits {
    /// Returns whether a received member still belongs to the session.
    pub(super) fn includes<T: IronSession>(self, name: &str) -> bool {
        let is_kept = |name: &str| T::FIELDS.iter().any(|field| field.is_kept() && field.name() == name);
        match self {
            Self::All => true,
            Self::Kept => T::canonical(name).is_some_and(is_kept),
            Self::Nothing => false,
        }
    }
}

/// A session before and after a request, and the payload that it was read from.
pub(crate) struct SessionChange<'a, T> {
    /// The payload whose members stay unless they were changed; `None` for a
    /// session that was created or restarted in this request.
    pub(crate) received: Option<&'a Payload>,
    /// Which of its members stay.
    pub(crate) inherits: Inherits,
    pub(crate) before: &'a T,
    pub(crate) after: &'a T,
    /// Whether a field may have been set to a value equal to the one before.
    pub(crate) touched: bool,
    pub(crate) metadata: Metadata,
    /// The fields that were empty at some time in this request. Their values now are not the
    /// ones that they held before.
    pub(crate) cleared: LeftOut,
    /// The time from which deadlines are counted.
    pub(crate) now: Timestamp,
}
