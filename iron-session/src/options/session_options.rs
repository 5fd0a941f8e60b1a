//! The checked settings of a session.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use memchr::memmem::Finder;

use super::absolute_timeout::AbsoluteTimeout;
use super::cookie_lifetime::CookieLifetime;
#[cfg(feature = "server-state")]
use super::max_sessions::MaxSessions;
use super::reports::Logged;
use crate::codec::IronSession;
use crate::cookie::Carrier;
use crate::cookie::{AttributeText, Layout, SameSite};
use crate::error::{SaveError, UnsealError};
use crate::event::Repeated;
use crate::profile::Profile;
#[cfg(feature = "server-state")]
use crate::schema::Storage;
use crate::seal::{Sealer, Ttl};
#[cfg(feature = "server-state")]
use crate::server_state::ServerState;

pub(super) type UnsealHook = Arc<dyn Fn(&UnsealError) + Send + Sync>;
pub(super) type SaveHook = Arc<dyn Fn(&SaveError) -> OnSaveError + Send + Sync>;

/// Selects what happens to a response whose session can't be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    pub(super) inner: Arc<Inner>,
}

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) name: String,
    pub(super) carrier: Carrier,
    /// Searches a header for the name.
    pub(super) name_finder: Finder<'static>,
    pub(super) sealer: Sealer,
    pub(super) profile: Profile,
    pub(super) ttl: Ttl,
    pub(super) cookie_lifetime: CookieLifetime,
    pub(super) attributes: AttributeText,
    pub(super) is_secure: bool,
    pub(super) same_site: SameSite,
    /// The options of requests to hosts of these domains, the longest domain first.
    pub(super) by_domain: Vec<(String, SessionOptions)>,
    /// The options of requests over plain http, if their cookies differ.
    pub(super) over_http: Option<SessionOptions>,
    /// The attributes of cookies that former releases may have left in browsers.
    pub(super) former: Vec<AttributeText>,
    pub(super) max_cookies: usize,
    #[cfg(feature = "compress")]
    pub(super) compress: bool,
    pub(super) pad_to_multiple_of: Option<usize>,
    pub(super) refresh_after: Option<Duration>,
    pub(super) absolute_timeout: Option<AbsoluteTimeout>,
    pub(super) reseal_on_read: bool,
    pub(super) sign_in_page: Option<String>,
    #[cfg(feature = "server-state")]
    pub(super) server_state: Option<ServerState>,
    #[cfg(feature = "server-state")]
    pub(super) storage: Storage,
    #[cfg(feature = "server-state")]
    pub(super) max_sessions: Option<MaxSessions>,
    pub(super) on_unseal_error: Option<UnsealHook>,
    pub(super) on_save_error: Option<SaveHook>,
    pub(super) logged: Arc<Logged>,
}

impl SessionOptions {
    /// Returns the cookie's name.
    pub fn cookie_name(&self) -> &str {
        &self.inner.name
    }

    /// Returns the name of the cookie that the session is in, or of the header.
    pub(crate) fn place(&self) -> &str {
        self.inner.carrier.response_header().unwrap_or(&self.inner.name)
    }

    /// Returns whether the sessions of both options would overwrite each other.
    pub(crate) fn is_in_same_place(&self, other: &Self) -> bool {
        match (self.inner.carrier, other.inner.carrier) {
            (Carrier::Cookies, Carrier::Cookies) => self.inner.name == other.inner.name,
            (own, other) => {
                own.request_header() == other.request_header()
                    || own.response_header() == other.response_header()
            }
        }
    }

    /// Returns where the session travels.
    pub(crate) fn carrier(&self) -> Carrier {
        self.inner.carrier
    }

    pub(crate) fn name_finder(&self) -> &Finder<'static> {
        &self.inner.name_finder
    }

    /// Returns how long a session is valid after each save.
    pub fn ttl(&self) -> Ttl {
        self.inner.ttl
    }

    /// Returns whether requests from other sites carry the cookie.
    pub fn same_site(&self) -> SameSite {
        self.inner.same_site
    }

    /// Returns the page to which guards send a browser if nobody is signed in.
    pub fn sign_in_page(&self) -> Option<&str> {
        self.inner.sign_in_page.as_deref()
    }

    #[cfg(feature = "server-state")]
    pub(crate) fn server_state(&self) -> Option<&ServerState> {
        self.inner.server_state.as_ref()
    }

    #[cfg(feature = "server-state")]
    pub(crate) fn max_sessions(&self) -> Option<MaxSessions> {
        self.inner.max_sessions
    }

    /// Returns the events that occur with every request.
    pub(crate) fn repeated(&self) -> &Repeated {
        &self.inner.logged.repeated
    }

    /// Returns the step in which the payload's length may grow.
    pub(crate) fn pad_to_multiple_of(&self) -> Option<usize> {
        self.inner.pad_to_multiple_of
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// Returns how cookies of the session type are written.
    pub(crate) fn layout<T: IronSession>(&self) -> Layout<'_> {
        Layout {
            name: &self.inner.name,
            attributes: &self.inner.attributes,
            former: &self.inner.former,
            max_cookies: T::SCHEMA.max_cookies().unwrap_or(self.inner.max_cookies),
            chunking: self.inner.profile.chunking(),
        }
    }

    /// Returns the library that the sessions are shared with.
    pub(crate) fn profile(&self) -> Profile {
        self.inner.profile
    }

    /// Returns whether a session of the type may be compressed.
    #[cfg(feature = "compress")]
    pub(crate) fn may_compress<T: IronSession>(&self) -> bool {
        // The struct decides. Without a struct, the options decide. Other libraries can't read it.
        let is_allowed = T::SCHEMA.may_compress() || T::SCHEMA.is_untyped() && self.inner.compress;
        is_allowed && self.inner.profile == Profile::IronSession
    }
}

impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("name", &self.inner.name)
            .field("profile", &self.inner.profile)
            .field("carrier", &self.inner.carrier)
            .field("ttl", &self.inner.ttl)
            .field("cookie_lifetime", &self.inner.cookie_lifetime)
            .field("attributes", &self.inner.attributes)
            .field("by_domain", &self.inner.by_domain)
            .field("over_http", &self.inner.over_http)
            .field("max_cookies", &self.inner.max_cookies)
            .field("pad_to_multiple_of", &self.inner.pad_to_multiple_of)
            .field("refresh_after", &self.inner.refresh_after)
            .field("absolute_timeout", &self.inner.absolute_timeout)
            .field("reseal_on_read", &self.inner.reseal_on_read)
            .finish_non_exhaustive()
    }
}
