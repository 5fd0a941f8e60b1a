//! The other attributes of the cookie.

use super::SessionOptionsBuilder;
use crate::cookie::{Priority, SameSite};

impl SessionOptionsBuilder {
    /// Sets whether requests from other sites carry the cookie.
    ///
    /// Default: [`SameSite::Lax`]. A user who follows a link from another site is signed in;
    /// a form from another site is sent without the cookie. [`SameSite::Unset`] leaves the
    /// decision to the browser.
    #[doc(alias = "sameSite")]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = same_site;
        self
    }

    /// Sets whether the cookie is hidden from the page's scripts.
    ///
    /// Default: `true`. A script could not read the sealed content, but it could send the
    /// cookie elsewhere.
    #[doc(alias = "httpOnly")]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.attributes.http_only = http_only;
        self
    }

    /// Omits `Secure`, so that the cookie also travels over plain http.
    ///
    /// On `localhost`, browsers accept `Secure` cookies without https, so use it only for
    /// development on another host.
    ///
    /// # Security
    ///
    /// Anyone on the network path can take over the session. The first cookie is logged as a WARN
    /// event.
    #[doc(alias = "secure")]
    pub fn insecure_development(mut self) -> Self {
        self.attributes.secure = false;
        self
    }

    /// Omits `Secure` only in responses over plain http, so that a phone or another computer of the
    /// local network can be used for development, and https still gets a `Secure` cookie.
    ///
    /// The browser tells: it sends the header `Sec-Fetch-Mode` only to https and to its own
    /// computer, and a page can't change this header. A request without it counts as plain http,
    /// for example that of a browser from before 2023 or of a program. Neither the connection nor
    /// `Forwarded` or `X-Forwarded-Proto` is looked at, so it works behind any proxy. The first
    /// cookie without `Secure` is logged as a WARN event.
    ///
    /// # Security
    ///
    /// Anyone on the network path can take over a session that is used over plain http.
    pub fn insecure_development_over_http(mut self) -> Self {
        self.is_insecure_over_http = true;
        self
    }

    /// Makes the browser keep a separate cookie for each top-level site that embeds this one
    /// (CHIPS). Default: `false`.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.attributes.partitioned = partitioned;
        self
    }

    /// Sets the priority with which Chromium keeps the cookie if a host has too many.
    /// Default: none.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.attributes.priority = Some(priority);
        self
    }

    /// Adds an attribute that has no setter of its own. Without a value it is a flag.
    ///
    /// It is written after all others, in every line that sets or expires the cookie, and counts
    /// toward the cookie's size. Browsers ignore attributes that they don't know.
    ///
    /// The name is a token: ASCII letters, digits and ``!#$%&'*+-.^_`|~``. The value is at most
    /// 1024 bytes of printable ASCII without `;`, and without spaces at its ends (RFC 6265bis
    /// §4.1.1). [`build`](Self::build) returns an error for anything else, for a name that occurs
    /// twice, and for an attribute that another method of this builder sets.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::{Passwords, SessionOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords)
    ///     .attribute("SameParty", None)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute(mut self, name: &str, value: Option<&str>) -> Self {
        self.attributes.others.push((name.to_owned(), value.map(str::to_owned)));
        self
    }
}
