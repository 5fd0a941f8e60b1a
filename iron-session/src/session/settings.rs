//! The cookie settings of a single session.

use std::fmt;
use std::time::Duration;

use crate::codec::Lifetime;

/// Changes the cookie settings of one session; see
/// [`Session::cookie`](crate::Session::cookie).
///
/// The settings travel inside the seal, and later saves keep them.
#[must_use]
pub struct CookieSettings<'a> {
    lifetime: &'a mut Option<Lifetime>,
}

impl<'a> CookieSettings<'a> {
    pub(super) fn new(lifetime: &'a mut Option<Lifetime>) -> Self {
        Self { lifetime }
    }

    /// Sets how long this session is valid after each save ("remember me"), in whole seconds.
    /// Default: the options' ttl.
    ///
    /// The minimum is one second, the maximum 9,999,999,999 s, which is 317 years. A duration
    /// outside this range becomes the nearest one inside. For this session, the options'
    /// [`max_age`](crate::SessionOptionsBuilder::max_age) is ignored, and their
    /// [`refresh_after`](crate::SessionOptionsBuilder::refresh_after) is at most half of this
    /// time.
    ///
    /// # Security
    ///
    /// The revocation of a session ends when the cookie has expired that was received with the
    /// request that ended it. To shorten the ttl of a revocable session, call
    /// [`restart`](crate::Session::restart) first. Otherwise, a copy of the cookie with the longer ttl
    /// is accepted again after that.
    #[doc(alias("remember", "remember_me", "set_expiry"))]
    pub fn set_ttl(self, ttl: Duration) {
        *self.lifetime = Some(Lifetime::lasting(ttl.as_secs().max(1)));
    }

    /// Makes the browser remove the cookie when it closes. The seal keeps the options' ttl,
    /// because browsers that restore their tabs keep such cookies too.
    pub fn until_browser_closes(self) {
        *self.lifetime = Some(Lifetime::BrowserSession);
    }

    /// Uses the lifetime of the options again.
    pub fn follow_options(self) {
        *self.lifetime = None;
    }
}

impl fmt::Debug for CookieSettings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieSettings").field("lifetime", &*self.lifetime).finish()
    }
}
