//! The settings that decide to which hosts and paths the browser sends the cookie.

use super::SessionOptionsBuilder;

impl SessionOptionsBuilder {
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
}
