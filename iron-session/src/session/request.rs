//! The session of one request, as an adapter holds it.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use super::handle::Session;
use super::report::{Locked, Report};
use super::state::{Content, HandleId, Place, State, Writer};
use crate::cookie::Received;
use crate::error::Conflict;
#[cfg(feature = "testing")]
use crate::error::SaveError;
use crate::options::SessionOptions;
use crate::schema::IronSession;

/// Holds the session of one request.
///
/// An adapter creates one when a request arrives, hands out a [`Session`] to each extractor,
/// and [`commit`](RequestSession::commit)s when the response leaves. Clones are the same
/// session. Nothing is opened until a handle is used.
///
/// # Example
///
/// ```
/// use iron_session::session::RequestSession;
/// use iron_session::{Passwords, SessionOptions, Untyped};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
///
/// let request = RequestSession::<Untyped>::new(options);
/// let mut session = request.session(["theme=dark; lang=en"])?;
/// session.set("user", &"ada")?;
/// drop(session);
///
/// let commit = request.commit(200);
/// assert!(commit.set_cookies[0].starts_with("app_session=Fe26.2*1*"));
/// # Ok(())
/// # }
/// ```
pub struct RequestSession<T: IronSession> {
    pub(super) shared: Arc<Shared<T>>,
}

/// The state that all handles of a request share.
pub(super) struct Shared<T> {
    pub(super) options: SessionOptions,
    pub(super) state: Mutex<State<T>>,
    /// Wakes threads that wait for a closure passed to `update` on another thread.
    update_ended: Condvar,
    /// The handle with unpublished changes, or 0. Each read checks it.
    writing: AtomicU64,
    /// Whether a script of a page made the request.
    pub(super) by_script: bool,
}

impl<T: IronSession> RequestSession<T> {
    /// Creates a request's session.
    pub fn new(options: SessionOptions) -> Self {
        let shared = Shared {
            options,
            state: Mutex::default(),
            update_ended: Condvar::new(),
            writing: AtomicU64::new(0),
            by_script: false,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Creates a request's session, given the request's `Sec-Fetch-Mode` header.
    ///
    /// A cookie that no server can read any more is expired only in the response to a request
    /// for a page. If a page's script made the request, another request may sign the user in
    /// at the same time, and its new cookie must not be expired. A request without this
    /// header counts as a request for a page.
    pub fn with_fetch_mode(options: SessionOptions, fetch_mode: Option<&[u8]>) -> Self {
        let mut request = Self::new(options);
        if let Some(shared) = Arc::get_mut(&mut request.shared) {
            shared.by_script = fetch_mode.is_some_and(|mode| mode != b"navigate");
        }
        request
    }

    /// Hands out a handle. The values of the request's `Cookie` headers are read at the first
    /// call only. Bytes that are not UTF-8 may be passed in lossily.
    ///
    /// # Errors
    ///
    /// [`Conflict`] while another handle holds unpublished changes. The response must then be
    /// a 500.
    #[track_caller]
    pub fn session<'a>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'a str>,
    ) -> Result<Session<T>, Conflict> {
        let at = Location::caller();
        let mut state = self.shared.lock("extracted", at)?;
        if let Some(writer) = state.blocking_writer(0) {
            let conflict = Conflict::Unpublished { action: "extracted", at, writer: writer.at };
            state.record(conflict.clone());
            return Err(conflict);
        }
        if state.handles == 0 {
            let options = &self.shared.options;
            state.received = Received::parse(cookie_headers, options.name_finder(), Some(options.sealer()));
        }
        let id = state.next_handle();
        Ok(Session::new(Arc::clone(&self.shared), id))
    }

    /// Checks that an inner layer may use this session: it must have the outer layer's
    /// options or a clone of them.
    ///
    /// # Errors
    ///
    /// [`Conflict::NestedOptions`] if it has different options. This is also logged.
    pub fn nest(&self, options: &SessionOptions) -> Result<(), Conflict> {
        let outer = self.options();
        let Some(differs) = outer.difference(options) else { return Ok(()) };
        let conflict = Conflict::NestedOptions {
            session: T::SCHEMA.name(),
            outer: outer.cookie_name().to_owned(),
            inner: options.cookie_name().to_owned(),
            differs,
        };
        crate::event::conflict(outer.cookie_name(), &conflict);
        Err(conflict)
    }

    /// Returns the options that the session was created with.
    pub fn options(&self) -> &SessionOptions {
        &self.shared.options
    }
}

#[cfg(feature = "testing")]
impl<T: IronSession> RequestSession<T> {
    /// Returns why the request's cookie could not be read.
    pub(crate) fn unreadable(&self) -> Option<&'static str> {
        let state = self.shared.state();
        Some(state.loaded.as_ref()?.unreadable?.reason)
    }

    /// Returns the error that prevents the session from being written, if any.
    pub(crate) fn check(&self) -> Result<(), SaveError> {
        let mut state = self.shared.state();
        if let Some(conflict) = &state.conflict {
            return Err(conflict.clone().into());
        }
        let content = state.content(&self.shared.options);
        super::commit::check(&self.shared.options, &state, &content)
    }
}

impl<T: IronSession> Clone for RequestSession<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T: IronSession> fmt::Debug for RequestSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSession")
            .field("type", &T::SCHEMA.name())
            .field("cookie", &self.shared.options.cookie_name())
            .finish_non_exhaustive()
    }
}

