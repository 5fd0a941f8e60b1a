//! `Session<T>`: the handle that a request handler gets.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};
use std::thread;

use super::draft::{Draft, UpdateGuard};
use super::encode;
use super::meta::Meta;
use super::report::Report;
use super::settings::CookieSettings;
use super::shared::{Claim, Locked, Shared};
use super::state::{Content, HandleId};
use crate::codec::IronSession;
use crate::error::{Action, Conflict, Place, SaveError};
use crate::options::SessionOptions;

/// Gives a handler access to the request's session. It derefs to the user's struct.
///
/// Reading borrows, and writing needs `mut`, so a handler's signature shows whether it may
/// change the session. The cookie is written once, when the response leaves, and only if
/// something changed.
///
/// Any number of handles may be alive in one request. They share one state. A handle's
/// changes are published to it when the handle is dropped or [`save`](Session::save)d, or at
/// once by [`update`](Session::update). While one handle holds unpublished changes, using
/// another is a programming error: the response becomes a 500 and both places are logged, so
/// changes are never merged silently. In middleware, prefer `update`.
///
/// A response with a 5xx status or 408 saves no changes, because a handler that failed or was
/// cancelled by a timeout did not finish its changes. With any other status, a cancelled
/// handler's changes are saved, so change the session after the last `.await`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::{IronSession, Session};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     visits: u32,
/// }
///
/// fn count(session: &mut Session<AppSession>) -> u32 {
///     session.update(|s| {
///         s.set_visits(s.visits() + 1);
///         *s.visits()
///     })
/// }
/// # }
/// ```
#[doc(alias = "getIronSession")]
pub struct Session<T: IronSession> {
    pub(super) shared: Arc<Shared<T>>,
    pub(super) id: HandleId,
    /// The state that this handle has read.
    read: OnceLock<Snapshot<T>>,
    /// The unpublished changes of this handle.
    draft: Option<Draft<T>>,
}

struct Snapshot<T> {
    value: Arc<T>,
    generation: u64,
}

impl<T> Clone for Snapshot<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), ..*self }
    }
}

impl<T: IronSession> Session<T> {
    pub(super) fn new(shared: Arc<Shared<T>>, id: HandleId) -> Self {
        Self { shared, id, read: OnceLock::new(), draft: None }
    }

