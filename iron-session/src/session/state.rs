//! The state that all handles of one request share.
//!
//! Handles publish whole contents, one at a time. Two of them must never mix silently, so the
//! state records which handle holds unpublished changes and how often the state has changed.

use std::sync::Arc;
use std::thread::ThreadId;

use super::issue::Issue;
#[cfg(feature = "server-state")]
use super::open::Reference;
use super::open::{InCookie, Loaded, load};
#[cfg(feature = "server-state")]
use super::record::RecordChange;
use super::report::Report;
use crate::codec::{Inherits, IronSession, Lifetime};
use crate::cookie::Received;
use crate::error::{Conflict, Place};
use crate::options::SessionOptions;
use crate::schema::left_out::LeftOut;
#[cfg(feature = "server-state")]
use crate::server_state::Confirmation;

pub(super) type HandleId = u64;

/// The content of a session at one moment.
pub(super) struct Content<T> {
    pub(super) value: Arc<T>,
    /// The session's own lifetime.
    pub(super) lifetime: Option<Lifetime>,
    /// The received members that still belong to the session.
    pub(super) inherits: Inherits,
    /// The id and age of a new session, which has neither those of the received one.
    pub(super) restarted: Option<Arc<Issue>>,
    /// The fields that were left out at some time during this request.
    pub(super) cleared: LeftOut,
}

impl<T> Clone for Content<T> {
    fn clone(&self) -> Self {
        let (value, restarted) = (Arc::clone(&self.value), self.restarted.clone());
        Self { value, restarted, ..*self }
    }
}

impl<T> Content<T> {
    /// The content that the request brought.
    fn received(loaded: &Loaded<T>) -> Self {
        let (value, lifetime) = (Arc::clone(&loaded.value), loaded.lifetime());
        Self { value, lifetime, inherits: Inherits::All, restarted: None, cleared: LeftOut::NONE }
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
            && self.lifetime == other.lifetime
            && self.inherits == other.inherits
    }
}

/// The handle that may write at the moment.
pub(super) struct Writer {
    pub(super) handle: HandleId,
    pub(super) at: Place,
    /// The thread that runs a closure passed to `update`.
    pub(super) updating: Option<ThreadId>,
    /// The id and age of the new session, if it has restarted the session and not published that.
    pub(super) restarted: Option<Arc<Issue>>,
}

#[expect(clippy::struct_excessive_bools, reason = "independent facts about the request")]
pub(super) struct State<T> {
    /// The request's cookies until they are opened, then the names that were sent.
    pub(super) received: Received,
    /// Whether the request's `Cookie` headers were taken.
    pub(super) is_parsed: bool,
    /// The record that holds the session, until it is loaded.
    #[cfg(feature = "server-state")]
    pub(super) reference: Option<Reference>,
    pub(super) loaded: Option<Loaded<T>>,
    /// The published content; set once `loaded` is.
    content: Option<Content<T>>,
    /// The id and age of the session if the request brought none, or one without them.
    pub(super) issue: Issue,
    /// Counts publications.
    pub(super) generation: u64,
    /// The place of the last change.
    pub(super) changed: Option<Place>,
    pub(super) writer: Option<Writer>,
    /// The number of threads that wait until a closure passed to `update` has ended.
    pub(super) waiting: usize,
    /// The first programming error, which determines the response.
    pub(super) conflict: Option<Conflict>,
    /// The content that `save` accepted last.
    pub(super) saved: Option<Content<T>>,
    pub(super) destroyed: bool,
    /// The revocation of the session that the request has brought, once it has ended.
    #[cfg(feature = "server-state")]
    pub(super) revocation: Option<Confirmation>,
    /// What the response does to the session's record.
    #[cfg(feature = "server-state")]
    pub(super) record_change: Option<RecordChange<T>>,
    /// Whether the request counts as activity of the user, which refreshes the session.
    pub(super) is_activity: bool,
    pub(super) committed: bool,
    pub(super) handles: HandleId,
    /// Events to report when the state is unlocked.
    pub(super) reports: Vec<Report>,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            received: Received::default(),
            is_parsed: false,
            #[cfg(feature = "server-state")]
            reference: None,
            loaded: None,
            content: None,
            issue: Issue::default(),
            generation: 0,
            changed: None,
            writer: None,
            waiting: 0,
            conflict: None,
            saved: None,
            destroyed: false,
            #[cfg(feature = "server-state")]
            revocation: None,
            #[cfg(feature = "server-state")]
            record_change: None,
            is_activity: true,
            committed: false,
            handles: 0,
            reports: Vec::new(),
        }
    }
}

