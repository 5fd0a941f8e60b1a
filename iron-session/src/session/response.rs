//! The headers that a response appends for its session.

use std::borrow::Cow;
use std::{fmt, vec};

use super::commit::Commit;
use crate::cookie::Carrier;

/// The headers that every server adds to a response after this library has seen it.
const ADDED: &str = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 12345\r\n\r\n";

/// Holds a header to append to a response. Never replace a header of the same name.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseHeader {
    /// The name, in lower case.
    pub name: &'static str,
    /// The value, which is visible ASCII.
    pub value: Cow<'static, str>,
    /// Whether logs and header compression must leave out the value, because anyone who has
    /// it is signed in.
    pub is_sensitive: bool,
}

const SET_COOKIE: &str = "set-cookie";
const VARY: &str = "vary";

/// The response depends on the session, so a cache must not serve it to other users.
fn vary(carrier: Carrier) -> ResponseHeader {
    let value = match carrier {
        Carrier::Cookies => "Cookie",
        Carrier::Bearer(_) => "Authorization",
        Carrier::Header(name) => name,
    };
    ResponseHeader { name: VARY, value: Cow::Borrowed(value), is_sensitive: false }
}

/// A response that sets a session must not be stored anywhere.
const NO_STORE: ResponseHeader =
    ResponseHeader { name: "cache-control", value: Cow::Borrowed("private, no-store"), is_sensitive: false };

/// Returns the headers to append to a response; see [`Commit::headers`].
#[must_use]
pub struct ResponseHeaders {
    vary: Option<ResponseHeader>,
    no_store: Option<ResponseHeader>,
    header: Option<ResponseHeader>,
    set_cookies: vec::IntoIter<String>,
}

impl Commit {
    /// Returns the headers that the response must append: `Set-Cookie` or the
    /// [session's own header](Self::header), and `Vary` and `Cache-Control` if the response lacks them. If [`replace_response`] is set, replace the
    /// response first.
    ///
    /// It takes the reason phrase of the response's status, and the names and values of the
    /// headers that the response already has. If the whole is longer than proxies accept, this
    /// is logged once.
    ///
    /// [`replace_response`]: Self::replace_response
    pub fn headers<'a>(
        self,
        reason: Option<&str>,
        present: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> ResponseHeaders {
        let sets_session = !self.set_cookies.is_empty() || self.header.is_some();
        let mut vary = self.varies.then(|| vary(self.carrier));
        let mut no_store = sets_session.then_some(NO_STORE);
        let mut head_bytes = "HTTP/1.1 200 \r\n".len() + reason.map_or(0, str::len) + ADDED.len();
        if self.varies || sets_session {
            for (name, value) in present {
                head_bytes += line_bytes(name, value);
                if name.eq_ignore_ascii_case(VARY) {
                    vary = vary.filter(|vary| !varies_on(value, &vary.value));
                } else if name.eq_ignore_ascii_case(NO_STORE.name) && self.header.is_none() {
                    // Caches leave out a response that sets a cookie. They know no other header with a
                    // session, so there the application can't decide.
                    no_store = None;
                }
            }
        }
        if let Some(options) = self.options.filter(|_| sets_session) {
            let added = vary.iter().chain(&no_store).chain(&self.header);
            head_bytes += added.map(|header| line_bytes(header.name, header.value.as_bytes())).sum::<usize>();
            head_bytes +=
                self.set_cookies.iter().map(|line| line_bytes(SET_COOKIE, line.as_bytes())).sum::<usize>();
            options.report_response(head_bytes);
        }
        ResponseHeaders { vary, no_store, header: self.header, set_cookies: self.set_cookies.into_iter() }
    }
}

impl Iterator for ResponseHeaders {
    type Item = ResponseHeader;

    fn next(&mut self) -> Option<ResponseHeader> {
        let header = self.vary.take().or_else(|| self.no_store.take()).or_else(|| self.header.take());
        if header.is_some() {
            return header;
        }
        let line = self.set_cookies.next()?;
        Some(ResponseHeader { name: SET_COOKIE, value: Cow::Owned(line), is_sensitive: true })
    }
}

/// Shows how many headers there are, because their values are sensitive.
impl fmt::Debug for ResponseHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHeaders")
            .field("vary", &self.vary)
            .field("no_store", &self.no_store)
            .field("header", &self.header)
            .field("set_cookies", &self.set_cookies.len())
            .finish()
    }
}

/// Shows the length of a sensitive value, not the value.
impl fmt::Debug for ResponseHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut header = f.debug_struct("ResponseHeader");
        header.field("name", &self.name);
        if self.is_sensitive {
            header.field("value_bytes", &self.value.len()).finish()
        } else {
            header.field("value", &self.value).finish()
        }
    }
}

/// Returns the bytes of a header's line.
fn line_bytes(name: &str, value: &[u8]) -> usize {
    name.len() + ": \r\n".len() + value.len()
}

/// Returns whether a `Vary` header's value covers a header.
fn varies_on(vary: &[u8], header: &str) -> bool {
    let mut names = vary.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    names.any(|name| name == b"*" || name.eq_ignore_ascii_case(header.as_bytes()))
}
