//! The options of each request: its host chooses the cookie's domain, and its connection whether
//! the cookie is `Secure`.
//!
//! Each choice is a set of options of its own, made when they are built, so that a request only
//! picks one.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::check;
use super::session_options::{Inner, SessionOptions};
use crate::cookie::Attributes;
use crate::error::OptionsError;

/// The smallest session that is not empty.
const SMALLEST_PAYLOAD: &str = r#"{"a":1}"#;

/// What the options of all requests have in common.
pub(super) struct Scopes<'a> {
    pub(super) base: &'a Inner,
    /// Domains and paths that the cookie had in former releases.
    pub(super) former: &'a [(Option<String>, String)],
    /// Whether a cookie over plain http has no `Secure`.
    pub(super) over_http: bool,
}

impl Scopes<'_> {
    /// Builds the options of a cookie with these attributes, and those of each domain.
    pub(super) fn build(
        &self,
        attributes: &Attributes,
        domains: &[String],
    ) -> Result<SessionOptions, OptionsError> {
        let mut by_domain = Vec::with_capacity(domains.len());
        for domain in domains {
            let attributes = Attributes { domain: Some(domain.clone()), ..attributes.clone() };
            let host = domain.strip_prefix('.').unwrap_or(domain).to_owned();
            by_domain.push((host, self.build(&attributes, &[])?));
        }
        by_domain.sort_by_key(|(host, _)| std::cmp::Reverse(host.len()));

        let over_http = if self.over_http && attributes.secure {
            Some(self.build(&Attributes { secure: false, ..attributes.clone() }, &[])?)
        } else {
            None
        };
        check::attributes(&self.base.name, attributes)?;
        let options = SessionOptions {
            inner: Arc::new(Inner {
                attributes: attributes.write(),
                is_secure: attributes.secure,
                former: check::former(&self.base.name, attributes, self.former)?,
                by_domain,
                over_http,
                ..self.base.clone()
            }),
        };
        let room = options.layout::<crate::Untyped>().capacity(options.max_age_secs(None));
        let needed = options.sealer().token_len(SMALLEST_PAYLOAD.len(), options.ttl());
        let id = options.sealer().passwords().sealing_id_bytes();
        let room_for_id = needed.and_then(|needed| (room + id).checked_sub(needed));
        if room_for_id.is_none_or(|bytes| options.sealer().limit_id(bytes).is_err()) {
            return Err(OptionsError::NoRoom);
        }
        Ok(options)
    }
}

impl SessionOptions {
    /// Returns the options for a request to the host in this authority. `is_trustworthy`: the
    /// browser takes the connection for one that nobody listens to.
    pub(crate) fn for_request<'h>(
        &self,
        authority: impl FnOnce() -> Option<&'h str>,
        is_trustworthy: bool,
    ) -> &Self {
        let mut options = self;
        if !self.inner.by_domain.is_empty()
            && let Some(authority) = authority()
        {
            options = self.for_host(host_name(authority));
        }
        match &options.inner.over_http {
            Some(insecure) if !is_trustworthy => insecure,
            _ => options,
        }
    }

    fn for_host(&self, host: &str) -> &Self {
        // An address has no parents.
        if host.parse::<Ipv4Addr>().is_ok() {
            return self;
        }
        let mut domains = self.inner.by_domain.iter();
        domains.find(|(domain, _)| covers(domain, host)).map_or(self, |(_, options)| options)
    }

    /// Returns the length of the longest attributes of a request.
    pub(super) fn longest_attributes(&self, max_age_secs: Option<u64>) -> usize {
        // Over plain http there are fewer.
        let domains = self.inner.by_domain.iter().map(|(_, options)| options);
        let all = std::iter::once(self).chain(domains);
        all.map(|options| options.inner.attributes.len(max_age_secs)).max().unwrap_or_default()
    }
}

/// Returns the host in an authority, without its port. An IPv6 address keeps a bracket, so that it
/// equals no name.
fn host_name(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    host.rsplit_once(':').map_or(host, |(host, _port)| host)
}

/// Returns whether a host is this domain or below it. Browsers take a host that ends with a dot for
/// another one.
fn covers(domain: &str, host: &str) -> bool {
    let Some((labels, parent)) =
        host.len().checked_sub(domain.len()).and_then(|at| host.split_at_checked(at))
    else {
        return false;
    };
    parent.eq_ignore_ascii_case(domain) && (labels.is_empty() || labels.ends_with('.'))
}
