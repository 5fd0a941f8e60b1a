//! The settings that decide how long a session lasts, on the server and in the browser.

use std::time::{Duration, SystemTime};

use super::SessionOptionsBuilder;
use crate::options::cookie_lifetime::CookieLifetime;
use crate::seal::Ttl;

impl SessionOptionsBuilder {
    /// Sets how long a session is valid after each save.
    ///
    /// Default: 14 days, as in iron-session. The minimum is one second. [`Ttl::Unlimited`]
    /// corresponds to `ttl: 0` in JavaScript.
    ///
    /// # Security
    ///
    /// A shorter ttl than that of the last release does not end existing sessions. A seal
    /// shows when it expires, not when it was made, so it is unknown which sessions are too
    /// old. With [`refresh_after`](Self::refresh_after) each of them, even one that never
    /// expires, gets the new ttl at its next visit. A copy of a cookie that somebody made
    /// keeps the old one. Only [another password](crate::Passwords) ends all of them at once.
    #[doc(alias("expiry", "lifetime", "timeout"))]
    pub fn ttl(mut self, ttl: impl Into<Ttl>) -> Self {
        self.ttl = ttl.into();
        self
    }

    /// Ends a session that its user has left: sets the [ttl](Self::ttl) to this duration, and
    /// [`refresh_after`](Self::refresh_after) to half of it.
    ///
    /// Default: none. A request that uses the session renews it if half of its time has passed, so
    /// that a busy page does not write a cookie with every response. A user who returns within
    /// half of the time stays signed in. A user who does not return is signed out when the whole
    /// time has passed since the last renewal. The time counts in the browser, which removes the
    /// cookie [a minute before](Self::max_age) its seal expires: with 30 minutes, the cookie lasts
    /// for 29 minutes, and a session ends between 14.5 and 29 minutes after its last use.
    ///
    /// Of several calls of these three methods, the last one applies. Requests that the user does
    /// not cause, such as polling, can be excluded: see
    /// [`LayerOptions::without_refresh`](crate::session::LayerOptions::without_refresh).
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     .idle_timeout(Duration::from_secs(30 * 60))
    ///     .absolute_timeout(Duration::from_secs(12 * 60 * 60))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("inactivity", "session_timeout"))]
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.ttl(timeout).refresh_after(timeout / 2)
    }

    /// Writes a session that was only read, once its seal is this old.
    ///
    /// Default: never, as in iron-session: a session ends one ttl after the last change. With
    /// a fraction of the ttl, it ends one ttl after the last visit, without a `Set-Cookie` on
    /// every response.
    ///
    /// A refresh never waits for longer than half of the time that the session has: its
    /// [own lifetime](crate::session::CookieSettings::set_ttl) or the ttl, or `max_age` if
    /// that is shorter. A user who returns more often than that stays signed in.
    ///
    /// A seal that is valid for longer than the current settings allow (the ttl was lowered,
    /// or was unlimited) is also written again.
    ///
    /// [`idle_timeout`](Self::idle_timeout) sets it together with the ttl.
    #[doc(alias("idle", "rolling", "sliding"))]
    pub fn refresh_after(mut self, age: Duration) -> Self {
        self.refresh_after = Some(age);
        self
    }

    /// Ends every session when this time has passed since it was issued, even if it is used all
    /// the time. Default: never.
    ///
    /// A session is issued when it is first written, and again by
    /// [`sign_in`](crate::Session::sign_in) and [`restart`](crate::Session::restart). Its time
    /// of issue is stored in the cookie, as `iat` in the member `"$"`, which takes up to 18 bytes
    /// of JSON. The expiry of the seal and the cookie's `Max-Age` never exceed the timeout. It is
    /// also checked when a cookie is read, because another server or an earlier release may have
    /// other settings.
    ///
    /// A session without a time of issue, such as one that JavaScript or an earlier release
    /// wrote, gets one in the response to the next request that uses it.
    ///
    /// It also limits sessions that have
    /// [their own lifetime](crate::session::CookieSettings::set_ttl): "remember me" for 30 days
    /// ends after 12 hours if that is the absolute timeout.
    ///
    /// # Security
    ///
    /// A copy of a cookie that has no time of issue lives as long as its seal, because whoever
    /// has the copy can ignore the response that adds the time. Only
    /// [another password](crate::Passwords) ends such copies at once.
    ///
    /// If the timeout is shorter than the ttl, all seals of a session expire at the same time, so
    /// they don't show which one was made last. Where the cookie's domain or path changes, use
    /// [`also_expire`](Self::also_expire).
    #[doc(alias("lifetime", "max_lifetime"))]
    pub fn absolute_timeout(mut self, timeout: Duration) -> Self {
        self.absolute_timeout = Some(timeout);
        self
    }

    /// Sets how long the browser keeps the cookie, in whole seconds. The maximum is
    /// 2,147,483,647, which is 68 years and the largest number that all browsers read.
    ///
    /// Default: the ttl minus 60 s (the clock skew), as in iron-session, so that the browser
    /// removes the cookie before the server rejects its seal. For a ttl of 60 s to 120 s it
    /// is 60 s, and for a shorter ttl it is the ttl. The last call of this method or
    /// [`until_browser_closes`](Self::until_browser_closes) applies.
    #[doc(alias = "maxAge")]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.cookie_lifetime = CookieLifetime::MaxAge(max_age);
        self
    }

    /// Makes the cookie a browser-session cookie, without `Max-Age`.
    ///
    /// The seal keeps the ttl, because browsers that restore their tabs keep such cookies for
    /// weeks; iron-session seals it without an expiry. The last call of this method or
    /// [`max_age`](Self::max_age) applies. [`expires`](Self::expires) together with this
    /// setting is an error.
    pub fn until_browser_closes(mut self) -> Self {
        self.cookie_lifetime = CookieLifetime::BrowserSession;
        self
    }

    /// Sets the `Expires` attribute. Default: none, because every browser of the last decade
    /// reads `Max-Age`, which takes precedence over `Expires`.
    ///
    /// It is left out for a session whose cookie is removed when the browser closes.
    ///
    /// The date is fixed, and does not move with the clock. Clients that read only `Expires`
    /// delete every cookie that is set after it. For this reason [`build`](Self::build) logs a
    /// WARN event. [`ttl`](Self::ttl) and [`max_age`](Self::max_age) are counted from each
    /// response.
    pub fn expires(mut self, expires: SystemTime) -> Self {
        self.attributes.expires = Some(expires);
        self
    }
}
