//! The settings of a session, their defaults, and the reasons for the defaults.

mod builder;
mod check;
mod difference;
mod lifetime;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use memchr::memmem::Finder;

use crate::codec::{IronSession, Lifetime, assert_follows};
use crate::cookie::{AttributeText, Layout};
use crate::error::{OptionsError, SaveError, UnsealError};
use crate::limits::CHUNK_SUFFIXES;
use crate::schema::Budget;
use crate::seal::{Passwords, Sealer, Ttl};
pub use builder::SessionOptionsBuilder;
use lifetime::CookieLifetime;

/// The default limit of nginx for a header line, without its name. The limits of Node and of
/// HTTP/2 are twice as high.
const PROXY_HEADER_BYTES: usize = 8182;

/// The default limit of nginx for a response's head, from the status line to the empty line.
/// It is one page of memory, which has 4 KiB on most machines.
#[cfg(any(feature = "tower", feature = "actix-web"))]
const PROXY_RESPONSE_BYTES: usize = 4096;

type UnsealHook = Arc<dyn Fn(&UnsealError) + Send + Sync>;
type SaveHook = Arc<dyn Fn(&SaveError) -> OnSaveError + Send + Sync>;

/// Selects what happens to a response whose session can't be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnSaveError {
    /// Replaces it with a 500, so that nobody relies on a change that was lost.
    ReplaceResponse,
    /// Sends it unchanged. The browser keeps the session it had.
    SendResponse,
}

/// Holds the checked options of a session. Building them rejects settings that a browser
/// would reject.
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
    /// Searches a header for the name.
    name_finder: Finder<'static>,
    sealer: Sealer,
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    attributes: AttributeText,
    /// The attributes of cookies that former releases may have left in browsers.
    former: Vec<AttributeText>,
    max_cookies: usize,
    #[cfg(feature = "compress")]
    compress: bool,
    refresh_after: Option<Duration>,
    on_unseal_error: Option<UnsealHook>,
    on_save_error: Option<SaveHook>,
    /// Whether the event about a header that is too long for some servers was logged.
    told_of_long_header: AtomicBool,
    #[cfg(feature = "tracing")]
    repeated: crate::event::Repeated,
    /// Whether the event about a response that is too long for some proxies was logged.
    #[cfg(any(feature = "tower", feature = "actix-web"))]
    told_of_long_response: AtomicBool,
    /// Whether the event about a browser with several sessions was logged.
    told_of_several_sessions: AtomicBool,
}

impl SessionOptions {
    /// Creates a builder for the options of the session in the cookie `name`.
    #[doc(alias = "cookieName")]
    #[doc(alias = "password")]
    pub fn builder(name: impl Into<String>, passwords: Passwords) -> SessionOptionsBuilder {
        SessionOptionsBuilder::new(name.into(), passwords)
    }

    /// Returns the cookie's name.
    pub fn cookie_name(&self) -> &str {
        &self.inner.name
    }

    pub(crate) fn name_finder(&self) -> &Finder<'static> {
        &self.inner.name_finder
    }

    /// Returns how long a session is valid after each save.
    pub fn ttl(&self) -> Ttl {
        self.inner.ttl
    }

    /// Returns the events that occur with every request.
    #[cfg(feature = "tracing")]
    pub(crate) fn repeated(&self) -> &crate::event::Repeated {
        &self.inner.repeated
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// Checks that a session type's budget has room for the cookie's name and
    /// attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if they need more than the type reserves.
    pub fn check<T: IronSession>(&self) -> Result<(), OptionsError> {
        // A generic struct is checked only here, because the derive can't name its
        // parameters.
        const { Budget::of::<T>().assert_fits() }
        const { assert_follows::<T>() }
        // `Untyped` has no budget to check.
        if T::SCHEMA.max_cookies().is_none() {
            return Ok(());
        }
        // A session may have its own lifetime, with more digits.
        let longest = self.max_age_secs(None).max(Some(Lifetime::MAX_SECS));
        let attributes = self.inner.attributes.len(longest);
        let id = self.sealer().passwords().sealing_id().map_or(0, |id| id.as_str().len());
        let chunk_suffix = if T::SCHEMA.max_cookies() == Some(1) { 0 } else { CHUNK_SUFFIXES[0].len() };
        let needed = self.inner.name.len() + chunk_suffix + "=".len() + attributes + id;
        let reserved = T::SCHEMA.overhead_bytes();
        if needed > reserved {
            return Err(OptionsError::Overhead { session: T::SCHEMA.name(), needed, reserved });
        }
        Ok(())
    }

    /// Returns how cookies of the session type are written.
    pub(crate) fn layout<T: IronSession>(&self) -> Layout<'_> {
        Layout {
            name: &self.inner.name,
            attributes: &self.inner.attributes,
            former: &self.inner.former,
            max_cookies: T::SCHEMA.max_cookies().unwrap_or(self.inner.max_cookies),
        }
    }

    /// Returns whether a session of the type may be compressed.
    #[cfg(feature = "compress")]
    pub(crate) fn may_compress<T: IronSession>(&self) -> bool {
        // The struct decides. Without a struct, the options decide.
        T::SCHEMA.may_compress() || T::SCHEMA.max_cookies().is_none() && self.inner.compress
    }

    /// Logs, once, a `Cookie` header that some servers reject.
    pub(crate) fn report_header(&self, header_bytes: usize) {
        if header_bytes > PROXY_HEADER_BYTES && !self.inner.told_of_long_header.swap(true, Ordering::Relaxed)
        {
            crate::event::long_header(self.cookie_name(), header_bytes, PROXY_HEADER_BYTES);
        }
    }

    /// Logs, once, a response whose head is longer than some proxies accept.
    #[cfg(any(feature = "tower", feature = "actix-web"))]
    pub(crate) fn report_response(&self, head_bytes: usize) {
        if head_bytes > PROXY_RESPONSE_BYTES
            && !self.inner.told_of_long_response.swap(true, Ordering::Relaxed)
        {
            crate::event::long_response(self.cookie_name(), head_bytes, PROXY_RESPONSE_BYTES);
        }
    }

    /// Logs, once, that a browser sent several sessions.
    pub(crate) fn report_several_sessions(&self) {
        if !self.inner.told_of_several_sessions.swap(true, Ordering::Relaxed) {
            crate::event::several_sessions(self.cookie_name());
        }
    }

    pub(crate) fn report_unseal_error(&self, error: &UnsealError) {
        crate::event::unreadable(self, error);
        if let Some(hook) = &self.inner.on_unseal_error {
            hook(error);
        }
    }

    pub(crate) fn report_save_error(&self, error: &SaveError) -> OnSaveError {
        crate::event::not_saved(self.cookie_name(), error);
        self.inner.on_save_error.as_ref().map_or(OnSaveError::ReplaceResponse, |hook| hook(error))
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
