//! The facts about a session, as opposed to its content.

use std::fmt;
use std::sync::Arc;

use super::encode;
use super::shared::Shared;
use super::state::{Content, State};
use super::unreadable::Unreadable;
use super::verdict::{self, Verdict};
use crate::clock::Timestamp;
use crate::codec::{Inherits, IronSession, Lifetime, Metadata, SessionId};
use crate::seal::{CLOCK_SKEW, SealFacts, Ttl};

/// Tells the facts about a session; see [`Session::meta`](crate::Session::meta).
///
/// It is no handle. It can be kept while a handle writes. It shows the changes that were published,
/// not those that a handle still holds, with one exception: a
/// [`restart`](crate::Session::restart) shows at once, so that after a sign-in [`id`](Self::id)
/// is that of the new session.
///
/// # Example
///
/// A sign-in page that says why the user is signed out, if the browser opens this page first and
/// still sends the old cookie:
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::session::Unreadable;
/// use iron_session::{IronSession, Session};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
/// }
///
/// fn greeting(session: &Session<AppSession>) -> &'static str {
///     match session.meta().unreadable() {
///         Some(Unreadable::Expired) => "Your session has expired. Please sign in again.",
///         _ => "Please sign in.",
///     }
/// }
/// # }
/// ```
pub struct Meta<T: IronSession> {
    shared: Arc<Shared<T>>,
}

/// What a response does to the session's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It leaves them as they are.
    Unchanged,
    /// It writes the session.
    Written,
    /// It expires them.
    Expired,
}

impl<T: IronSession> Meta<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> Self {
        Self { shared }
    }

    /// Returns whether this request starts the session: it brought none that can be read, or the
    /// session was restarted.
    pub fn is_new(&self) -> bool {
        self.received(|_| Some(())).is_none()
    }

    /// Returns the session's id: the one that the request brought or, if the session has none yet,
    /// the one that it gets when this request writes it. It stays the same until the session is
    /// [restarted](crate::Session::restart).
    ///
    /// `None` if the struct is not `#[session(revocable)]` and the request brought no id, after
    /// [`destroy`](crate::Session::destroy), and if the system provides no random bytes.
    pub fn id(&self) -> Option<SessionId> {
        self.metadata().id
    }

    /// Returns when the session was issued, in whole seconds. For a session that has no time of
    /// issue yet, it is the one that the session gets when this request writes it.
    ///
    /// `None` after [`destroy`](crate::Session::destroy), and for a session that gets none: the
    /// options have no [`absolute_timeout`](crate::SessionOptionsBuilder::absolute_timeout), and
    /// the struct is not `#[session(revocable)]`.
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.metadata().issued_at.map(|secs| Timestamp::from_unix_ms(secs.saturating_mul(1000)))
    }

    /// Returns when the received session ends if no response renews it: its seal expires, or the
    /// absolute timeout has passed. `None` for a new session, or for one that never ends.
    ///
    /// Servers accept it for 60 s longer, and browsers remove the cookie a minute earlier.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let options = &self.shared.options;
        self.received(|(metadata, seal)| seal.expires.into_iter().chain(options.ends_at(metadata)).min())
    }

    /// Returns when the received session was last written. `None` for a new session, and if the
    /// time is unknown: a seal shows when it expires, so the time is computed from the ttl. It is
    /// unknown if the seal never expires, ends with the absolute timeout, or was made under other
    /// settings that are longer.
    pub fn sealed_at(&self) -> Option<Timestamp> {
        let options = &self.shared.options;
        self.received(|(metadata, SealFacts { expires, .. })| {
            let Ttl::After(ttl) = Lifetime::seal_ttl(metadata.lifetime, options.ttl()) else { return None };
            let expires = expires?;
            if options.ends_at(metadata).is_some_and(|end| expires >= end) {
                return None;
            }
            let at = expires.saturating_sub(ttl);
            (at <= options.sealer().now().saturating_add(CLOCK_SKEW)).then_some(at)
        })
    }

    /// Returns the session's own lifetime; `None` if it follows the options. See
    /// [`Session::cookie`](crate::Session::cookie).
    pub fn lifetime(&self) -> Option<Lifetime> {
        self.with_restart(|_, content| content.lifetime)
    }

    /// Returns why the request's cookie could not be read, which is why the session is empty.
    /// `None` if it was read, or if there was none.
    ///
    /// A browser removes the cookie a minute before its seal expires, so most users whose session
    /// has expired bring no cookie at all.
    pub fn unreadable(&self) -> Option<Unreadable> {
        self.with(|state, _| Some(state.loaded.as_ref()?.unreadable?.reason))
    }

    /// Returns what the response will do to the cookies if nothing changes any more and it is no
    /// 5xx or 408. A session that can't be written counts as unchanged.
    ///
    /// It encodes the session if it may have changed, which costs about as much as writing it.
    pub fn response(&self) -> Outcome {
        let options = &self.shared.options;
        self.with(|state, content| {
            if state.conflict.is_some() {
                return if state.destroyed { Outcome::Expired } else { Outcome::Unchanged };
            }
            if state.destroyed {
                return Outcome::Expired;
            }
            match verdict::judge(options, state, content, self.shared.by_script) {
                Ok(Verdict::ExpireSent | Verdict::Destroy) => Outcome::Expired,
                Ok(Verdict::Write(written, _))
                    if matches!(encode::fits::<T>(options, &written), Ok(Ok(()))) =>
                {
                    Outcome::Written
                }
                Ok(Verdict::Nothing | Verdict::Kept(_) | Verdict::Write(..)) | Err(_) => Outcome::Unchanged,
            }
        })
    }

    /// Looks at the published session, and opens the cookie if no handle did.
    fn with<R>(&self, look: impl FnOnce(&State<T>, &Content<T>) -> R) -> R {
        let mut state = self.shared.state();
        let content = state.content(&self.shared.options);
        look(&state, &content)
    }

    fn metadata(&self) -> Metadata {
        let options = &self.shared.options;
        self.with_restart(|state, content| {
            let metadata = encode::metadata(options, state, content);
            metadata.unwrap_or_else(|_| encode::received_metadata(state, content))
        })
    }

    /// Looks at the published session, or at the new one if a handle has restarted it.
    fn with_restart<R>(&self, look: impl FnOnce(&State<T>, &Content<T>) -> R) -> R {
        self.with(|state, content| {
            let restarted = state.writer.as_ref().and_then(|writer| writer.restarted.clone());
            if restarted.is_none() {
                return look(state, content);
            }
            let (lifetime, inherits) = (None, Inherits::Kept);
            look(state, &Content { lifetime, inherits, restarted, ..content.clone() })
        })
    }

    /// Looks at the received session; `None` if it is new.
    fn received<R>(&self, look: impl FnOnce((Metadata, SealFacts)) -> Option<R>) -> Option<R> {
        let found = self.with_restart(|state, content| {
            let loaded = state.loaded.as_ref().filter(|_| content.restarted.is_none())?;
            Some((loaded.payload.as_ref()?.metadata(), loaded.seal?))
        });
        look(found?)
    }
}

impl<T: IronSession> Clone for Meta<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Opens no cookie.
impl<T: IronSession> fmt::Debug for Meta<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
