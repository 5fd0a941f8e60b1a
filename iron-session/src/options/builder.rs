//! Collects the settings and checks them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use memchr::memmem::Finder;

use super::absolute_timeout::AbsoluteTimeout;
use super::check;
use super::cookie_lifetime::CookieLifetime;
use super::scopes::Scopes;
use super::session_options::{Inner, OnSaveError, SaveHook, SessionOptions, UnsealHook};
use crate::clock::{Clock, SystemClock};
use crate::cookie::{Attributes, Priority, SameSite};
use crate::error::{OptionsError, SaveError, UnsealError};
use crate::limits::MAX_CHUNKS;
use crate::seal::{PasswordSource, Randomness, Sealer, Ttl};

/// Collects the options of a session; see [`SessionOptions::builder`].
#[must_use]
pub struct SessionOptionsBuilder {
    name: String,
    passwords: PasswordSource,
    purpose: Option<String>,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    attributes: Attributes,
    domains: Vec<String>,
    is_insecure_over_http: bool,
    /// Domains and paths that the cookie had in former releases.
    former: Vec<(Option<String>, String)>,
    max_cookies: usize,
    #[cfg(feature = "compress")]
    compress: bool,
    pad_to_multiple_of: Option<usize>,
    refresh_after: Option<Duration>,
    absolute_timeout: Option<Duration>,
    reseal_on_read: bool,
    sign_in_page: Option<String>,
    on_unseal_error: Option<UnsealHook>,
    on_save_error: Option<SaveHook>,
}

impl SessionOptions {
    /// Creates a builder for the options of the session in the cookie `name`, with
    /// [`Passwords`](crate::Passwords), or with [`RotatingPasswords`](crate::RotatingPasswords),
    /// which can be replaced while the server runs.
    #[doc(alias = "cookieName")]
    #[doc(alias = "password")]
    pub fn builder(name: impl Into<String>, passwords: impl Into<PasswordSource>) -> SessionOptionsBuilder {
        SessionOptionsBuilder::new(name.into(), passwords.into())
    }
}

impl SessionOptionsBuilder {
    /// Creates a builder with the defaults.
    pub(super) fn new(name: String, passwords: PasswordSource) -> Self {
        Self {
            name,
            passwords,
            purpose: None,
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            ttl: Ttl::default(),
            cookie_lifetime: CookieLifetime::FollowsTtl,
            attributes: Attributes::default(),
            domains: Vec::new(),
            is_insecure_over_http: false,
            former: Vec::new(),
            max_cookies: 1,
            #[cfg(feature = "compress")]
            compress: false,
            pad_to_multiple_of: None,
            refresh_after: None,
            absolute_timeout: None,
            reseal_on_read: false,
            sign_in_page: None,
            on_unseal_error: None,
            on_save_error: None,
        }
    }

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

