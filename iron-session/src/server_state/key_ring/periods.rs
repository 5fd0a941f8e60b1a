//! How long a password of the ring waits, seals and opens.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::{KeyRingError, Reason};
use crate::seal::CLOCK_SKEW;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The shortest activation delay: far more than the clocks of servers may differ by.
const MIN_DELAY: Duration = Duration::from_secs(10 * 60);

/// How often a ring must be read during the activation delay.
const MIN_READS: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Periods {
    /// How long a password seals.
    pub(super) rotate_every: Duration,
    /// How long it is published before it seals.
    pub(super) activation_delay: Duration,
    /// The longest life of a seal.
    pub(super) seals_last: Duration,
}

impl Default for Periods {
    fn default() -> Self {
        Self { rotate_every: 90 * DAY, activation_delay: 2 * DAY, seals_last: 400 * DAY }
    }
}

impl Periods {
    pub(super) fn check(self, poll_every: Duration) -> Result<Self, KeyRingError> {
        let refused = |what| Err(KeyRingError::Durations { what: Reason::new(what) });
        if self.activation_delay < MIN_DELAY {
            return refused("`activation_delay` must be at least ten minutes, because clocks differ");
        }
        if poll_every.is_zero() || poll_every.saturating_mul(MIN_READS) > self.activation_delay {
            return refused(
                "`poll_every` must be more than zero and at most a quarter of `activation_delay`, so that \
                 every server reads a new password before it seals",
            );
        }
        if self.activation_delay.saturating_mul(2) > self.rotate_every {
            return refused("`rotate_every` must be at least twice `activation_delay`");
        }
        if self.seals_last.is_zero() {
            return refused("`seals_last` must be the longest life of a session, so it can't be zero");
        }
        Ok(self)
    }

    /// When the last seal has ended that was made at `last_seal`.
    ///
    /// The activation delay is added for the clocks, and for a server that was cut off and so went on
    /// sealing.
    pub(super) fn forget_at(self, last_seal: Timestamp) -> Timestamp {
        last_seal.saturating_add(self.seals_last).saturating_add(self.activation_delay)
    }

    /// Before when a password must not be forgotten that makes its last seal at `last_seal`.
    pub(super) fn opens_until(self, last_seal: Timestamp) -> Timestamp {
        last_seal.saturating_add(self.seals_last).saturating_add(2 * CLOCK_SKEW)
    }
}
