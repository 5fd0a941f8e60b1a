//! `Session<T>`: what a handler holds.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::commit;
use super::cookie::CookieSettings;
use super::draft::{Draft, UpdateGuard};
use super::report::{Locked, Report};
use super::request::{Claim, Shared};
use super::state::{Content, HandleId, Place};
use crate::error::{Conflict, SaveError};
use crate::options::SessionOptions;
use crate::schema::IronSession;

/// A request's session: derefs to the user's struct.
///
/// Reading borrows, writing needs `mut`: a handler's signature says whether it
/// may change the session. The cookie is written once, when the response
/// leaves, and only when something changed.
///
/// Any number of handles may be alive in one request. They share one state;
/// changes are published to it when the handle that made them is dropped or
/// [`save`](Session::save)d, or at once by [`update`](Session::update). While
/// one handle holds unpublished changes, using another is a mistake: the response
/// is a 500, and both places are logged. Nothing is ever mixed silently. In
/// middleware, prefer `update`.
///
/// A response with a 5xx status or 408 saves no changes: a handler that failed, or
/// that a timeout cancelled, did not mean what it had set so far. Under another status
/// a cancelled handler's changes are saved, so change the session after the last
/// `.await`.
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
    shared: Arc<Shared<T>>,
    id: HandleId,
    /// What this handle has read.
    read: OnceLock<Snapshot<T>>,
    /// What this handle has changed and not published.
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
    /// The closure gets the latest state, whatever this handle has read, with what
    /// this handle has changed. Closures of several tasks run one after the other.
    /// When a closure panics, nothing is published, and this handle's changes are
    /// what they were before.
    ///
    /// The closure must not wait for another thread that uses the session (a scoped
    /// thread, a thread pool, `block_on`): that thread waits for the closure to end, so
    /// both would wait for ever. For the same reason it can't be asynchronous. Do such
    /// work first, then `update` with its result.
    ///
    /// Use it in middleware, and wherever a value depends on itself:
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
        let at = Location::caller();
        if let Some(draft) = self.draft.as_mut().filter(|draft| draft.scratch) {
            return change(&mut draft.value);
        }
        let content = match self.shared.claim(Claim::Update, self.id, at) {
            Ok(content) => content,
            Err(content) => return change(&mut self.draft.insert(Draft::scratch(&content, at)).value),
        };
        // The handle keeps its own changes until the closure has returned.
        let mut draft = self.draft.clone().unwrap_or_else(|| Draft::of(&content, at));
        let claim = UpdateGuard { shared: &self.shared, id: self.id, draft: &mut self.draft };
        draft.cleared.note(&draft.value);
        let result = change(&mut draft.value);
        *claim.draft = None;
        self.shared.state().publish(draft.into_content());
        drop(claim);
        self.read = OnceLock::new();
        result
    }

    /// Publishes this handle's changes and asks for the session to be written,
    /// with the newest password and a fresh expiry, even if nothing changed and
    /// even if the response is a 5xx or a 408.
    ///
    /// Handlers seldom need it: changes are written without. It tells *now*
    /// whether they fit.
    ///
    /// # Errors
    ///
    /// - [`SaveError::TooLarge`] with the largest members.
    /// - [`SaveError::Seal`] when a field can't be encoded, is larger than its
    ///   bounds, or would not be read by the next request as it was set.
    /// - [`SaveError::NewerSchema`] when the request's cookie was written by a newer
    ///   release, for which it is kept; after [`restart`](Session::restart) or
    ///   [`clear`](Session::clear) it is replaced.
    /// - [`SaveError::ResponseStarted`] when the response has left.
    /// - [`SaveError::Conflict`] when another handle holds unpublished changes.
    ///
    /// When the session can't be written, what this handle had not published is
    /// taken back, so that the handler can respond as it likes. What was published
    /// before, by [`update`](Session::update) say, stays; the response will be a 500
    /// unless it is undone.
    ///
    /// After [`destroy`](Session::destroy) it does nothing.
    #[track_caller]
    #[doc(alias("commit", "flush"))]
    pub fn save(&mut self) -> Result<(), SaveError> {
        let at = Location::caller();
        let mut state = self.shared.lock("saved", at)?;
        if state.committed {
            return Err(SaveError::ResponseStarted);
        }
        // What a refused save goes back to.
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
            let conflict = Conflict::Unpublished { action: "saved", at, writer: writer.at };
            state.record(conflict.clone());
            return Err(conflict.into());
        }
        if state.destroyed {
            return Ok(());
        }
        let content = state.content(&self.shared.options);
        if let Err(error) = commit::check(&self.shared.options, &state, &content) {
            if let Some(content) = published {
                state.publish(content);
            }
            return Err(error);
        }
        state.saved = Some(content);
        Ok(())
    }

    /// Lets this handle see what others have published since it first read.
    ///
    /// A handle with changes of its own sees those; there is nothing newer.
    pub fn reload(&mut self) {
        self.read = OnceLock::new();
    }

    /// Empties the session and goes on with it; its own lifetime stays.
    ///
    /// Members that only other programs know go as well. If the request's cookie could
    /// not be read, this takes its place: the cookie is replaced, or expired when
    /// nothing is left to write.
    #[track_caller]
    #[doc(alias("remove_all", "reset"))]
    pub fn clear(&mut self) {
        let draft = self.draft(Location::caller());
        draft.value = T::empty();
        draft.continues = false;
    }

    /// Begins a new session in place of this one: nothing of it is left, nor
    /// its own lifetime.
    ///
    /// # Security
    ///
    /// Call it at login, before you set who is logged in. What was planted in
    /// the session before (session fixation) does not get into the new one.
    #[track_caller]
    #[doc(alias("cycle_id", "fixation", "login", "log_in", "regenerate", "sign_in"))]
    pub fn restart(&mut self) {
        self.clear();
        self.draft(Location::caller()).lifetime = None;
    }

    /// Ends the session: the response expires all of its cookies, whatever its
    /// status.
    ///
    /// This is final for the request. A [`save`](Session::save) after it does
    /// nothing. A change after it is a mistake: the response is a 500, and the login
    /// does not come back.
    ///
    /// Where the request gets no response from the session layer, the cookies stay, and
    /// an event says so: the service inside failed with an error that is no response,
    /// or the request was dropped.
    ///
    /// # Security
    ///
    /// A stateless session can't be revoked: a copy of the cookie stays valid
    /// until it expires, and a response that was sealed before the logout but
    /// arrives after it brings the session back.
    #[track_caller]
    #[doc(alias("delete", "invalidate", "log_out", "logout", "purge", "sign_out"))]
    pub fn destroy(&mut self) {
        let at = Location::caller();
        self.abandon();
        let mut state = self.shared.lock("destroyed", at).unwrap_or_else(|_recorded| self.shared.state());
        if let Some(writer) = state.blocking_writer(self.id) {
            let conflict = Conflict::Unpublished { action: "destroyed", at, writer: writer.at };
            state.record(conflict);
        }
        if state.committed {
            state.reports.push(Report::TooLate(at));
        }
        state.destroy();
        drop(state);
        self.read = OnceLock::new();
    }

    /// Returns this session's own cookie settings: a "remember me", or a cookie
    /// that goes when the browser closes.
    #[doc(alias = "updateConfig")]
    #[track_caller]
    pub fn cookie(&mut self) -> CookieSettings<'_> {
        CookieSettings::new(&mut self.draft(Location::caller()).lifetime)
    }

    pub(super) fn options(&self) -> &SessionOptions {
        &self.shared.options
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

    /// Returns the draft, making one from the published state.
    fn draft(&mut self, at: Place) -> &mut Draft<T> {
        let (shared, id) = (&self.shared, self.id);
        let read = self.read.get().map(|read| read.generation);
        let draft = self.draft.get_or_insert_with(|| match shared.claim(Claim::Write { read }, id, at) {
            Ok(content) => Draft::of(&content, at),
            Err(content) => Draft::scratch(&content, at),
        });
        // What is empty now was cleared, whatever it will hold in the end.
        draft.cleared.note(&draft.value);
        draft
    }

    /// Publishes the draft.
    fn publish(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        if draft.scratch {
            // Kept, so that what this handle reads does not change under it.
            self.draft = Some(draft);
            return;
        }
        let mut state = self.shared.state();
        if state.committed {
            let at = state.writer.as_ref().map_or(Location::caller(), |writer| writer.at);
            state.reports.push(Report::TooLate(at));
        } else {
            state.publish(draft.into_content());
        }
        self.shared.end_writing(&mut state);
        drop(state);
        self.read = OnceLock::new();
    }

    /// Drops the draft without publishing it.
    fn abandon(&mut self) {
        if self.draft.take().is_some_and(|draft| !draft.scratch) {
            let mut state = self.shared.state();
            self.shared.end_writing(&mut state);
        }
    }
}

/// Makes a second handle to the same session, under the same rules as any other.
///
/// It has read what this handle has read, and sees this handle's changes once they are
/// published. To copy the struct itself, write `T::clone(&session)`.
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
        // What a handle read before its changes is old once they are published.
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
        let at = Location::caller();
        if self.shared.is_written_by_other(self.id) {
            let mut state = self.shared.state();
            if let Some(writer) = state.blocking_writer(self.id) {
                let conflict = Conflict::Unpublished { action: "read", at, writer: writer.at };
                state.record(conflict);
            }
        }
        if let Some(read) = self.read.get() {
            return &read.value;
        }
        let snapshot = {
            let mut state = self.shared.lock("read", at).unwrap_or_else(|_recorded| self.shared.state());
            let value = state.content(&self.shared.options).value;
            Snapshot { value, generation: state.generation }
        };
        // Who was told of an unreadable cookie may have read through this very handle.
        &self.read.get_or_init(|| snapshot).value
    }
}

impl<T: IronSession> DerefMut for Session<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.draft(Location::caller()).value
    }
}

impl<T: IronSession> Drop for Session<T> {
    fn drop(&mut self) {
        // A handler that panicked did not mean what it had written so far.
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
