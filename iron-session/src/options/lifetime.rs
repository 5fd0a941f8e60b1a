//! How long a session lives: in its seal, in the browser, and until it is refreshed.

use std::time::Duration;

use super::absolute_timeout::AbsoluteTimeout;
use super::cookie_lifetime::CookieLifetime;
use super::session_options::SessionOptions;
use crate::clock::Timestamp;
use crate::codec::{Lifetime, Metadata};
use crate::seal::{CLOCK_SKEW, SealFacts, Ttl};

/// The longest `Max-Age`: the largest number that all browsers read, which iron-session
/// writes for a seal that never expires. Chromium limits it to 400 days.
const LONGEST_MAX_AGE: Duration = Duration::from_secs(2_147_483_647);

/// The shortest validity of a seal.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long a session is valid that is written now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validity {
    /// How long its seal is valid.
    pub(crate) ttl: Ttl,
    /// The `Max-Age` of its cookie; `None` for a cookie that is removed when the browser closes.
    pub(crate) max_age_secs: Option<u64>,
}

impl SessionOptions {
    /// Returns how long a session with this metadata is valid if it is written now.
    pub(crate) fn validity(&self, metadata: Metadata, now: Timestamp) -> Validity {
        let ttl = Lifetime::seal_ttl(metadata.lifetime, self.inner.ttl);
        let max_age_secs = self.max_age_secs(metadata.lifetime);
        let Some(end) = self.ends_at(metadata) else { return Validity { ttl, max_age_secs } };
        // A session in its last minute, which is only there because of the clock skew, lasts for
        // one more second.
        let left = Duration::from_millis(end.as_unix_ms().saturating_sub(now.as_unix_ms())).max(SHORTEST);
        let left = match ttl {
            Ttl::After(ttl) => ttl.min(left),
            Ttl::Unlimited => left,
        };
        let in_browser = follow(Ttl::After(left)).as_secs();
        Validity { ttl: Ttl::After(left), max_age_secs: max_age_secs.map(|secs| secs.min(in_browser)) }
    }

    /// Returns when a session ends, whatever refreshes it.
    pub(crate) fn ends_at(&self, metadata: Metadata) -> Option<Timestamp> {
        Some(self.inner.absolute_timeout?.ends_at(metadata.issued_at?))
    }

    pub(crate) fn absolute_timeout(&self) -> Option<AbsoluteTimeout> {
        self.inner.absolute_timeout
    }

    /// Returns the `Max-Age` of a session's cookie, apart from an absolute timeout; `None` for a
    /// cookie that is removed when the browser closes.
    pub(super) fn max_age_secs(&self, own: Option<Lifetime>) -> Option<u64> {
        let max_age = match (own, self.inner.cookie_lifetime) {
            (Some(Lifetime::For(duration)), _) => follow(Ttl::After(duration)),
            (Some(Lifetime::BrowserSession), _) | (None, CookieLifetime::BrowserSession) => return None,
            (None, CookieLifetime::MaxAge(max_age)) => max_age,
            (None, CookieLifetime::FollowsTtl) => follow(self.inner.ttl),
        };
        Some(max_age.min(LONGEST_MAX_AGE).as_secs())
    }

    /// Returns whether a session may be written although it was only read, because its seal is old.
    pub(crate) fn may_refresh(&self) -> bool {
        self.inner.refresh_after.is_some() || self.inner.reseal_on_read
    }

    /// Returns whether a session's seal is so old that it must be written again.
    pub(crate) fn is_refresh_due(&self, metadata: Metadata, seal: SealFacts, now: Timestamp) -> bool {
        let is_old_password = self.inner.reseal_on_read && !seal.by_sealing_password;
        is_old_password || self.is_old(metadata, seal.expires, now)
    }

    /// Returns whether a seal is old enough to be replaced.
    ///
    /// A seal shows when it expires, not when it was made. Its age is computed from the expiry
    /// that it would get now. A seal that expires later than that was made under a longer ttl.
    fn is_old(&self, metadata: Metadata, expires: Option<Timestamp>, now: Timestamp) -> bool {
        let Some(refresh_after) = self.inner.refresh_after else { return false };
        let ttl = Lifetime::seal_ttl(metadata.lifetime, self.inner.ttl);
        let end = self.ends_at(metadata);
        let Some(new) = ttl.expires_at(now).into_iter().chain(end).min() else { return expires.is_some() };
        // The options had no ttl when it was made.
        let Some(expires) = expires else { return true };
        // The clock of the server that made it may be ahead of this one's.
        let is_longer_than_allowed = expires > new.saturating_add(CLOCK_SKEW);
        // A new seal would end no later.
        let is_final = end.is_some_and(|end| expires >= end);
        let is_old = match ttl {
            Ttl::After(ttl) => {
                let in_browser = self.max_age_secs(metadata.lifetime).map_or(ttl, Duration::from_secs);
                // At half of the remaining time, so that a user who returns more often than
                // that stays signed in, however short a session's own lifetime is.
                let age = refresh_after.min(ttl.min(in_browser) / 2);
                expires.saturating_add(age) <= now.saturating_add(ttl)
            }
            // The options had another ttl when it was made.
            Ttl::Unlimited => true,
        };
        is_longer_than_allowed || (is_old && !is_final)
    }
}

/// Returns how long the browser keeps a cookie whose seal has this ttl: 60 s less, as in
/// iron-session, so that the cookie is removed before the seal is rejected. That would leave
/// almost nothing of a ttl just above 60 s, so between 60 s and 120 s it is 60 s.
fn follow(ttl: Ttl) -> Duration {
    match ttl {
        Ttl::After(ttl) => ttl.saturating_sub(CLOCK_SKEW).max(ttl.min(CLOCK_SKEW)),
        Ttl::Unlimited => LONGEST_MAX_AGE,
    }
}
