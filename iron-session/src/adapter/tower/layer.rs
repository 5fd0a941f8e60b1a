//! `SessionLayer`.

use std::fmt;

use http::request;
use tower_layer::Layer;

use super::service::SessionService;
use crate::codec::IronSession;
use crate::error::OptionsError;
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::LayerOptions;

/// Gives every request a session of type `T`, as a [`Layer`].
///
/// If a layer is nested in another one for the same type, it uses the outer one's session,
/// and both must have the same options: one is a clone of the other. Different options, or
/// two types with one cookie name, cause a 500 and an event.
///
/// # Errors of the inner service
///
/// Cookies travel in a response, and an `Err` of the inner service is not a response. Such an
/// `Err` loses a `destroy()` and changes that `save()` accepted, and an ERROR event is
/// logged. So turn errors into responses *inside* this layer. In axum only layers can fail,
/// and the `HandleErrorLayer` goes between this layer and the one that fails.
///
/// Put timeouts inside this layer for the same reason: a timeout outside drops this layer's
/// response.
#[must_use]
pub struct SessionLayer<T> {
    options: LayerOptions<request::Parts, T>,
}

impl<T: IronSession> SessionLayer<T> {
    /// Creates a layer. Checks that the type's budget leaves room for the options' cookie
    /// name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: LayerOptions::new(options)? })
    }

    /// Creates a layer whose options depend on the request, for example one set per tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    pub fn per_request(
        options: impl Fn(&request::Parts) -> CheckedOptions<T> + Send + Sync + 'static,
    ) -> Self {
        Self { options: LayerOptions::per_request(options) }
    }

    /// Excludes requests that are no activity of the user, for example polling, so that a page
    /// that is left open does not keep its user signed in.
    ///
    /// The session of such a request can be read. Reading does not refresh it, but a change is
    /// written, and then the session gets a new expiry. Default: every request is activity. The
    /// last call applies.
    ///
    /// # Example
    ///
    /// ```
    /// # use iron_session::{Passwords, SessionLayer, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let options = SessionOptions::builder("app_session", passwords).build()?;
    /// let layer = SessionLayer::<Untyped>::new(options)?
    ///     .without_refresh(|request| request.uri.path() == "/notifications");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_refresh(self, requests: impl Fn(&request::Parts) -> bool + Send + Sync + 'static) -> Self {
        Self { options: self.options.without_refresh(requests) }
    }
}

impl<S, T> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(inner, self.options.clone())
    }
}

impl<T> Clone for SessionLayer<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone() }
    }
}

impl<T: IronSession> fmt::Debug for SessionLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
