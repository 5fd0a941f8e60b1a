//! Collects the settings and checks them. Each file has the setters of one topic.

mod attributes;
mod build;
mod carrier;
mod failures;
mod lifetimes;
mod scopes;
mod sealing;
#[cfg(feature = "server-state")]
mod server_state;
mod size;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cookie_lifetime::CookieLifetime;
use super::session_options::{SaveHook, SessionOptions, UnsealHook};
use crate::clock::{Clock, SystemClock};
use crate::cookie::Attributes;
use crate::cookie::Carrier;
#[cfg(feature = "server-state")]
use crate::options::MaxSessions;
use crate::profile::Profile;
#[cfg(feature = "server-state")]
use crate::schema::Storage;
use crate::seal::{PasswordSource, Randomness, Ttl};
#[cfg(feature = "server-state")]
use crate::server_state::ServerState;

/// Collects the options of a session; see [`SessionOptions::builder`].
#[must_use]
pub struct SessionOptionsBuilder {
    name: String,
    passwords: PasswordSource,
    purpose: Option<String>,
    profile: Profile,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    ttl: Ttl,
    cookie_lifetime: CookieLifetime,
    attributes: Attributes,
    carrier: Carrier,
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
    #[cfg(feature = "server-state")]
    server_state: Option<ServerState>,
    #[cfg(feature = "server-state")]
    storage: Storage,
    #[cfg(feature = "server-state")]
    max_sessions: Option<MaxSessions>,
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
    fn new(name: String, passwords: PasswordSource) -> Self {
        Self {
            name,
            passwords,
            purpose: None,
            profile: Profile::IronSession,
            clock: Arc::new(SystemClock),
            randomness: Randomness::default(),
            ttl: Ttl::default(),
            cookie_lifetime: CookieLifetime::FollowsTtl,
            attributes: Attributes::default(),
            carrier: Carrier::default(),
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
            #[cfg(feature = "server-state")]
            server_state: None,
            #[cfg(feature = "server-state")]
            storage: Storage::Cookie,
            #[cfg(feature = "server-state")]
            max_sessions: None,
            on_unseal_error: None,
            on_save_error: None,
        }
    }
}

impl fmt::Debug for SessionOptionsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptionsBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
