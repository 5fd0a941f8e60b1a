//! The settings for clients without cookies.

use super::SessionOptionsBuilder;
use crate::cookie::Carrier;

impl SessionOptionsBuilder {
    /// Carries the session in a header instead of cookies, for clients that keep none, such as a mobile
    /// app or another service.
    ///
    /// The client sends the seal in the header `name` with each request. A response has the header
    /// `name` if the session has changed. The client then replaces the seal that it has. If the value
    /// is empty, the session has ended, and the client forgets its seal. The name is in lower case, such
    /// as `x-session`.
    ///
    /// The seal is the one that a cookie would hold, under the same name and passwords, so another server
    /// may carry the same session in a cookie. It may be as long as the cookies together. The settings of
    /// the cookie's attributes have no effect. Default: the session is in cookies.
    ///
    /// To serve browsers as well, build two sets of options, and choose between them with the
    /// `per_request` of the layer, for example by the path: what an app calls begins with `/api/`.
    ///
    /// # Security
    ///
    /// A browser never sends such a header by itself, so no other site can cause a request with the
    /// session, and [`CsrfVerified`](crate::guard::CsrfVerified) needs no token. Keep cookies for pages
    /// in a browser all the same: the seal would have to be where the page's scripts can read it, and a
    /// script that an attacker injects could send it elsewhere.
    ///
    /// # Example
    ///
    /// ```
    /// use iron_session::session::RequestSession;
    /// use iron_session::{Passwords, SessionOptions, Untyped};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// let options = SessionOptions::builder("app_session", passwords).header("x-session").build()?;
    ///
    /// // What a layer does with each request:
    /// let request = RequestSession::<Untyped>::new(options.check()?);
    /// assert_eq!(request.header(), "x-session");
    /// request.handle([""])?.insert("user", "ada")?;
    /// let headers: Vec<_> = request.commit(200).headers(None, []).collect();
    /// assert!(headers.iter().any(|header| header.name == "x-session" && header.value.starts_with("Fe26.2*1*")));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("mobile", "token", "authorization"))]
    pub fn header(mut self, name: &'static str) -> Self {
        self.carrier = Carrier::Header(name);
        self
    }

    /// Carries the session in `Authorization: Bearer` instead of cookies, and back in the header
    /// `response_header`, for example `x-session`. Everything else is as with [`header`](Self::header).
    ///
    /// A header `Authorization` of another scheme, such as `Basic`, is left to the application.
    #[doc(alias("mobile", "token", "authorization"))]
    pub fn bearer(mut self, response_header: &'static str) -> Self {
        self.carrier = Carrier::Bearer(response_header);
        self
    }
}
