//! The session of one request, as an adapter holds it.

use std::fmt;
use std::sync::Arc;

use super::handle::Session;
use super::shared::Shared;
use crate::codec::IronSession;
use crate::cookie::Carrier;
use crate::cookie::Received;
#[cfg(feature = "testing")]
use crate::error::SaveError;
use crate::error::{Action, Conflict, ExtractError, Place};
use crate::options::{CheckedOptions, SessionOptions};

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
/// let request = RequestSession::<Untyped>::new(options.check()?);
/// let mut session = request.handle(["theme=dark; lang=en"])?;
/// session.insert("user", "ada")?;
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

impl<T: IronSession> RequestSession<T> {
    /// Creates the session of a request without a host, over https.
    pub fn new(options: CheckedOptions<T>) -> Self {
        Self { shared: Arc::new(Shared::new(options.into_options())) }
    }

    /// Creates a request's session, given the authority of its target (HTTP/2: `:authority`) and its
    /// headers. `header` returns the first value of the header with this name, which is in lower
    /// case.
    ///
    /// - By `Sec-Fetch-Mode`, browsers distinguish requests for a page from requests of its
    ///   scripts. A cookie that no server can read any more is expired only in the response to a
    ///   request for a page. If a page's script made the request, another request may sign the user
    ///   in at the same time, and its new cookie must not be expired. A request without this header
    ///   counts as a request for a page, and for
    ///   [`insecure_development_over_http`](crate::SessionOptionsBuilder::insecure_development_over_http)
    ///   as one over plain http.
    /// - The authority or, without one, `Host` chooses one of the
    ///   [`domains`](crate::SessionOptionsBuilder::domains).
    ///
    /// # Security
    ///
    /// The authority must be the one that the request was sent to. Any client can send
    /// `Forwarded` and `X-Forwarded-Host`.
    pub fn for_request<'h>(
        options: &CheckedOptions<T>,
        authority: Option<&'h str>,
        header: impl Fn(&'static str) -> Option<&'h [u8]>,
    ) -> Self {
        let fetch_mode = header("sec-fetch-mode");
        let host = || authority.or_else(|| header("host").and_then(|host| std::str::from_utf8(host).ok()));
        let options = options.options().for_request(host, fetch_mode.is_some());
        let mut shared = Shared::new(options.clone());
        shared.by_script = fetch_mode.is_some_and(|mode| mode != b"navigate");
        Self { shared: Arc::new(shared) }
    }

    /// Makes this request one that is no activity of the user, such as the polling of a page that
    /// the user has left open.
    ///
    /// Its handles read the session, but reading does not refresh it, does not seal it under a
    /// newer password and does not add a time of issue. A change is written as usual, and then the
    /// session gets a new expiry.
    pub fn disable_refresh(&self) {
        self.shared.state().is_activity = false;
    }

    /// Hands out a handle.
    ///
    /// The first call takes the values of the request's headers named [`header`](Self::header) from the
    /// iterator: usually its `Cookie` headers. Later calls leave it alone, because all handles share one
    /// session. Text of other programs' cookies that is not UTF-8 does no harm.
    ///
    /// # Errors
    ///
    /// Respond with the error's [status](ExtractError::status).
    ///
    /// - [`ExtractError::Conflict`] while another handle holds unpublished changes.
    /// - With the feature `server-state`, [`ExtractError::Stale`] if the request has a session, and
    ///   this server can't tell whether it was revoked.
    /// - [`ExtractError::NotLoaded`] if the session is in a record. [`load`](Self::load) loads it.
    #[track_caller]
    pub fn handle<H: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = H>,
    ) -> Result<Session<T>, ExtractError> {
        self.handle_at(headers, Place::caller())
    }

    /// Hands out a handle that was extracted at this place.
    pub(super) fn handle_at<H: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = H>,
        at: Place,
    ) -> Result<Session<T>, ExtractError> {
        // Not while the state is locked: it may log an event, whose subscriber may read the session.
        #[cfg(feature = "server-state")]
        let is_stale = self.is_stale();
        let mut state = self.shared.lock(Action::Extracted, at)?;
        if let Some(writer) = state.blocking_writer(0) {
            let conflict = Conflict::Unpublished { action: Action::Extracted, at, writer: writer.at };
            state.record(conflict.clone());
            return Err(conflict.into());
        }
        if !std::mem::replace(&mut state.is_parsed, true) {
            let options = &self.shared.options;
            let sealer = Some(options.sealer());
            state.received = match options.carrier() {
                Carrier::Cookies => {
                    let chunking = options.profile().chunking();
                    Received::parse(headers, options.name_finder(), chunking, sealer)
                }
                carrier => Received::from_header(headers, carrier, sealer),
            };
        }
        #[cfg(feature = "server-state")]
        if is_stale && state.received.is_any() {
            return Err(ExtractError::Stale);
        }
        #[cfg(feature = "server-state")]
        if state.is_in_unread_record(&self.shared.options) {
            return Err(ExtractError::NotLoaded);
        }
        let id = state.next_handle();
        Ok(Session::new(Arc::clone(&self.shared), id))
    }

    /// Returns the name of the header that the session is in, in lower case: `cookie`, unless the options
    /// name [another one](crate::SessionOptionsBuilder::header).
    pub fn header(&self) -> &'static str {
        self.shared.options.carrier().request_header()
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
        Some(state.loaded.as_ref()?.unreadable?.reason.reason())
    }

    /// Returns the error that prevents the session from being written, if any.
    pub(crate) fn check(&self) -> Result<(), SaveError> {
        let mut state = self.shared.state();
        if let Some(conflict) = &state.conflict {
            return Err(conflict.clone().into());
        }
        let content = state.content(&self.shared.options);
        super::encode::check(&self.shared.options, &state, &content)
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
