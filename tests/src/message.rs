//! Requests and responses, independent of any framework.

use http::Version;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: String,
    /// Names and values; a value may hold any byte that HTTP allows.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body's text.
    pub body: String,
    /// Whether the request has no `Host`.
    pub has_no_host: bool,
}

impl Request {
    /// Creates a GET request without headers.
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// Creates a request without headers and without a body.
    pub fn new(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: String::new(), has_no_host: false }
    }

    /// Sets the body to a form as browsers send it.
    pub fn form(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Adds a header line.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves out `Host`, which every other request has. Only HTTP/1.0 allows that.
    pub fn without_host(mut self) -> Self {
        self.has_no_host = true;
        self
    }

    /// Adds the `Host` that a browser sends, if the request does not say something else.
    pub(crate) fn with_host(self, host: &str) -> Self {
        let is_given = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        if is_given || self.has_no_host { self } else { self.header("host", host) }
    }

    /// Returns the version of HTTP.
    pub(crate) fn version(&self) -> Version {
        if self.has_no_host { Version::HTTP_10 } else { Version::HTTP_11 }
    }

    /// Returns the lines of a header as one.
    pub(crate) fn text(&self, name: &str) -> String {
        let lines = self.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| String::from_utf8_lossy(value)).collect::<Vec<_>>().join("; ")
    }
}

/// A response whose body has been read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names (in lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Response {
    /// Returns the values of a header, one for each line.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Returns the value of a header that occurs at most once.
    pub fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "`{name}` occurs {} times: {all:?}", all.len());
        all.first().copied()
    }

    /// Returns the `Set-Cookie` lines.
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        self.all("set-cookie").into_iter().map(SetCookie::parse).collect()
    }

    /// Returns the names of the cookies that are set, and of those that are expired.
    pub fn set_and_expired(&self) -> (Vec<String>, Vec<String>) {
        let (expired, set): (Vec<_>, Vec<_>) = self.set_cookies().into_iter().partition(SetCookie::expires);
        let names = |lines: Vec<SetCookie>| lines.into_iter().map(|line| line.name).collect();
        (names(set), names(expired))
    }
}

/// A parsed `Set-Cookie` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The line itself.
    pub line: String,
    /// The cookie's name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The attributes, with their names as written.
    pub attributes: Vec<(String, Option<String>)>,
}

impl SetCookie {
    /// Parses a line according to RFC 6265 §5.2.
    pub fn parse(line: &str) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let attributes = parts.map(|part| match part.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (part.to_owned(), None),
        });
        Self {
            line: line.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: attributes.collect(),
        }
    }

    /// Returns an attribute's value; for a flag it is empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(found.1.as_deref().unwrap_or_default())
    }

    /// Returns `Max-Age`.
    pub fn max_age(&self) -> Option<u64> {
        self.attribute("max-age").map(|secs| secs.parse().expect("a number of seconds"))
    }

    /// Tells whether the line deletes the cookie.
    pub fn expires(&self) -> bool {
        self.max_age() == Some(0)
    }
}