    /// Sets the host that the cookie is sent to, including all its subdomains.
    ///
    /// Default: none, so the cookie is sent only to the host that set it. With a domain,
    /// every subdomain can read and overwrite the cookie.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.attributes.domain = Some(domain.into());
        self
    }

    /// Sets the domains from which each request's host chooses the cookie's domain, for a server
    /// with several sites.
    ///
    /// Default: none. The longest domain that is the host or a parent of it is chosen. A host that
    /// has none here gets a cookie without a domain, as does an address or a name that ends with a
    /// dot, because browsers reject any other cookie there. All lines of a response have the same
    /// domain, including those that end a session. Either this or [`domain`](Self::domain) can be
    /// set.
    ///
    /// The host is the authority of the request's target (HTTP/2) or, without one, the header
    /// `Host`. The header `X-Forwarded-Host` is not read, because any client can send it. A proxy
    /// must pass `Host` on.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     // `www.example.com` gets `Domain=example.com`, `localhost` gets no domain.
    ///     .domains(["example.com", "example.org"])
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn domains<D: Into<String>>(mut self, domains: impl IntoIterator<Item = D>) -> Self {
        self.domains = domains.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the path below which the cookie is sent. Default: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.attributes.path = path.into();
        self
    }

    /// Also expires the cookie that former releases set with this domain and path, whenever
    /// the session's cookie is written or destroyed. Call it once for each former domain and
    /// path.
    ///
    /// Cookies that differ in domain or path are different cookies, even if their names are
    /// equal. After a release that changes them, a browser sends both. The session that was
    /// sealed last is used, with a WARN event once, but the former cookie stays until it
    /// expires, even after a logout. Keep this setting until the former cookies have expired,
    /// which takes one ttl.
    ///
    /// If the domain and path are those of the options themselves, it expires the cookie with
    /// the opposite `Partitioned` attribute.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     .domain("example.com")
    ///     // Until last week it was a host-only cookie, set by `app.example.com`.
    ///     .also_expire(None, "/")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn also_expire(mut self, domain: Option<&str>, path: &str) -> Self {
        self.former.push((domain.map(str::to_owned), path.to_owned()));
        self
    }

    /// Sets whether requests from other sites carry the cookie.
    ///
    /// Default: [`SameSite::Lax`]. A user who follows a link from another site is signed in;
    /// a form from another site is sent without the cookie. [`SameSite::Unset`] leaves the
    /// decision to the browser.
    #[doc(alias = "sameSite")]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = same_site;
        self
    }

    /// Adds an attribute that has no setter of its own. Without a value it is a flag.
    ///
    /// It is written after all others, in every line that sets or expires the cookie, and counts
    /// toward the cookie's size. Browsers ignore attributes that they don't know.
    ///
    /// The name is a token: ASCII letters, digits and ``!#$%&'*+-.^_`|~``. The value is at most
    /// 1024 bytes of printable ASCII without `;`, and without spaces at its ends (RFC 6265bis
    /// §4.1.1). [`build`](Self::build) returns an error for anything else, for a name that occurs
    /// twice, and for an attribute that another method of this builder sets.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     .attribute("SameParty", None)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute(mut self, name: &str, value: Option<&str>) -> Self {
        self.attributes.others.push((name.to_owned(), value.map(str::to_owned)));
        self
    }

    /// Sets whether the cookie is hidden from the page's scripts.
    ///
    /// Default: `true`. A script could not read the sealed content, but it could send the
    /// cookie elsewhere.
    #[doc(alias = "httpOnly")]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.attributes.http_only = http_only;
        self
    }

    /// Omits `Secure`, so that the cookie also travels over plain http.
    ///
    /// On `localhost`, browsers accept `Secure` cookies without https, so use it only for
    /// development on another host.
    ///
    /// # Security
    ///
    /// Anyone on the network path can take over the session. The first cookie is logged as a WARN
    /// event.
    #[doc(alias = "secure")]
    pub fn insecure_development(mut self) -> Self {
        self.attributes.secure = false;
        self
    }

    /// Omits `Secure` only in responses over plain http, so that a phone or another computer of the
    /// local network can be used for development, and https still gets a `Secure` cookie.
    ///
    /// The browser tells: it sends the header `Sec-Fetch-Mode` only to https and to its own
    /// computer, and a page can't change this header. A request without it counts as plain http,
    /// for example that of a browser from before 2023 or of a program. Neither the connection nor
    /// `Forwarded` or `X-Forwarded-Proto` is looked at, so it works behind any proxy. The first
    /// cookie without `Secure` is logged as a WARN event.
    ///
    /// # Security
    ///
    /// Anyone on the network path can take over a session that is used over plain http.
    pub fn insecure_development_over_http(mut self) -> Self {
        self.is_insecure_over_http = true;
        self
    }

    /// Makes the browser keep a separate cookie for each top-level site that embeds this one
    /// (CHIPS). Default: `false`.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.attributes.partitioned = partitioned;
        self
    }

    /// Sets the priority with which Chromium keeps the cookie if a host has too many.
    /// Default: none.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.attributes.priority = Some(priority);
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

    /// Sets how many cookies an [`Untyped`](crate::Untyped) session may use: 1 to 4. Default:
    /// 1.
    ///
    /// It has no effect on a struct. There, use `#[session(max_cookies = 2)]`, so that
    /// compiler and server agree.
    #[doc(alias = "chunk")]
    pub fn max_cookies(mut self, max_cookies: usize) -> Self {
        self.max_cookies = max_cookies;
        self
    }

    /// Allows an [`Untyped`](crate::Untyped) session to be compressed if that saves a cookie.
    /// Default: `false`, because lengths leak information about the content, and JavaScript
    /// can't read compressed cookies.
    ///
    /// It has no effect on a struct. There, use `#[session(compress)]`.
    #[cfg(feature = "compress")]
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// Adds spaces after the payload until its length is a multiple of this many bytes, so that the
    /// length of the cookie shows less about the content. Default: none; the encryption pads to 16
    /// bytes in any case.
    ///
    /// JSON ignores the spaces, so JavaScript reads the session as before. Padding never makes a
    /// session too large: the last step is shorter if the cookies have no more room. A multiple
    /// that is larger than the cookies gives all sessions the same length.
    ///
    /// # Security
    ///
    /// The length still shows in which step the content is. A compressed session has a padding of
    /// its own, and its length shows how well its text compresses, so don't compress a session whose
    /// length must be hidden.
    #[doc(alias = "padding")]
    pub fn pad_to_multiple_of(mut self, bytes: usize) -> Self {
        self.pad_to_multiple_of = Some(bytes);
        self
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

    /// Writes a session that was only read, if an older password sealed it.
    ///
    /// Default: `false`, so such a session keeps its seal until it changes or is refreshed. With
    /// this setting, the session of every user who visits the site is under the new password, and
    /// the old one can be removed one ttl after the rotation at the latest. Leave it off until
    /// every server knows the new password.
    #[doc(alias("rotate", "rotation"))]
    pub fn reseal_on_read(mut self) -> Self {
        self.reseal_on_read = true;
        self
    }

    /// Sets the page to which [`SignedIn`](crate::guard::SignedIn) and
    /// [`Require`](crate::guard::Require) send a browser if nobody is signed in: a path on this
    /// site, such as `/login`. Default: none, so the response is a 401.
    ///
    /// A request for this page itself also gets a 401, so that a guard around the whole site
    /// does not send browsers in a circle. To send users to another site, make this page
    /// redirect there.
    #[doc(alias("login_page", "redirect", "unauthorized"))]
    pub fn sign_in_page(mut self, path: impl Into<String>) -> Self {
        self.sign_in_page = Some(path.into());
        self
    }

    /// Binds the seals to a purpose, so that no other program's seal under the same passwords
    /// opens here; see [`Sealer::with_purpose`]. Default: none, because JavaScript could not read
    /// the session.
    pub fn purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of the random bytes for the seals. Default: [`Randomness::System`],
    /// which is the safest in a process that forks.
    pub fn randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// Sets a function that is called each time a cookie can't be opened, for example for
    /// metrics. The log has only one event per minute for each reason.
    ///
    /// The request continues with an empty session in any case. The function runs before the
    /// code that asked for the session continues, so it should be fast. It may read the
    /// session.
    #[doc(alias = "onUnsealError")]
    pub fn on_unseal_error(mut self, hook: impl Fn(&UnsealError) + Send + Sync + 'static) -> Self {
        self.on_unseal_error = Some(Arc::new(hook));
        self
    }

    /// Sets a function that decides what happens to a response whose session can't be saved.
    ///
    /// Default: [`OnSaveError::ReplaceResponse`]. The function may read the session, but
    /// can't change it any more.
    pub fn on_save_error(mut self, hook: impl Fn(&SaveError) -> OnSaveError + Send + Sync + 'static) -> Self {
        self.on_save_error = Some(Arc::new(hook));
        self
    }

    /// Checks the options and builds them.
    ///
    /// # Errors
    ///
    /// [`OptionsError`], with the reason, for settings that a browser would reject or ignore,
    /// and for settings that contradict each other.
    pub fn build(self) -> Result<SessionOptions, OptionsError> {
        check::name(&self.name)?;
        check::other_attributes(&self.attributes.others)?;
        check::domains(&self.domains, self.attributes.domain.as_deref())?;
        check::sign_in_page(self.sign_in_page.as_deref())?;
        check::lifetimes(
            self.ttl,
            self.cookie_lifetime,
            self.refresh_after,
            self.absolute_timeout,
            self.attributes.expires,
            &*self.clock,
        )?;
        if !(1..=MAX_CHUNKS).contains(&self.max_cookies) {
            return Err(OptionsError::MaxCookies { found: self.max_cookies });
        }
        if self.pad_to_multiple_of == Some(0) {
            return Err(OptionsError::PadToMultipleOf);
        }
        if self.passwords.current().sealing_id().is_none() {
            return Err(OptionsError::NoSealingPassword);
        }

        let mut sealer = Sealer::new(self.passwords)
            .with_ttl(self.ttl)
            .with_shared_clock(self.clock)
            .with_randomness(self.randomness);
        if let Some(purpose) = &self.purpose {
            sealer = sealer.with_purpose(purpose);
        }
        let base = Inner {
            name_finder: Finder::new(&self.name).into_owned(),
            name: self.name,
            sealer,
            ttl: self.ttl,
            cookie_lifetime: self.cookie_lifetime,
            attributes: self.attributes.write(),
            is_secure: self.attributes.secure,
            same_site: self.attributes.same_site,
            by_domain: Vec::new(),
            over_http: None,
            former: Vec::new(),
            max_cookies: self.max_cookies,
            #[cfg(feature = "compress")]
            compress: self.compress,
            pad_to_multiple_of: self.pad_to_multiple_of,
            refresh_after: self.refresh_after,
            absolute_timeout: self.absolute_timeout.map(AbsoluteTimeout),
            reseal_on_read: self.reseal_on_read,
            sign_in_page: self.sign_in_page,
            on_unseal_error: self.on_unseal_error,
            on_save_error: self.on_save_error,
            logged: Arc::default(),
        };
        let scopes = Scopes { base: &base, former: &self.former, over_http: self.is_insecure_over_http };
        let options = scopes.build(&self.attributes, &self.domains)?;
        if let Some(expires) = self.attributes.expires {
            crate::event::fixed_expires(options.cookie_name(), expires);
        }
        Ok(options)
    }
}

impl fmt::Debug for SessionOptionsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptionsBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
