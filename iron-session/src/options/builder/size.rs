//! The settings that decide how long the cookie is.

use super::SessionOptionsBuilder;

impl SessionOptionsBuilder {
    /// Sets how many cookies an [`Untyped`](crate::Untyped) session may use: 1 to 4. Default:
    /// 1.
    ///
    /// It has no effect on a struct. There, use `#[session(max_cookies = 2)]`, so that
    /// compiler and server agree.
    #[doc(alias = "chunk")]
    pub fn max_cookies(mut self, max_cookies: usize) -> Self {
        self.max_cookies = max_cookies;
        self
    }

    /// Allows an [`Untyped`](crate::Untyped) session to be compressed if that saves a cookie.
    /// Default: `false`, because lengths leak information about the content, and JavaScript
    /// can't read compressed cookies.
    ///
    /// It has no effect on a struct. There, use `#[session(compress)]`.
    #[cfg(feature = "compress")]
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// Adds spaces after the payload until its length is a multiple of this many bytes, so that the
    /// length of the cookie shows less about the content. Default: none; the encryption pads to 16
    /// bytes in any case.
    ///
    /// JSON ignores the spaces, so JavaScript reads the session as before. Padding never makes a
    /// session too large: the last step is shorter if the cookies have no more room. A multiple
    /// that is larger than the cookies gives all sessions the same length.
    ///
    /// # Security
    ///
    /// The length still shows in which step the content is. A compressed session has a padding of
    /// its own, and its length shows how well its text compresses, so don't compress a session whose
    /// length must be hidden.
    #[doc(alias = "padding")]
    pub fn pad_to_multiple_of(mut self, bytes: usize) -> Self {
        self.pad_to_multiple_of = Some(bytes);
        self
    }
}
