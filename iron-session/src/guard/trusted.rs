//! Trusted origins, as browsers write them (RFC 6454 §6.2).

use std::sync::Arc;

use crate::error::TrustedOriginError;

/// The origins that a guard accepts besides the site's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Trusted(Arc<[Box<str>]>);

impl Trusted {
    pub(super) fn add(&mut self, origin: &str) -> Result<(), TrustedOriginError> {
        check(origin)?;
        self.0 = self.0.iter().cloned().chain([origin.into()]).collect();
        Ok(())
    }

    pub(super) fn contains(&self, origin: &str) -> bool {
        self.0.iter().any(|trusted| **trusted == *origin)
    }
}

/// Checks that a browser could send the text as the header `Origin`. An origin in any other
/// spelling would never match.
fn check(origin: &str) -> Result<(), TrustedOriginError> {
    let (scheme, authority) = origin.split_once("://").ok_or(TrustedOriginError::NoScheme)?;
    let is_scheme_char = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '+' | '-' | '.');
    if !scheme.starts_with(|c: char| c.is_ascii_lowercase()) || !scheme.chars().all(is_scheme_char) {
        return Err(TrustedOriginError::Scheme);
    }
    let (host, port) = split_port(authority);
    if host.is_empty() {
        return Err(TrustedOriginError::NoHost);
    }
    if host.contains(['/', '?', '#']) || port.is_some_and(|port| port.contains(['/', '?', '#'])) {
        return Err(TrustedOriginError::NotOnlyOrigin);
    }
    let is_name = host.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '.' | '_'));
    if !is_name && !is_ipv6(host) {
        return Err(TrustedOriginError::Host);
    }
    port.map_or(Ok(()), |port| check_port(scheme, port))
}

/// Splits off what follows the last colon outside of `[…]`.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_ipv6(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    address.and_then(|text| text.parse::<std::net::Ipv6Addr>().ok().map(|ip| ip.to_string() == text))
        == Some(true)
}

fn check_port(scheme: &str, port: &str) -> Result<(), TrustedOriginError> {
    let number = port.parse::<u16>().ok().filter(|number| *number > 0 && number.to_string() == port);
    match (scheme, number.ok_or(TrustedOriginError::Port)?) {
        ("http", 80) | ("https", 443) => Err(TrustedOriginError::DefaultPort),
        _ => Ok(()),
    }
}
