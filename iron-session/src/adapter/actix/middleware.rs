//! `SessionMiddleware`.

use std::fmt;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpRequest};

use super::service::SessionService;
use crate::codec::IronSession;
use crate::error::OptionsError;
use crate::options::{CheckedOptions, SessionOptions};
use crate::session::LayerOptions;

/// Gives every request a session of type `T`, as an actix-web middleware.
///
/// If it is nested in another one for the same type, it uses the outer one's session, and
/// both must have the same options: one is a clone of the other. Different options, or two
/// types with one cookie name, cause a 500 and an event.
///
/// An `Err` from an inner middleware is passed on with the cookies in its response. The error
/// then has another type, but the same text. If the session was not used, the error is passed
/// on unchanged.
#[must_use]
pub struct SessionMiddleware<T> {
    options: LayerOptions<HttpRequest, T>,
}

impl<T: IronSession> SessionMiddleware<T> {
    /// Creates a middleware. Checks that the type's budget leaves room for the options'
    /// cookie name and attributes.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Overhead`] if it does not.
    pub fn new(options: SessionOptions) -> Result<Self, OptionsError> {
        Ok(Self { options: LayerOptions::new(options)? })
    }

    /// Creates a middleware whose options depend on the request, for example one set per
    /// tenant.
    ///
    /// Build and [`check`](SessionOptions::check) the options when the program starts, and
    /// choose among them here.
    pub fn per_request(options: impl Fn(&HttpRequest) -> CheckedOptions<T> + Send + Sync + 'static) -> Self {
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
    /// # use iron_session::{Passwords, SessionMiddleware, SessionOptions, Untyped};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
    /// # let options = SessionOptions::builder("app_session", passwords).build()?;
    /// let session = SessionMiddleware::<Untyped>::new(options)?
    ///     .without_refresh(|request| request.path() == "/notifications");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_refresh(self, requests: impl Fn(&HttpRequest) -> bool + Send + Sync + 'static) -> Self {
        Self { options: self.options.without_refresh(requests) }
    }
}

impl<S, B, T> Transform<S, ServiceRequest> for SessionMiddleware<T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: IronSession,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = SessionService<S, T>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(SessionService { service: Rc::new(service), options: self.options.clone() }))
    }
}

impl<T> Clone for SessionMiddleware<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone() }
    }
}

impl<T: IronSession> fmt::Debug for SessionMiddleware<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMiddleware").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}
