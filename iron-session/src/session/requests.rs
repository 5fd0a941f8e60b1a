//! All sessions of one request: what an adapter keeps in the request's extensions.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::request::RequestSession;
use super::shared::Shared;
use crate::codec::IronSession;
use crate::error::{Conflict, Reason};
use crate::event;
use crate::options::{CheckedOptions, SessionOptions};

/// Holds the sessions of one request, one for each session type.
///
/// An adapter keeps one value in the request's extensions. Its layer calls [`begin`](Self::begin),
/// and its extractor calls [`get`](Self::get).
///
/// # Example
///
/// ```
/// use iron_session::session::RequestSessions;
/// use iron_session::{Passwords, SessionOptions, Untyped};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?.check()?;
///
/// let mut sessions = RequestSessions::default();
/// let outer = sessions.begin::<Untyped>(options.clone(), None, |_| None)?;
/// assert!(outer.is_some());
/// // A layer inside another one uses its session, and leaves the commit to it.
/// assert!(sessions.begin::<Untyped>(options, None, |_| None)?.is_none());
/// assert!(sessions.get::<Untyped>().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct RequestSessions {
    /// Usually there is only one, which needs no list.
    first: Option<Begun>,
    others: Vec<Begun>,
}

/// A session that a layer has started.
#[derive(Clone)]
struct Begun {
    /// The [`Shared`] of the type.
    shared: Arc<dyn Any + Send + Sync>,
    session: &'static str,
    options: SessionOptions,
}

impl RequestSessions {
    /// Starts the session of a layer, given the authority of the request's target and its headers;
    /// see [`RequestSession::for_request`].
    ///
    /// Returns `None` if an outer layer has started the session of this type. That layer
    /// commits it.
    ///
    /// # Errors
    ///
    /// Both are also logged. The response must be a 500.
    ///
    /// - [`Conflict::NestedOptions`] if the outer layer has other options: not a clone of
    ///   these.
    /// - [`Conflict::SharedCookie`] if another type's session has the same cookie.
    pub fn begin<'h, T: IronSession>(
        &mut self,
        options: CheckedOptions<T>,
        authority: Option<&'h str>,
        header: impl Fn(&'static str) -> Option<&'h [u8]>,
    ) -> Result<Option<RequestSession<T>>, Conflict> {
        let Some(outer) = self.find(&options) else {
            let request = RequestSession::for_request(&options, authority, header);
            self.insert(&request, options.into_options());
            return Ok(Some(request));
        };
        let cookie = outer.options.place();
        let conflict = if outer.shared.is::<Shared<T>>() {
            let Some(differs) = outer.options.difference(options.options()) else { return Ok(None) };
            Conflict::NestedOptions {
                session: T::SCHEMA.name(),
                outer: cookie.to_owned(),
                inner: options.options().cookie_name().to_owned(),
                differs: Reason::new(differs),
            }
        } else {
            let (first, second) = (outer.session, T::SCHEMA.name());
            Conflict::SharedCookie { cookie: cookie.to_owned(), first, second }
        };
        event::conflict(cookie, &conflict);
        Err(conflict)
    }

    /// Returns the session of a type, if a layer has started it.
    pub fn get<T: IronSession>(&self) -> Option<RequestSession<T>> {
        let begun = self.iter().find(|begun| begun.shared.is::<Shared<T>>())?;
        let shared = Arc::clone(&begun.shared).downcast().ok()?;
        Some(RequestSession { shared })
    }

    /// Returns the names of the headers that the sessions are in, each once.
    #[cfg(feature = "salvo")]
    pub(crate) fn headers(&self) -> impl Iterator<Item = &'static str> {
        let headers = self.iter().map(|begun| begun.options.carrier().request_header());
        headers.collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    /// Finds the session of a type, or the one in the same cookie or header.
    fn find<T: IronSession>(&self, options: &CheckedOptions<T>) -> Option<&Begun> {
        let of_type = self.iter().find(|begun| begun.shared.is::<Shared<T>>());
        of_type.or_else(|| self.iter().find(|begun| begun.options.is_in_same_place(options.options())))
    }

    fn iter(&self) -> impl Iterator<Item = &Begun> {
        self.first.iter().chain(&self.others)
    }

    fn insert<T: IronSession>(&mut self, request: &RequestSession<T>, options: SessionOptions) {
        let shared: Arc<dyn Any + Send + Sync> = Arc::<Shared<T>>::clone(&request.shared);
        let begun = Begun { shared, session: T::SCHEMA.name(), options };
        match self.first {
            None => self.first = Some(begun),
            Some(_) => self.others.push(begun),
        }
    }
}

impl fmt::Debug for RequestSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|begun| (begun.session, begun.options.cookie_name()))).finish()
    }
}