/// The reason why a handle claims the right to write.
#[derive(Clone, Copy)]
pub(super) enum Claim {
    /// Until the handle publishes. The handle has read this generation of the state, if any.
    Write { read: Option<u64> },
    /// For a closure, which sees the latest state.
    Update,
}

impl<T> Shared<T> {
    /// Locks the state. No code of this crate panics while it is locked.
    pub(super) fn state(&self) -> Locked<'_, T> {
        Locked::new(self.state.lock().unwrap_or_else(PoisonError::into_inner), &self.options)
    }
}

impl<T: IronSession> Shared<T> {
    /// Locks the state when no closure passed to `update` is running.
    ///
    /// If another thread runs one, this waits for it. If this thread runs one, that closure
    /// called this function, and waiting would never end: this is an application error.
    pub(super) fn lock(&self, action: &'static str, at: Place) -> Result<Locked<'_, T>, Conflict> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(thread) = state.writer.as_ref().and_then(|writer| writer.updating) {
            if thread == thread::current().id() {
                let conflict = Conflict::InsideUpdate { action, at };
                state.record(conflict.clone());
                return Err(conflict);
            }
            state.waiting += 1;
            state = self.update_ended.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        Ok(Locked::new(state, &self.options))
    }

    /// Locks the state as [`lock`](Self::lock) does, after the cookie was opened and the
    /// resulting events were reported.
    ///
    /// A hook or subscriber may read the session, which would conflict with a claim that was
    /// made before.
    fn lock_open(&self, action: &'static str, at: Place) -> Result<Locked<'_, T>, Conflict> {
        let mut state = self.lock(action, at)?;
        state.content(&self.options);
        if state.reports.is_empty() {
            return Ok(state);
        }
        drop(state);
        self.lock(action, at)
    }

    /// Claims the right to write for a handle, and returns the published content. Returns it
    /// as an error if the write is not allowed.
    pub(super) fn claim(&self, claim: Claim, handle: HandleId, at: Place) -> Result<Content<T>, Content<T>> {
        let action = match claim {
            Claim::Write { .. } => "written to",
            Claim::Update => "updated",
        };
        let mut state = match self.lock_open(action, at) {
            Ok(state) => state,
            Err(_recorded) => return Err(self.state().content(&self.options)),
        };
        let content = state.content(&self.options);
        let conflict = if state.committed {
            state.reports.push(Report::TooLate(at));
            return Err(content);
        } else if state.destroyed {
            Conflict::Destroyed { at }
        } else if let Some(writer) = state.blocking_writer(handle) {
            Conflict::Unpublished { action, at, writer: writer.at }
        } else {
            match claim {
                Claim::Write { read: Some(generation) } if generation != state.generation => {
                    Conflict::Stale { at, changed: state.changed.unwrap_or(at) }
                }
                Claim::Write { .. } => {
                    self.begin_writing(&mut state, handle, at);
                    return Ok(content);
                }
                Claim::Update => {
                    self.begin_update(&mut state, handle, at);
                    return Ok(content);
                }
            }
        };
        state.record(conflict);
        Err(content)
    }

    /// Returns, without locking, whether another handle has unpublished changes.
    pub(super) fn is_written_by_other(&self, handle: HandleId) -> bool {
        let writing = self.writing.load(Ordering::Acquire);
        writing != 0 && writing != handle
    }

    pub(super) fn begin_writing(&self, state: &mut State<T>, handle: HandleId, at: Place) {
        state.writer = Some(Writer { handle, at, updating: None });
        self.writing.store(handle, Ordering::Release);
    }

    fn begin_update(&self, state: &mut State<T>, handle: HandleId, at: Place) {
        state.writer = Some(Writer { handle, at, updating: Some(thread::current().id()) });
        self.writing.store(0, Ordering::Release);
    }

    pub(super) fn end_writing(&self, state: &mut State<T>) {
        state.writer = None;
        self.writing.store(0, Ordering::Release);
        // Waking is a system call, even if no thread waits.
        if state.waiting > 0 {
            self.update_ended.notify_all();
        }
    }
}

/// Records which session types own which cookies of a request.
///
/// An adapter keeps one per request, so that two types can't share a cookie and overwrite
/// each other.
#[derive(Clone, Debug, Default)]
pub struct CookieOwners {
    /// Usually there is only one, which needs no list.
    first: Option<Owner>,
    others: Vec<Owner>,
}

/// The owner of a cookie: the cookie's name and the session type's name.
type Owner = (SessionOptions, &'static str);

impl CookieOwners {
    /// Claims the options' cookie for a session type.
    ///
    /// # Errors
    ///
    /// [`Conflict::SharedCookie`] if another type owns it. This is also logged.
    pub fn claim<T: IronSession>(&mut self, options: &SessionOptions) -> Result<(), Conflict> {
        let cookie = options.cookie_name();
        let mut owners = self.first.iter().chain(&self.others);
        if let Some((_, first)) = owners.find(|(claimed, _)| claimed.cookie_name() == cookie) {
            let second = T::SCHEMA.name();
            let conflict = Conflict::SharedCookie { cookie: cookie.to_owned(), first, second };
            crate::event::conflict(cookie, &conflict);
            return Err(conflict);
        }
        let owner = (options.clone(), T::SCHEMA.name());
        match self.first {
            None => self.first = Some(owner),
            Some(_) => self.others.push(owner),
        }
        Ok(())
    }
}
