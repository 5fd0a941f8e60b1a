//! Errors of getting, using and saving a session.

use std::fmt;

use super::SealError;
use super::place::{At, Place};
use super::reason::Reason;
use super::text::Foreign;
#[cfg(feature = "server-state")]
use super::{SignInError, StoreError, UnsealError};

/// Why a session was not saved. The browser keeps the previous one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// It does not fit in the cookies that it may use.
    #[error(
        "the session needs a seal of {needed_bytes} bytes, but only {limit_bytes} fit in \
         {max_cookies} cookie(s); store less, or raise `max_cookies` up to 4; largest members: {}{}", Largest(.largest), Forget(.largest)
    )]
    #[non_exhaustive]
    TooLarge {
        /// The seal's length.
        needed_bytes: usize,
        /// The longest seal that fits.
        limit_bytes: usize,
        /// How many cookies it may use.
        max_cookies: usize,
        /// The largest members, largest first.
        largest: Vec<LargeMember>,
    },
    /// It is larger than a record may be.
    #[error(
        "the session needs {needed_bytes} bytes of JSON, but its record may hold only {limit_bytes}; store less, or \
         raise `max_record_bytes`; largest members: {}{}", Largest(.largest), Forget(.largest)
    )]
    #[non_exhaustive]
    RecordTooLarge {
        /// The payload's length.
        needed_bytes: usize,
        /// The longest payload that a record may have.
        limit_bytes: usize,
        /// The largest members, largest first.
        largest: Vec<LargeMember>,
    },
    /// The store of the server state did not confirm that it has written the session's record.
    #[cfg(feature = "server-state")]
    #[error("the store did not write the session's record")]
    Store(#[from] StoreError),
    /// Other requests have changed the session's record, again and again, before this one could.
    #[cfg(feature = "server-state")]
    #[error(
        "other requests changed the session {attempts} times while this one tried to; make fewer requests that \
         change one session at the same time"
    )]
    #[non_exhaustive]
    Overtaken {
        /// How often it was tried.
        attempts: u32,
    },
    /// The session's record was replaced during the request by one that can't be read.
    #[cfg(feature = "server-state")]
    #[error("the session's record was replaced by one that can't be read")]
    Record(#[source] UnsealError),
    /// The user who was to be signed in has as many sessions as
    /// [`max_sessions`](crate::SessionOptionsBuilder::max_sessions) allows.
    #[cfg(feature = "server-state")]
    #[error(
        "nobody was signed in, because the user has {limit} session(s) already, which is the limit; call \
         `Session::try_sign_in` in place of `sign_in`, which tells the handler"
    )]
    #[non_exhaustive]
    TooManySessions {
        /// The limit.
        limit: usize,
    },
    /// A field can't be encoded, or the seal can't be made.
    #[error("the session could not be sealed")]
    Seal(#[from] SealError),
    /// A newer release or a build with more features can read the request's session, but this
    /// server can't.
    #[error(
        "the session in the cookie is one that only another release or build of this server can read ({reason}), \
         so it is not overwritten; to start a new session in its place, call `restart()` first"
    )]
    #[non_exhaustive]
    Unreadable {
        /// The [reason](super::UnsealError::reason) why it did not open.
        reason: &'static str,
    },
    /// The response has started, so its headers can no longer carry a cookie.
    #[error(
        "the response has started, so its cookies can no longer change; save before you return the response"
    )]
    ResponseStarted,
    /// Handles of this request's session conflict.
    #[error(transparent)]
    Conflict(#[from] Conflict),
}

#[cfg(feature = "server-state")]
impl From<SignInError> for SaveError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::TooManySessions { limit } => Self::TooManySessions { limit },
            SignInError::Store(error) => Self::Store(error),
            SignInError::Seal(error) => Self::Seal(error),
        }
    }
}

/// A member of a session that does not fit its cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LargeMember {
    /// The member's name on the wire.
    pub name: String,
    /// Its bytes of JSON.
    pub bytes: usize,
    /// Whether no field reads it: another program wrote it, or its field was removed.
    /// `#[session(forget("…"))]` drops it.
    pub is_unknown: bool,
}

struct Largest<'a>(&'a [LargeMember]);

impl fmt::Display for Largest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, member) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{}` ({} bytes)", Foreign(&member.name), member.bytes)?;
        }
        Ok(())
    }
}

/// Says how to drop the largest member if no field reads it.
struct Forget<'a>(&'a [LargeMember]);

impl fmt::Display for Forget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(member) = self.0.first().filter(|member| member.is_unknown) else { return Ok(()) };
        let name = Foreign(&member.name);
        write!(
            f,
            "; no field reads `{name}`: if no other program needs it, \
             add `#[session(forget(\"{name}\"))]` to the struct"
        )
    }
}