impl<T: IronSession> State<T> {
    /// Returns the published content, and opens the seal at the first call.
    pub(super) fn content(&mut self, options: &SessionOptions) -> Content<T> {
        if let Some(content) = &self.content {
            return content.clone();
        }
        match load(&mut self.received, options, &mut self.reports) {
            InCookie::Session(loaded) => self.load(loaded),
            // Only handles that were loaded read, so this is a session that nothing writes.
            #[cfg(feature = "server-state")]
            InCookie::Reference(_) => self.load(Loaded::nothing()),
        }
    }

    /// Takes the session that the request has brought.
    pub(super) fn load(&mut self, loaded: Loaded<T>) -> Content<T> {
        let loaded = self.loaded.insert(loaded);
        self.content.insert(Content::received(loaded)).clone()
    }

    /// Opens the cookie of a session that may be in a record. Returns whether the record must be loaded
    /// first.
    #[cfg(feature = "server-state")]
    pub(super) fn is_in_unread_record(&mut self, options: &SessionOptions) -> bool {
        if self.loaded.is_none() && self.reference.is_none() && options.storage::<T>().may_be_record() {
            match load(&mut self.received, options, &mut self.reports) {
                InCookie::Session(loaded) => drop(self.load(loaded)),
                InCookie::Reference(reference) => self.reference = Some(reference),
            }
        }
        self.loaded.is_none() && self.reference.is_some()
    }

    /// Returns why the request's cookie must stay unchanged if this content continues its
    /// session: a newer release reads it.
    pub(super) fn kept(&self, content: &Content<T>) -> Option<&'static str> {
        let unreadable = self.loaded.as_ref()?.unreadable?;
        (unreadable.kept && content.inherits == Inherits::All).then_some(unreadable.reason.reason())
    }

    /// Returns the content that the request has brought, if it has brought any.
    #[cfg(feature = "server-state")]
    pub(super) fn received_content(&self) -> Option<Content<T>> {
        self.loaded.as_ref().map(Content::received)
    }

    /// Returns whether no server can read the request's cookie any more.
    pub(super) fn has_dead_cookie(&self) -> bool {
        self.loaded.as_ref().and_then(|loaded| loaded.unreadable).is_some_and(|found| found.is_dead)
    }

    /// Returns the number of a new handle. No handle has the number 0.
    pub(super) fn next_handle(&mut self) -> HandleId {
        self.handles += 1;
        self.handles
    }

    pub(super) fn is_open(&self) -> bool {
        self.loaded.is_some()
    }

    /// Publishes a content, unless the session was destroyed, which is final.
    pub(super) fn publish(&mut self, content: Content<T>) {
        if !self.destroyed {
            self.changed = self.writer.as_ref().map(|writer| writer.at);
            self.replace(content);
        }
    }

    /// Returns the published content, if the seal has been opened.
    pub(super) fn published(&self) -> Option<Content<T>> {
        self.content.clone()
    }

    /// Returns to the content that `save` accepted last, or else to the received one.
    pub(super) fn discard(&mut self, at: Place) {
        let (Some(loaded), Some(content)) = (&self.loaded, &self.content) else { return };
        let before = self.saved.clone().unwrap_or_else(|| Content::received(loaded));
        if !self.destroyed && !content.is_same(&before) {
            self.changed = Some(at);
            self.replace(before);
        }
    }

    /// Ends the session, for every handle.
    pub(super) fn destroy(&mut self) {
        self.destroyed = true;
        let cleared = LeftOut::NONE;
        let value = Arc::new(T::empty());
        self.replace(Content {
            value,
            lifetime: None,
            inherits: Inherits::Nothing,
            restarted: Some(Arc::default()),
            cleared,
        });
    }

    fn replace(&mut self, content: Content<T>) {
        self.content = Some(content);
        self.generation += 1;
    }

    /// Records a programming error. Only the first one is kept.
    pub(super) fn record(&mut self, conflict: Conflict) {
        self.conflict.get_or_insert(conflict);
    }

    /// Returns whether another handle holds unpublished changes.
    pub(super) fn blocking_writer(&self, handle: HandleId) -> Option<&Writer> {
        self.writer.as_ref().filter(|writer| writer.handle != handle || writer.updating.is_some())
    }
}
