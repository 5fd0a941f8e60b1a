//! Errors of the guards.

use std::fmt;

use super::session::ExtractError;
use super::text::Foreign;

/// Why a text is not an origin that a [`CrossOriginGuard`](crate::guard::CrossOriginGuard) can
/// trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustedOriginError {
    /// It has no scheme.
    #[error("a trusted origin starts with a scheme; write it like `https://login.example.com`")]
    NoScheme,
    /// Its scheme has other characters than `a-z`, `0-9`, `+`, `-` and `.`.
    #[error("the scheme of a trusted origin has only the characters `a-z`, `0-9`, `+`, `-` and `.`")]
    Scheme,
    /// It has no host.
    #[error("a trusted origin has a host; write it like `https://login.example.com`")]
    NoHost,
    /// Its host is not spelt as browsers spell it.
    #[error(
        "the host of a trusted origin has only the characters `a-z`, `0-9`, `-`, `.` and `_`; \
         write a name in lower case and in its `xn--` form, and an IPv6 address in brackets"
    )]
    Host,
    /// Its port is not a number from 1 to 65535.
    #[error("the port of a trusted origin is a number from 1 to 65535")]
    Port,
    /// Its port is the default of its scheme, which browsers leave out.
    #[error("browsers leave the default port out of an origin; remove it")]
    DefaultPort,
    /// It continues after the host and the port.
    #[error("a trusted origin ends after its host and port; remove the path, even a single `/`")]
    NotOnlyOrigin,
}

/// Why a text is not a path that a [`ReturnTo`](crate::ReturnTo) can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnToError {
    /// It does not start with `/`.
    #[error("a path to return to starts with `/`; leave out the scheme and the host")]
    NotLocal,
    /// It contains `//` before its query.
    #[error("a path to return to contains no `//`, which browsers take for the start of a host")]
    DoubleSlash,
    /// It contains a character that browsers write differently.
    #[error(
        "a path to return to has only visible ASCII characters, and none of `\\`, `\"`, `<`, `>` and `#`; \
         percent-encode them"
    )]
    Character,
    /// It is too long.
    #[error("a path to return to has at most 1024 bytes")]
    TooLong,
}

/// Why a request was refused: a page of another origin caused it.
///
/// Respond with a 403.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrossOriginError {
    /// The browser says so with `Sec-Fetch-Site`.
    #[error(
        "the request comes from another origin: `Sec-Fetch-Site` is `{}`{}; \
         if that origin is yours, name it with `CrossOriginGuard::trust`", Foreign(.site), From(.origin)
    )]
    #[non_exhaustive]
    FetchSite {
        /// The header's value.
        site: String,
        /// The header `Origin`.
        origin: Option<String>,
    },
    /// The header `Origin` does not name the request's host.
    #[error(
        "the request comes from another origin: `Origin` is `{}`, which is not the request's host; \
         if that origin is yours, name it with `CrossOriginGuard::trust`", Foreign(.origin)
    )]
    #[non_exhaustive]
    Origin {
        /// The header's value.
        origin: String,
    },
}

impl CrossOriginError {
    pub(crate) fn fetch_site(site: &str, origin: Option<&str>) -> Self {
        Self::FetchSite { site: site.to_owned(), origin: origin.map(str::to_owned) }
    }

    pub(crate) fn origin(origin: &str) -> Self {
        Self::Origin { origin: origin.to_owned() }
    }

    /// Returns the name of the reason, for logs and metrics: the header that decided.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::FetchSite { .. } => "sec_fetch_site",
            Self::Origin { .. } => "origin",
        }
    }
}

/// Why a request was refused: it does not carry the CSRF token of its session.
///
/// Respond with a 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CsrfError {
    /// The request has no token.
    #[error(
        "the request has no CSRF token; send it in the form field `csrf_token` or in the header `X-CSRF-Token`"
    )]
    Missing,
    /// The session has no token, so it has not made the form, or has ended since.
    #[error("the session has no CSRF token; issue one where the form is made, with `CsrfToken::masked`")]
    NotIssued,
    /// The request has another token than the session.
    #[error("the request has another CSRF token than the session; reload the page that sends it")]
    Different,
}

impl CsrfError {
    /// Returns the name of the reason, for logs and metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "csrf_missing",
            Self::NotIssued => "csrf_not_issued",
            Self::Different => "csrf_different",
        }
    }
}

/// Why a request was refused: nobody is signed in, or a rule refuses the session.
///
/// [`status`](Self::status) and [`location`](Self::location) tell how to respond.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The handler could not get its session.
    #[error(transparent)]
    Session(#[from] ExtractError),
    /// Nobody is signed in, and the browser is sent to the sign-in page.
    #[error("nobody is signed in; the browser is sent to `{sign_in_page}`")]
    #[non_exhaustive]
    SignIn {
        /// The path of the sign-in page.
        sign_in_page: String,
    },
    /// Nobody is signed in, and the request is none of a browser that opens a page, or there is
    /// no sign-in page.
    #[error("nobody is signed in; to send browsers to a page, set `SessionOptionsBuilder::sign_in_page`")]
    NotSignedIn,
    /// A rule refuses the session of the user.
    #[error("the signed-in user is refused by the rule of the handler")]
    Forbidden,
}

impl AccessError {
    /// Returns the status of the response.
    pub fn status(&self) -> u16 {
        match self {
            Self::Session(error) => error.status(),
            Self::SignIn { .. } => 303,
            Self::NotSignedIn => 401,
            Self::Forbidden => 403,
        }
    }

    /// Returns the header `Location` of the response, if it has one.
    pub fn location(&self) -> Option<&str> {
        match self {
            Self::SignIn { sign_in_page } => Some(sign_in_page),
            Self::Session(_) | Self::NotSignedIn | Self::Forbidden => None,
        }
    }
}

struct From<'a>(&'a Option<String>);

impl fmt::Display for From<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(origin) => write!(f, " and `Origin` is `{}`", Foreign(origin)),
            None => Ok(()),
        }
    }
}
