//! Checks the settings and builds the options.

use std::sync::Arc;

use memchr::memmem::Finder;

use super::SessionOptionsBuilder;
use crate::error::OptionsError;
use crate::limits::MAX_CHUNKS;
use crate::options::absolute_timeout::AbsoluteTimeout;
use crate::options::check;
use crate::options::scopes::Scopes;
use crate::options::session_options::{Inner, SessionOptions};
use crate::seal::Sealer;

impl SessionOptionsBuilder {
    /// Checks the options and builds them.
    ///
    /// # Errors
    ///
    /// [`OptionsError`], with the reason, for settings that a browser would reject or ignore,
    /// and for settings that contradict each other.
    pub fn build(self) -> Result<SessionOptions, OptionsError> {
        check::name(&self.name)?;
        check::carrier(self.carrier, self.profile)?;
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
        check::profile(self.profile, self.max_cookies, self.purpose.is_some())?;
        if !(1..=MAX_CHUNKS).contains(&self.max_cookies) {
            return Err(OptionsError::MaxCookies { found: self.max_cookies });
        }
        if self.pad_to_multiple_of == Some(0) {
            return Err(OptionsError::PadToMultipleOf);
        }
        #[cfg(feature = "server-state")]
        if self.max_sessions.is_some_and(|max| max.limit == 0) {
            return Err(OptionsError::MaxSessions);
        }
        if self.passwords.current().sealing_id().is_none() {
            return Err(OptionsError::NoSealingPassword);
        }

        let mut sealer = Sealer::new(self.passwords)
            .with_ttl(self.ttl)
            .with_profile(self.profile)
            .with_shared_clock(self.clock)
            .with_randomness(self.randomness);
        if let Some(purpose) = &self.purpose {
            sealer = sealer.with_purpose(purpose);
        }
        let base = Inner {
            name_finder: Finder::new(&self.name).into_owned(),
            name: self.name,
            carrier: self.carrier,
            sealer,
            profile: self.profile,
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
            #[cfg(feature = "server-state")]
            server_state: self.server_state,
            #[cfg(feature = "server-state")]
            storage: self.storage,
            #[cfg(feature = "server-state")]
            max_sessions: self.max_sessions,
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
