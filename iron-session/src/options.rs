//! Every setting of a session, its default, and why it is that.

mod check;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use memchr::memmem::Finder;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::cookie::{AttributeText, Attributes, Priority, SameSite, Shape};
use crate::error::{OptionsError, SaveError, UnsealError};
use crate::payload::Lifetime;
use crate::schema::version::assert_follows;
use crate::schema::{Budget, IronSession, MAX_CHUNKS};
use crate::seal::{CLOCK_SKEW, Passwords, Randomness, Sealer, Ttl};

/// `Max-Age` of a cookie whose seal never expires: the largest that all
/// browsers read, and iron-session's. Chromium makes 400 days of it.
const MAX_AGE_UNLIMITED_SECS: u64 = 2_147_483_647;

/// When the year has five digits, and an HTTP date can't tell it.
const YEAR_10000: Timestamp = Timestamp::from_unix_ms(253_402_300_800_000);

/// The smallest session that is not empty.
const SMALLEST_PAYLOAD: &str = r#"{"a":1}"#;

/// What nginx takes of a header line by default, its name aside; Node's limit and
/// HTTP/2's are twice as high.
const PROXY_HEADER_BYTES: usize = 8182;

type UnsealHook = Arc<dyn Fn(&UnsealError) + Send + Sync>;
type SaveHook = Arc<dyn Fn(&SaveError) -> OnSaveError + Send + Sync>;

/// What becomes of an answer whose session can't be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnSaveError {
    /// A 500 takes its place, so that nobody believes a change that was lost.
    ReplaceAnswer,
    /// It goes out as it is; the browser keeps the session it had.
    SendAnswer,
}

/// The options of a session, checked: what a browser would refuse was refused
/// when they were built.
///
/// Cloning is cheap.
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, SessionOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords)
///     .ttl(std::time::Duration::from_secs(60 * 60))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[doc(alias = "cookieOptions")]
pub struct SessionOptions {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    /// Looks for the name in a header.
    name_finder: Finder<'static>,
    sealer: Sealer,
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    attributes: AttributeText,
    max_cookies: usize,
    #[cfg(feature = "compress")]
    compress: bool,
    refresh_after: Option<Duration>,
    on_unseal_error: Option<UnsealHook>,
    on_save_error: Option<SaveHook>,
    /// Whether it was told that a header is too long for some servers.
    told_of_long_header: AtomicBool,
}

/// How long the browser keeps the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CookieLifetime {
    FollowsTtl,
    MaxAge(Duration),
    BrowserSession,
}

impl SessionOptions {
    /// Begins the options of the session that is kept in the cookie `name`.
    #[doc(alias = "cookieName")]
    #[doc(alias = "password")]
    pub fn builder(name: impl Into<String>, passwords: Passwords) -> SessionOptionsBuilder {
        SessionOptionsBuilder {
            name: name.into(),
            passwords,
            purpose: None,
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            ttl: Ttl::default(),
            cookie_lifetime: CookieLifetime::FollowsTtl,
            attributes: Attributes::default(),
            max_cookies: 1,
            #[cfg(feature = "compress")]
            compress: false,
            refresh_after: None,
            on_unseal_error: None,
            on_save_error: None,
        }
    }

    /// Returns the cookie's name.
    pub fn cookie_name(&self) -> &str {
        &self.inner.name
    }

