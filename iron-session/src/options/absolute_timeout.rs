//! The setting for the longest time from a session's issue to its end.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::seal::CLOCK_SKEW;

/// The longest time from a session's issue to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AbsoluteTimeout(pub(super) Duration);

impl AbsoluteTimeout {
    /// Returns when a session of this age ends.
    pub(crate) fn ends_at(self, issued_at_secs: u64) -> Timestamp {
        Timestamp::from_unix_ms(issued_at_secs.saturating_mul(1000)).saturating_add(self.0)
    }

    /// Returns when a session of this age ended, if it did. As for the expiry of a seal, the
    /// clock of another server may be behind.
    pub(crate) fn ended_at(self, issued_at_secs: u64, now: Timestamp) -> Option<Timestamp> {
        let end = self.ends_at(issued_at_secs);
        (now >= end.saturating_add(CLOCK_SKEW)).then_some(end)
    }
}
