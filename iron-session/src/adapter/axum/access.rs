//! [`SignedIn`] and [`Require`] as axum extractors.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use crate::adapter::http_types::{first, refusal};
use crate::adapter::tower::target;
use crate::error::AccessError;
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::SignIn;
use crate::session::handle::Session;

impl<T: SignIn, S: Send + Sync> FromRequestParts<S> for SignedIn<T> {
    type Rejection = AccessError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AccessError> {
        admit(parts).await
    }
}

impl<T: SignIn, R: Rule<T>, S: Send + Sync> FromRequestParts<S> for Require<T, R> {
    type Rejection = AccessError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AccessError> {
        Self::check(admit(parts).await?)
    }
}

async fn admit<T: SignIn>(parts: &Parts) -> Result<SignedIn<T>, AccessError> {
    let session = Session::from_extractor(parts).await?;
    Visit::new(parts.method.as_str(), target(parts), first(&parts.headers)).admit(session)
}

impl IntoResponse for AccessError {
    /// Responds with an empty 303, 401, 403 or 500.
    fn into_response(self) -> Response {
        refusal(&self).into_response()
    }
}