    pub(crate) fn name_finder(&self) -> &Finder<'static> {
        &self.inner.name_finder
    }

    /// Returns how long a session is valid after it was saved.
    pub fn ttl(&self) -> Ttl {
        self.inner.ttl
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    pub(crate) fn refresh_after(&self) -> Option<Duration> {
        self.inner.refresh_after
    }

    /// Checks that a session type's budget has room for the cookie's name and
    /// attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] when they need more than the type reserves.
    pub fn check<T: IronSession>(&self) -> Result<(), OptionsError> {
        // Of a generic struct only here: the derive can't name its parameters.
        const { Budget::of::<T>().assert_fits() }
        const { assert_follows::<T>() }
        // `Untyped` has no budget that anything was promised about.
        if T::SCHEMA.max_cookies().is_none() {
            return Ok(());
        }
        // A session may have a lifetime of its own, with more digits.
        let longest = self.max_age_secs(None).max(Some(Lifetime::MAX_SECS));
        let attributes = self.inner.attributes.len(longest);
        let id = self.sealer().passwords().sealing_id().map_or(0, |id| id.as_str().len());
        let chunk_suffix = if T::SCHEMA.max_cookies() == Some(1) { 0 } else { ".0".len() };
        let needed = self.inner.name.len() + chunk_suffix + "=".len() + attributes + id;
        let reserved = T::SCHEMA.overhead_bytes();
        if needed > reserved {
            return Err(OptionsError::Overhead { session: T::SCHEMA.name(), needed, reserved });
        }
        Ok(())
    }

    /// Returns how cookies of the session type are written.
    pub(crate) fn shape<T: IronSession>(&self) -> Shape<'_> {
        Shape {
            name: &self.inner.name,
            attributes: &self.inner.attributes,
            max_cookies: T::SCHEMA.max_cookies().unwrap_or(self.inner.max_cookies),
        }
    }

    /// Tells whether a session of the type may be compressed.
    #[cfg(feature = "compress")]
    pub(crate) fn may_compress<T: IronSession>(&self) -> bool {
        // The struct says it; one without leaves it to the options.
        T::SCHEMA.may_compress() || T::SCHEMA.max_cookies().is_none() && self.inner.compress
    }

    /// Tells, once, of a `Cookie` header that not every server takes.
    pub(crate) fn report_header(&self, header_bytes: usize) {
        if header_bytes > PROXY_HEADER_BYTES && !self.inner.told_of_long_header.swap(true, Ordering::Relaxed)
        {
            crate::event::long_header(self.cookie_name(), header_bytes, PROXY_HEADER_BYTES);
        }
    }

    /// Returns how long a session's seal is valid.
    pub(crate) fn seal_ttl(&self, own: Option<Lifetime>) -> Ttl {
        match own {
            Some(Lifetime::For(duration)) => Ttl::After(duration),
            Some(Lifetime::BrowserSession) | None => self.inner.ttl,
        }
    }

    /// Returns the `Max-Age` of a session's cookie: `ttl - 60 s`, so that the
    /// cookie is gone before the seal is refused.
    pub(crate) fn max_age_secs(&self, own: Option<Lifetime>) -> Option<u64> {
        let follow = |ttl| match ttl {
            Ttl::After(ttl) => match ttl.saturating_sub(CLOCK_SKEW).as_secs() {
                0 => ttl.as_secs().max(1),
                secs => secs,
            },
            Ttl::Unlimited => MAX_AGE_UNLIMITED_SECS,
        };
        match (own, self.inner.cookie_lifetime) {
            (Some(Lifetime::For(duration)), _) => Some(follow(Ttl::After(duration))),
            (Some(Lifetime::BrowserSession), _) | (None, CookieLifetime::BrowserSession) => None,
            (None, CookieLifetime::MaxAge(max_age)) => Some(max_age.as_secs()),
            (None, CookieLifetime::FollowsTtl) => Some(follow(self.inner.ttl)),
        }
    }

    pub(crate) fn report_unseal_error(&self, error: &UnsealError) {
        crate::event::unreadable(self.cookie_name(), error);
        if let Some(hook) = &self.inner.on_unseal_error {
            hook(error);
        }
    }

    pub(crate) fn report_save_error(&self, error: &SaveError) -> OnSaveError {
        crate::event::not_saved(self.cookie_name(), error);
        self.inner.on_save_error.as_ref().map_or(OnSaveError::ReplaceAnswer, |hook| hook(error))
    }
}

impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("name", &self.inner.name)
            .field("ttl", &self.inner.ttl)
            .field("cookie_lifetime", &self.inner.cookie_lifetime)
            .field("attributes", &self.inner.attributes)
            .field("max_cookies", &self.inner.max_cookies)
            .field("refresh_after", &self.inner.refresh_after)
            .finish_non_exhaustive()
    }
}

