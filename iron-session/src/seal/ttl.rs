//! How long a seal is valid.

use std::time::Duration;

use crate::clock::Timestamp;

/// How long an expired seal is still accepted, because clocks differ: hapi's
/// `timestampSkewSec`.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// How long a seal is valid by default: iron-session's 14 days.
pub const DEFAULT_TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Sets how long a seal is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "ttl")]
// Exhaustive on purpose: a seal expires, or it does not.
pub enum Ttl {
    /// For this duration, counted in milliseconds. The minimum is one.
    After(Duration),
    /// Without an expiry: iron-session's `ttl: 0`.
    ///
    /// # Security
    ///
    /// Such a seal can only be revoked by removing its password.
    Unlimited,
}

impl Ttl {
    /// Returns when a seal made at `now` expires; `None` if it never does.
    pub fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::After(duration) => Some(now.saturating_add(duration)),
            Self::Unlimited => None,
        }
    }
}

impl Default for Ttl {
    /// 14 days, as in iron-session.
    fn default() -> Self {
        Self::After(DEFAULT_TTL)
    }
}

impl From<Duration> for Ttl {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}
