//! The setting for how long the browser keeps the cookie.

use std::time::Duration;

/// The time for which the browser keeps the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CookieLifetime {
    FollowsTtl,
    MaxAge(Duration),
    BrowserSession,
}
