//! The options of a layer, which may depend on the request.

use std::fmt;
use std::sync::Arc;

use super::request::RequestSession;
use super::requests::RequestSessions;
use crate::codec::IronSession;
use crate::error::{Conflict, OptionsError};
use crate::options::{CheckedOptions, SessionOptions};

type Choose<R, T> = dyn Fn(&R) -> CheckedOptions<T> + Send + Sync;
type Predicate<R> = dyn Fn(&R) -> bool + Send + Sync;

/// Holds what a layer for sessions of type `T` needs: its options, which may depend on the
/// framework's request `R`.
///
/// The layer or middleware of each adapter wraps it. Cloning is cheap.
///
/// # Example
///
/// ```
/// use iron_session::session::{LayerOptions, RequestSessions};
/// use iron_session::{Passwords, SessionOptions, Untyped};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// // In an adapter, the framework's request takes the place of the unit type.
/// let layer = LayerOptions::<(), Untyped>::new(options)?;
/// let mut sessions = RequestSessions::default();
/// let session = layer.begin(&(), None, |_| None, &mut sessions)?;
/// assert!(session.is_some());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct LayerOptions<R, T> {
    choose: Arc<Choose<R, T>>,
    without_refresh: Option<Arc<Predicate<R>>>,
}

impl<R, T: IronSession> LayerOptions<R, T> {
    /// Creates a layer's options, the same for every request, and
    /// [checks](SessionOptions::check) them.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if the session type's budget leaves no room for the cookie's
    /// name and attributes.
    #[expect(clippy::needless_pass_by_value, reason = "like the constructors of the layers that wrap it")]
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        let options = options.check::<T>()?;
        Ok(Self::per_request(move |_| options.clone()))
    }
}

impl<R, T: IronSession> LayerOptions<R, T> {
    /// Starts the layer's session of a request, given the authority of its target and its headers.
    /// Adapters call it; see [`RequestSession::for_request`].
    ///
    /// # Errors
    ///
    /// Those of [`RequestSessions::begin`].
    pub fn begin<'h>(
        &self,
        request: &R,
        authority: Option<&'h str>,
        header: impl Fn(&'static str) -> Option<&'h [u8]>,
        sessions: &mut RequestSessions,
    ) -> Result<Option<RequestSession<T>>, Conflict> {
        let begun = sessions.begin((self.choose)(request), authority, header)?;
        // A layer inside another one adds its predicate to the outer one's.
        if self.without_refresh.as_ref().is_some_and(|requests| requests(request))
            && let Some(session) = sessions.get::<T>()
        {
            session.disable_refresh();
        }
        Ok(begun)
    }
}

impl<R, T> LayerOptions<R, T> {
    /// Creates a layer's options that depend on the request.
    pub fn per_request(choose: impl Fn(&R) -> CheckedOptions<T> + Send + Sync + 'static) -> Self {
        Self { choose: Arc::new(choose), without_refresh: None }
    }

    /// Excludes requests that are no activity of the user, such as a page that polls. See
    /// [`RequestSession::disable_refresh`]. The last call applies.
    pub fn without_refresh(self, requests: impl Fn(&R) -> bool + Send + Sync + 'static) -> Self {
        Self { without_refresh: Some(Arc::new(requests)), ..self }
    }
}

impl<R, T> Clone for LayerOptions<R, T> {
    fn clone(&self) -> Self {
        Self { choose: Arc::clone(&self.choose), without_refresh: self.without_refresh.clone() }
    }
}

impl<R, T: IronSession> fmt::Debug for LayerOptions<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LayerOptions").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
