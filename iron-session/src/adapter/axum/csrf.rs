//! [`CsrfVerified`] as an axum extractor.

use axum_core::body::Body;
use axum_core::extract::rejection::BytesRejection;
use axum_core::extract::{FromRequest, FromRequestParts as _, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;

use crate::adapter::http_types::first;
use crate::error::{CsrfError, ExtractError};
use crate::guard::{CsrfVerified, HasCsrfToken, Needs, NoBody, verify_form, verify_header};
use crate::session::handle::Session;

/// Why axum's [`CsrfVerified`] rejected a request. `R` is the rejection of the body's extractor.
#[derive(Debug)]
#[non_exhaustive]
pub enum CsrfRejection<R> {
    /// There is no session: an empty 500.
    Session(ExtractError),
    /// The request does not carry the session's token: an empty 403.
    Refused(CsrfError),
    /// The form could not be read, for example because it is too large.
    Form(FormRejection),
    /// The body's extractor rejected the request.
    Body(R),
}

/// Why a form could not be read. Its response is that of axum's extractor of the body.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FormRejection(BytesRejection);

impl IntoResponse for FormRejection {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<T, E, S> FromRequest<S> for CsrfVerified<T, E>
where
    T: HasCsrfToken,
    E: FromRequest<S>,
    S: Send + Sync,
{
    type Rejection = CsrfRejection<E::Rejection>;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let session = session::<T, S, E::Rejection>(&mut parts, state).await?;
        let needs = verify_header(&session, first(&parts.headers)).map_err(CsrfRejection::Refused)?;
        let request = match needs {
            Needs::Nothing => Request::from_parts(parts, body),
            Needs::Form => {
                let read = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
                let body = read.map_err(|rejection| CsrfRejection::Form(FormRejection(rejection)))?;
                verify_form(&session, &body).map_err(CsrfRejection::Refused)?;
                Request::from_parts(parts, Body::from(body))
            }
        };
        drop(session);
        E::from_request(request, state).await.map(Self::new).map_err(CsrfRejection::Body)
    }
}

async fn session<T: HasCsrfToken, S: Send + Sync, R>(
    parts: &mut Parts,
    state: &S,
) -> Result<Session<T>, CsrfRejection<R>> {
    Session::from_request_parts(parts, state).await.map_err(CsrfRejection::Session)
}

/// Leaves the body unread.
impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = std::convert::Infallible;

    async fn from_request(_: Request, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self)
    }
}

impl<R: IntoResponse> IntoResponse for CsrfRejection<R> {
    fn into_response(self) -> Response {
        match self {
            Self::Session(error) => error.into_response(),
            Self::Refused(_) => StatusCode::FORBIDDEN.into_response(),
            Self::Form(rejection) => rejection.into_response(),
            Self::Body(rejection) => rejection.into_response(),
        }
    }
}
