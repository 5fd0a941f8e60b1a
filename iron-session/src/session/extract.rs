//! Handles for the requests of web frameworks.

use super::handle::Session;
use super::request::RequestSession;
use crate::codec::IronSession;
use crate::error::{ExtractError, Place};
use crate::event;

/// Describes a framework's request that carries its sessions.
///
/// This crate implements it for the requests of the frameworks that it supports. An adapter
/// implements it for its framework's request, and gets [`Session::from_http_request`].
pub trait CarriesSessions {
    /// The name of the layer that starts a session. The error names it if there is none.
    const LAYER: &'static str;

    /// Returns the request's session of a type, if a layer has started it.
    fn session<T: IronSession>(&self) -> Option<RequestSession<T>>;

    /// Returns the values of the request's `Cookie` headers.
    fn cookie_headers(&self) -> impl Iterator<Item: AsRef<[u8]>>;
}

impl<T: IronSession> Session<T> {
    /// Returns a handle to the session of a request, where no extractor can run: in a
    /// middleware, a tower service or a guard.
    ///
    /// It takes an `http::Request` or its parts with the feature `tower`. With the feature
    /// `actix-web`, it takes an `HttpRequest`, a `ServiceRequest`, or the `GuardContext` of a
    /// route's guard.
    ///
    /// # Errors
    ///
    /// Respond with the error's [status](ExtractError::status).
    ///
    /// - [`ExtractError::NoLayer`] if no layer has started a session of this type. This is also
    ///   logged.
    /// - [`ExtractError::Conflict`] while another handle holds unpublished changes.
    /// - With the feature `server-state`, [`ExtractError::Stale`] if the request has a session, and
    ///   this server can't tell whether it was revoked.
    #[track_caller]
    pub fn from_http_request<R: CarriesSessions>(request: &R) -> Result<Self, ExtractError> {
        Self::extract_at(request, Place::caller())
    }

    /// Returns a handle to the session of a request, as a handler's extractor does.
    ///
    /// An adapter's extractor calls it. If the handle conflicts with another one, the error
    /// names the extractor, and not a line of the adapter.
    ///
    /// # Errors
    ///
    /// Those of [`from_http_request`](Self::from_http_request).
    pub fn from_extractor<R: CarriesSessions>(request: &R) -> Result<Self, ExtractError> {
        Self::extract_at(request, Place::EXTRACTOR)
    }

    fn extract_at<R: CarriesSessions>(request: &R, at: Place) -> Result<Self, ExtractError> {
        let Some(session) = request.session::<T>() else {
            let error = ExtractError::NoLayer { session: T::SCHEMA.name(), layer: R::LAYER };
            event::no_session(&error);
            return Err(error);
        };
        session.handle_at(request.cookie_headers(), at)
    }
}