    /// Changes the session atomically and publishes the change at once.
    ///
    /// The closure gets the latest state, even if this handle has read an older one, together
    /// with this handle's own changes. Closures of several tasks run one after the other. If
    /// a closure panics, nothing is published, and this handle keeps the changes that it had
    /// before.
    ///
    /// The closure must not wait for another thread that uses the session (a scoped thread, a
    /// thread pool, `block_on`). That thread waits for the closure to end, so both would wait
    /// for ever. For the same reason the closure can't be asynchronous. Do such work first,
    /// then call `update` with its result.
    ///
    /// Use it in middleware, and wherever a new value depends on the old one:
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use iron_session::{IronSession, Session};
    /// # #[derive(IronSession, Clone)] struct AppSession { visits: u32 }
    /// # fn middleware(session: &mut Session<AppSession>) {
    /// session.update(|s| s.set_visits(s.visits() + 1));
    /// # }
    /// # }
    /// ```
    #[track_caller]
    pub fn update<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let at = Place::caller();
        if let Some(draft) = self.draft.as_mut().filter(|draft| draft.scratch) {
            return change(&mut draft.value);
        }
        let content = match self.shared.claim(Claim::Update, self.id, at) {
            Ok(content) => content,
            Err(content) => return change(&mut self.draft.insert(Draft::scratch(&content, at)).value),
        };
        // The handle keeps its own changes until the closure has returned.
        let mut draft = self.draft.clone().unwrap_or_else(|| Draft::from_content(&content, at));
        let claim = UpdateGuard { shared: &self.shared, id: self.id, draft: &mut self.draft };
        draft.cleared.add(draft.value.left_out());
        let result = change(&mut draft.value);
        *claim.draft = None;
        self.shared.state().publish(draft.into_content());
        drop(claim);
        self.read = OnceLock::new();
        result
    }

    /// Publishes this handle's changes and requests that the session be written, with the
    /// newest password and a fresh expiry, even if nothing changed and even if the response
    /// is a 5xx or a 408.
    ///
    /// Handlers seldom need it, because changes are written without it. It reports *now*
    /// whether they fit.
    ///
    /// # Errors
    ///
    /// - [`SaveError::TooLarge`] if the session does not fit, with the largest members.
    /// - [`SaveError::Seal`] if a field can't be encoded, is larger than its bounds, or would
    ///   be read by the next request as a different value.
    /// - [`SaveError::Unreadable`] if only another release or build can read the request's cookie,
    ///   which is therefore kept. After [`restart`](Session::restart) or
    ///   [`clear`](Session::clear) it is replaced.
    /// - [`SaveError::ResponseStarted`] if the response has left.
    /// - [`SaveError::Conflict`] if another handle holds unpublished changes.
    ///
    /// If the session can't be written, this handle's unpublished changes are undone, and the
    /// handler can choose its response. Changes that were published before, for example by
    /// [`update`](Session::update), stay. If they don't fit either, the response becomes a
    /// 500 unless they are undone.
    ///
    /// After [`destroy`](Session::destroy) it does nothing.
    #[track_caller]
    #[doc(alias("commit", "flush"))]
    pub fn save(&mut self) -> Result<(), SaveError> {
        let at = Place::caller();
        let mut state = self.shared.lock(Action::Saved, at)?;
        if state.committed {
            return Err(SaveError::ResponseStarted);
        }
        // The state to restore if the save is rejected.
        let mut published = None;
        if let Some(draft) = self.draft.take_if(|draft| !draft.scratch) {
            published = state.published();
            state.publish(draft.into_content());
            self.shared.end_writing(&mut state);
            self.read = OnceLock::new();
        }
        if let Some(conflict) = &state.conflict {
            return Err(conflict.clone().into());
        }
        if let Some(writer) = state.blocking_writer(self.id) {
            let conflict = Conflict::Unpublished { action: Action::Saved, at, writer: writer.at };
            state.record(conflict.clone());
            return Err(conflict.into());
        }
        if state.destroyed {
            return Ok(());
        }
        let content = state.content(&self.shared.options);
        if let Err(error) = encode::check(&self.shared.options, &state, &content) {
            if let Some(content) = published {
                state.publish(content);
            }
            return Err(error);
        }
        state.saved = Some(content);
        Ok(())
    }

    /// Makes this handle see the changes that other handles published since it first read.
    ///
    /// If this handle has changes of its own, it keeps seeing those, because no other handle
    /// can publish meanwhile.
    pub fn reload(&mut self) {
        self.read = OnceLock::new();
    }

    /// Returns the facts about this session: its age and end, why the request's cookie could not
    /// be read, and what the response will do.
    #[doc(alias("expires_at", "is_new", "session_id"))]
    pub fn meta(&self) -> Meta<T> {
        Meta::new(Arc::clone(&self.shared))
    }

    /// Returns this session's own cookie settings, for example for "remember me" or for a
    /// cookie that is removed when the browser closes.
    #[doc(alias("remember_me", "set_expiry", "updateConfig"))]
    #[track_caller]
    pub fn cookie(&mut self) -> CookieSettings<'_> {
        CookieSettings::new(&mut self.draft(Place::caller()).lifetime)
    }

    pub(crate) fn options(&self) -> &SessionOptions {
        &self.shared.options
    }

    /// Makes the request one that is no activity; see
    /// [`RequestSession::disable_refresh`](super::RequestSession::disable_refresh).
    #[cfg(feature = "__extractors")]
    pub(crate) fn disable_refresh(&self) {
        self.shared.state().is_activity = false;
    }

    pub(super) fn state(&self) -> Locked<'_, T> {
        self.shared.state()
    }

    /// Returns the session as this handle sees it.
    pub(super) fn content(&self) -> Content<T> {
        match &self.draft {
            Some(draft) => draft.clone().into_content(),
            None => self.shared.state().content(&self.shared.options),
        }
    }

    /// Returns the draft, or creates it from the published state.
    pub(super) fn draft(&mut self, at: Place) -> &mut Draft<T> {
        let (shared, id) = (&self.shared, self.id);
        let read = self.read.get().map(|read| read.generation);
        let draft = self.draft.get_or_insert_with(|| match shared.claim(Claim::Write { read }, id, at) {
            Ok(content) => Draft::from_content(&content, at),
            Err(content) => Draft::scratch(&content, at),
        });
        // A field that is empty now was cleared, even if it gets a new value later.
        draft.cleared.add(draft.value.left_out());
        draft
    }

    /// Publishes the draft.
    fn publish(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        if draft.scratch {
            // Kept, so that this handle continues to read its own values.
            self.draft = Some(draft);
            return;
        }
        let mut state = self.shared.state();
        if state.committed {
            let at = state.writer.as_ref().map_or(Place::caller(), |writer| writer.at);
            state.reports.push(Report::TooLate(at));
        } else {
            state.publish(draft.into_content());
        }
        self.shared.end_writing(&mut state);
        drop(state);
        self.read = OnceLock::new();
    }

    /// Returns a copy of the unpublished changes.
    #[cfg(feature = "server-state")]
    pub(super) fn own_draft(&self) -> Option<Draft<T>> {
        self.draft.clone()
    }

    /// Returns to former unpublished changes.
    #[cfg(feature = "server-state")]
    pub(super) fn put_back(&mut self, before: Option<Draft<T>>) {
        let Some(before) = before else { return self.abandon() };
        let restarted = before.restarted.clone();
        if let Some(writer) = self.shared.state().writer.as_mut().filter(|writer| writer.handle == self.id) {
            writer.restarted = restarted;
        }
        self.draft = Some(before);
    }

    /// Drops the draft without publishing it.
    pub(super) fn abandon(&mut self) {
        if self.draft.take().is_some_and(|draft| !draft.scratch) {
            let mut state = self.shared.state();
            self.shared.end_writing(&mut state);
        }
    }
}

