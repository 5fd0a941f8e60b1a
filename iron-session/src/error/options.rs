//! Errors of settings.

use std::fmt;
#[cfg(feature = "server-state")]
use std::time::Duration;

use super::guard::ReturnToError;
use super::reason::Reason;
use crate::limits::MAX_CHUNKS;

/// Why options are rejected.
///
/// `Debug` prints the message, because that is what a `main` that returns the error shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// The cookie's name is empty or has a character that cookies can't carry.
    #[error("`{name}` is not a valid cookie name: use visible ASCII characters other than `;` and `=`")]
    #[non_exhaustive]
    CookieName {
        /// The name.
        name: String,
    },
    /// The name is that of a chunk of another session.
    #[error(
        "`{name}` is not a valid session cookie name: it is also the name of a chunk of the session \
         `{session}`, which would read and expire it; choose a name that does not end with `.0` to `.3`"
    )]
    #[non_exhaustive]
    ChunkName {
        /// The name.
        name: String,
        /// The session whose chunk it would be.
        session: String,
    },
    /// The header for the session is not one, or has a meaning of its own.
    #[error(
        "`{name}` can't carry a session: use a header name in lower case that has no other meaning, such as \
         `x-session`"
    )]
    #[non_exhaustive]
    Header {
        /// The name.
        name: &'static str,
    },
    /// The path is not one.
    #[error(
        "`{path}` is not a valid cookie path: it must start with `/`, have at most 1024 bytes \
         (browsers ignore a longer one), and contain only printable ASCII characters other than `;`"
    )]
    #[non_exhaustive]
    Path {
        /// The path.
        path: String,
    },
    /// The domain is not a host name.
    #[error(
        "`{domain}` is not a valid cookie domain: use a host name such as `example.com`, without scheme, \
         port or path"
    )]
    #[non_exhaustive]
    Domain {
        /// The domain.
        domain: String,
    },
    /// A further attribute is not one, or has a setter of its own.
    #[error("the cookie attribute `{}` can't be added: {what}", .name.escape_debug())]
    #[non_exhaustive]
    Attribute {
        /// The attribute's name.
        name: String,
        /// Why not, and what to do.
        what: Reason,
    },
    /// The sign-in page is not a path on this site.
    #[error("`{path}` is not a valid sign-in page: use a path on this site, such as `/login`")]
    #[non_exhaustive]
    SignInPage {
        /// The path.
        path: String,
        /// Why it is none.
        #[source]
        cause: ReturnToError,
    },
    /// The `Expires` would delete the cookie, or does not fit an HTTP date.
    #[error(
        "`expires` must be in the future, otherwise the browser deletes the cookie at once, and \
         before the year 10000, because an HTTP date has a year of four digits"
    )]
    Expires,
    /// A combination that browsers reject: they would drop the cookie silently.
    #[error("browsers reject {what}")]
    #[non_exhaustive]
    Refused {
        /// The cookie that browsers reject, and what to do.
        what: Reason,
    },
    /// A ttl of less than a second.
    #[error("the ttl must be at least one second; for a session that never expires, use `Ttl::Unlimited`")]
    Ttl,
    /// A `Max-Age` of less than a second, which deletes the cookie at once.
    #[error(
        "`max_age` must be at least one second, because a shorter one deletes the cookie; for a cookie that \
         lasts until the browser closes, use `until_browser_closes`"
    )]
    MaxAge,
    /// The refresh would never happen.
    #[error(
        "`refresh_after` must be shorter than the ttl, because an older seal has expired; \
         use a shorter `refresh_after` or a longer ttl"
    )]
    RefreshAfter,
    /// An absolute timeout of less than a second.
    #[error("the absolute timeout must be at least one second; leave it out for sessions without one")]
    AbsoluteTimeout,
    /// Settings that contradict each other.
    #[error("{what}")]
    #[non_exhaustive]
    Contradiction {
        /// Which, and what to do.
        what: Reason,
    },
    /// More cookies than iron-session reads, or none.
    #[error("`max_cookies` is {found} but must be 1 to {max}, because iron-session reads at most {max}", max = MAX_CHUNKS)]
    #[non_exhaustive]
    MaxCookies {
        /// The number.
        found: usize,
    },
    /// Every length is a multiple of 1 byte, and none of 0.
    #[error("`pad_to_multiple_of` must be at least 1; for no padding, remove the call")]
    PadToMultipleOf,
    /// The passwords can only unseal.
    #[error(
        "no password can be used to seal: all are retired or have an id that is not a number; use a numeric id, \
         or choose a password with `PasswordsBuilder::seal_with`"
    )]
    NoSealingPassword,
    /// Name and attributes leave no room for a seal.
    #[error(
        "the cookie's name and attributes leave no room for a value within 4096 bytes; shorten the name, path or domain"
    )]
    NoRoom,
    /// Name and attributes need more than the session type reserves for them.
    #[error(
        "the cookie's name, its attributes and the password id need {needed} bytes of each cookie, but \
         `{session}` reserves {reserved}; shorten them, or raise `#[session(overhead = …)]` on `{session}`"
    )]
    #[non_exhaustive]
    Overhead {
        /// The session type.
        session: &'static str,
        /// The bytes needed.
        needed: usize,
        /// The bytes reserved.
        reserved: usize,
    },
    /// The time of issue, or the object of h3, does not fit beside the fields of the session type.
    #[error(
        "with these options, `{session}` can need {needed} bytes of JSON, because `absolute_timeout` and the \
         profiles of h3 add to its cookie, but only {limit} fit; lower a `max_bytes` or `max_items` of `{session}`, or raise its `max_cookies`"
    )]
    #[non_exhaustive]
    Budget {
        /// The session type.
        session: &'static str,
        /// The bytes needed.
        needed: usize,
        /// The bytes that fit.
        limit: usize,
    },
    /// The options have a server state, and the session type has no id that could be revoked.
    #[cfg(feature = "server-state")]
    #[error(
        "the options have a server state, but sessions of type `{session}` can't be revoked; add \
         `#[session(revocable)]` to the struct"
    )]
    #[non_exhaustive]
    NotRevocable {
        /// The session type.
        session: &'static str,
    },
    /// Seals are valid for longer than the server state remembers revocations.
    #[cfg(feature = "server-state")]
    #[error(
        "the server state forgets a revocation after {remember_for:?}, but seals are valid for longer; lower the ttl, \
         or raise `ServerStateBuilder::remember_for`"
    )]
    #[non_exhaustive]
    RememberFor {
        /// How long it remembers.
        remember_for: Duration,
    },
    /// The session type keeps its sessions in a server state, and there is none.
    #[error(
        "sessions of type `{session}` may be kept in the store of a server state, but these options have none; \
         start a `ServerState` (feature `server-state`) and set `SessionOptionsBuilder::server_state`, or remove \
         `storage` from `{session}`"
    )]
    #[non_exhaustive]
    NoServerState {
        /// The session type.
        session: &'static str,
    },
    /// The number of a user's sessions is limited to none.
    #[cfg(feature = "server-state")]
    #[error("`max_sessions` is 0, so nobody could sign in; set it to at least 1")]
    MaxSessions,
    /// The number of a user's sessions is limited, but they can't be counted.
    #[cfg(feature = "server-state")]
    #[error(
        "`max_sessions` counts the sessions of each user in the store, and can't count those of type `{session}`; \
         mark the struct with `#[session(storage = \"server\")]` and the field that says who is signed in with \
         `#[session(subject)]`, or remove `max_sessions`"
    )]
    #[non_exhaustive]
    NotCounted {
        /// The session type.
        session: &'static str,
    },
}

impl fmt::Debug for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
