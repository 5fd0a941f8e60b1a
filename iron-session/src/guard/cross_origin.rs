//! The guard against requests from other origins, without a framework.
//!
//! The rule is that of `net/http.CrossOriginProtection` in Go 1.25, after Filippo Valsorda's
//! study of what browsers send.

use std::fmt;
use std::sync::Arc;

use super::trusted::Trusted;
use crate::clock::{Clock as _, SystemClock};
use crate::error::{CrossOriginError, TrustedOriginError};
use crate::event::{self, Repeated};

/// Refuses requests that change something and come from a page of another origin.
///
/// It is a middleware of each framework whose feature is on; with the feature `tower`, it is a
/// tower layer. A refused request gets an empty 403 (in Rocket, the response of the catcher for
/// 403), and its handler does not run. The refusal is logged as a WARN event, once a minute for each
/// reason.
///
/// It needs neither a session nor a token, so a visitor gets no cookie because of it.
///
/// # The rule
///
/// 1. `GET`, `HEAD` and `OPTIONS` pass. They must not change anything.
/// 2. If the browser sent `Sec-Fetch-Site`, the values `same-origin` and `none` (typed into the
///    address bar, a bookmark) pass. All others are refused, also `same-site`: a subdomain, or
///    another port.
/// 3. Without `Sec-Fetch-Site`, an `Origin` must name the host of the request.
/// 4. With neither header, the request passes. Browsers have sent at least one of them with such
///    requests since 2020, so another program sent it, and no page made a user send it.
///
/// A [trusted](Self::trust) origin passes in steps 2 and 3.
///
/// Browsers have sent `Sec-Fetch-Site` since 2023 at the latest, but only over https and to
/// localhost. Step 3 is for plain http and for older browsers.
///
/// # Example
///
/// ```
/// use iron_session::guard::CrossOriginGuard;
///
/// // Pages of the shop, and those of the checkout on another subdomain.
/// let guard = CrossOriginGuard::new().trust("https://checkout.example.com")?;
/// # Ok::<(), iron_session::error::TrustedOriginError>(())
/// ```
///
/// # Security
///
/// - Change state only with methods other than `GET`, `HEAD` and `OPTIONS`. If a middleware lets
///   a request override its method, put it outside the guard, so that the guard sees the method
///   that counts.
/// - Step 3 compares hosts and not schemes, because a server behind a proxy does not know the
///   scheme that the browser used. In an old browser, someone who controls the network can
///   therefore send a request from `http://` to `https://` of the same host.
///   `Strict-Transport-Security` prevents that.
/// - Behind a proxy that changes `Host`, step 3 refuses the site's own pages. Make the proxy
///   pass the header on (nginx: `proxy_set_header Host $http_host`), or trust the site's own
///   origin.
#[derive(Clone, Default)]
#[must_use]
pub struct CrossOriginGuard {
    trusted: Trusted,
    repeated: Arc<Repeated>,
}

/// Holds the parts of a request that show which page caused it.
#[derive(Clone, Copy, Debug)]
pub struct RequestOrigin<'a> {
    method: &'a str,
    fetch_site: Option<&'a str>,
    origin: Option<&'a str>,
    host: Option<&'a str>,
    opens_websocket: bool,
}

impl<'a> RequestOrigin<'a> {
    /// Reads the parts from a request: its method, the authority of its target (HTTP/2:
    /// `:authority`), and its headers. `header` returns the first value of the header with this
    /// name, which is in lower case.
    ///
    /// # Security
    ///
    /// The authority must be the one that the request was sent to. Any client can send
    /// `Forwarded` and `X-Forwarded-Host`.
    pub fn new(
        method: &'a str,
        authority: Option<&'a str>,
        header: impl Fn(&'static str) -> Option<&'a [u8]>,
    ) -> Self {
        let header = |name| header(name).map(header_text);
        Self {
            method,
            fetch_site: header("sec-fetch-site"),
            origin: header("origin"),
            host: authority.or_else(|| header("host")),
            opens_websocket: header("upgrade").is_some_and(names_websocket),
        }
    }
}

/// Returns a header's value, or a text that equals no other if it is not visible ASCII.
pub(super) fn header_text(value: &[u8]) -> &str {
    const NOT_TEXT: &str = "?";

    let is_visible = |b: &u8| matches!(b, b'\t' | b' '..=b'~');
    str::from_utf8(value).ok().filter(|text| text.as_bytes().iter().all(is_visible)).unwrap_or(NOT_TEXT)
}

impl CrossOriginGuard {
    /// Creates a guard that trusts no other origin.
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts requests from the pages of another origin, such as `https://login.example.com`.
    ///
    /// Write the origin as browsers do: the scheme, the host and the port, if it is not the
    /// default one, in lower case and without a path.
    ///
    /// # Errors
    ///
    /// [`TrustedOriginError`] if no browser would send this text as an origin.
    pub fn trust(mut self, origin: &str) -> Result<Self, TrustedOriginError> {
        self.trusted.add(origin)?;
        Ok(self)
    }

    /// Decides about a request. The middlewares of the frameworks call it; call it yourself in
    /// other frameworks.
    ///
    /// # Errors
    ///
    /// [`CrossOriginError`] if a page of another origin caused the request. Respond with a 403.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::guard::{CrossOriginGuard, RequestOrigin};
    ///
    /// let guard = CrossOriginGuard::new();
    /// let check = |name: &str, value: &'static str| {
    ///     let header = |wanted| (wanted == name).then_some(value.as_bytes());
    ///     guard.check(RequestOrigin::new("POST", Some("shop.example"), header))
    /// };
    /// assert!(check("sec-fetch-site", "same-origin").is_ok());
    /// assert!(check("sec-fetch-site", "cross-site").is_err());
    /// assert!(check("origin", "https://evil.example").is_err());
    /// ```
    pub fn check(&self, request: RequestOrigin<'_>) -> Result<(), CrossOriginError> {
        let RequestOrigin { method, fetch_site, origin, host, opens_websocket } = request;
        if matches!(method, "GET" | "HEAD" | "OPTIONS") && !opens_websocket {
            return Ok(());
        }
        let error = match (present(fetch_site), present(origin)) {
            (Some("same-origin" | "none"), _) | (None, None) => return Ok(()),
            (Some(site), _) => CrossOriginError::fetch_site(site, origin),
            (None, Some(origin)) if names(origin, host) => return Ok(()),
            (None, Some(origin)) => CrossOriginError::origin(origin),
        };
        if origin.is_some_and(|origin| self.trusted.contains(origin)) {
            return Ok(());
        }
        event::cross_origin(&self.repeated, SystemClock.now(), &error);
        Err(error)
    }
}

/// Returns whether an `Upgrade` header asks for a websocket, which can then change anything.
fn names_websocket(upgrade: &str) -> bool {
    upgrade.split(',').any(|protocol| protocol.trim().eq_ignore_ascii_case("websocket"))
}

/// Takes an empty header for a missing one, as Go does.
fn present(header: Option<&str>) -> Option<&str> {
    header.filter(|value| !value.is_empty())
}

/// Returns whether an origin is one of this host, with any scheme.
fn names(origin: &str, host: Option<&str>) -> bool {
    let (Some((_, authority)), Some(host)) = (origin.split_once("://"), present(host)) else { return false };
    // The target of a request may name a user; an origin never does.
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    authority.eq_ignore_ascii_case(host)
}

impl fmt::Debug for CrossOriginGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrossOriginGuard").field("trusted", &self.trusted).finish_non_exhaustive()
    }
}
