//! The change that a request made to a session.

use super::metadata::Metadata;
use super::payload::Payload;
use crate::clock::Timestamp;
use crate::schema::left_out::LeftOut;

/// A session before and after a request, and the payload that it was read from.
pub(crate) struct Change<'a, T> {
    /// The payload whose members stay unless they were changed; `None` for a
    /// session that was created or restarted in this request.
    pub(crate) received: Option<&'a Payload>,
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
