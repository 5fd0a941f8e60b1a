//! Compares the options of two layers.

use std::sync::Arc;

use super::SessionOptions;
use super::session_options::Inner;

impl SessionOptions {
    /// Returns how other options differ; `None` for a clone of these.
    ///
    /// Options that were built separately always differ, whatever their settings, because
    /// hooks, clocks and passwords can't be compared.
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        if Arc::ptr_eq(&self.inner, &other.inner) {
            return None;
        }
        let (a, b) = (&self.inner, &other.inner);
        let hosts = |inner: &Inner| inner.by_domain.iter().map(|(host, _)| host.clone()).collect::<Vec<_>>();
        let sealing_id = |options: &Self| options.sealer().passwords().sealing_id().cloned();
        #[cfg(feature = "compress")]
        let is_compressed_alike = a.compress == b.compress;
        #[cfg(not(feature = "compress"))]
        let is_compressed_alike = true;
        #[cfg(feature = "server-state")]
        let is_kept_alike = a.storage == b.storage;
        #[cfg(not(feature = "server-state"))]
        let is_kept_alike = true;
        #[cfg(feature = "server-state")]
        let is_limited_alike = a.max_sessions == b.max_sessions;
        #[cfg(not(feature = "server-state"))]
        let is_limited_alike = true;
        let settings = [
            (a.name == b.name, "the cookie name differs"),
            (a.carrier == b.carrier, "one carries the session in a header that the other does not use"),
            (sealing_id(self) == sealing_id(other), "the purpose or the passwords differ"),
            (a.attributes == b.attributes, "the cookie attributes differ"),
            (hosts(a) == hosts(b), "the domains differ"),
            (a.over_http.is_some() == b.over_http.is_some(), "`insecure_development_over_http` differs"),
            (a.profile == b.profile, "the profile differs"),
            (a.ttl == b.ttl, "the ttl differs"),
            (a.cookie_lifetime == b.cookie_lifetime, "the cookie lifetime differs"),
            (a.refresh_after == b.refresh_after, "`refresh_after` differs"),
            (a.absolute_timeout == b.absolute_timeout, "`absolute_timeout` differs"),
            (a.reseal_on_read == b.reseal_on_read, "`reseal_on_read` differs"),
            (a.max_cookies == b.max_cookies, "`max_cookies` differs"),
            (a.pad_to_multiple_of == b.pad_to_multiple_of, "`pad_to_multiple_of` differs"),
            (is_limited_alike, "`max_sessions` differs"),
            (is_compressed_alike, "`compress` differs"),
            (is_kept_alike, "`storage` differs"),
        ];
        let differing = settings.into_iter().find(|(is_same, _)| !is_same);
        Some(differing.map_or("they were built separately", |(_, difference)| difference))
    }
}
