//! Handles for the requests of web frameworks.

use super::handle::Session;
use super::load::Loading;
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

    /// Returns the values of the request's headers of this name, which is in lower case: `cookie`, unless
    /// the options name [another header](crate::SessionOptionsBuilder::header).
    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>>;
}

impl<T: IronSession> Session<T> {
    /// Returns a handle to the session of a request, where no extractor can run: in a
    /// middleware, a tower service or a guard.
    ///
    /// It takes an `http::Request` or its parts with the feature `tower`. With the feature
    /// `actix-web`, it takes an `HttpRequest`, a `ServiceRequest`, or the `GuardContext` of a
    /// route's guard. With the feature `poem`, it takes a `poem::Request`.
    /// With the feature `salvo`, it takes a `salvo::Request` or a `Depot`.
    /// With the feature `rocket`, it takes a `rocket::Request`.
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
    /// - [`ExtractError::NotLoaded`] if the session is in a record. [`load`](Self::load) loads it.
    #[track_caller]
    pub fn from_http_request<R: CarriesSessions>(request: &R) -> Result<Self, ExtractError> {
        let session = find(request)?;
        session.handle_at(request.header_values(session.header()), Place::caller())
    }

    /// Returns a handle to the session of a request, as
    /// [`from_http_request`](Self::from_http_request) does, and loads the session before if it is in a
    /// record of the server state: `Session::load(&request).await`.
    ///
    /// The future does not borrow the request. It waits only for a session that is in a record: the
    /// struct has `#[session(storage = "…")]`.
    ///
    /// # Errors
    ///
    /// Those of [`from_http_request`](Self::from_http_request). With the feature `server-state`,
    /// [`ExtractError::Unavailable`] if the store did not respond.
    #[track_caller]
    pub fn load<R: CarriesSessions>(request: &R) -> Loading<T> {
        Self::load_at(request, Place::caller())
    }

    /// Returns a handle to the session of a request, as a handler's extractor does. It loads the
    /// session before if it is in a record.
    ///
    /// An adapter's extractor calls it. If the handle conflicts with another one, the error
    /// names the extractor, and not a line of the adapter.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    pub fn from_extractor<R: CarriesSessions>(request: &R) -> Loading<T> {
        Self::load_at(request, Place::EXTRACTOR)
    }

    fn load_at<R: CarriesSessions>(request: &R, at: Place) -> Loading<T> {
        match find(request) {
            Ok(session) => session.load_at(request.header_values(session.header()), at),
            Err(error) => Loading::ready(Err(error)),
        }
    }
}

/// Finds the session that a layer has started.
fn find<R: CarriesSessions, T: IronSession>(request: &R) -> Result<RequestSession<T>, ExtractError> {
    request.session::<T>().ok_or_else(|| {
        let error = ExtractError::NoLayer { session: T::SCHEMA.name(), layer: R::LAYER };
        event::no_session(&error);
        error
    })
}
