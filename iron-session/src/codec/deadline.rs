//! Members that expire: `{"value":…,"until_ms":…}`.

use crate::clock::Timestamp;
use crate::payload::{ObjectWriter, members_of};
use crate::scratch::Scratch;

/// The members of a member that expires.
pub(crate) const VALUE: &str = "value";
pub(crate) const UNTIL: &str = "until_ms";

/// The time at which a member expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// At this time, which the value itself holds.
    At(Timestamp),
    /// At this time if the value has changed; otherwise the received deadline stays.
    WhenChanged(Timestamp),
}

impl Deadline {
    /// Writes a value together with its deadline.
    pub(super) fn wrap(self, value: &str) -> Scratch {
        let (Self::At(until) | Self::WhenChanged(until)) = self;
        let mut object = ObjectWriter::new();
        object.push_named(VALUE, value);
        object.push_named(UNTIL, &until.to_string());
        object.finish()
    }
}

/// Splits `{"value":…,"until_ms":…}`.
pub(super) fn split_expiring(text: &str) -> Option<(&str, Timestamp)> {
    let members = members_of(text).ok()?;
    let find = |name| members.iter().rev().find(|member| member.name == name).map(|member| member.readable);
    let until_ms = find(UNTIL)?.parse().ok()?;
    Some((find(VALUE)?, Timestamp::from_unix_ms(until_ms)))
}
