//! [`CsrfVerified`] as an extractor of poem.

use std::future::Future;
use std::pin::Pin;

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{FromRequest, IntoResponse as _, Request, RequestBody, Response, Result};

use crate::adapter::http_types::first;
use crate::error::CsrfError;
use crate::guard::{CsrfVerified, HasCsrfToken, Needs, NoBody, verify_form, verify_header};
use crate::session::handle::Session;

/// The largest form that is read for its token. poem itself has no limit, and any page can send a
/// form. It is the default limit of axum.
const FORM_MAX_BYTES: usize = 2 << 20;

impl<'a, T: HasCsrfToken, E: FromRequest<'a>> FromRequest<'a> for CsrfVerified<T, E> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let session = Session::<T>::from_extractor(request).await?;
        if let Needs::Form = verify_header(&session, first(request.headers()))? {
            let form = body.take()?.into_bytes_limit(FORM_MAX_BYTES).await?;
            verify_form(&session, &form)?;
            *body = RequestBody::new(form.into());
        }
        drop(session);
        // Boxed, as in the `Option` of poem: the compiler can't prove otherwise that the future is
        // `Send` (rust-lang/rust 100013).
        let extracted: Pin<Box<dyn Future<Output = Result<E>> + Send + '_>> =
            Box::pin(E::from_request(request, body));
        extracted.await.map(Self::new)
    }
}

/// Leaves the body unread.
impl<'a> FromRequest<'a> for NoBody {
    async fn from_request(_: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self)
    }
}

impl ResponseError for CsrfError {
    fn status(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    /// Responds with an empty 403; the reason is logged.
    fn as_response(&self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}
