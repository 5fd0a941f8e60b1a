//! `Session<T>`, `CsrfVerified`, `SignedIn<T>` and `Require<T, R>` as axum extractors.

mod access;
mod csrf;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::codec::IronSession;
use crate::error::ExtractError;
use crate::session::handle::Session;
pub use csrf::{CsrfRejection, FormRejection};

/// Extracts the session that a [`SessionLayer`](crate::SessionLayer) created.
///
/// There is no `Option<Session<T>>`, because it would read as "signed in?". There always is a
/// session, even if it is empty.
impl<T: IronSession, S: Send + Sync> FromRequestParts<S> for Session<T> {
    type Rejection = ExtractError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ExtractError> {
        Session::from_extractor(parts).await
    }
}

/// Stops the build if `Option<Session<T>>` is extracted, and gives the reason. Without it,
/// the compiler only says that the handler is not a `Handler`.
///
/// ```compile_fail
/// # use axum_core::extract::FromRequestParts;
/// # use http::request::Parts;
/// # use iron_session::{Session, Untyped};
/// async fn page(session: Option<Session<Untyped>>) {}
/// # async fn call<T: FromRequestParts<()>>(handler: impl AsyncFn(T), mut parts: Parts) {
/// #     let Ok(value) = T::from_request_parts(&mut parts, &()).await else { return };
/// #     handler(value).await;
/// # }
/// # let parts = http::Request::new(()).into_parts().0;
/// # let _called: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(call(page, parts));
/// ```
impl<T: IronSession, S: Send + Sync> OptionalFromRequestParts<S> for Session<T> {
    type Rejection = ExtractError;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Option<Self>, ExtractError> {
        const {
            panic!(
                "`Option<Session<…>>` would read as \"signed in?\", but a session is always there, if an empty one: \
                 extract `Session<…>`, and ask one of its fields"
            )
        }
    }
}

impl IntoResponse for ExtractError {
    /// Responds with its [status](ExtractError::status) and an empty body; the details are logged.
    fn into_response(self) -> Response {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
    }
}
