//! Where a session travels between the client and the server.

/// Where a session travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In cookies.
    #[default]
    Cookies,
    /// In a header of this name, in both directions.
    Header(&'static str),
    /// In `Authorization: Bearer` (RFC 6750 §2.1), and back in a header of this name, because a
    /// response has no `Authorization`.
    Bearer(&'static str),
}

impl Carrier {
    /// Returns the header of a request that the session is in, in lower case.
    pub(crate) fn request_header(self) -> &'static str {
        match self {
            Self::Cookies => "cookie",
            Self::Header(name) => name,
            Self::Bearer(_) => "authorization",
        }
    }

    /// Returns the header of a response that the session is in; `None` if it is in cookies.
    pub(crate) fn response_header(self) -> Option<&'static str> {
        match self {
            Self::Cookies => None,
            Self::Header(name) | Self::Bearer(name) => Some(name),
        }
    }

    /// Returns the seal in a header's value; `None` if the value is about something else.
    pub(crate) fn seal(self, value: &str) -> Option<&str> {
        let Self::Bearer(_) = self else { return Some(value) };
        let (scheme, seal) = value.trim_start().split_once(' ')?;
        // RFC 9110 §11.1: the scheme has no case.
        scheme.eq_ignore_ascii_case("bearer").then_some(seal)
    }
}
