//! How long a session lives: in its seal, in the browser, and until it is refreshed.

use std::time::Duration;

use super::SessionOptions;
use crate::clock::Timestamp;
use crate::codec::Lifetime;
use crate::seal::{CLOCK_SKEW, Ttl};

/// The longest `Max-Age`: the largest number that all browsers read, which iron-session
/// writes for a seal that never expires. Chromium limits it to 400 days.
const LONGEST_MAX_AGE: Duration = Duration::from_secs(2_147_483_647);

/// The time for which the browser keeps the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CookieLifetime {
    FollowsTtl,
    MaxAge(Duration),
    BrowserSession,
}

impl SessionOptions {
    /// Returns how long a session's seal is valid.
    pub(crate) fn seal_ttl(&self, own: Option<Lifetime>) -> Ttl {
        Lifetime::seal_ttl(own, self.inner.ttl)
    }

    /// Returns the `Max-Age` of a session's cookie; `None` for a cookie that is removed when
    /// the browser closes.
    pub(crate) fn max_age_secs(&self, own: Option<Lifetime>) -> Option<u64> {
        let max_age = match (own, self.inner.cookie_lifetime) {
            (Some(Lifetime::For(duration)), _) => follow(Ttl::After(duration)),
            (Some(Lifetime::BrowserSession), _) | (None, CookieLifetime::BrowserSession) => return None,
            (None, CookieLifetime::MaxAge(max_age)) => max_age,
            (None, CookieLifetime::FollowsTtl) => follow(self.inner.ttl),
        };
        Some(max_age.min(LONGEST_MAX_AGE).as_secs())
    }

    /// Returns whether a session that was only read must be written again, given the expiry
    /// of its seal.
    ///
    /// A seal shows when it expires, not when it was made. Its age is computed from the ttl
    /// that it would get now. A seal that expires later than that was made under a longer
    /// ttl.
    pub(crate) fn is_refresh_due(
        &self,
        own: Option<Lifetime>,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let Some(refresh_after) = self.inner.refresh_after else { return false };
        match (self.seal_ttl(own), expires) {
            (Ttl::Unlimited, None) => false,
            // The options had another ttl when it was made.
            (Ttl::Unlimited, Some(_)) | (Ttl::After(_), None) => true,
            (Ttl::After(ttl), Some(expires)) => {
                let in_browser = self.max_age_secs(own).map_or(ttl, Duration::from_secs);
                // At half of the remaining time, so that a user who returns more often than
                // that stays signed in, however short a session's own lifetime is.
                let age = refresh_after.min(ttl.min(in_browser) / 2);
                // The clock of the server that made it may be ahead of this one's.
                let is_longer_than_allowed = expires > now.saturating_add(ttl).saturating_add(CLOCK_SKEW);
                is_longer_than_allowed || expires <= now.saturating_add(ttl.saturating_sub(age))
            }
        }
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