/// A programming error: handles of one session conflict.
///
/// The response is a 500 and nothing is saved, because saving either handle's state
/// would lose the other's change.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// A handle was used while another one held changes that it had not published.
    #[error(
        "the session was {action} {} while the handle written to at {writer} held unpublished \
         changes; make the change with `session.update(…)`, or drop that handle first \
         (in middleware: before `next.run`)", At(*.at)
    )]
    #[non_exhaustive]
    Unpublished {
        /// What was done through the second handle.
        action: Action,
        /// Where.
        at: Place,
        /// Where the first handle was first written to.
        writer: Place,
    },
    /// A handle was written to after it had read a state that has changed since.
    #[error(
        "the session was written to at {at} through a handle that had read it before the change at \
         {changed}; call `session.reload()` first, or make the change with `session.update(…)`"
    )]
    #[non_exhaustive]
    Stale {
        /// Where it was written to.
        at: Place,
        /// Where it was changed in between.
        changed: Place,
    },
    /// A handle was written to after the session had been destroyed.
    #[error(
        "the session was written to at {at} after `destroy()`; to continue with an empty session, \
         call `clear()` or `restart()` instead of `destroy()`"
    )]
    #[non_exhaustive]
    Destroyed {
        /// Where it was written to.
        at: Place,
    },
    /// A handle with unpublished changes still existed when the response was returned.
    #[error(
        "the response was returned while the handle written to at {writer} held unpublished changes; \
         drop the handle before you return the response, and do not move it into a body or a task"
    )]
    #[non_exhaustive]
    StillWriting {
        /// Where the handle was first written to.
        writer: Place,
    },
    /// A handle was used inside a closure passed to `update` on the same session.
    #[error(
        "the session was {action} {} inside a closure passed to `update`; use the closure's argument instead", At(*.at)
    )]
    #[non_exhaustive]
    InsideUpdate {
        /// What was done.
        action: Action,
        /// Where.
        at: Place,
    },
    /// A layer is nested in another for the same session type with other options.
    #[error(
        "a layer for `{session}` with the cookie `{inner}` is inside one with the cookie `{outer}` and \
         would use its session despite different options ({differs}); give it its own session type, or \
         clone one `SessionOptions` for both"
    )]
    #[non_exhaustive]
    NestedOptions {
        /// The session type.
        session: &'static str,
        /// The outer layer's cookie.
        outer: String,
        /// The inner layer's cookie.
        inner: String,
        /// The difference, such as *the ttl differs*.
        differs: Reason,
    },
    /// Two session types share one cookie.
    #[error(
        "the cookie `{cookie}` is used by two session types, `{first}` and `{second}`; \
         give each its own cookie name"
    )]
    #[non_exhaustive]
    SharedCookie {
        /// The cookie's name.
        cookie: String,
        /// The type of the outer layer.
        first: &'static str,
        /// The type of the inner layer.
        second: &'static str,
    },
}

/// What was done with a session when its handles conflicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// A handle was taken from the request.
    Extracted,
    /// A field was read.
    Read,
    /// A field was borrowed mutably.
    WrittenTo,
    /// `update` was called.
    Updated,
    /// `save` was called.
    Saved,
    /// `discard` was called.
    Discarded,
    /// `destroy` was called.
    Destroyed,
    /// The response was returned.
    Committed,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Extracted => "extracted",
            Self::Read => "read",
            Self::WrittenTo => "written to",
            Self::Updated => "updated",
            Self::Saved => "saved",
            Self::Discarded => "discarded",
            Self::Destroyed => "destroyed",
            Self::Committed => "committed",
        })
    }
}

/// Why a handler could not get its session: a mistake of the application.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// No layer started a session of this type for the request.
    #[error(
        "no session of type `{session}` was started for this request; add `{layer}::<{session}>` around the handler"
    )]
    #[non_exhaustive]
    NoLayer {
        /// The session type.
        session: &'static str,
        /// The layer that starts one.
        layer: &'static str,
    },
    /// Another handle holds unpublished changes.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The request has a session, and this server can't tell whether it was revoked, because the store
    /// of the server state has not responded for too long. Respond with a 503, without cookies.
    #[cfg(feature = "server-state")]
    #[error(
        "it is unknown whether the session was revoked, because the list of revocations is stale; try again later"
    )]
    Stale,
    /// The session is in a record of the server state, which only an asynchronous function can load.
    #[error(
        "the session is in a record that was not loaded yet; call `Session::load(&request).await` instead of \
         `Session::from_http_request(&request)`"
    )]
    NotLoaded,
    /// The store of the server state did not respond, so that the session's record could not be loaded.
    /// Respond with a 503, without cookies.
    #[cfg(feature = "server-state")]
    #[error("the session's record could not be loaded; try again later")]
    Unavailable(#[source] StoreError),
}

impl ExtractError {
    /// Returns the status of the response: 503 for a server that can't judge or load a session, and 500
    /// for a mistake of the application.
    pub fn status(&self) -> u16 {
        match self {
            #[cfg(feature = "server-state")]
            Self::Stale | Self::Unavailable(_) => 503,
            Self::NoLayer { .. } | Self::Conflict(_) | Self::NotLoaded => 500,
        }
    }
}
