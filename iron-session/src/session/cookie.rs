//! The cookie settings that a session can have of its own.

use std::fmt;
use std::time::Duration;

use crate::payload::Lifetime;

/// The cookie settings of one session; see [`Session::cookie`](super::Session::cookie).
///
/// They travel inside the seal, and later saves keep them.
#[must_use]
pub struct CookieSettings<'a> {
    lifetime: &'a mut Option<Lifetime>,
}

impl<'a> CookieSettings<'a> {
    pub(super) fn new(lifetime: &'a mut Option<Lifetime>) -> Self {
        Self { lifetime }
    }

    /// Sets how long this session is valid after it was saved ("remember me"), in
    /// whole seconds. Default: the options' ttl.
    ///
    /// At least one second, and at most 9,999,999,999, which is 317 years; a duration
    /// outside of these bounds counts as the nearest one inside. The options'
    /// [`max_age`](crate::SessionOptionsBuilder::max_age) does not count for this
    /// session, and its [`refresh_after`](crate::SessionOptionsBuilder::refresh_after)
    /// at most for half of this time.
    #[doc(alias("remember", "remember_me", "set_expiry"))]
    pub fn set_ttl(self, ttl: Duration) {
        *self.lifetime = Some(Lifetime::lasting(ttl.as_secs().max(1)));
    }

    /// Lets the cookie go when the browser closes. The seal keeps the options'
    /// ttl, since browsers that restore their tabs keep such cookies too.
    pub fn until_browser_closes(self) {
        *self.lifetime = Some(Lifetime::BrowserSession);
    }

    /// Follows the options again.
    pub fn follow_options(self) {
        *self.lifetime = None;
    }
}

impl fmt::Debug for CookieSettings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieSettings").field("lifetime", &*self.lifetime).finish()
    }
}