/// Collects the options of a session; see [`SessionOptions::builder`].
#[must_use]
pub struct SessionOptionsBuilder {
    name: String,
    passwords: Passwords,
    purpose: Option<String>,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    attributes: Attributes,
    max_cookies: usize,
    #[cfg(feature = "compress")]
    compress: bool,
    refresh_after: Option<Duration>,
    on_unseal_error: Option<UnsealHook>,
    on_save_error: Option<SaveHook>,
}

impl SessionOptionsBuilder {
    /// Sets how long a session is valid after it was saved.
    ///
    /// Default: 14 days, as iron-session. At least one second;
    /// [`Ttl::Unlimited`] is what JavaScript writes as `ttl: 0`.
    pub fn ttl(mut self, ttl: impl Into<Ttl>) -> Self {
        self.ttl = ttl.into();
        self
    }

    /// Sets the host that the cookie is sent to, with all its subdomains.
    ///
    /// Default: none, which is the host alone. A domain lets every subdomain
    /// read and overwrite the cookie.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.attributes.domain = Some(domain.into());
        self
    }

    /// Sets the path below which the cookie is sent. Default: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.attributes.path = path.into();
        self
    }

    /// Sets whether other sites' requests carry the cookie.
    ///
    /// Default: [`SameSite::Lax`]: links from elsewhere find the user logged
    /// in, forms from elsewhere don't.
    #[doc(alias = "sameSite")]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = same_site;
        self
    }

    /// Sets whether the cookie is hidden from the page's scripts.
    ///
    /// Default: `true`. A script could not read the sealed content anyway, but
    /// it could send the cookie elsewhere.
    #[doc(alias = "httpOnly")]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.attributes.http_only = http_only;
        self
    }

    /// Leaves out `Secure`, so that the cookie also travels over plain http.
    ///
    /// Only for development on another host than `localhost`: browsers accept
    /// `Secure` cookies there without https.
    ///
    /// # Security
    ///
    /// Whoever is on the network path can take the session over.
    #[doc(alias = "secure")]
    pub fn insecure_development(mut self) -> Self {
        self.attributes.secure = false;
        self
    }

    /// Keeps the cookie apart for each top-level site that embeds this one
    /// (CHIPS). Default: `false`.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.attributes.partitioned = partitioned;
        self
    }

    /// Sets the priority by which Chromium drops cookies. Default: none.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.attributes.priority = Some(priority);
        self
    }

    /// Sets how long the browser keeps the cookie, in whole seconds.
    ///
    /// Default: the ttl less 60 s (the clock skew), as iron-session, so that
    /// the cookie is gone before its seal is refused.
    #[doc(alias = "maxAge")]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.cookie_lifetime = CookieLifetime::MaxAge(max_age);
        self
    }

    /// Makes it a browser-session cookie, without `Max-Age`.
    ///
    /// The seal keeps the ttl, since browsers that restore their tabs keep such
    /// cookies for weeks; iron-session seals it for ever.
    pub fn until_browser_closes(mut self) -> Self {
        self.cookie_lifetime = CookieLifetime::BrowserSession;
        self
    }

    /// Sets the `Expires` attribute. Default: none, since every browser of the
    /// last decade goes by `Max-Age`, which wins where both are there.
    pub fn expires(mut self, expires: SystemTime) -> Self {
        self.attributes.expires = Some(expires);
        self
    }

    /// Sets how many cookies an [`Untyped`](crate::Untyped) session may use:
    /// 1 to 4. Default: 1.
    ///
    /// A struct says it itself, `#[session(max_cookies = 2)]`, so that compiler
    /// and server agree; this does not change it.
    #[doc(alias = "chunk")]
    pub fn max_cookies(mut self, max_cookies: usize) -> Self {
        self.max_cookies = max_cookies;
        self
    }

    /// Lets an [`Untyped`](crate::Untyped) session be compressed where that spares
    /// a cookie. Default: `false`, since lengths tell about the content, and
    /// JavaScript can't read it.
    ///
    /// A struct says it itself, `#[session(compress)]`; this does not change it.
    #[cfg(feature = "compress")]
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// Saves a session that was only read, when its seal is this old.
    ///
    /// Default: never, as iron-session: a session ends one ttl after the last
    /// change. A fraction of the ttl makes it end one ttl after the last visit,
    /// without a `Set-Cookie` on every answer.
    pub fn refresh_after(mut self, age: Duration) -> Self {
        self.refresh_after = Some(age);
        self
    }

    /// Binds the seals to a purpose, so that no other program's seal under the
    /// same passwords opens here; see [`Sealer::purpose`]. Default: none, since
    /// JavaScript could not read the session.
    pub fn purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Sets the clock. Default: the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets where the random bytes of the seals come from. Default:
    /// [`Randomness::System`], which is the safest in a process that forks.
    pub fn randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// Calls a function when a cookie can't be opened, for metrics.
    ///
    /// The request goes on with an empty session whatever it does. It is called
    /// while the request's session is locked, so it should be quick.
    #[doc(alias = "onUnsealError")]
    pub fn on_unseal_error(mut self, hook: impl Fn(&UnsealError) + Send + Sync + 'static) -> Self {
        self.on_unseal_error = Some(Arc::new(hook));
        self
    }

    /// Decides what becomes of an answer whose session can't be saved.
    ///
    /// Default: [`OnSaveError::ReplaceAnswer`].
    pub fn on_save_error(mut self, hook: impl Fn(&SaveError) -> OnSaveError + Send + Sync + 'static) -> Self {
        self.on_save_error = Some(Arc::new(hook));
        self
    }

    /// Checks the options.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] for what a browser would refuse or ignore, with the
    /// reason.
    pub fn build(self) -> Result<SessionOptions, OptionsError> {
        check::name(&self.name)?;
        check::attributes(&self.name, &self.attributes)?;
        if let Ttl::After(ttl) = self.ttl
            && ttl < Duration::from_secs(1)
        {
            return Err(OptionsError::Ttl);
        }
        if matches!(self.cookie_lifetime, CookieLifetime::MaxAge(max_age) if max_age.as_secs() == 0) {
            return Err(OptionsError::MaxAge);
        }
        if let Some(expires) = self.attributes.expires {
            let since_epoch = expires.duration_since(UNIX_EPOCH).unwrap_or_default();
            let expires = Timestamp::from_unix_ms(0).saturating_add(since_epoch);
            if expires <= self.clock.now() || expires >= YEAR_10000 {
                return Err(OptionsError::Expires);
            }
        }
        if let (Some(age), Ttl::After(ttl)) = (self.refresh_after, self.ttl)
            && age >= ttl
        {
            return Err(OptionsError::RefreshAfter);
        }
        if !(1..=MAX_CHUNKS).contains(&self.max_cookies) {
            return Err(OptionsError::MaxCookies { found: self.max_cookies });
        }
        if self.passwords.sealing_id().is_none() {
            return Err(OptionsError::NoSealingPassword);
        }

        let mut sealer =
            Sealer::new(self.passwords).ttl(self.ttl).shared_clock(self.clock).randomness(self.randomness);
        if let Some(purpose) = &self.purpose {
            sealer = sealer.purpose(purpose);
        }
        let options = SessionOptions {
            inner: Arc::new(Inner {
                name_finder: Finder::new(&self.name).into_owned(),
                name: self.name,
                sealer,
                ttl: self.ttl,
                cookie_lifetime: self.cookie_lifetime,
                attributes: self.attributes.write(),
                max_cookies: self.max_cookies,
                #[cfg(feature = "compress")]
                compress: self.compress,
                refresh_after: self.refresh_after,
                on_unseal_error: self.on_unseal_error,
                on_save_error: self.on_save_error,
                told_of_long_header: AtomicBool::new(false),
            }),
        };
        let room = options.shape::<crate::Untyped>().capacity(options.max_age_secs(None));
        let needed = options.sealer().token_len(SMALLEST_PAYLOAD.len(), self.ttl);
        if needed.is_none_or(|needed| needed > room) {
            return Err(OptionsError::NoRoom);
        }
        Ok(options)
    }
}

impl fmt::Debug for SessionOptionsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptionsBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