/// Creates a second handle to the same session, under the same rules as any other.
///
/// The new handle has read the state that this handle has read, and sees this handle's
/// changes once they are published. To copy the struct itself, write `T::clone(&session)`.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// # use iron_session::{IronSession, Session};
/// # #[derive(IronSession, Clone)] struct AppSession { visits: u32 }
/// fn count(session: &Session<AppSession>) -> AppSession {
///     let mut second = session.clone();
///     second.update(|s| s.set_visits(s.visits() + 1));
///     AppSession::clone(&second)
/// }
/// # }
/// ```
impl<T: IronSession> Clone for Session<T> {
    fn clone(&self) -> Self {
        let id = self.shared.state().next_handle();
        let mut second = Self::new(Arc::clone(&self.shared), id);
        // The state that a handle read before its changes is stale once they are published.
        if self.draft.is_none() {
            second.read = self.read.clone();
        }
        second
    }
}

impl<T: IronSession> Deref for Session<T> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        if let Some(draft) = &self.draft {
            return &draft.value;
        }
        let at = Place::caller();
        if self.shared.is_written_by_other(self.id) {
            let mut state = self.shared.state();
            if let Some(writer) = state.blocking_writer(self.id) {
                let conflict = Conflict::Unpublished { action: Action::Read, at, writer: writer.at };
                state.record(conflict);
            }
        }
        if let Some(read) = self.read.get() {
            return &read.value;
        }
        let snapshot = {
            let mut state =
                self.shared.lock(Action::Read, at).unwrap_or_else(|_recorded| self.shared.state());
            let value = state.content(&self.shared.options).value;
            Snapshot { value, generation: state.generation }
        };
        // A hook that was called for an unreadable cookie may have read through this very
        // handle.
        &self.read.get_or_init(|| snapshot).value
    }
}

impl<T: IronSession> DerefMut for Session<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.draft(Place::caller()).value
    }
}

impl<T: IronSession> Drop for Session<T> {
    fn drop(&mut self) {
        // A handler that panicked did not finish its changes.
        if thread::panicking() {
            self.abandon();
        } else {
            self.publish();
        }
    }
}

impl<T: IronSession + fmt::Debug> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Printing must not count as reading.
        match (&self.draft, self.read.get()) {
            (Some(draft), _) => f.debug_tuple("Session").field(&draft.value).finish(),
            (None, Some(read)) => f.debug_tuple("Session").field(&read.value).finish(),
            (None, None) => f.write_str("Session(<not read yet>)"),
        }
    }
}
