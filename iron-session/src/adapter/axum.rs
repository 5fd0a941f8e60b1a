//! `Session<T>` as an axum extractor.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::tower::of_parts;
use crate::error::ExtractError;
use crate::schema::IronSession;
use crate::session::Session;

/// Extracts the session that a [`SessionLayer`](crate::SessionLayer) began.
///
/// There is no `Option<Session<T>>`: it would read as "logged in?", and a
/// session is always there, if an empty one.
impl<T: IronSession, S: Send + Sync> FromRequestParts<S> for Session<T> {
    type Rejection = ExtractError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ExtractError> {
        match of_parts(&parts.extensions, &parts.headers) {
            Some(session) => Ok(session?),
            None => Err(ExtractError::missing::<T>("SessionLayer")),
        }
    }
}

impl IntoResponse for ExtractError {
    /// Answers 500 without details; the details are in the log.
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
